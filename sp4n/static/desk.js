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
  reachIn(document.querySelector(`[data-key="${name}"]`));
}

function reachIn(place) {
  if (!place) return;
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const inside = place.querySelector("details");
  if (inside) inside.open = true;
  const control = place.matches("input") ? place : place.querySelector("textarea, select, input:not([type=hidden])");
  if (control) control.focus();
}

/* The panel of an act, if this case has it now. */
function reachPanel(id) {
  const named = document.getElementById(id);
  reachIn(named && named.closest(".panel"));
}

/* In the list: the box of the row that is marked. */
function tick() {
  const row = document.activeElement.closest("tr");
  const box = row && row.querySelector(".pick__box");
  if (box) box.click();
}

function reachPicked() {
  const button = document.querySelector("[data-picked] button");
  if (button) button.focus();
}

/* Sends the form that is being filled in, and goes on to the next case where it offers that. */
function sendOn(event) {
  const form = event.target.form;
  if (!form || form.method !== "post") return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[name=lanjut]"));
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  u: () => follow("list"),
  t: () => reach("act"),
  v: () => reachPanel("verifikasi"),
  g: () => reachPanel("jawab"),
  r: () => reachPanel("teruskan"),
  a: () => reachPanel("arsipkan"),
  c: () => reach("note"),
  x: tick,
  m: reachPicked,
  "/": () => reach("search"),
  "?": () => panel.showModal(),
};

function typing(target) {
  return target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio])");
}

function onKey(event) {
  if (choice.checked && event.key === "Enter" && (event.ctrlKey || event.metaKey)) return sendOn(event);
  if (event.key === "Enter" && event.target.matches("[data-replies] select")) return useReply(event);
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
  const place = event.target.closest("[data-replies] :is(button, select)")?.closest("[data-replies]");
  if (!place || (event.type === "click" && event.target.matches("select, option"))) return;
  event.preventDefault();
  const button = place.querySelector("button");
  const select = place.querySelector("select");
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

/* On a phone the bar and the tabs are wider than the screen: where one is comes into sight. */
for (const place of document.querySelectorAll(":is(.topbar__nav, .tabs) [aria-current]")) {
  const strip = place.closest("nav");
  strip.scrollLeft = place.offsetLeft + place.offsetWidth / 2 - strip.clientWidth / 2;
}
