// Bars of a plan that move: by mouse or finger, and by the arrow keys. What moves is written into the fields of the
// table below, which is sent as a form; without this module the fields are filled by hand.
const DAY = 86400000;

const parse = (iso) => new Date(`${iso}T00:00:00Z`);
const german = (day) => {
  const two = (number) => String(number).padStart(2, "0");
  return `${two(day.getUTCDate())}.${two(day.getUTCMonth() + 1)}.${day.getUTCFullYear()}`;
};
const iso = (day) => day.toISOString().slice(0, 10);
const later = (text, days) => iso(new Date(parse(text).getTime() + days * DAY));

for (const picture of document.querySelectorAll("svg[data-gantt]")) {
  const perDay = Number(picture.dataset.day);
  for (const bar of picture.querySelectorAll("[data-gantt-bar]")) prepare(bar, perDay, picture);
}

function prepare(bar, perDay, picture) {
  const key = bar.dataset.ganttBar;
  const first = document.getElementById(`beginn-${key}`);
  const last = document.getElementById(`ende-${key}`);
  if (!first) return;
  const rect = bar.querySelector("rect");
  const origin = parse(bar.dataset.start).getTime();
  const before = { start: bar.dataset.start, end: bar.dataset.end };
  const milestone = bar.dataset.kind === "milestone";
  const width = rect ? Number(rect.getAttribute("width")) : 0;
  bar.setAttribute("tabindex", "0");
  bar.setAttribute("role", "slider");
  bar.setAttribute("aria-label", bar.dataset.name);
  bar.setAttribute("aria-valuemin", "-3650");
  bar.setAttribute("aria-valuemax", "3650");

  function show() {
    const shift = Math.round((parse(bar.dataset.start).getTime() - origin) / DAY);
    bar.setAttribute("transform", `translate(${shift * perDay} 0)`);
    if (rect && last && !milestone) {
      const days = (parse(bar.dataset.end) - parse(bar.dataset.start)) / DAY + 1;
      rect.setAttribute("width", String(Math.max(3, days * perDay)));
    }
    bar.setAttribute("aria-valuenow", String(shift));
    const words = milestone
      ? german(parse(bar.dataset.end))
      : `${german(parse(bar.dataset.start))} bis ${german(parse(bar.dataset.end))}`;
    bar.setAttribute("aria-valuetext", words);
  }

  function write() {
    first.value = german(parse(bar.dataset.start));
    if (last) last.value = german(parse(bar.dataset.end));
    const changed = bar.dataset.start !== before.start || bar.dataset.end !== before.end;
    first.closest("tr").classList.toggle("pf-changed", changed);
    show();
  }

  function move(days) {
    bar.dataset.start = later(bar.dataset.start, days);
    bar.dataset.end = later(bar.dataset.end, days);
    write();
  }

  bar.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 7 : 1;
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      move(event.key === "ArrowRight" ? step : -step);
    } else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && last && !milestone) {
      const end = later(bar.dataset.end, event.key === "ArrowUp" ? step : -step);
      if (end >= bar.dataset.start) bar.dataset.end = end;
      write();
    } else if (event.key === "Escape") {
      bar.dataset.start = before.start;
      bar.dataset.end = before.end;
      write();
    } else {
      return;
    }
    event.preventDefault();
  });

  let from = null;
  bar.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const scale = picture.getBoundingClientRect().width / picture.viewBox.baseVal.width;
    const nearEnd = last && !milestone && rect && event.clientX > rect.getBoundingClientRect().right - 8 && width > 24;
    from = { x: event.clientX, scale, start: bar.dataset.start, end: bar.dataset.end, nearEnd };
    bar.setPointerCapture(event.pointerId);
  });
  bar.addEventListener("pointermove", (event) => {
    if (!from) return;
    const days = Math.round((event.clientX - from.x) / from.scale / perDay);
    const end = later(from.end, days);
    if (!from.nearEnd) bar.dataset.start = later(from.start, days);
    if (end >= bar.dataset.start) bar.dataset.end = end;
    write();
  });
  for (const name of ["pointerup", "pointercancel"]) {
    bar.addEventListener(name, () => { from = null; });
  }

  for (const input of [first, last]) {
    input?.addEventListener("change", () => {
      const found = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(input.value.trim());
      if (!found) return;
      const day = new Date(Date.UTC(Number(found[3]), Number(found[2]) - 1, Number(found[1])));
      if (input === first) {
        const length = last ? 0 : parse(bar.dataset.end) - parse(bar.dataset.start);
        bar.dataset.start = iso(day);
        if (!last) bar.dataset.end = iso(new Date(day.getTime() + length));
      } else {
        bar.dataset.end = iso(day);
      }
      show();
    });
  }
  show();
}
