"use strict";
// What every page needs beyond htmx: the running clock, and keeping what was typed.

(function () {
  const clock = document.querySelector("[data-clock]");
  if (clock) {
    const begun = performance.now();
    const start = Date.parse(clock.dataset.clock);
    const words = new Intl.DateTimeFormat("zh-CN", {
      timeZone: "Asia/Shanghai", month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false,
    });
    const tick = function () {
      const parts = Object.fromEntries(words.formatToParts(new Date(start + performance.now() - begun)).map((p) => [p.type, p.value]));
      clock.textContent = `${parts.month}月${parts.day}日（${parts.weekday}）${parts.hour}:${parts.minute}`.replace("月月", "月").replace("日日", "日");
    };
    setInterval(tick, 1000);
  }

  // A group of the menu folds away and stays so on this device; the page in view is never folded.
  const folded = new Set(JSON.parse(localStorage.getItem("menu-folded") || "[]"));
  const fold = function (button) {
    const closed = folded.has(button.dataset.fold);
    button.setAttribute("aria-expanded", String(!closed));
    document.querySelectorAll(`[data-group="${CSS.escape(button.dataset.fold)}"]`).forEach(function (item) {
      item.classList.toggle("folded", closed && !item.classList.contains("active"));
    });
  };
  document.querySelectorAll("[data-fold]").forEach(function (button) {
    fold(button);
    button.addEventListener("click", function () {
      if (!folded.delete(button.dataset.fold)) { folded.add(button.dataset.fold); }
      localStorage.setItem("menu-folded", JSON.stringify([...folded]));
      fold(button);
    });
  });

  // A form sent twice by a nervous finger is sent once.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.dataset.sent && !form.hasAttribute("hx-get")) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(function () { delete form.dataset.sent; }, 4000);
  });

  // Filters apply as soon as they are changed.
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-autosubmit]")) { event.target.form.requestSubmit(); }
  });

  // Destructive acts ask, naming the thing.
  document.addEventListener("submit", function (event) {
    const question = event.target.dataset.confirm;
    if (question && !window.confirm(question)) { event.preventDefault(); delete event.target.dataset.sent; }
  }, true);
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) { window.print(); }
    const unfold = event.target.closest("[data-unfold]");
    if (unfold) { document.querySelector(unfold.dataset.unfold).classList.remove("folded"); unfold.parentElement.remove(); }
  });

  // Copy the text of a field; without a secure context the browser has no clipboard, and the older way does it.
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-copy]");
    if (!button) { return; }
    const field = document.querySelector(button.dataset.copy);
    const say = function (done) { button.textContent = done ? "已复制" : "请按 Ctrl+C 复制"; };
    field.focus(); field.select();
    if (!navigator.clipboard) { say(document.execCommand("copy")); return; }
    navigator.clipboard.writeText(field.value).then(function () { say(true); }, function () { say(false); });
  });

  // The box at the top: Ctrl+K goes there, arrows walk what was found, Escape leaves it.
  const box = document.getElementById("search-all"), hits = document.getElementById("search-hits");
  document.addEventListener("keydown", function (event) {
    if (!box || event.isComposing) { return; }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); box.focus(); box.select(); return; }
    if (!event.target.closest?.(".topbar-search")) { return; }
    const rows = Array.from(hits.querySelectorAll("a")), here = rows.indexOf(document.activeElement);
    if (event.key === "Escape") { hits.replaceChildren(); box.focus(); box.blur(); }
    if (event.key === "ArrowDown" && rows.length) { event.preventDefault(); rows[Math.min(here + 1, rows.length - 1)].focus(); }
    if (event.key === "ArrowUp" && rows.length) { event.preventDefault(); (rows[here - 1] || box).focus(); }
  });

  // Answers other than 200 carry a sentence as well: show them.
  document.addEventListener("htmx:beforeSwap", function (event) {
    if ([400, 403, 409, 413, 422].includes(event.detail.xhr.status)) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  document.addEventListener("htmx:sendError", function (event) {
    const place = document.getElementById("refusals");
    const asked = event.detail.elt?.getAttribute("hx-trigger") || "";
    if (place && !asked.startsWith("every")) { place.innerHTML = '<div class="alert alert-warning mt-3 mb-0">网络没有连上，刚才的操作没有提交。您填写的内容仍在页面上，请恢复网络后再试。</div>'; }
  });
})();
