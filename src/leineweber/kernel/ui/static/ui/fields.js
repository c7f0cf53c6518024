// Counters below long texts; fields that hang on an answer; the folded navigation on narrow screens; menus that close.
for (const area of document.querySelectorAll("[data-counter]")) {
  const rest = document.getElementById(area.dataset.counter);
  const limit = Number(area.getAttribute("maxlength"));
  const show = () => {
    const left = limit - area.value.length;
    rest.textContent = left === 1 ? rest.dataset.one : rest.dataset.many.replace("#", left.toLocaleString(document.documentElement.lang));
  };
  area.addEventListener("input", show);
  show();
}

const dependents = document.querySelectorAll("[data-shown-when]");
const place = () => {
  for (const part of dependents) {
    const controls = [...document.getElementsByName(part.dataset.shownWhen)];
    const answers = controls.filter((control) => !["radio", "checkbox"].includes(control.type) || control.checked).map((control) => control.value);
    part.hidden = !answers.includes(part.dataset.shownValue);
  }
};
if (dependents.length) {
  for (const note of document.querySelectorAll("[data-without-script]")) note.hidden = true;
  document.addEventListener("change", place);
  document.addEventListener("reset", () => setTimeout(place));
  place();
}

const side = document.querySelector("[data-side]");
if (side) {
  const narrow = matchMedia("(max-width: 55.99rem)");
  const fold = () => { side.open = !narrow.matches; };
  narrow.addEventListener("change", fold);
  fold();
  side.dataset.ready = "";
}

const close = (menu) => { menu.open = false; };
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) close(menu);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    close(menu);
    menu.querySelector("summary").focus();
  }
});
