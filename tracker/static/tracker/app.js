/* What pages need beside HTML. Every page works without this file; it only makes them handier. */
(() => {
  "use strict";
  const root = document.documentElement;
  const each = (selector, act, within = document) => within.querySelectorAll(selector).forEach(act);

  // --- Colour scheme: kept in a cookie, so that the server can write it into the page.
  const showTheme = () =>
    each("[data-theme-choice]", (b) => b.setAttribute("aria-pressed", String(b.dataset.themeChoice === root.dataset.theme)));
  const chooseTheme = (choice) => {
    root.dataset.theme = choice;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${choice}; path=/; max-age=31536000; samesite=lax${secure}`;
    root.dispatchEvent(new Event("theme:chosen"));
    showTheme();
  };

  // --- A zone of one's own: where the browser is, unless something was chosen already.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  each("select[data-own-zone]", (select) => {
    if (!select.form.querySelector(".is-invalid") && [...select.options].some((o) => o.value === zone)) select.value = zone;
  });

  // --- Dialogs: a link with data-dialog-url loads that page's [data-dialog-part] into the one dialog.
  const modal = () => document.getElementById("modal");
  const partOf = (html) => new DOMParser().parseFromString(html, "text/html").querySelector("[data-dialog-part]");
  // The page behind the dialog may hold the same form: ids must not meet.
  const prepare = (part, url) => {
    // A form without an address answers to its own page, not to the one behind the dialog.
    each("form:not([action])", (form) => form.setAttribute("action", url), part);
    each("[id]", (e) => { e.id = `dlg-${e.id}`; }, part);
    for (const name of ["for", "form", "aria-describedby", "aria-labelledby", "aria-controls"])
      each(`[${name}]`, (e) => e.setAttribute(name, e.getAttribute(name).split(" ").map((id) => `dlg-${id}`).join(" ")), part);
    each('a[href^="#"]', (a) => a.setAttribute("href", `#dlg-${a.getAttribute("href").slice(1)}`), part);
    return part;
  };
  const showPart = (part, url) => {
    const body = document.getElementById("modal-body");
    body.replaceChildren(prepare(part, url));
    document.getElementById("modal-title").textContent = part.dataset.title;
    document.getElementById("modal-offline").hidden = true;
    window.htmx?.process(body);
    if (!modal().open) modal().showModal();
    wake(body);
  };
  const openPage = async (link) => {
    link.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(link.href);
      const part = answer.ok && partOf(await answer.text());
      if (part) showPart(part, answer.url);
      else location.assign(link.href);
    } catch {
      location.assign(link.href);
    } finally {
      link.removeAttribute("aria-busy");
    }
  };
  // The answer to a form in the dialog is either its part again, with errors, or the whole page it
  // leads to. That page is shown as it came: fetching it once more would lose its messages.
  const showPage = (html, url) => {
    const { title, body } = new DOMParser().parseFromString(html, "text/html");
    document.title = title;
    document.body.replaceWith(body);
    const { pathname, search } = new URL(url);
    if (pathname + search !== here) history.pushState(null, "", pathname + search);
    here = pathname + search;
    window.htmx?.process(document.body);
    started();
    wake(document);
    document.getElementById("messages")?.scrollIntoView({ block: "nearest" });
  };
  const send = async (form, button) => {
    const data = new FormData(form, button);
    button?.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: data });
      const html = await answer.text();
      const part = partOf(html);
      if (part) showPart(part, answer.url);
      else showPage(html, answer.url);
    } catch {
      // No line: the dialog says so, and the text stays in the form and in its draft.
      document.getElementById("modal-offline").hidden = false;
    } finally {
      button?.removeAttribute("aria-busy");
    }
  };

  // --- Typed text: forms with data-keep="a key" survive an ended session, a lost line, a closed tab.
  const draftKey = (form) => `draft:${document.body.dataset.user ?? ""}:${form.dataset.keep}`;
  const FORTNIGHT = 14 * 24 * 3600 * 1000;
  const kept = (key) => JSON.parse(localStorage.getItem(key) ?? "null");
  // The version a text was typed on is kept with it, so that the server still notices a newer one.
  const typed = (form) =>
    [...form.elements].filter((e) => e.name === "version" || (e.name && !["hidden", "password", "file", "submit", "button"].includes(e.type)));
  const words = (values) => JSON.stringify(values.filter(([name]) => name !== "version"));
  const read = (form) => typed(form).map((e) => [e.name, e.value, ["checkbox", "radio"].includes(e.type) ? e.checked : null]);
  const keep = (form, sent = false) =>
    localStorage.setItem(draftKey(form), JSON.stringify({ at: Date.now(), sent, values: read(form) }));
  const forgetAll = (match) =>
    Object.keys(localStorage).filter((key) => key.startsWith("draft:") && match(key)).forEach((key) => localStorage.removeItem(key));
  const restore = (form, values) => {
    const fields = typed(form);
    values.forEach(([name, value, checked], index) => {
      const e = fields[index]?.name === name ? fields[index] : null;
      if (!e) return;
      if (checked === null) e.value = value;
      else e.checked = checked;
    });
  };
  const offerKept = (form) => {
    const key = draftKey(form);
    const draft = kept(key);
    const before = read(form);
    // After an error the server has sent the typed text back itself.
    if (!draft || form.querySelector("[aria-invalid]") || words(draft.values) === words(before)) return;
    const note = document.getElementById("kept-note")?.content.firstElementChild.cloneNode(true);
    if (!note) return;
    restore(form, draft.values);
    note.querySelector("[data-kept-at]").textContent = new Date(draft.at).toLocaleString(root.lang);
    note.querySelector("button").addEventListener("click", () => {
      restore(form, before);
      localStorage.removeItem(key);
      note.remove();
    });
    form.prepend(note);
  };

  // --- Tables: only one that is wider than its frame needs to scroll, and to take the focus for it.
  const fitTables = () =>
    each(".table-frame", (frame) => {
      frame.classList.remove("fits");
      const fits = frame.scrollWidth <= frame.clientWidth + 1;
      frame.classList.toggle("fits", fits);
      if (fits) frame.removeAttribute("tabindex");
      else frame.tabIndex = 0;
    });

  const wake = (within) => {
    each("form[data-keep]", offerKept, within);
    fitTables();
    within.querySelector("[data-error-summary]")?.focus();
  };

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
    const link = at("a[data-dialog-url]");
    if (link && plain && modal()) {
      event.preventDefault();
      openPage(link);
    } else if (at("[data-dialog]") && plain) {
      const box = document.getElementById(at("[data-dialog]").dataset.dialog);
      if (box) { event.preventDefault(); box.showModal(); }
    } else if (at("[data-theme-choice]")) chooseTheme(at("[data-theme-choice]").dataset.themeChoice);
    else if (at("[data-dismiss]")) at("[data-message]").remove();
    else if (at("[data-print]")) window.print();
    else if (event.target instanceof HTMLDialogElement) event.target.close();
    each("[data-menu][open]", (menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    each("[data-menu][open]", (menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.dataset.keep) keep(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.keep) keep(form, true);
    if (form.hasAttribute("data-sign-out")) forgetAll(() => true);
    if (form.closest("#modal-body") && form.method === "post") {
      event.preventDefault();
      send(form, event.submitter);
    }
  });

  // --- Going back to a page that a dialog's form led to, or came from.
  let here = location.pathname + location.search;
  addEventListener("popstate", () => { if (here !== location.pathname + location.search) location.reload(); });
  document.addEventListener("htmx:afterSettle", (event) => { started(); wake(event.target); });

  const started = () => {
    // A success message says that what was sent is saved: its draft has done its work.
    const saved = document.querySelector('[data-message~="success"]');
    forgetAll((key) => (saved && kept(key).sent) || Date.now() - kept(key).at > FORTNIGHT);
    showTheme();
    // On a phone the tab one is on may lie beyond the edge.
    each(".tabs [aria-current]", (tab) => { tab.closest(".tabs").scrollLeft += tab.getBoundingClientRect().left - 24; });
  };
  if (matchMedia("(max-width: 640px)").matches) each("[data-filters]:not([data-active])", (box) => { box.open = false; });
  started();
  wake(document);
  addEventListener("resize", fitTables);
})();
