/* Keys for people who work on the desk all day. Nothing here is the only way to do a thing, and the
   switch in the panel turns all of it off on this device. */
"use strict";

const CHOICE = "sp4n.keys";
const panel = document.querySelector("[data-keys]");
const choice = document.querySelector("[data-keys-on]");

function remembered() {
  try {
    return localStorage.getItem(CHOICE) !== "off";
  } catch {
    return true;
  }
}

function remember(on) {
  try {
    localStorage.setItem(CHOICE, on ? "on" : "off");
  } catch {
    // Kept for this page only.
  }
}

/* In a list the next or previous row; on a case, the neighbour in its list. */
function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return follow(by > 0 ? "next-case" : "previous-case");
  const here = rows.indexOf(document.activeElement);
  const next = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by];
  if (!next) return;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function follow(name) {
  const link = document.querySelector(`[data-key="${name}"]`);
  if (link) link.click();
}

/* Opens what is folded around a control before it goes there. */
function reach(name) {
  const place = document.querySelector(`[data-key="${name}"]`);
  if (!place) return;
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const inside = place.querySelector("details");
  if (inside) inside.open = true;
  const control = place.matches("input") ? place : place.querySelector("textarea, select, input:not([type=hidden])");
  if (control) control.focus();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  u: () => follow("list"),
  t: () => reach("act"),
  c: () => reach("note"),
  "/": () => reach("search"),
  "?": () => panel.showModal(),
};

function typing(target) {
  return target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio])");
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!choice.checked || document.querySelector("dialog[open]") || typing(event.target)) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

/* A jump on a telephone ends in the field, not above it. */
function onJump(event) {
  const link = event.target.closest("[data-jump]");
  if (!link) return;
  event.preventDefault();
  document.querySelector(link.hash).scrollIntoView({ block: "start" });
  reach(link.dataset.jump);
}

/* A reply template goes into the answer in place: what was typed stays before it. */
function useReply(event) {
  const button = event.target.closest("[data-replies] button");
  if (!button) return;
  event.preventDefault();
  const select = button.closest("[data-replies]").querySelector("select");
  const reply = select.selectedOptions[0];
  const answer = button.form.elements.namedItem("body");
  if (!reply.dataset.text) return select.focus();
  if (!answer.value.includes(reply.dataset.text)) answer.value = [answer.value.trim(), reply.dataset.text].filter(Boolean).join("\n\n");
  if (reply.dataset.final) button.form.elements.namedItem("final").value = reply.dataset.final;
  answer.dispatchEvent(new Event("input", { bubbles: true }));
  answer.focus();
}

if (panel) {
  choice.checked = remembered();
  choice.addEventListener("change", () => remember(choice.checked));
  const opener = document.querySelector("[data-keys-open]");
  opener.hidden = false;
  opener.addEventListener("click", () => panel.showModal());
  document.addEventListener("keydown", onKey);
}
document.addEventListener("click", onJump);
document.addEventListener("click", useReply);
