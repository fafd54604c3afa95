"use strict";
// Several devices in one round: which one is at hand, how far each is, the way to the right one by tag.
window.OpsRound = window.OpsRound || {};

(function (round) {
  const { stops } = round.told;
  const panel = document.getElementById("stops");
  const rows = new Map(panel ? [...panel.querySelectorAll("[data-stop]")].map((row) => [row.dataset.stop, row]) : []);

  /** The tag in what a label holds: the last part of an asset's address, or the tag itself. */
  function tagOf(text) {
    const found = /\/assets\/a\/([^/?#]+)\/?/.exec(text);
    try { return (found ? decodeURIComponent(found[1]) : text).trim(); } catch { return text.trim(); }
  }
  function stopOf(text) {
    const tag = tagOf(text).toLowerCase();
    return stops.find((stop) => stop.code.toLowerCase() === tag);
  }
  /** Go to the first open check of a device; says so where the tag belongs to none of this round. */
  function jump(text) {
    const stop = stopOf(text), place = document.getElementById("stop-told");
    if (!stop) {
      place.textContent = `“${tagOf(text).slice(0, 40)}”不在本次检查的设备中，请核对标签。`;
      return false;
    }
    place.textContent = "";
    go(stop.key);
    return true;
  }
  function go(key) {
    const mine = round.cards.filter((card) => !card.hidden && round.checks.get(card.dataset.check).stop === key);
    const card = mine.find((one) => !round.isDone(round.checks.get(one.dataset.check))) || mine[0];
    if (!card) { return; }
    panel.open = false;
    round.show(card);
    card.scrollIntoView({ block: "center" });
  }
  function showStops(byStop) {
    let whole = 0;
    for (const stop of stops) {
      const [done, all] = byStop.get(stop.key) || [0, 0], row = rows.get(stop.key);
      if (done === all && !round.leftOut(stop.key)) { whole += 1; }
      if (row) {
        row.querySelector("[data-count]").textContent = round.leftOut(stop.key) ? "未查" : `${done}/${all}`;
        row.classList.toggle("is-done", done === all && !round.leftOut(stop.key));
      }
    }
    const words = document.getElementById("stops-words");
    if (words) { words.textContent = `已查完 ${whole} / ${stops.length} ${round.told.stops_word}`; }
  }
  function atHand(card) {
    const key = card && card.dataset.check ? round.checks.get(card.dataset.check).stop : "";
    for (const [name, row] of rows) { row.classList.toggle("at-hand", name === key); }
  }

  if (panel) {
    panel.addEventListener("click", function (event) {
      const to = event.target.closest("[data-go]");
      if (to) { go(to.closest("[data-stop]").dataset.stop); return; }
      const move = event.target.closest("[data-move]");
      if (!move) { return; }
      const row = move.closest("[data-stop]"), other = move.dataset.move === "up" ? row.previousElementSibling : row.nextElementSibling;
      if (!other || !other.dataset.stop) { return; }
      if (move.dataset.move === "up") { other.before(row); } else { other.after(row); }
      panel.querySelectorAll("[data-place-number]").forEach((input, n) => { input.value = n + 1; });
    });
    document.getElementById("tag").addEventListener("keydown", function (event) {
      if (event.key === "Enter") { event.preventDefault(); jump(event.target.value); }
    });
    document.getElementById("tag-go").addEventListener("click", () => jump(document.getElementById("tag").value));
  }

  Object.assign(round, { tagOf, jump, showStops, atHand });
})(window.OpsRound);
