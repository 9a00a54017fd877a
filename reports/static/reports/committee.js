// The committee's pages: what is typed is saved every few seconds, and a meeting is led by
// keyboard. Everything works without this file: each form has its own button.
(() => {
  "use strict";

  // --- Autosave: a form with data-autosave is sent three seconds after the last key.
  const PAUSE = 3000;
  const note = (form, text) => {
    const place = form.querySelector("[data-autosave-note]");
    if (place) place.textContent = text;
  };
  const save = async (form) => {
    const body = new FormData(form);
    body.set("step", "save");
    const sent = JSON.stringify([...body]);
    try {
      const answer = await fetch(form.action || location.href, {
        method: "POST", body, headers: { "X-Autosave": "1" }, redirect: "error",
      });
      const said = await answer.json();
      if (!answer.ok) { note(form, said.errors.join(" ")); return; }
      const version = form.elements.namedItem("version");
      if (version && said.version) version.value = said.version;
      note(form, `✓ ${new Date().toLocaleTimeString(document.documentElement.lang)}`);
      const now = new FormData(form);
      now.set("step", "save");
      const before = JSON.parse(sent).filter(([name]) => name !== "version");
      const after = [...now].filter(([name]) => name !== "version");
      if (JSON.stringify(before) !== JSON.stringify(after)) plan(form);
    } catch {
      // Offline: the text is kept in this browser (data-keep), and is sent by the next try.
      plan(form, PAUSE * 3);
    }
  };
  const waiting = new WeakMap();
  // What is on its way now, by form.
  const saving = new WeakMap();
  const plan = (form, pause = PAUSE) => {
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(() => {
      if (saving.has(form)) { plan(form, 500); return; }
      saving.set(form, save(form).finally(() => saving.delete(form)));
    }, pause));
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-autosave]");
    if (form) plan(form);
  });
  // A button waits for what is on its way, and is then pressed with the newer version: a person
  // must not be in conflict with themselves.
  const pressed = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    clearTimeout(waiting.get(form));
    if (!saving.has(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (pressed.has(form)) return;
    pressed.add(form);
    const button = event.submitter;
    saving.get(form).then(() => {
      pressed.delete(form);
      form.requestSubmit(button);
    });
  }, true);

  // --- An agenda, and a review, by keyboard: part by part.
  const parts = () => [...document.querySelectorAll("[data-part]")];
  const typing = (at) => at.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  const here = () => document.activeElement?.closest("[data-part]");
  const go = (by) => {
    const all = parts();
    const at = all.indexOf(here());
    const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  const write = (part) => {
    const text = part.querySelector("[data-minutes]");
    text?.closest("details")?.setAttribute("open", "");
    text?.focus();
  };
  const mark = (part, value) => {
    const select = part.querySelector("[data-mark]");
    if (!select) return false;
    select.value = value === "0" ? "" : value;
    select.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  };
  // A key with no meaning of its own presses what says so, in the part or else on the page.
  const press = (part, key) => {
    const named = `[data-key="${CSS.escape(key)}"]`;
    const found = part.querySelector(named) ?? document.querySelector(`${named}:not([data-part] *)`);
    found?.click();
    return Boolean(found);
  };
  document.addEventListener("keydown", (event) => {
    if (!parts().length || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) {
      if (event.key === "Escape") here()?.focus();
      return;
    }
    const part = here() ?? parts()[0];
    if (event.key === "j" || event.key === "ArrowDown" && here()) go(1);
    else if (event.key === "k" || event.key === "ArrowUp" && here()) go(-1);
    else if (event.key === "m") write(part);
    else if (/^[0-5]$/.test(event.key) && here() && mark(part, event.key));
    else if (/^[a-z]$/.test(event.key) && press(part, event.key));
    else return;
    event.preventDefault();
  });
})();
