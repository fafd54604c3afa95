"use strict";
// What an answer is worth, as shown at once.  The server judges each answer again; nothing here is final.
window.OpsRound = window.OpsRound || {};

(function (round) {
  const FILES = ["photo", "file", "signature"];
  const ORDER = ["", "ok", "warn", "fail"];

  function numberOf(value) {
    return Number(String(value).replaceAll(",", "").replaceAll("，", "").replaceAll("。", "."));
  }
  function outside(bounds, number) {
    if (!bounds) { return false; }
    return (bounds[0] !== null && number < Number(bounds[0])) || (bounds[1] !== null && number > Number(bounds[1]));
  }
  function verdictOf(check, value) {
    if (value === "" || value === null || value === undefined || (Array.isArray(value) && !value.length)) { return { verdict: "" }; }
    if (check.kind === "yes_no") { return { verdict: value === "na" || value === (check.good || "yes") ? "ok" : "fail" }; }
    if (check.kind === "choice") {
      const option = (check.options || []).find((one) => one.value === value);
      return { verdict: option ? option.verdict : "" };
    }
    if (check.kind === "number") {
      const number = numberOf(value);
      if (!Number.isFinite(number)) { return { verdict: "", problem: "请填数字" }; }
      return { verdict: outside(check.fail, number) ? "fail" : outside(check.warn, number) ? "warn" : "ok" };
    }
    if (check.kind === "table") { return ofTable(check, value); }
    return { verdict: "ok" };
  }
  function ofTable(check, value) {
    let worst = "";
    for (const line of value) {
      for (const column of check.columns) {
        const found = verdictOf(column, line[column.id]);
        if (found.problem) { return { verdict: "", problem: `“${column.label}”${found.problem}` }; }
        if (ORDER.indexOf(found.verdict) > ORDER.indexOf(worst)) { worst = found.verdict; }
      }
    }
    return { verdict: worst };
  }
  function wordsOf(value) {
    if (Array.isArray(value)) { return `${value.length}行`; }
    return { yes: "是", no: "否", na: "不适用" }[value] || value || "（空）";
  }
  /** Whether the value is another one than what monitoring said. */
  function differs(check, value, reading) {
    if (!reading) { return false; }
    return check.kind === "number" ? numberOf(value) !== Number(reading.value) : value !== reading.value;
  }

  Object.assign(round, { FILES, verdictOf, wordsOf, differs });
})(window.OpsRound);
