// The browser's own list: kept as the parameters of its address, in local storage, and nowhere else.

// What is said stands in the page, in its language.
const texts = JSON.parse(document.body.dataset.texts || "{}");
const word = (name, values = {}) => (texts[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key]);

const NAME = "reperio-saves";
const EDITED = "reperio-saves-edited";
const MOST = 100;
const read = () => { try { return localStorage.getItem(NAME) || ""; } catch { return ""; } };
const write = (state) => {
  try {
    if (state) localStorage.setItem(NAME, state); else localStorage.removeItem(NAME);
    return true;
  } catch { return false; }
};

// A list as its entries: each begins with an item or a search; what comes before the first is the title.
const entries = (state) => {
  const head = [];
  const list = [];
  for (const [name, value] of new URLSearchParams(state)) {
    if (name === "item" || name === "search") list.push({ what: name, key: value, pairs: [[name, value]] });
    else if (list.length) list.at(-1).pairs.push([name, value]);
    else head.push([name, value]);
  }
  return { head, list };
};
const text = ({ head, list }) => new URLSearchParams([...head, ...list.flatMap((one) => one.pairs)]).toString();
const holds = (what, key) => entries(read()).list.some((one) => one.what === what && one.key === key);
const toggle = (what, key) => {
  const state = entries(read());
  const without = state.list.filter((one) => one.what !== what || one.key !== key);
  const added = without.length === state.list.length;
  if (added && state.list.length >= MOST) return null;
  if (added) without.push({ what, key, pairs: [[what, key]] });
  return write(text({ head: state.head, list: without })) ? added : null;
};

// Announcements: one polite region for all of them.
const voice = document.createElement("p");
voice.className = "unseen";
voice.setAttribute("role", "status");
voice.setAttribute("aria-live", "polite");
document.querySelector("main").append(voice);
export const announce = (words) => { voice.textContent = ""; requestAnimationFrame(() => { voice.textContent = words; }); };

const count = () => {
  const number = entries(read()).list.length;
  for (const place of document.querySelectorAll("[data-saves-count]")) place.textContent = number ? ` (${number > 99 ? "99+" : number})` : "";
  return number;
};

// Links that save become buttons that keep, pressed when what they name is in the list.
const button = (link) => {
  const made = document.createElement("button");
  const what = link.dataset.saveSearch === undefined ? "item" : "search";
  const key = what === "item" ? link.dataset.save : link.dataset.saveSearch;
  made.type = "button";
  made.className = link.className || "as-link";
  made.append(...link.childNodes);
  const show = () => {
    const held = holds(what, key);
    made.setAttribute("aria-pressed", String(held));
  };
  made.addEventListener("click", () => {
    const added = toggle(what, key);
    if (added === null) announce(word("full"));
    else announce(word(added ? "saved" : "taken_out", { count: count() }));
    show();
  });
  addEventListener("storage", show);
  show();
  link.replaceWith(made);
};
for (const link of document.querySelectorAll("a[data-save], a[data-save-search]")) button(link);

// Ticked results: how many, and what can be done with so many.
const picker = document.querySelector("#picked");
if (picker) {
  const boxes = [...document.querySelectorAll("input[form='picked']")];
  const said = document.querySelectorAll("[data-picked]");
  const compare = document.querySelectorAll("[data-compare]");
  const tell = () => {
    const number = boxes.filter((box) => box.checked).length;
    for (const place of said) place.textContent = number ? word(number > 6 ? "selected_many" : "selected", { count: number }) : word("tick");
    for (const one of compare) one.setAttribute("aria-disabled", String(number > 6 || number < 1));
  };
  for (const box of boxes) box.addEventListener("change", tell);
  picker.addEventListener("submit", (event) => {
    const chosen = boxes.filter((box) => box.checked);
    const saving = event.submitter && event.submitter.hasAttribute("data-save-picked");
    if (!chosen.length) { event.preventDefault(); announce(word("nothing_selected")); return; }
    if (!saving) {
      if (chosen.length > 6) { event.preventDefault(); announce(word("six")); }
      return;
    }
    event.preventDefault();
    let added = 0;
    for (const box of chosen) if (!holds("item", box.dataset.uuid) && toggle("item", box.dataset.uuid)) added += 1;
    for (const link of document.querySelectorAll("[data-save][aria-pressed]")) dispatchEvent(new Event("storage"));
    dispatchEvent(new Event("storage"));
    announce(word("added", { added, count: count() }));
  });
  addEventListener("pageshow", tell);
  tell();
}

// The page of a list: the browser's own one is shown when none is asked for; changes to it are kept.
const page = document.querySelector("[data-saves]");
if (page) {
  const here = page.dataset.state;
  const edited = sessionStorage.getItem(EDITED) === "1";
  sessionStorage.removeItem(EDITED);
  const own = read();
  if (edited && own !== here) write(here);
  const mine = read();
  const note = document.querySelector("#mine");
  const say = (words, ...actions) => {
    note.replaceChildren(words, ...actions.flatMap(([label, act]) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "as-link";
      made.textContent = label;
      made.addEventListener("click", act);
      return [" ", made];
    }));
    note.hidden = false;
  };
  if (!here && mine && !edited) location.replace(`${page.dataset.saves}?${mine}`);
  else if (here && here === mine) say(word("own_list"));
  else if (here) {
    const both = () => {
      const held = entries(mine);
      const more = entries(here).list.filter((one) => !held.list.some((own) => own.what === one.what && own.key === one.key));
      return text({ head: held.head, list: [...held.list, ...more] });
    };
    const keep = (state) => { write(state); location.assign(`${page.dataset.saves}?${state}`); };
    const ways = [[word("keep_list"), () => keep(here)]];
    if (mine) ways.splice(0, 1, [word("add_list"), () => keep(both())], [word("replace_list"), () => keep(here)]);
    say(word(mine ? "foreign_list" : "linked_list"), ...ways);
  }
  for (const form of page.querySelectorAll("form")) {
    form.addEventListener("submit", () => { if (here === mine || (!here && !mine)) sessionStorage.setItem(EDITED, "1"); });
  }
}
count();
