"use strict";
// The keyboard: what carries data-key answers to its key ("n", or "g l" one after the other), lists are walked with
// j and k, ? shows what there is.  Never while something is typed, and never on a device where it is switched off.
(function () {
  const OFF = "keys-off", PAUSE = 1500;
  const dialog = document.getElementById("keys");
  if (!dialog || !dialog.showModal) { return; }
  const on = dialog.querySelector("[data-keys-on]");
  function off() { try { return localStorage.getItem(OFF) === "1"; } catch (error) { return false; } }
  on.checked = !off();
  on.addEventListener("change", function () {
    try { if (on.checked) { localStorage.removeItem(OFF); } else { localStorage.setItem(OFF, "1"); } } catch (error) { /* as it was */ }
  });

  const shown = (one) => one.matches("a[href]") || (!one.disabled && one.getClientRects().length > 0);
  const keyed = (key) => [...document.querySelectorAll('[data-key="' + CSS.escape(key) + '"]')].find(shown);
  const search = () => [...document.querySelectorAll("main input[name=q], #search-all")].reverse().find(shown);
  const rows = () => [...document.querySelectorAll("main [data-rows] tbody tr")].filter(shown);

  // What the page answers to, read from the page itself.
  function told() {
    const here = [], go = [], seen = new Set();
    document.querySelectorAll("[data-key]").forEach(function (one) {
      if (seen.has(one.dataset.key) || !shown(one)) { return; }
      seen.add(one.dataset.key);
      const word = one.dataset.keyWord || one.textContent.trim();
      (one.closest("aside") ? go : here).push([one.dataset.key.split(" "), word, one.dataset.key.includes(" ") ? "再按" : ""]);
    });
    const box = search(), pictures = document.querySelector("a[data-picture]");
    if (rows().length) {
      here.push([["j"], "下一行"], [["k"], "上一行"], [["Enter"], "打开这一行"]);
      if (document.querySelector("main [data-rows] input[type=checkbox]")) { here.push([["x"], "勾选这一行"]); }
    }
    if (box) { here.push([["/"], "到搜索框"]); }
    if (document.querySelector("textarea[data-answer]")) { here.push([["@"], "在说明里提到人"]); }
    if (document.querySelector("details[data-help]")) { here.push([["/"], "在说明的行首打开常用语与知识"]); }
    if (document.querySelector(".file-field")) { here.push([["Ctrl", "V"], "粘贴截图作为附件", "+"]); }
    if (document.querySelector("main form[method=post] textarea")) { here.push([["Ctrl", "Enter"], "在多行框里直接提交", "+"]); }
    if (pictures) { here.push([["←", "→"], "看大图时，上一张、下一张", " "]); }
    return [here, go];
  }
  function list(place, lines) {
    place.closest("section").hidden = !lines.length;
    place.replaceChildren(...lines.map(function (line) {
      const row = document.createElement("div"), keys = document.createElement("dt"), word = document.createElement("dd");
      line[0].forEach(function (key, number) {
        if (number) { keys.append(" " + (line[2] || "") + " "); }
        const sign = document.createElement("kbd");
        sign.textContent = key === "Enter" ? "回车" : key;
        keys.append(sign);
      });
      word.textContent = line[1];
      row.append(keys, word);
      return row;
    }));
  }
  function help() {
    const lines = told();
    list(dialog.querySelector("[data-keys-here]"), lines[0]);
    list(dialog.querySelector("[data-keys-go]"), lines[1]);
    dialog.showModal();
  }
  document.querySelectorAll("[data-keys-open]").forEach(function (one) { one.hidden = false; one.addEventListener("click", help); });
  dialog.addEventListener("click", function (event) { if (event.target === dialog || event.target.closest("[data-keys-close]")) { dialog.close(); } });

  function walk(event) {
    const all = rows(), here = all.findIndex((one) => one.classList.contains("row-here"));
    if (event.key === "j" || event.key === "k") {
      const next = all[event.key === "j" ? Math.min(here + 1, all.length - 1) : Math.max(here - 1, 0)];
      all.forEach((one) => one.classList.toggle("row-here", one === next));
      next?.scrollIntoView({ block: "nearest" });
      return Boolean(next);
    }
    const row = all[here];
    // On a link or a button Enter is its own.
    if (!row || event.target.closest("a, button, summary")) { return false; }
    if (event.key === "Enter") { const link = row.querySelector("a[href]"); link?.click(); return Boolean(link); }
    const box = row.querySelector("input[type=checkbox]");
    if (box) { box.click(); }
    return Boolean(box);
  }
  function use(one) {
    if (one.matches("input:not([type=checkbox]), textarea, select")) { one.focus(); one.scrollIntoView({ block: "nearest" }); } else { one.click(); }
  }

  let first = "", since = 0;
  document.addEventListener("keydown", function (event) {
    const target = event.target;
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) { return; }
    if (!target.closest || target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog") || target.isContentEditable) { return; }
    if (document.querySelector("dialog[open], .modal.show")) { return; }
    if (event.key === "?") { event.preventDefault(); help(); return; }
    if (off()) { return; }
    const before = event.timeStamp - since < PAUSE ? first : "";
    first = "";
    const one = keyed(before ? before + " " + event.key : event.key);
    if (one) { event.preventDefault(); use(one); return; }
    if (!before && document.querySelector('[data-key^="' + CSS.escape(event.key) + ' "]')) { first = event.key; since = event.timeStamp; return; }
    if (event.key === "/" && search()) { event.preventDefault(); search().focus(); return; }
    if (["j", "k", "x", "Enter"].includes(event.key) && walk(event)) { event.preventDefault(); }
  });
})();
