"use strict";
// A device that cannot be visited: a reason takes the place of its checks, and can be taken back.
(function (round) {
  const { checks, byId, cards } = round;

  function put(card, value) {
    round.setValue(card, checks.get(card.dataset.check), value);
    round.keep(card);
    round.progress();
  }
  function open(key) {
    const card = byId.get(`skip_${key}`);
    round.opened.add(key);
    round.progress();
    round.show(card);
    card.scrollIntoView({ block: "center" });
  }
  function undo(card) {
    const check = checks.get(card.dataset.check);
    round.opened.delete(check.stop);
    if (round.isDone(check)) { put(card, ""); } else { round.progress(); }
    const first = cards.find((one) => !one.hidden && checks.get(one.dataset.check).stop === check.stop);
    if (first) { round.show(first); first.scrollIntoView({ block: "center" }); }
  }

  document.getElementById("round-form").addEventListener("click", function (event) {
    const opener = event.target.closest("[data-skip-open]"), card = event.target.closest("[data-skip]");
    if (opener) { open(opener.dataset.skipOpen); return; }
    if (!card) { return; }
    if (event.target.closest("[data-skip-reason]")) { put(card, event.target.textContent.trim()); }
    else if (event.target.closest("[data-skip-undo]")) { undo(card); }
  });
})(window.OpsRound);
