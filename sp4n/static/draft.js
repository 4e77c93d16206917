/* A report under way, kept on this device until it is sent: what was typed outlives a crash, a closed
   tab and an ended session. Never the name, the contact or a code; nothing of a report that is to be
   anonymous or confidential, from the moment that this is said; and for a day at most (app.js). */
"use strict";

{
  const KEPT = ["classification", "title", "description", "occurred_on", "location", "category"];
  const PAUSE = 400; // ms of no typing before it is kept
  const key = "sp4n.draft." + document.currentScript.dataset.site;
  const form = document.querySelector("form[data-draft]");
  let left = false;
  const same = (a, b) => a.normalize("NFC").trim().replace(/\s+/g, " ") === b.normalize("NFC").trim().replace(/\s+/g, " ");

  function read() {
    try {
      return JSON.parse(localStorage.getItem(key)) || {};
    } catch {
      return {};
    }
  }

  function write(draft) {
    try {
      localStorage.setItem(key, JSON.stringify({ ...draft, at: Date.now() }));
    } catch {
      // No room, or none allowed: the answers are kept by the server step by step.
    }
  }

  function forget() {
    try {
      localStorage.removeItem(key);
    } catch {
      // There is none.
    }
  }

  /* To be anonymous or confidential: as it is ticked here, else as it was answered. */
  function secret() {
    const boxes = ["anonymous", "confidential"].map((name) => form.elements[name]).filter(Boolean);
    return boxes.length ? boxes.some((box) => box.checked) : form.hasAttribute("data-private");
  }

  const controls = () => KEPT.filter((name) => form.elements[name]);
  const typed = () => Object.fromEntries(controls().map((name) => [name, form.elements[name].value]));

  /* Of this page's answers, those that are kept and stand otherwise on the page. */
  function missing(draft) {
    return controls().filter((name) => draft.answers[name] && !same(draft.answers[name], form.elements[name].value));
  }

  function fill(draft, names) {
    for (const name of names) {
      form.elements[name].value = draft.answers[name];
      const control = form.elements[name];
      if (control.dispatchEvent) control.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function keepFromNowOn(draft) {
    const own = { form: form.dataset.draft, answers: {}, ...draft };
    let timer = 0;
    const keep = () => {
      clearTimeout(timer);
      timer = 0;
      if (own.off || left) return;
      if (secret()) {
        own.answers = {};
        if (read().form === own.form) forget();
        return;
      }
      own.answers = { ...own.answers, ...typed() };
      write(own);
    };
    const flush = () => timer && keep();
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(keep, secret() ? 0 : PAUSE);
    });
    addEventListener("pagehide", flush);
    document.addEventListener("visibilitychange", flush);
    explain(own);
  }

  /* What is kept here, for who shares the device; and the way to end it. */
  function explain(own) {
    const note = document.querySelector("[data-device-note]");
    note.hidden = Boolean(own.off) || secret();
    note.querySelector("button").addEventListener("click", () => {
      Object.assign(own, { off: true, answers: {} });
      write(own);
      note.querySelector("[role=status]").textContent = note.dataset.done;
    });
  }

  function offer(draft) {
    const place = document.querySelector("template[data-draft-offer]");
    place.after(place.content.cloneNode(true));
    const notice = place.nextElementSibling;
    notice.addEventListener("click", (event) => {
      const choice = event.target.closest("button");
      if (!choice) return;
      notice.remove();
      if (choice.name === "discard") {
        forget();
        keepFromNowOn({});
      } else {
        const taken = { ...draft, form: form.dataset.draft, resumed: true };
        write(taken);
        keepFromNowOn(taken);
        fill(draft, missing(draft));
      }
      form.querySelector("input:not([type=hidden]), textarea").focus();
    });
  }

  function start() {
    const draft = read();
    const own = draft.form === form.dataset.draft;
    if (own && secret()) {
      forget();
      keepFromNowOn({});
      return;
    }
    const lost = draft.answers ? missing(draft) : [];
    if (own && draft.resumed) {
      keepFromNowOn(draft);
      fill(draft, lost.filter((name) => !form.elements[name].value));
    } else if (own ? lost.length : worthKeeping(draft) && !document.querySelector("[data-unfinished]")) {
      offer(draft);
    } else {
      keepFromNowOn(own ? draft : {});
    }
  }

  /* More than a choice that is made again with one press. */
  const worthKeeping = (draft) => Boolean(draft.answers) && KEPT.some((name) => name !== "classification" && draft.answers[name]);

  /* Without a connection nothing is sent into the void, and the page with all that was typed stays. */
  function waitForConnection(event) {
    const words = document.querySelector("template[data-offline]");
    const alert = words.parentElement;
    while (alert.lastElementChild !== words) alert.lastElementChild.remove();
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopPropagation();
    alert.append(words.content.cloneNode(true));
    alert.scrollIntoView({ block: "nearest" });
  }

  /* Away at once: nothing typed stays on the device, and Back does not lead here. */
  function leave(event) {
    event.preventDefault();
    left = true;
    forget();
    document.documentElement.hidden = true;
    location.replace(event.currentTarget.href);
  }

  const sent = document.querySelector("[data-sent]");
  if (sent && read().form === sent.dataset.sent) forget();
  if (form) start();
  const sending = document.querySelector("form[data-form=lapor]");
  if (sending && document.querySelector("template[data-offline]")) sending.addEventListener("submit", waitForConnection);
  const exit = document.querySelector("[data-exit]");
  if (exit) exit.addEventListener("click", leave);
}
