// Keeps what was typed in a form (data-keep="key") in this tab until it has arrived: an expired session or a lost
// connection costs nobody their text. Nothing is kept after the tab is closed; passwords and files never.
const PREFIX = "lw-keep:";
const english = document.documentElement.lang === "en";
const words = english
  ? { restored: "We kept what you typed.", discard: "Discard", offline: "You are offline. What you typed is kept. Send it again when you are connected." }
  : { restored: "Ihre Eingaben von vorhin sind wieder da.", discard: "Verwerfen", offline: "Sie sind offline. Ihre Eingaben bleiben erhalten. Senden Sie sie ab, sobald Sie wieder verbunden sind." };

const read = (key) => { try { return JSON.parse(sessionStorage.getItem(PREFIX + key)); } catch { return null; } };
const write = (key, value) => { try { sessionStorage.setItem(PREFIX + key, JSON.stringify(value)); } catch { /* full or forbidden */ } };
const drop = (key) => { try { sessionStorage.removeItem(PREFIX + key); } catch { /* forbidden */ } };
const fields = (form) => [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type) && field.tagName !== "FIELDSET");
const valueOf = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value);
const keyOf = (field) => (["checkbox", "radio"].includes(field.type) ? `${field.name}=${field.value}` : field.name);
const snapshot = (form) => Object.fromEntries(fields(form).map((field) => [keyOf(field), valueOf(field)]));

const note = (form, text, action) => {
  form.querySelector(".lw-kept")?.remove();
  const box = document.createElement("p");
  box.className = "lw-kept";
  box.setAttribute("role", "status");
  box.append(text);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.discard;
    button.addEventListener("click", action);
    box.append(button);
  }
  form.prepend(box);
};

const forms = document.querySelectorAll("form[data-keep]");
for (const form of forms) {
  const key = form.dataset.keep;
  const base = snapshot(form);
  const kept = read(key);
  if (kept && document.querySelector("[data-error-summary]")) {
    drop(key);
  } else if (kept) {
    let changed = false;
    for (const field of fields(form)) {
      const name = keyOf(field);
      if (!(name in kept.values) || kept.values[name] === base[name] || kept.base[name] !== base[name]) continue;
      if (["checkbox", "radio"].includes(field.type)) field.checked = kept.values[name]; else field.value = kept.values[name];
      changed = true;
    }
    if (changed) form.dispatchEvent(new Event("change", { bubbles: true }));
    if (changed) note(form, words.restored, () => { drop(key); form.reset(); form.querySelector(".lw-kept").remove(); });
    else drop(key);
  }
  form.addEventListener("input", () => write(key, { base, values: snapshot(form), sent: false }));
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    write(key, { base, values: snapshot(form), sent: true });
    if (!navigator.onLine) {
      event.preventDefault();
      note(form, words.offline);
      form.querySelector(".lw-kept").scrollIntoView({ block: "center" });
    }
  });
}
if (forms.length || document.querySelector("[data-keep-clear]")) {
  const here = new Set([...forms].map((form) => form.dataset.keep));
  for (const name of Object.keys(sessionStorage)) {
    const key = name.startsWith(PREFIX) && name.slice(PREFIX.length);
    if (key && !here.has(key) && read(key)?.sent) drop(key);
  }
}
