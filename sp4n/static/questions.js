/* A question that is asked only after a certain answer comes, and goes, as that answer is chosen. What was typed into one
   that went stays in the page and is not sent. */
"use strict";

{
  const form = document.querySelector("form[data-form=lapor], form[data-form=coba]");
  const chosen = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]:checked`)].filter((one) => !one.closest("[hidden]"));

  function part(place) {
    if (place.localName !== "template") return place;
    const made = document.createElement("div");
    made.dataset.when = place.dataset.when;
    made.dataset.answer = place.dataset.answer;
    made.append(place.content.cloneNode(true));
    place.replaceWith(made);
    return made;
  }

  /* In their order: a question that goes takes those with it that it asked for. */
  function refresh() {
    for (const place of form.querySelectorAll("[data-when]")) {
      const wanted = chosen(place.dataset.when).some((one) => one.value === place.dataset.answer);
      if (!wanted && place.localName === "template") continue;
      const shown = part(place);
      shown.hidden = !wanted;
      for (const control of shown.querySelectorAll("input, textarea, select")) control.disabled = !wanted;
    }
  }

  if (form) {
    form.addEventListener("change", refresh);
    refresh();
  }
}
