/* What a page says when the browser, the device or the person refused a passkey. */
(() => {
  "use strict";
  document.addEventListener("allauth.error", (event) => {
    const note = document.querySelector("[data-passkey-failed]");
    if (!note) return;
    event.preventDefault();
    note.hidden = false;
  });
})();
