"use strict";
// The camera reads the label of a device: by the browser's own reader where it has one, else by ZXing.
window.OpsRound = window.OpsRound || {};

(function (round) {
  const button = document.getElementById("scan");
  const sheet = document.getElementById("scan-sheet");
  if (!button) { return; }
  const video = sheet.querySelector("video");
  const said = sheet.querySelector("[data-said]");
  let stream = null, timer = 0;

  /** A function that gives the text of a QR code in the picture, or "". */
  async function reader() {
    if ("BarcodeDetector" in window) {
      const known = await window.BarcodeDetector.getSupportedFormats().catch(() => []);
      if (known.includes("qr_code")) {
        const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
        return async (source) => ((await detector.detect(source))[0] || {}).rawValue || "";
      }
    }
    await loaded(sheet.dataset.reader);
    const { ZXing } = window, codes = new ZXing.QRCodeReader();
    return async function (source) {
      try {
        const bitmap = new ZXing.BinaryBitmap(new ZXing.HybridBinarizer(new ZXing.HTMLCanvasElementLuminanceSource(source)));
        return codes.decode(bitmap).getText();
      } catch { return ""; }
    };
  }
  function loaded(address) {
    if (window.ZXing) { return Promise.resolve(); }
    return new Promise(function (resolve, reject) {
      const script = document.createElement("script");
      script.src = address; script.onload = resolve; script.onerror = reject;
      document.head.append(script);
    });
  }
  async function open() {
    said.textContent = "把设备标签上的二维码放进画面";
    sheet.showModal();
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) {
      said.textContent = "这个浏览器不能用相机（须以 https 打开）。请在“设备”中输入标签上的编号。";
      return;
    }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    } catch {
      said.textContent = "没有取得相机授权。请在“设备”中输入标签上的编号，或在手机设置里允许使用相机。";
      return;
    }
    video.srcObject = stream;
    await video.play().catch(() => undefined);
    try { look(await reader()); } catch { said.textContent = "识别程序没有载入。请在“设备”中输入标签上的编号。"; }
  }
  function look(read) {
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    timer = setInterval(async function () {
      if (!stream || !video.videoWidth) { return; }
      const scale = Math.min(1, 800 / Math.max(video.videoWidth, video.videoHeight));
      canvas.width = video.videoWidth * scale; canvas.height = video.videoHeight * scale;
      pen.drawImage(video, 0, 0, canvas.width, canvas.height);
      const text = await read(canvas);
      if (!text || !stream) { return; }
      if (round.jump(text)) { close(); } else { said.textContent = document.getElementById("stop-told").textContent; }
    }, 250);
  }
  function close() {
    clearInterval(timer);
    if (stream) { stream.getTracks().forEach((track) => track.stop()); }
    stream = null; video.srcObject = null;
    if (sheet.open) { sheet.close(); }
  }
  button.addEventListener("click", open);
  sheet.querySelector("[data-close]").addEventListener("click", close);
  sheet.addEventListener("close", close);
})(window.OpsRound);
