/* Small helps on top of pages that work without them: focus on the error summary, no double submit,
   character counter, warning about unsaved work on the desk, a dialog before acts that ask for one; drafts that are too old are removed. */
"use strict";

const words = document.body.dataset;

function focusErrors() {
  const box = document.querySelector("[data-error-summary]");
  if (!box) return;
  box.focus();
  box.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const control = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!control) return;
    const target = control.matches("fieldset") ? control.querySelector("input, select, textarea") : control;
    const label = control.closest(".field") || control;
    event.preventDefault();
    label.scrollIntoView({ block: "start" });
    target.focus({ preventScroll: true });
  });
}

function countCharacters() {
  const format = (n) => n.toLocaleString(document.documentElement.lang);
  for (const note of document.querySelectorAll("[data-counter]")) {
    const input = document.getElementById(note.dataset.counter);
    const spoken = document.createElement("p");
    spoken.className = "visually-hidden";
    spoken.setAttribute("role", "status");
    note.after(spoken);
    let timer = 0;
    const show = () => {
      // As the server counts: code points of the composed form.
      const used = [...input.value.normalize("NFC").trim()].length;
      const left = note.dataset.limit - used;
      const text = left < 0 ? note.dataset.over : note.dataset.left;
      note.textContent = text.replace("{n}", format(Math.abs(left)));
      note.classList.toggle("is-over", left < 0);
      clearTimeout(timer);
      timer = setTimeout(() => { spoken.textContent = note.textContent; }, 1200);
    };
    input.addEventListener("input", show);
    if (input.value) show();
  }
}

function ask(question, yes) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-label", question);
  const text = document.createElement("p");
  text.textContent = question;
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "dialog__buttons";
  for (const [value, label, kind] of [["yes", yes, "primary"], ["no", words.dialogNo, "secondary"]]) {
    const button = document.createElement("button");
    button.value = value;
    button.textContent = label;
    button.className = "button button--" + kind;
    button.autofocus = value === "no";
    form.append(button);
  }
  dialog.append(text, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

const sent = new WeakSet();
const confirmed = new WeakSet();

function onSubmit(event) {
  const form = event.target;
  if (form.method !== "post") return;
  const button = event.submitter;
  const asker = button && button.dataset.confirm ? button : form;
  if (asker.dataset.confirm && !confirmed.has(form)) {
    event.preventDefault();
    ask(asker.dataset.confirm, asker.dataset.confirmYes || (button ? button.textContent : "")).then((yes) => {
      if (!yes) return;
      confirmed.add(form);
      form.requestSubmit(button);
    });
    return;
  }
  confirmed.delete(form);
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  dirty = false;
  if (button) {
    button.setAttribute("aria-disabled", "true");
    button.dataset.label = button.textContent;
    button.textContent = words.sending;
  }
}

function onShow(event) {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("button[aria-disabled]")) {
    button.removeAttribute("aria-disabled");
    button.textContent = button.dataset.label;
    sent.delete(button.form);
  }
}

let dirty = false;

function warnBeforeLeaving() {
  if (!document.querySelector(".desk")) return;
  document.addEventListener("input", (event) => {
    if (event.target.form && event.target.form.method === "post") dirty = true;
  });
  addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
}

function nameStackedTables() {
  // Browsers forget that a table is one when its rows become cards.
  for (const table of document.querySelectorAll(".table--stack")) {
    table.setAttribute("role", "table");
    const roles = { tbody: "rowgroup", thead: "rowgroup", tr: "row", td: "cell", "th[scope=row]": "rowheader", "th[scope=col]": "columnheader" };
    for (const [selector, role] of Object.entries(roles)) {
      for (const part of table.querySelectorAll(selector)) part.setAttribute("role", role);
    }
  }
}

/* Reports under way are kept on the device for a day (draft.js), wherever one comes by next. */
function forgetOldDrafts() {
  const day = 24 * 60 * 60 * 1000;
  try {
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith("sp4n.draft."))) {
      const { at } = JSON.parse(localStorage.getItem(key));
      if (!(Date.now() - at < day)) localStorage.removeItem(key);
    }
  } catch {
    // Nothing can be kept here, so nothing is.
  }
}

document.addEventListener("submit", onSubmit);
addEventListener("pageshow", onShow);
focusErrors();
countCharacters();
warnBeforeLeaving();
nameStackedTables();
forgetOldDrafts();
