// A preview beside the list on wide screens. Escape closes it; focus goes back to where it came from.

// What is said stands in the page, in its language.
const texts = JSON.parse(document.body.dataset.texts || "{}");
const say = (name, values = {}) => (texts[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key]);

const wide = matchMedia("(min-width: 84rem)");
const columns = document.querySelector(".columns");
const buttons = [...document.querySelectorAll("[data-preview-button]")];
if (columns && buttons.length) {
  const beside = document.createElement("aside");
  beside.id = "beside";
  beside.className = "beside";
  beside.tabIndex = -1;
  beside.setAttribute("aria-label", say("preview"));
  beside.hidden = true;
  columns.append(beside);
  let opener = null;
  let request;

  const close = (back = true) => {
    if (!opener) return;
    const was = opener;
    opener = null;
    was.setAttribute("aria-expanded", "false");
    was.closest(".hit").classList.remove("hit-shown");
    beside.hidden = true;
    beside.replaceChildren();
    document.body.classList.remove("with-preview");
    if (back) was.focus();
  };
  const bar = () => {
    const made = document.createElement("div");
    made.className = "beside-bar";
    const said = document.createElement("span");
    said.className = "small";
    said.textContent = say("preview");
    const shut = document.createElement("button");
    shut.type = "button";
    shut.className = "plain-button";
    shut.textContent = say("close_preview");
    shut.addEventListener("click", () => close());
    made.append(said, shut);
    return made;
  };
  const open = async (button) => {
    if (request) request.abort();
    request = new AbortController();
    let body;
    try {
      const answer = await fetch(button.dataset.previewButton, { signal: request.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      body = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("article");
    } catch (error) {
      if (error.name === "AbortError") return;
      body = document.createElement("p");
      body.textContent = say("no_preview");
    }
    close(false);
    opener = button;
    button.setAttribute("aria-expanded", "true");
    button.closest(".hit").classList.add("hit-shown");
    beside.replaceChildren(bar(), document.adoptNode(body));
    beside.hidden = false;
    document.body.classList.add("with-preview");
    beside.scrollTop = 0;
    beside.focus({ preventScroll: true });
  };
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => (button === opener ? close() : open(button)));
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opener && !event.defaultPrevented) { close(); event.preventDefault(); }
  });
  wide.addEventListener("change", () => close(false));
}
