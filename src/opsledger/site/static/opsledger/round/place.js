"use strict";
// Where the phone is, kept with an answer: only where the contract allows it, and only when one asks for it.
window.OpsRound = window.OpsRound || {};

(function (round) {
  if (!round.told.places) { return; }
  const REFUSED = {
    1: "没有取得定位授权，不影响检查；如要记录，请在手机设置里允许定位。",
    2: "现在取不到位置（室内信号弱），不影响检查，可以稍后再试。",
    3: "取位置用时太久，不影响检查，可以稍后再试。",
  };
  document.getElementById("round-form").addEventListener("click", function (event) {
    const button = event.target.closest("[data-place]");
    if (!button) { return; }
    const card = button.closest("[data-check]"), words = card.querySelector("[data-place-words]");
    if (!navigator.geolocation) { words.textContent = "这个浏览器不能定位，不影响检查。"; return; }
    words.textContent = "正在定位";
    navigator.geolocation.getCurrentPosition(function (found) {
      const { latitude, longitude, accuracy } = found.coords;
      round.places.set(card.dataset.check, { latitude, longitude, accuracy_metres: accuracy });
      words.textContent = `已记录位置（误差约${Math.round(accuracy)}米）`;
      round.keep(card);
    }, function (error) { words.textContent = REFUSED[error.code] || REFUSED[2]; }, { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 });
  });
})(window.OpsRound);
