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

// A photo: a box is drawn by dragging, and written as a line of numbers into the form.
for (const cover of document.querySelectorAll("[data-cover]")) {
  const boxes = document.querySelector("textarea[name=boxes]");
  const photo = cover.querySelector("img");
  const hint = document.createElement("p");
  hint.className = "hint";
  hint.textContent = cover.dataset.coverLabel;
  cover.before(hint);
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "button button--secondary";
  undo.textContent = cover.dataset.coverUndo;
  cover.after(undo);
  const lines = () => boxes.value.split("\n").filter((line) => line.trim());
  const draw = () => {
    for (const old of cover.querySelectorAll(".cover__box")) old.remove();
    for (const line of lines()) add(line.split(",").map(Number));
  };
  const add = ([left, top, width, height]) => {
    const box = document.createElement("span");
    box.className = "cover__box";
    Object.assign(box.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
    cover.append(box);
    return box;
  };
  const place = (event) => {
    const area = photo.getBoundingClientRect();
    const share = (at, from, size) => Math.min(100, Math.max(0, ((at - from) / size) * 100));
    return [share(event.clientX, area.left, area.width), share(event.clientY, area.top, area.height)];
  };
  let from = null;
  const between = (event) => {
    const [x, y] = place(event);
    const sizes = [Math.min(x, from[0]), Math.min(y, from[1]), Math.abs(x - from[0]), Math.abs(y - from[1])];
    return sizes.map((one) => Math.round(one * 10) / 10);
  };
  cover.addEventListener("pointerdown", (event) => {
    from = place(event);
    cover.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  cover.addEventListener("pointermove", (event) => {
    if (!from) return;
    draw();
    add(between(event));
  });
  cover.addEventListener("pointerup", (event) => {
    const box = from && between(event);
    from = null;
    if (box && box[2] > 0.5 && box[3] > 0.5) boxes.value = [...lines(), box.join(", ")].join("\n");
    draw();
  });
  undo.addEventListener("click", () => {
    boxes.value = lines().slice(0, -1).join("\n");
    draw();
  });
  boxes.addEventListener("input", draw);
  draw();
}
