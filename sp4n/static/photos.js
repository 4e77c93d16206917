/* Photos are made smaller before they are sent: quicker and cheaper on a telephone, and without the
   place and time that a camera writes into them. The server checks what comes all the same. */
"use strict";

{
  const LONGEST = 1600; // px
  const QUALITY = .8;
  const PATIENCE = 15_000; // ms for one photo; after that it goes as it is
  const PHOTO = /^image\/(jpeg|png|webp)$/;
  const input = document.querySelector("form[data-form=lapor] input[type=file]");
  const status = document.querySelector("[data-photos]");
  let working = null;

  async function smaller(file) {
    if (!PHOTO.test(file.type)) return file;
    const blob = await Promise.race([redrawn(file), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: blob.type });
  }

  /* Nothing where it is no picture, or too much for this device. */
  async function redrawn(file) {
    try {
      const photo = await createImageBitmap(file); // turned as the camera says
      const blob = await drawn(photo);
      photo.close();
      return blob;
    } catch {
      return null;
    }
  }

  function drawn(photo) {
    const scale = Math.min(1, LONGEST / Math.max(photo.width, photo.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(photo.width * scale);
    canvas.height = Math.round(photo.height * scale);
    const paper = canvas.getContext("2d");
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(photo, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  }

  const size = (files) => files.reduce((sum, file) => sum + file.size, 0);
  const inWords = (bytes) => {
    const [amount, unit] = bytes < 1e6 ? [Math.max(1, Math.round(bytes / 1000)), "kB"] : [bytes / 1e6, "MB"];
    return amount.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 }) + " " + unit;
  };

  function say(words, values) {
    status.textContent = Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), words);
  }

  async function shrink(chosen) {
    status.textContent = "";
    if (chosen.length > status.dataset.most) return; // the answer will be that these are too many
    const files = [];
    for (const file of chosen) {
      say(status.dataset.busy, { n: files.length + 1, total: chosen.length });
      files.push(await smaller(file));
      if (!isStillChosen(chosen)) return;
    }
    const changed = files.filter((file, place) => file !== chosen[place]).length;
    if (!changed) {
      status.textContent = "";
      return;
    }
    const basket = new DataTransfer();
    files.forEach((file) => basket.items.add(file));
    input.files = basket.files;
    say(status.dataset.done, { n: changed, before: inWords(size(chosen)), after: inWords(size(files)) });
  }

  const isStillChosen = (files) => input.files.length === files.length && files.every((file, place) => input.files[place] === file);

  /* Who presses on while a photo is being made smaller is taken on when it is. */
  function wait(event) {
    if (!working) return;
    event.preventDefault();
    event.stopPropagation();
    const button = event.submitter;
    working.then(() => !working && input.form.requestSubmit(button));
  }

  input.addEventListener("change", () => {
    const turn = shrink([...input.files])
      .catch(() => { status.textContent = ""; }) // the files are sent as they were chosen
      .finally(() => {
        if (working === turn) working = null;
      });
    working = turn;
  });
  input.form.addEventListener("submit", wait);
}
