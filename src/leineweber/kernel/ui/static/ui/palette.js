// The command palette: Strg K opens it, typing narrows it, arrows choose, Enter goes there. The targets are in the
// page already; things opened lately are remembered in this tab only. Without a script its button leads to the search.
const dialog = document.querySelector("[data-palette]");
const list = dialog.querySelector("[role=listbox]");
const field = dialog.querySelector("input");
const RECENT = "lw-recent";
const fixed = [...list.children];
let chosen = 0;

const recent = () => { try { return JSON.parse(sessionStorage.getItem(RECENT)) || []; } catch { return []; } };
// One entry for each thing, however many of its pages were open; the answer to a form is no page to come back to.
const here = { href: location.pathname + location.search, title: document.title.split(" – ")[0] };
const others = () => recent().filter((item) => item.href !== here.href && item.title !== here.title);
try {
  if (!("posted" in dialog.dataset)) sessionStorage.setItem(RECENT, JSON.stringify([here, ...others()].slice(0, 12)));
} catch { /* forbidden */ }

const plain = (text) => text.toLocaleLowerCase("de").normalize("NFD").replace(/\p{M}/gu, "").replace("ß", "ss");
const option = (id, href, text, note) => {
  const item = document.createElement("li");
  item.id = id;
  item.role = "option";
  item.dataset.href = href;
  const label = document.createElement("span");
  label.textContent = text;
  const small = document.createElement("small");
  small.textContent = note;
  item.append(label, small);
  return item;
};
const choose = (index) => {
  const items = [...list.children];
  chosen = items.length ? (index + items.length) % items.length : 0;
  items.forEach((item, number) => item.setAttribute("aria-selected", String(number === chosen)));
  if (items[chosen]) {
    items[chosen].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", items[chosen].id);
  }
};
const show = () => {
  const words = plain(field.value).split(/\s+/).filter(Boolean);
  const fits = (item) => words.every((word) => plain(item.textContent).includes(word));
  const lately = others().filter((item) => !fixed.some((one) => one.dataset.href === item.href)).map((item, index) => option(`lw-zuletzt-${index}`, item.href, item.title, list.dataset.recent));
  const items = [...lately, ...fixed].filter(fits).slice(0, 30);
  if (words.length) {
    items.push(option("lw-ueberall", `${dialog.dataset.search}?q=${encodeURIComponent(field.value.trim())}`, `${list.dataset.everywhere} „${field.value.trim()}“`, ""));
  }
  list.replaceChildren(...items);
  choose(0);
};
const open = (event) => { event.preventDefault(); field.value = ""; show(); dialog.showModal(); field.focus(); };
const go = (item) => { if (item) location.assign(item.dataset.href); };

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
    if (dialog.open) { event.preventDefault(); dialog.close(); } else open(event);
  }
});
document.querySelector("[data-palette-open]").addEventListener("click", open);
dialog.querySelector("[data-palette-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
field.addEventListener("input", show);
field.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
  if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen - 1); }
  if (event.key === "Escape") { event.preventDefault(); dialog.close(); }
  if (event.key === "Enter") { event.preventDefault(); go(list.children[chosen]); }
});
list.addEventListener("click", (event) => go(event.target.closest("li")));
