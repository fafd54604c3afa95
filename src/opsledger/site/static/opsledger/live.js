"use strict";
// What others do is shown without reloading, and nobody is disturbed at work: regions with an id and `data-live`
// (seconds) are fetched anew while the page is in view; regions with `data-part` when the mark of the page
// (`data-stamp`) has changed.  A region in which somebody types, ticks or selects waits until they are done.
(function () {
  const IDLE = 60_000;
  const shown = new WeakMap();
  let touched = performance.now(), asking = false, gone = false;
  const lookedAt = () => document.visibilityState === "visible";
  const region = (one) => one.id && one;
  const regions = (mark) => Array.from(document.querySelectorAll(`[${mark}]`)).filter(region);

  // A page left alone ends its session in time: what the page asks by itself does not count as work.
  ["keydown", "pointerdown", "wheel", "touchstart", "input"].forEach(function (name) {
    document.addEventListener(name, function () { touched = performance.now(); }, { capture: true, passive: true });
  });
  const background = () => performance.now() - touched > IDLE;
  document.addEventListener("htmx:configRequest", function (event) {
    const asked = event.detail.elt.getAttribute("hx-trigger") || "";
    if (asked.startsWith("every") && !event.detail.elt.hasAttribute("data-display") && background()) {
      event.detail.headers["X-Background"] = "1";
    }
  });

  function say(words, action, act) {
    let line = document.getElementById("live-line");
    if (!line) {
      line = document.createElement("div");
      line.id = "live-line"; line.className = "live-line d-print-none"; line.setAttribute("role", "status");
      document.body.append(line);
    }
    line.replaceChildren(document.createTextNode(words));
    if (action) {
      const button = document.createElement("button");
      button.type = "button"; button.className = "btn btn-sm btn-primary ms-2"; button.textContent = action;
      button.addEventListener("click", act);
      line.append(button);
    }
  }
  function hush() { document.getElementById("live-line")?.remove(); }

  async function ask(address, accept) {
    const headers = { "HX-Request": "true", Accept: accept };
    if (background()) { headers["X-Background"] = "1"; }
    try {
      const answer = await fetch(address, { headers, credentials: "same-origin" });
      if (answer.redirected || answer.status === 401 || answer.headers.get("HX-Redirect")) {
        gone = true;
        say("较长时间没有操作，已退出登录；页面上填写的内容还在。", "重新登录", function () { location.reload(); });
        return null;
      }
      if (!answer.ok) { return null; }
      if (document.getElementById("live-line")?.dataset.lost) { hush(); }
      return answer;
    } catch (error) {
      say("网络没有连上，显示的可能不是最新情况；恢复后会自动更新。");
      document.getElementById("live-line").dataset.lost = "1";
      return null;
    }
  }

  function typedIn(field) {
    if (field.type === "hidden" || field.closest("[data-live-free]")) { return false; }
    if (field.type === "checkbox" || field.type === "radio") { return field.checked !== field.defaultChecked; }
    if (field.type === "file") { return field.files.length > 0; }
    if (field.tagName === "SELECT") { return Array.from(field.options).some((one) => one.selected !== one.defaultSelected && one.defaultSelected); }
    return field.value !== field.defaultValue;
  }
  function busy(one) {
    const here = document.activeElement, chosen = window.getSelection();
    if (one.contains(here) && here.matches("input, textarea, select")) { return true; }
    if (chosen && !chosen.isCollapsed && one.contains(chosen.anchorNode)) { return true; }
    if (one.querySelector(".dropdown-menu.show, dialog[open]")) { return true; }
    return Array.from(one.querySelectorAll("input, textarea, select")).some(typedIn);
  }

  // Two answers differ by their tokens even where nothing happened.
  function plain(one) {
    const copy = one.cloneNode(true);
    copy.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => field.remove());
    return copy.outerHTML;
  }
  const keyOf = (row) => row.id || row.querySelector("a[href]")?.getAttribute("href") || row.textContent.trim();
  const rowsOf = (one) => Array.from(one.querySelectorAll("tbody tr, .story-entry, .list-group-item"));
  function keep(old, fresh) {
    const opened = new Set(Array.from(old.querySelectorAll("details[open] > summary"), (one) => one.textContent));
    fresh.querySelectorAll("details > summary").forEach((one) => { if (opened.has(one.textContent)) { one.parentElement.open = true; } });
    old.querySelectorAll(".collapse.show[id]").forEach((one) => fresh.querySelector(`#${CSS.escape(one.id)}`)?.classList.add("show"));
    const before = rowsOf(old), known = new Set(before.map(keyOf));
    const cursor = before.find((row) => row.classList.contains("row-here"));
    rowsOf(fresh).forEach(function (row) {
      if (!known.has(keyOf(row))) { row.classList.add("arrived"); }
      if (cursor && keyOf(cursor) === keyOf(row)) { row.classList.add("row-here"); }
    });
  }
  function replace(old, fresh) {
    const told = plain(fresh), before = shown.get(old);
    if (before ? before === told : plain(old) === told) { return; }
    keep(old, fresh);
    shown.set(fresh, told);
    old.replaceWith(fresh);
    window.htmx?.process(fresh);
    fresh.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: fresh } }));
  }

  async function refresh(mark) {
    if (asking || gone) { return false; }
    asking = true;
    const answer = await ask(location.href, "text/html");
    const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
    asking = false;
    if (!page) { return false; }
    const waiting = regions(mark).filter(function (old) {
      const fresh = page.getElementById(old.id);
      if (!fresh) { return false; }
      if (busy(old)) { return true; }
      replace(old, document.importNode(fresh, true));
      return false;
    });
    return waiting.length === 0;
  }

  // Regions that follow the clock.
  const pace = Math.min(...regions("data-live").map((one) => Number(one.dataset.live) || 30));
  if (Number.isFinite(pace)) { setInterval(function () { if (lookedAt()) { refresh("data-live"); } }, pace * 1000); }

  // Regions that follow the mark, brought by whatever part of the page is asked for again anyway.
  const stampOf = () => document.querySelector("[data-stamp]")?.dataset.stamp;
  let stamp = stampOf();
  async function follow() {
    const now = stampOf();
    if (now === undefined || now === stamp) { return; }
    if (await refresh("data-part")) { stamp = now; hush(); } else if (!gone) {
      say("这张工单有新的动态。", "立即查看", function () { location.reload(); });
    }
  }
  document.addEventListener("htmx:afterSettle", follow);

  // The bell.
  const bell = document.querySelector("[data-news]");
  let newest = bell ? Number(bell.dataset.newest) : 0;
  const title = document.title;
  function ring(told) {
    const badge = bell.querySelector(".badge") || document.createElement("span");
    badge.className = "badge bg-red text-red-fg badge-notification badge-pill";
    badge.textContent = told.unread;
    if (told.unread) { bell.append(badge); } else { badge.remove(); }
    bell.setAttribute("aria-label", told.unread ? `消息，${told.unread}条未读` : "消息");
    document.querySelectorAll("[data-unread]").forEach(function (one) { one.textContent = told.unread; one.hidden = !told.unread; });
    document.title = told.unread && !lookedAt() ? `(${told.unread}) ${title}` : title;
    if (told.newest && told.newest.id > newest) { newest = told.newest.id; toast(told.newest); }
  }
  function toast(news) {
    document.querySelectorAll(".news").forEach((one) => one.remove());
    const link = document.createElement("a");
    link.className = "news d-print-none"; link.href = news.href; link.setAttribute("role", "status");
    const words = document.createElement("strong"), more = document.createElement("span");
    words.textContent = news.title; more.textContent = news.body; more.className = "text-secondary small d-block";
    link.append(words, more);
    document.body.append(link);
    setTimeout(function () { link.remove(); }, 12_000);
  }
  async function hear() {
    if (gone) { return; }
    const answer = await ask(`${bell.dataset.news}?since=${newest}`, "application/json");
    if (answer) { ring(await answer.json()); }
  }
  if (bell) {
    setInterval(hear, 30_000);
    document.addEventListener("visibilitychange", function () { if (lookedAt()) { document.title = title; hear(); } });
  }
})();
