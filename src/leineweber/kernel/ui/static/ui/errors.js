// The error summary takes the focus when the page opens, and its links put the cursor into the field.
const summary = document.querySelector("[data-error-summary]");
if (summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    event.preventDefault();
    const field = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
    const label = target.closest("fieldset") || (field && field.labels && field.labels[0]) || target;
    label.scrollIntoView();
    (field || target).focus({ preventScroll: true });
  });
}
