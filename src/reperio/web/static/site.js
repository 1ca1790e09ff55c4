// Small comforts. Everything works without them.

// What is said stands in the page, in its language.
const texts = JSON.parse(document.body.dataset.texts || "{}");
const said = (name, values = {}) => (texts[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key]);

const clean = (form) => {
  for (const field of form.elements) {
    if (field.name && field.name !== "query" && field.type !== "checkbox" && field.value === "") field.disabled = true;
    if (field.name === "query" && field.value.trim() === "") field.disabled = true;
  }
};

document.addEventListener("submit", (event) => clean(event.target));
// Coming back, searches and filters show what the address says, not what was ticked when the page was left. What was
// picked from a list or written stays.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    for (const field of form.elements) field.disabled = false;
    if (form.getAttribute("role") === "search" || [...form.elements].some((field) => field.matches("[data-submit]"))) form.reset();
  }
});

// Choosing a filter or an order takes effect at once; the buttons that would apply it are not needed (and not drawn).
for (const button of document.querySelectorAll("[data-redundant]")) button.hidden = true;
for (const field of document.querySelectorAll("[data-submit]")) {
  field.addEventListener("change", () => {
    sessionStorage.setItem("reperio-focus", JSON.stringify([scrollY, field.name, field.value]));
    field.form.requestSubmit();
  });
}
// After the page is back, focus and place stay where they were, and what changed is said.
const kept = JSON.parse(sessionStorage.getItem("reperio-focus") || "null");
sessionStorage.removeItem("reperio-focus");
if (kept) {
  const [height, name, value] = kept;
  const fields = [...document.querySelectorAll("[data-submit]")].filter((field) => field.name === name);
  const field = fields.find((one) => one.type !== "checkbox" || one.value === value) ?? fields[0];
  if (field) {
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    scrollTo({ top: height, behavior: "instant" });
    field.focus({ preventScroll: true });
    field.scrollIntoView({ block: "nearest", behavior: "instant" });
  }
  const total = document.querySelector(".total");
  if (total) {
    // A region must stand before it is filled to be heard.
    const voice = document.createElement("p");
    voice.className = "unseen";
    voice.setAttribute("role", "status");
    voice.id = "changed";
    document.querySelector("main").append(voice);
    setTimeout(() => { voice.textContent = total.textContent.replace(/\s+/g, " ").trim(); }, 200);
  }
}

// Copy a citation.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const label = button.firstChild;
  const before = label.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    label.textContent = said("copied");
    setTimeout(() => { label.textContent = before; }, 2000);
  });
}

// Suggestions: a combobox as the ARIA Authoring Practices describe it (list autocomplete, manual selection).
const suggest = (input) => {
  const list = document.createElement("ul");
  list.id = `${input.id}-list`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", said("suggestions"));
  list.hidden = true;
  input.parentElement.append(list);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

  let chosen = -1;
  let asked = "";
  let timer;
  let request;
  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (place) => {
    const options = [...list.children];
    chosen = (place + options.length) % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === chosen)));
    options[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[chosen].id);
  };
  const take = (option) => {
    input.value = option.dataset.text;
    close();
    input.form.requestSubmit();
  };
  const draw = (suggestions) => {
    list.replaceChildren(...suggestions.map((one, index) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.text = one.text;
      const text = document.createElement("bdi");
      text.textContent = one.text;
      const kind = document.createElement("span");
      kind.className = "kind";
      const name = texts[`kind_${one.kind}`] ?? one.kind;
      kind.textContent = one.count > 1 ? `${name}, ${one.count.toLocaleString(document.documentElement.lang)}` : name;
      option.append(text, kind);
      option.addEventListener("mousedown", (event) => event.preventDefault());
      option.addEventListener("click", () => take(option));
      return option;
    }));
    chosen = -1;
    list.hidden = suggestions.length === 0;
    input.setAttribute("aria-expanded", String(suggestions.length > 0));
    input.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    const prefix = input.value.trim();
    if (prefix === asked) return;
    asked = prefix;
    if (request) request.abort();
    if (prefix.length < 2) { close(); return; }
    request = new AbortController();
    try {
      const answer = await fetch(`${input.dataset.suggest}?prefix=${encodeURIComponent(prefix)}`, { signal: request.signal });
      if (answer.ok && document.activeElement === input) draw((await answer.json()).suggestions);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 140); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "Escape" && open) { close(); event.preventDefault(); }
    else if (event.key === "ArrowDown" && open) { choose(chosen + 1); event.preventDefault(); }
    else if (event.key === "ArrowUp" && open) { choose(chosen < 0 ? -1 : chosen - 1); event.preventDefault(); }
    else if (event.key === "Enter" && open && chosen >= 0) { take(list.children[chosen]); event.preventDefault(); }
  });
};
for (const input of document.querySelectorAll("[data-suggest]")) suggest(input);
