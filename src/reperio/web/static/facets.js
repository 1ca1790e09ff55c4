// Long lists of filter values: typing narrows what is shown. Without this, a link leads to all values, searchable.

// What is said stands in the page, in its language.
const texts = JSON.parse(document.body.dataset.texts || "{}");
const say = (name, values = {}) => (texts[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key]);
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

for (const box of document.querySelectorAll("[data-narrow]")) {
  const scope = box.closest("fieldset") || box.closest("[data-narrowed]");
  const values = [...scope.querySelectorAll("li[data-value]")];
  const said = scope.querySelector("[data-narrow-said]");
  said.setAttribute("role", "status");
  const folds = [...scope.querySelectorAll("details")];
  const wasOpen = folds.map((fold) => fold.open);
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  box.addEventListener("input", () => {
    const wanted = folded(box.value.trim());
    let shown = 0;
    for (const value of values) {
      value.hidden = wanted !== "" && !folded(value.dataset.value).includes(wanted);
      if (!value.hidden) shown += 1;
    }
    folds.forEach((fold, place) => { fold.open = wanted !== "" || wasOpen[place]; });
    said.textContent = wanted === "" ? "" : say("narrowed", { shown, all: values.length });
  });
}
