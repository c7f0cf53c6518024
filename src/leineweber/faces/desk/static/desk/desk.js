// Keys for the desk: j and k move through a list, Enter opens (the link's own), c claims, / searches, ? shows the keys.
// Single keys do nothing while somebody types, and can be switched off on this device. Task forms ask only what applies.
const OFF = "lw-tasten-aus";
const store = { get off() { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } },
  set off(value) { try { value ? localStorage.setItem(OFF, "1") : localStorage.removeItem(OFF); } catch { /* forbidden */ } } };

const list = document.querySelector("[data-list]");
const rows = list ? [...list.querySelectorAll(list.dataset.rows || "[data-row]")] : [];
const opener = (row) => row.querySelector("a[href]");
const place = () => {
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  return focused >= 0 ? focused : rows.findIndex((row) => row.querySelector("[aria-current]"));
};
const move = (step) => {
  if (!rows.length) return;
  const next = Math.min(rows.length - 1, Math.max(0, place() + step));
  opener(rows[next]).focus();
  rows[next].scrollIntoView({ block: "nearest" });
};
const claim = () => {
  const row = rows.find((one) => one.contains(document.activeElement));
  const form = (row && row.querySelector("form[data-claim]")) || (!row && document.querySelector(".desk-task form[data-claim]"));
  if (form) form.requestSubmit();
};
const keys = {
  j: () => move(1),
  k: () => move(-1),
  c: claim,
  "/": () => { const field = document.querySelector("[data-search]"); if (field) { field.focus(); field.select(); } },
  "?": () => { const help = document.getElementById("tasten"); if (help) help.showModal(); },
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || store.off) return;
  if (event.target.closest("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// A row opens by loading the page anew: it stays where it was on the screen, and who came by keyboard goes on in the task.
const ROW = "lw-zeile";
const pane = document.querySelector(".desk-split__list");
if (pane && rows.length) {
  pane.addEventListener("click", (event) => {
    const link = event.target.closest(".desk-row__open");
    if (!link) return;
    const from = { to: link.href, y: link.getBoundingClientRect().top, keys: event.detail === 0 };
    try { sessionStorage.setItem(ROW, JSON.stringify(from)); } catch { /* forbidden */ }
  });
  let from = null;
  try { from = JSON.parse(sessionStorage.getItem(ROW)); sessionStorage.removeItem(ROW); } catch { /* forbidden */ }
  const row = pane.querySelector("[aria-current]");
  const came = from && from.to === location.href ? from : null;
  if (row && pane.offsetParent) {
    const y = () => row.getBoundingClientRect().top;
    const top = pane.parentElement.getBoundingClientRect().top + scrollY;
    if (came) scrollTo({ top: Math.min(top, scrollY + y() - came.y), behavior: "instant" });
    pane.scrollTop += y() - (came ? came.y : Math.min(y(), innerHeight / 2));
  }
  const title = document.querySelector(".desk-task__title");
  if (came && came.keys && title) title.focus({ preventScroll: true });
}
const toggle = document.querySelector("[data-keys-switch]");
if (toggle) {
  toggle.checked = !store.off;
  toggle.addEventListener("change", () => { store.off = !toggle.checked; });
}

for (const form of document.querySelectorAll("[data-task-form]")) {
  const fields = [...form.querySelectorAll("[data-depends]")];
  const show = () => {
    for (const field of fields) {
      const chosen = form.querySelector(`input[name="${CSS.escape(field.dataset.depends)}"]:checked`);
      field.hidden = !(chosen && field.dataset.dependsValues.split(" ").includes(chosen.value));
    }
  };
  form.addEventListener("change", show);
  form.addEventListener("reset", () => setTimeout(show));
  show();
}
