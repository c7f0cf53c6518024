// Opens native dialogs; asks before a form is sent whose button names a dialog (data-confirm).
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  const dialog = opener && document.getElementById(opener.dataset.dialogOpen);
  if (!dialog) return;
  event.preventDefault();
  dialog.showModal();
});

let confirmed = null;
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  const dialog = button && button.dataset.confirm && document.getElementById(button.dataset.confirm);
  if (!dialog || confirmed === button) {
    confirmed = null;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  dialog.returnValue = "no";
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "yes") {
      confirmed = button;
      event.target.requestSubmit(button);
    }
  }, { once: true });
  dialog.showModal();
}, true);
