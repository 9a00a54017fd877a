/* Sections of a report, saved while they are typed. app.js keeps every keystroke in the browser;
   this sends what is typed at least every few seconds, and again when a line comes back. */
(() => {
  "use strict";
  const EVERY = 3000;
  const forms = new Map();
  const state = (form) => {
    if (!forms.has(form)) forms.set(form, { dirty: false, busy: false, tried: 0, sent: null });
    return forms.get(form);
  };
  const text = (form) => form.querySelector("textarea[name=text]");
  const count = (form) => {
    const words = form.querySelector("[data-words]");
    if (!words) return;
    const number = (text(form).value.match(/\S+/g) ?? []).length;
    words.querySelector("[data-count]").textContent = number;
    words.toggleAttribute("data-over", Boolean(words.dataset.limit) && number > Number(words.dataset.limit));
  };
  const say = (form, name, is) => { form.querySelector(`[data-${name}]`).hidden = !is; };
  const forget = (form) =>
    localStorage.removeItem(`draft:${document.body.dataset.user ?? ""}:${form.dataset.keep}`);
  const send = (form, chosen = false) => {
    const now = state(form);
    // A conflict waits for the person: sending on would write over somebody else's text.
    if (!now.dirty || now.busy || (!chosen && form.querySelector(".conflict"))) return;
    now.busy = true;
    now.tried = Date.now();
    now.sent = text(form).value;
    window.htmx.trigger(form, "save");
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-write]");
    if (!form) return;
    state(form).dirty = true;
    count(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches?.("form[data-write]")) return;
    const now = state(form);
    const status = event.detail.xhr?.status ?? 0;
    now.busy = false;
    say(form, "offline", status === 0 || status >= 500);
    // The session has ended, or began anew elsewhere: what is typed stays, and is sent again.
    say(form, "signed-out", status === 401 || status === 403);
    // Typed on in the meantime: that is still to be sent.
    if (status === 200 && now.sent === text(form).value) {
      now.dirty = false;
      forget(form);
    }
    if (status === 409 || status === 422) now.dirty = false;
  });
  // The button saves where one is: loading the page again would take the place and the focus away.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches?.("form[data-write]") || event.submitter?.name === "nothing") return;
    event.preventDefault();
    const now = state(form);
    now.dirty = true;
    now.tried = 0;
    send(form, true);
  });
  // A restored draft was typed but never saved.
  const wake = () => document.querySelectorAll("form[data-write]").forEach((form) => {
    count(form);
    if (form.querySelector(".kept")) state(form).dirty = true;
  });
  const all = () => forms.forEach((now, form) => { if (form.isConnected && Date.now() - now.tried >= EVERY) send(form); });
  setInterval(all, 500);
  addEventListener("online", () => forms.forEach((now, form) => send(form)));
  document.addEventListener("visibilitychange", () => forms.forEach((now, form) => { if (document.hidden) send(form); }));
  // app.js is deferred too and comes first; its notes are there by now.
  wake();
})();
