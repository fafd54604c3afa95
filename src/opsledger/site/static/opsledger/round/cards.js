"use strict";
// The cards of a round: read and set their answers, paint verdicts, count what is done.
window.OpsRound = window.OpsRound || {};

(function (round) {
  const root = document.getElementById("round");
  const told = JSON.parse(document.getElementById("round-data").textContent);
  const cards = [...root.querySelectorAll("[data-check]")];
  const checks = new Map(told.checks.map((check) => [check.id, check]));
  const byId = new Map(cards.map((card) => [card.dataset.check, card]));
  const fileCounts = new Map(Object.entries(told.files));
  const stateBadge = document.getElementById("sync-state");
  const WORDS = { warn: "关注", fail: "异常" };
  root.classList.add("with-script");

  function say(text, tone) {
    stateBadge.textContent = text;
    stateBadge.className = `badge bg-${tone}-lt`;
  }
  function tell(card, text) { card.querySelector("[data-told]").textContent = text; }
  function noteOf(card) {
    const note = card.querySelector("[data-note]");
    return note ? note.value.trim() : "";
  }
  function field(card, check) { return card.querySelector(`[name="v_${check.id}"]`); }
  function picks(check) { return check.kind === "yes_no" || check.kind === "choice"; }
  function valueOf(card, check) {
    if (picks(check)) {
      const picked = card.querySelector("input[type=radio]:checked");
      return picked ? picked.value : "";
    }
    if (check.kind === "table") {
      return [...card.querySelectorAll("[data-row]")].map(function (row) {
        const line = {};
        row.querySelectorAll("[data-column]").forEach((cell) => { if (cell.value.trim()) { line[cell.dataset.column] = cell.value.trim(); } });
        return line;
      }).filter((line) => Object.keys(line).length);
    }
    const input = field(card, check);
    return input ? input.value.trim() : "";
  }
  function setValue(card, check, value) {
    if (picks(check)) {
      card.querySelectorAll("input[type=radio]").forEach((radio) => { radio.checked = radio.value === value; });
    } else if (check.kind === "table") {
      (value || []).forEach(function (line, place) {
        while (card.querySelectorAll("[data-row]").length <= place) { addRow(card); }
        const row = card.querySelectorAll("[data-row]")[place];
        row.querySelectorAll("[data-column]").forEach((cell) => { cell.value = line[cell.dataset.column] || ""; });
      });
    } else {
      const input = field(card, check);
      if (input) { input.value = value || ""; }
    }
  }
  function addRow(card) {
    const rows = card.querySelectorAll("[data-row]"), copy = rows[rows.length - 1].cloneNode(true);
    copy.querySelectorAll("[data-column]").forEach(function (cell) {
      cell.value = ""; cell.readOnly = false; cell.name = cell.name.replace(/__\d+__/, `__${rows.length}__`);
    });
    rows[rows.length - 1].after(copy);
    return copy;
  }
  function paint(card, check) {
    const found = check.skip ? { verdict: "" } : round.verdictOf(check, valueOf(card, check));
    card.classList.remove("v-ok", "v-warn", "v-fail", "v-none");
    // A table whose rows so far hold no more than the names of the devices is not good yet.
    const open = check.kind === "table" && found.verdict === "ok" && !isDone(check);
    card.classList.add(`v-${open ? "none" : found.verdict || "none"}`);
    card.querySelector("[data-verdict]").textContent = found.problem || WORDS[found.verdict] || "";
    return found;
  }
  const opened = new Set();
  /** Why a device was left out; "" if it was not. */
  function leftOut(key) {
    const card = byId.get(`skip_${key}`);
    return card ? field(card, checks.get(card.dataset.check)).value.trim() : "";
  }
  function asked(check) {
    if (check.skip) { return opened.has(check.stop) || leftOut(check.stop) !== ""; }
    if (check.stop && leftOut(check.stop)) { return false; }
    if (!check.when) { return true; }
    const other = checks.get(check.when.check);
    return check.when.is.includes(String(valueOf(byId.get(other.id), other)));
  }
  function isDone(check) {
    if (round.FILES.includes(check.kind)) { return (fileCounts.get(check.id) || 0) > 0; }
    const value = valueOf(byId.get(check.id), check);
    if (check.kind === "table" && check.rows) {
      const needed = check.columns.filter((column) => column.required !== false);
      return value.filter((line) => needed.every((column) => line[column.id])).length >= check.rows;
    }
    return Array.isArray(value) ? value.length > 0 : value !== "";
  }
  function wantsPhoto(check) {
    const rule = check.photo || "on_fail";
    if (round.FILES.includes(check.kind) || (fileCounts.get(check.id) || 0) > 0) { return false; }
    if (rule === "always") { return true; }
    return rule === "on_fail" && round.verdictOf(check, valueOf(byId.get(check.id), check)).verdict === "fail";
  }
  /** Show what is asked, count what is done; the counts go to the head, the end and the list of devices. */
  function progress() {
    let needed = 0, done = 0, photos = 0, skipped = 0;
    const byStop = new Map();
    for (const card of cards) {
      const check = checks.get(card.dataset.check), shown = asked(check);
      if (card.hidden === shown) { card.hidden = !shown; }
      if (!shown) { continue; }
      if (check.skip && isDone(check)) { skipped += 1; }
      if (wantsPhoto(check)) { photos += 1; }
      if (check.required === false) { continue; }
      const ready = isDone(check), stop = byStop.get(check.stop) || [0, 0];
      needed += 1; stop[1] += 1;
      if (ready) { done += 1; stop[0] += 1; }
      byStop.set(check.stop, stop);
    }
    document.getElementById("progress").setAttribute("width", needed ? String(100 * done / needed) : "100");
    const words = `已填 ${done} / ${needed} 项${photos ? `，${photos} 项须拍照` : ""}${skipped ? `，${skipped} 处未查` : ""}`;
    document.getElementById("progress-words").textContent = words;
    document.getElementById("end-words").textContent = done === needed && !photos ? "已全部填完，可以提交。异常项会自动登记为隐患。" : `${words}。填完后提交。`;
    if (round.showStops) { round.showStops(byStop); }
  }

  let waiting = false;
  /** The counts after the next picture: what was tapped is on the screen before anything is counted. */
  function progressSoon() {
    if (waiting) { return; }
    waiting = true;
    requestAnimationFrame(function () { setTimeout(function () { waiting = false; progress(); }, 0); });
  }

  Object.assign(round, { root, told, cards, checks, byId, fileCounts, say, tell, noteOf, valueOf, setValue, addRow, paint, asked, opened, leftOut, isDone, progress, progressSoon });
})(window.OpsRound);
