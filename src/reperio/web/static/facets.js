// Long lists of filter values open where they stand: searched inside, several ticked at once. Without this, their link
// leads to a page of all values.

const plain = (event) => event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

// The list of all values that hold a text, as the server draws it.
const fetched = async (link, text, signal) => {
  const address = new URL(link.href);
  address.pathname += "/list";
  if (text) address.searchParams.set("find", text);
  const answer = await fetch(address, { signal });
  if (!answer.ok) throw new Error(String(answer.status));
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".whole");
  return document.adoptNode(drawn);
};

const open = async (link) => {
  const whole = await fetched(link);
  const more = link.closest("p");
  const short = more.parentElement.querySelector("ul");
  const [find, list, said] = ["input[type=search]", "ul", "[role=status]"].map((part) => whole.querySelector(part));
  const changed = new Map();
  let timer;
  let request;

  const shut = () => {
    if (request) request.abort();
    clearTimeout(timer);
    whole.replaceWith(short);
    more.hidden = false;
    link.focus();
  };
  // What is ticked stays in the list whatever is sought; what was changed stays as it was changed.
  const seek = async () => {
    if (request) request.abort();
    request = new AbortController();
    let fresh;
    try {
      fresh = await fetched(link, find.value.trim(), request.signal);
    } catch (error) {
      if (error.name !== "AbortError") location.assign(link.href);
      return;
    }
    const boxes = [...list.querySelectorAll("input:checked")];
    const kept = new Set(boxes.map((box) => box.value));
    const others = [...fresh.querySelectorAll("ul input")].filter((box) => !kept.has(box.value));
    for (const box of others) box.checked = changed.get(box.value) ?? box.checked;
    list.replaceChildren(...[...boxes, ...others].map((box) => box.closest("li")));
    said.textContent = fresh.querySelector("[role=status]").textContent;
  };
  list.addEventListener("change", (event) => changed.set(event.target.value, event.target.checked));
  find.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(seek, 160); });
  whole.querySelector("[type=button]").addEventListener("click", shut);
  whole.querySelector("[type=submit]").addEventListener("click", () => {
    const name = list.querySelector("input")?.name;
    sessionStorage.setItem("reperio-focus", JSON.stringify([scrollY, name, [...changed.keys()].pop()]));
  });
  whole.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || (event.target === find && find.value)) return;
    shut();
    event.preventDefault();
  });
  short.replaceWith(whole);
  more.hidden = true;
  find.focus();
};

for (const link of document.querySelectorAll("a[data-whole]")) {
  let opening = false;
  link.addEventListener("click", async (event) => {
    if (!plain(event)) return;
    event.preventDefault();
    if (opening) return;
    opening = true;
    try {
      await open(link);
    } catch {
      location.assign(link.href);
    }
    opening = false;
  });
}
