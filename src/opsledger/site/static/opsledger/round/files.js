"use strict";
// Photos are made smaller on the phone, signatures drawn; both wait in the store until they are sent.
window.OpsRound = window.OpsRound || {};

(function (round) {
  const LONGEST = 1600, FITS = 1500000;

  async function smaller(file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type)) { return file; }
    try {
      const whole = await createImageBitmap(file);
      const scale = Math.min(1, LONGEST / Math.max(whole.width, whole.height));
      if (scale === 1 && file.size < FITS) { whole.close(); return file; }
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(whole.width * scale); canvas.height = Math.round(whole.height * scale);
      canvas.getContext("2d").drawImage(whole, 0, 0, canvas.width, canvas.height);
      whole.close();
      const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.85); });
      return blob || file;
    } catch { return file; }
  }
  async function take(card, files) {
    for (const file of files) {
      const blob = await smaller(file);
      await keepFile(card, blob, blob === file ? file.name : `${file.name.replace(/\.\w+$/, "")}.jpg`);
    }
  }
  async function keepFile(card, blob, name) {
    const check = round.checks.get(card.dataset.check);
    await round.put("photos", { id: round.newId(), round: round.told.round, check: check.id, blob, name, at: new Date().toISOString() });
    thumbnail(card, blob, name);
    round.fileCounts.set(check.id, (round.fileCounts.get(check.id) || 0) + 1);
    round.progress(); round.schedule(200);
  }
  function thumbnail(card, blob, name) {
    const place = card.querySelector("[data-files]");
    if (!place) { return; }
    if (blob.type.startsWith("image/")) {
      const image = document.createElement("img");
      image.src = URL.createObjectURL(blob); image.alt = name; place.append(image);
    } else { const words = document.createElement("span"); words.textContent = name; place.append(words); }
  }
  function signing(card) {
    const canvas = card.querySelector("[data-signature]");
    if (!canvas) { return; }
    const pen = canvas.getContext("2d");
    let drawing = false, drawn = false;
    const at = (event) => [event.offsetX * canvas.width / canvas.clientWidth, event.offsetY * canvas.height / canvas.clientHeight];
    const wipe = function () { pen.fillStyle = "#fff"; pen.fillRect(0, 0, canvas.width, canvas.height); pen.lineWidth = 4; pen.lineCap = "round"; pen.strokeStyle = "#111"; drawn = false; };
    wipe();
    canvas.addEventListener("pointerdown", (e) => { drawing = true; canvas.setPointerCapture(e.pointerId); pen.beginPath(); pen.moveTo(...at(e)); });
    canvas.addEventListener("pointermove", (e) => { if (drawing) { pen.lineTo(...at(e)); pen.stroke(); drawn = true; } });
    canvas.addEventListener("pointerup", () => { drawing = false; });
    card.querySelector("[data-clear]").addEventListener("click", wipe);
    card.querySelector("[data-sign]").addEventListener("click", function () {
      if (!drawn) { round.tell(card, "请先签字。"); return; }
      canvas.toBlob((blob) => { keepFile(card, blob, "签字.png"); wipe(); round.tell(card, ""); }, "image/png");
    });
  }

  Object.assign(round, { take, thumbnail, signing });
})(window.OpsRound);
