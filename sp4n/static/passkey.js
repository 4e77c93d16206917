/* Asks the device for a passkey and sends what it answers with the form. `data-passkey` of the form:
   "get" to sign in, "create" to add one; `data-options`: what the server asks. */
"use strict";

const form = document.querySelector("[data-passkey]");

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function asked(options) {
  const keys = (list) => (list || []).map((key) => ({ ...key, id: bytes(key.id) }));
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (options.user) publicKey.user = { ...options.user, id: bytes(options.user.id) };
  publicKey.allowCredentials = keys(options.allowCredentials);
  publicKey.excludeCredentials = keys(options.excludeCredentials);
  return { publicKey };
}

function answered(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

/* One of the sentences that the page brings along; none: all are hidden. */
function say(name) {
  for (const one of document.querySelectorAll("[data-passkey-says]")) one.hidden = one.dataset.passkeySays !== name;
}

let underWay = false;

async function ask() {
  if (underWay) return;
  underWay = true;
  say("");
  try {
    const credential = await navigator.credentials[form.dataset.passkey](asked(JSON.parse(form.dataset.options)));
    form.elements.credential.value = answered(credential);
    form.requestSubmit();
  } catch (fault) {
    say(fault.name === "InvalidStateError" ? "known" : "stopped");
  }
  underWay = false;
}

function onSubmit(event) {
  if (form.elements.credential.value) return;
  event.preventDefault();
  event.stopPropagation();
  ask();
}

if (form && window.PublicKeyCredential && navigator.credentials) {
  say("");
  form.addEventListener("submit", onSubmit);
  addEventListener("pageshow", () => { form.elements.credential.value = ""; });
  if ("auto" in form.dataset) ask();
}
