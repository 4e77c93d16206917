// With a mouse: words that are marked in the text are added to those that are masked.
"use strict";
for (const form of document.querySelectorAll("[data-hiding]")) {
  const more = form.querySelector("textarea[name=more]");
  const texts = form.querySelectorAll("[name=public_title], [name=public_body], [name=public_location]");
  const label = form.dataset.hidingLabel;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--secondary hide-picked";
  button.textContent = label;
  button.hidden = true;
  more.closest(".field").append(button);
  let picked = "";
  for (const text of texts) {
    text.addEventListener("select", () => {
      picked = text.value.slice(text.selectionStart, text.selectionEnd).trim();
      button.hidden = !picked;
    });
  }
  button.addEventListener("click", () => {
    const lines = more.value.split("\n").filter(Boolean);
    for (const line of picked.split("\n")) if (line.trim() && !lines.includes(line.trim())) lines.push(line.trim());
    more.value = lines.join("\n");
    button.hidden = true;
    more.focus();
  });
}
