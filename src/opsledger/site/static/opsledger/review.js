"use strict";
// The review of a reading: text and terms follow each other, keys act on the current term, a selected stretch
// of text becomes a term.  Everything here is convenience: links and forms do the same without it.

(function () {
  const upload = document.querySelector("form[data-upload]");
  if (upload) { watchUpload(upload); }
  const busy = document.querySelector("form[data-busy]");
  if (busy) {
    busy.addEventListener("submit", function (event) {
      const button = event.submitter;
      if (button && !button.name) { button.disabled = true; button.textContent = busy.dataset.busy; }
    });
  }
  const desk = document.querySelector("[data-review]");
  if (!desk) { return; }

  const textPane = document.getElementById("text");
  const termsPane = document.getElementById("terms");
  const editable = desk.dataset.editable === "1";
  let current = null;
  let advance = null;

  // -- parts of the page that are loaded when they are opened ---------------------------------------
  function load(details) {
    const place = details.querySelector(":scope > [data-url]");
    if (!place) { return Promise.resolve(); }
    const url = place.dataset.url;
    place.removeAttribute("data-url");
    return htmx.ajax("GET", url, { target: place, swap: "innerHTML" }).catch(function () { place.dataset.url = url; });
  }
  desk.addEventListener("toggle", function (event) {
    if (event.target.matches("details") && event.target.open) { load(event.target); }
  }, true);
  function open(details) {
    details.open = true;
    return load(details);
  }

  // -- the current term, on both sides --------------------------------------------------------------
  function cards(root) { return Array.from((root || termsPane).querySelectorAll(".term[data-term]")); }
  function card(id) { return termsPane.querySelector('.term[data-term="' + id + '"]'); }
  function marks(id) { return Array.from(textPane.querySelectorAll('mark[data-terms~="' + id + '"]')); }
  function reveal(pane, element) {
    const box = element.getBoundingClientRect();
    const frame = pane.getBoundingClientRect();
    if (pane.scrollHeight > pane.clientHeight + 4) {
      if (box.top < frame.top + 30 || box.bottom > frame.bottom - 10) {
        pane.scrollTop += box.top - frame.top - Math.min(120, frame.height / 3);
      }
    } else if (box.top < 60 || box.bottom > window.innerHeight - 80) {
      element.scrollIntoView({ block: "center" });
    }
  }
  function light(id) {
    textPane.querySelectorAll("mark.current").forEach(function (mark) { mark.classList.remove("current"); });
    marks(id).forEach(function (mark) { mark.classList.add("current"); });
    termsPane.querySelectorAll(".term.current").forEach(function (one) { one.classList.remove("current"); });
    const found = card(id);
    if (found) { found.classList.add("current"); }
  }
  function select(element, focus) {
    current = element.dataset.term;
    light(current);
    reveal(termsPane, element);
    if (focus !== false) { element.focus({ preventScroll: true }); }
    return showText(element);
  }
  function showText(element) {
    const start = Number(element.dataset.start);
    if (!Number(element.dataset.end)) { return Promise.resolve(); }
    const section = Array.from(textPane.querySelectorAll("details.section")).find(function (one) {
      return Number(one.dataset.start) <= start && start < Number(one.dataset.end);
    });
    if (!section) { return Promise.resolve(); }
    return open(section).then(function () {
      light(element.dataset.term);
      const first = marks(element.dataset.term)[0];
      if (first) { reveal(textPane, first); }
    });
  }
  function loadUntil(group, id) {
    const more = group.querySelector("[data-more]");
    if (card(id) || !more) { return Promise.resolve(); }
    return htmx.ajax("GET", more.getAttribute("href"), { target: more, swap: "outerHTML" }).then(function () { return loadUntil(group, id); });
  }
  function showTerm(id, item) {
    const group = document.getElementById("item-" + item);
    if (!group) { return; }
    open(group).then(function () { return loadUntil(group, id); }).then(function () {
      const found = card(id);
      if (!found) { say("这条条款被筛选条件挡住了，清除筛选后可见。"); return; }
      document.getElementById("show-terms").checked = true;
      select(found);
    });
  }
  function say(words) {
    const place = document.getElementById("undone");
    if (place) { place.textContent = words; }
  }

  textPane.addEventListener("click", function (event) {
    const mark = event.target.closest("mark[data-terms]");
    if (!mark || !window.getSelection().isCollapsed) { return; }
    const ids = mark.dataset.terms.trim().split(" ");
    const items = mark.dataset.items.trim().split(" ");
    const next = (ids.indexOf(current) + 1) % ids.length;
    showTerm(ids[next], items[next]);
  });
  termsPane.addEventListener("click", function (event) {
    const jump = event.target.closest("[data-goto]");
    const element = event.target.closest(".term[data-term]");
    if (jump) { event.preventDefault(); document.getElementById("show-text").checked = true; }
    if (event.target.closest("[data-close]")) { event.preventDefault(); document.getElementById("adding").replaceChildren(); return; }
    if (element && (jump || !event.target.closest("a, button, input, select, textarea, label"))) { select(element, !element.classList.contains("editing")); }
  });

  // -- what comes back from an act --------------------------------------------------------------------
  document.addEventListener("htmx:load", function (event) {
    const root = event.detail.elt;
    if (!root.matches) { return; }
    const found = root.matches(".term[data-term]") ? [root] : cards(root);
    found.forEach(function (element) {
      marks(element.dataset.term).forEach(function (mark) {
        mark.classList.remove("s-proposed", "s-accepted", "s-edited", "s-rejected");
        mark.classList.add("s-" + element.dataset.state);
      });
    });
    if (root.matches(".term[data-term]")) {
      if (root.classList.contains("editing")) {
        const first = root.querySelector(".is-invalid, .facts input, .facts select");
        if (first) { first.focus({ preventScroll: true }); }
        reveal(termsPane, root);
      } else if (root.hasAttribute("data-focus")) {
        select(root);
      } else if (advance === root.dataset.term) {
        advance = null;
        step(1, true);
      } else if (current === root.dataset.term) {
        select(root);
      }
    }
    if (root.id === "add-term") {
      document.getElementById("show-terms").checked = true;
      termsPane.scrollTop = 0;
      const field = root.querySelector(".facts input, .facts select");
      if (field) { field.focus({ preventScroll: true }); }
    }
  });

  // -- keys -----------------------------------------------------------------------------------------
  function step(by, pending) {
    const all = cards();
    let at = all.findIndex(function (one) { return one.dataset.term === current; });
    for (at += by; at >= 0 && at < all.length; at += by) {
      const group = all[at].closest("details");
      if ((!pending || all[at].dataset.state === "proposed") && (!group || group.open)) { return select(all[at]); }
    }
    const groups = Array.from(termsPane.querySelectorAll("details.group"));
    const here = card(current);
    const from = here ? groups.indexOf(here.closest("details")) : -1;
    const next = groups.slice().map(function (group, index) { return [group, index]; }).filter(function (pair) {
      return by > 0 ? pair[1] > from : pair[1] < from;
    });
    const chosen = by > 0 ? next[0] : next[next.length - 1];
    if (!chosen) { say(by > 0 ? "已到最后一条。" : "已到第一条。"); return Promise.resolve(); }
    return open(chosen[0]).then(function () {
      const inside = cards(chosen[0]);
      const first = pending ? inside.find(function (one) { return one.dataset.state === "proposed"; }) : inside[by > 0 ? 0 : inside.length - 1];
      if (first) { return select(first); }
      if (inside.length) { current = inside[by > 0 ? inside.length - 1 : 0].dataset.term; return step(by, pending); }
      return skip(groups, chosen[1], by, pending);
    });
  }
  function skip(groups, index, by, pending) {
    for (let at = index + by; at >= 0 && at < groups.length; at += by) {
      const group = groups[at];
      return open(group).then(function () {
        const inside = cards(group).filter(function (one) { return !pending || one.dataset.state === "proposed"; });
        if (inside.length) { return select(inside[by > 0 ? 0 : inside.length - 1]); }
        return skip(groups, at, by, pending);
      });
    }
    say(by > 0 ? "已到最后一条。" : "已到第一条。");
    return Promise.resolve();
  }
  function press(act) {
    const element = card(current);
    if (!element || element.classList.contains("editing")) { return; }
    const button = element.querySelector('button[value="' + act + '"]');
    if (!button || button.disabled) { say(button ? "内容不完整，请先按 e 修改。" : "这条已经是这个状态。"); return; }
    advance = current;
    button.click();
  }
  const keys = {
    j: function () { step(1); },
    k: function () { step(-1); },
    a: function () { press("accept"); },
    r: function () { press("reject"); },
    e: function () { const link = card(current) && card(current).querySelector("[data-edit]"); if (link) { link.click(); } },
    u: function () { const form = document.getElementById("undo"); if (form) { advance = null; form.requestSubmit(); } },
    g: function () { const element = card(current); if (element) { document.getElementById("show-text").checked = true; showText(element); } },
    n: function () { addHere(); },
    "?": help,
  };
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.target.matches("input:not([type=radio]), select, textarea")) {
      const cancel = event.key === "Escape" && event.target.closest(".editing") && event.target.closest(".editing").querySelector("[data-cancel], [data-close]");
      if (cancel) { cancel.click(); }
      return;
    }
    const act = keys[event.key];
    if (act && (editable || "jkg?".includes(event.key))) { event.preventDefault(); act(); }
  });
  function help() {
    const place = document.getElementById("keys");
    place.hidden = !place.hidden;
    const button = document.querySelector("[data-help]");
    if (button) { button.setAttribute("aria-expanded", String(!place.hidden)); }
  }
  desk.addEventListener("click", function (event) { if (event.target.closest("[data-help]")) { help(); } });

  // -- a selected stretch of text -------------------------------------------------------------------
  const here = document.querySelector("[data-add-here]");
  function offset(node, within) {
    const holder = (node.nodeType === 3 ? node.parentElement : node).closest("[data-o]");
    if (!holder) { return null; }
    const before = node.nodeType === 3 ? node.data.slice(0, within) : (within ? holder.textContent : "");
    return Number(holder.dataset.o) + Array.from(before).length;
  }
  function selected() {
    const selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) { return null; }
    const range = selection.getRangeAt(0);
    if (!textPane.contains(range.commonAncestorContainer)) { return null; }
    let start = offset(range.startContainer, range.startOffset);
    let end = offset(range.endContainer, range.endOffset);
    if (end === null || start === null) {
      const inside = Array.from(textPane.querySelectorAll("[data-o]")).filter(function (one) { return range.intersectsNode(one); });
      if (!inside.length) { return null; }
      const last = inside[inside.length - 1];
      start = start === null ? Number(inside[0].dataset.o) : start;
      end = end === null ? Number(last.dataset.o) + Array.from(last.textContent).length : end;
    }
    return end > start ? { start: start, end: end, range: range } : null;
  }
  function addHere() {
    const found = selected();
    if (!found) { say("请先在正文里选中一段文字，再按 n。"); return; }
    if (found.end - found.start > 2000) { say("选中的文字超过 2000 字，请缩小范围。"); return; }
    here.hidden = true;
    htmx.ajax("GET", desk.dataset.add + "?from=" + found.start + "&to=" + found.end, { target: "#adding", swap: "innerHTML" });
  }
  if (editable) {
    document.addEventListener("selectionchange", function () {
      const found = selected();
      here.hidden = !found;
      if (found) {
        const box = found.range.getBoundingClientRect();
        here.style.top = Math.min(window.innerHeight - 110, Math.max(60, box.bottom + 6)) + "px";
        here.style.left = Math.min(window.innerWidth - 150, Math.max(8, box.left)) + "px";
      }
    });
    here.addEventListener("mousedown", function (event) { event.preventDefault(); });
    here.addEventListener("click", addHere);
  }

  const asked = /^#term-(\d+)$/.exec(window.location.hash);
  const first = (asked && card(asked[1])) || cards().find(function (one) { return one.dataset.state === "proposed"; }) || cards()[0];
  const at = new URLSearchParams(window.location.search).get("at");
  if (at && !asked) {
    const place = textPane.querySelector('[data-o="' + at + '"]');
    if (place) { document.getElementById("show-text").checked = true; reveal(textPane, place); place.classList.add("current"); }
  } else if (first && (asked || window.innerWidth >= 992)) {
    select(first, false);
  } else if (first) {
    current = first.dataset.term;
    light(current);
  }

  // -- the upload -------------------------------------------------------------------------------------
  function watchUpload(form) {
    form.addEventListener("submit", function (event) {
      const input = form.querySelector("input[type=file]");
      if (!input.files.length) { return; }
      event.preventDefault();
      const most = Number(input.dataset.most);
      input.setCustomValidity("");
      if (most && input.files[0].size > most * 1024 * 1024) {
        input.setCustomValidity("文件超过 " + most + " MB 的上限。请删去图片和附件，或只上传采购需求部分。");
        input.reportValidity();
        input.addEventListener("change", function () { input.setCustomValidity(""); }, { once: true });
        return;
      }
      const box = form.querySelector("[data-upload-progress]");
      const bar = box.querySelector("progress");
      const words = box.querySelector("[data-upload-percent]");
      const button = form.querySelector("button");
      box.hidden = false;
      button.disabled = true;
      const request = new XMLHttpRequest();
      request.open("POST", form.getAttribute("action") || window.location.href);
      request.upload.addEventListener("progress", function (told) {
        if (told.lengthComputable) { bar.value = told.loaded * 100 / told.total; words.textContent = Math.floor(bar.value) + "%"; }
      });
      request.addEventListener("load", function () {
        if (request.responseURL && request.responseURL !== window.location.href) { window.location.assign(request.responseURL); return; }
        const answer = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("form[data-upload]");
        if (!answer) { window.location.reload(); return; }
        const fresh = document.importNode(answer, true);
        fresh.querySelector("input[type=file]").replaceWith(input.closest(".file-field") || input);
        form.replaceWith(fresh);
        watchUpload(fresh);
      });
      request.addEventListener("error", function () {
        box.hidden = true;
        button.disabled = false;
        const place = document.getElementById("refusals");
        if (place) { place.textContent = "网络没有连上，文件没有上传。请恢复网络后再点“上传并读取”。"; }
      });
      request.send(new FormData(form));
    });
  }
})();
