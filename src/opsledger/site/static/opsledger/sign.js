"use strict";
// A signature drawn on the phone goes along with the confirmation as a picture; without this script one uploads it.
(function () {
  const form = document.querySelector("[data-signing]");
  const pad = form && form.querySelector("[data-pad]");
  if (!pad || typeof DataTransfer === "undefined") { return; }
  const canvas = pad.querySelector("canvas"), pen = canvas.getContext("2d");
  let drawing = false, drawn = false, ready = false;
  pad.hidden = false;
  form.querySelector("[data-plain]").hidden = true;

  const at = (event) => [event.offsetX * canvas.width / canvas.clientWidth, event.offsetY * canvas.height / canvas.clientHeight];
  function wipe() {
    pen.fillStyle = "#fff"; pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.lineWidth = 4; pen.lineCap = "round"; pen.strokeStyle = "#111"; drawn = false;
  }
  wipe();
  canvas.addEventListener("pointerdown", function (event) { drawing = true; canvas.setPointerCapture(event.pointerId); pen.beginPath(); pen.moveTo(...at(event)); });
  canvas.addEventListener("pointermove", function (event) { if (drawing) { pen.lineTo(...at(event)); pen.stroke(); drawn = true; } });
  canvas.addEventListener("pointerup", function () { drawing = false; });
  pad.querySelector("[data-clear]").addEventListener("click", wipe);
  form.addEventListener("submit", function (event) {
    if (ready || !drawn) { return; }
    event.preventDefault(); event.stopPropagation();
    canvas.toBlob(function (blob) {
      const files = new DataTransfer();
      files.items.add(new File([blob], "签字.png", { type: "image/png" }));
      form.querySelector("input[type=file]").files = files.files;
      ready = true; form.requestSubmit();
    }, "image/png");
  });
})();
