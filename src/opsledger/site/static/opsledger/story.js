"use strict";
// The story of a ticket: what people say or what is done alone, a long one folded in the middle, an address for each
// entry; and in a note, @ offers the people who may be called.
(function () {
  const MOST = 30, FIRST = 5, LAST = 15;
  const find = (mark) => document.querySelector(mark);
  const story = () => find("[data-story]");
  if (!story()) { return; }
  const KEY = "story-show:" + story().dataset.story;
  let show = "", whole = false;
  function recall() { try { return localStorage.getItem(KEY) || ""; } catch (error) { return ""; } }
  function keep() { try { localStorage.setItem(KEY, show); } catch (error) { /* the choice lasts for this page */ } }
  const entries = () => [...story().querySelectorAll(".story-entry")];

  function more(number, next) {
    const line = document.createElement("li"), button = document.createElement("button");
    line.className = "story-more d-print-none"; line.append(button);
    button.type = "button"; button.className = "btn btn-sm"; button.textContent = "展开其余 " + number + " 条";
    button.addEventListener("click", function () {
      whole = true;
      draw();
      next.tabIndex = -1;
      next.focus({ preventScroll: true });
    });
    next.before(line);
  }
  function draw() {
    const all = entries(), pills = find("[data-story-pills]");
    pills.hidden = all.length < 4;
    const seen = all.filter((one) => pills.hidden || !show || !one.dataset.kind || one.dataset.kind === show);
    const folded = !whole && seen.length > MOST ? seen.slice(FIRST, seen.length - LAST) : [];
    all.forEach((one) => one.classList.toggle("folded", !seen.includes(one) || folded.includes(one)));
    story().querySelector(".story-more")?.remove();
    if (folded.length) { more(folded.length, folded[0]); }
    pills.querySelectorAll("[data-story-show]").forEach(function (one) {
      one.classList.toggle("active", one.dataset.storyShow === show);
      one.setAttribute("aria-pressed", String(one.dataset.storyShow === show));
    });
    find("[data-story-count]").textContent = (seen.length < all.length ? seen.length + " / " : "") + all.length + " 条";
  }
  const named = () => (/^#e\d+$/.test(location.hash) ? document.getElementById(location.hash.slice(1)) : null);
  function mark() { entries().forEach((one) => one.classList.toggle("pointed", one === named())); }
  // The entry of the address is shown, whatever is folded or filtered away.
  function arrive() {
    const entry = named();
    mark();
    if (!entry) { return; }
    if (entry.dataset.kind && show && entry.dataset.kind !== show) { show = ""; }
    draw();
    if (entry.classList.contains("folded")) { whole = true; draw(); }
    entry.scrollIntoView({ block: "center" });
  }

  function copied(link) {
    const said = document.createElement("span");
    said.setAttribute("role", "status"); said.className = "story-copied text-green"; said.textContent = "地址已复制";
    link.parentElement.querySelector(".story-copied")?.remove();
    link.before(said);
    setTimeout(() => said.remove(), 2000);
  }
  function copy(link) {
    if (navigator.clipboard) { navigator.clipboard.writeText(link.href).then(() => copied(link), () => {}); return; }
    const box = document.createElement("textarea");
    box.value = link.href; box.className = "visually-hidden";
    document.body.append(box); box.select();
    if (document.execCommand("copy")) { copied(link); }
    box.remove(); link.focus();
  }
  document.addEventListener("click", function (event) {
    const pill = event.target.closest("[data-story-show]"), link = event.target.closest("a.story-at");
    if (pill) { show = pill.dataset.storyShow; keep(); draw(); }
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) { copy(link); }
  });
  window.addEventListener("hashchange", arrive);
  // What others do brings a new story in place of the old one.
  document.addEventListener("htmx:load", function (event) {
    if (event.detail.elt.querySelector("[data-story]")) { draw(); mark(); }
  });
  show = recall();
  draw();
  arrive();
})();

(function () {
  const box = document.querySelector("textarea[data-people]");
  if (!box) { return; }
  const list = document.createElement("ul"), MOST = 8;
  list.className = "people-list list-unstyled"; list.id = "people-list"; list.hidden = true;
  list.setAttribute("role", "listbox"); list.setAttribute("aria-label", "提到谁");
  const holder = document.createElement("div");
  holder.className = "people-holder";
  box.before(holder); holder.append(box, list);
  box.setAttribute("aria-autocomplete", "list"); box.setAttribute("aria-controls", list.id); box.setAttribute("aria-expanded", "false");
  const asked = new Map();  // private or not -> the people, fetched once
  let here = 0, refused = -1;

  const inside = () => Boolean(box.form.elements.private?.checked);
  function people() {
    const key = inside();
    if (!asked.has(key)) {
      asked.set(key, fetch(box.dataset.people + (key ? "?private=1" : ""), { headers: { "HX-Request": "true" } }).then(function (answer) {
        if (!answer.ok) { throw new Error(String(answer.status)); }
        return answer.text();
      }).then(function (text) {
        return [...new DOMParser().parseFromString("<ul>" + text + "</ul>", "text/html").querySelectorAll("[role=option]")];
      }).catch(function () { asked.delete(key); return []; }));
    }
    return asked.get(key);
  }
  // What stands between the last @ and the cursor; null where no name is being typed.
  function typed() {
    if (box.selectionStart !== box.selectionEnd) { return null; }
    const found = /(?:^|[^0-9A-Za-z._-])[@＠]([^\s@＠，。、；：！？,.;:!?]{0,12})$/.exec(box.value.slice(0, box.selectionStart));
    return found ? { words: found[1].toLowerCase(), at: box.selectionStart - found[1].length - 1 } : null;
  }
  function close() { list.hidden = true; box.setAttribute("aria-expanded", "false"); box.removeAttribute("aria-activedescendant"); }
  function mark(number) {
    const rows = [...list.children];
    here = (number + rows.length) % rows.length;
    rows.forEach((one, place) => one.setAttribute("aria-selected", String(place === here)));
    box.setAttribute("aria-activedescendant", rows[here].id);
    rows[here].scrollIntoView({ block: "nearest" });
  }
  async function offer() {
    const before = typed();
    if (!before || before.at === refused) { close(); return; }
    const known = await people(), now = typed();
    if (!now || now.at !== before.at || document.activeElement !== box) { close(); return; }
    const fits = known.filter((one) => one.dataset.name.toLowerCase().includes(now.words) || one.dataset.letters.startsWith(now.words));
    // Of a whole name nothing is left to choose.
    if (!fits.length || (fits.length === 1 && fits[0].dataset.name.toLowerCase() === now.words)) { close(); return; }
    list.replaceChildren(...fits.slice(0, MOST).map(function (one, place) {
      const row = document.importNode(one, true);
      row.id = "people-" + place;
      return row;
    }));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    mark(0);
  }
  function choose(row) {
    const now = typed();
    if (!row || !now) { close(); return; }
    box.setRangeText("@" + row.dataset.name + " ", now.at, box.selectionStart, "end");
    close();
    box.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  box.addEventListener("keydown", function (event) {
    if (list.hidden || event.isComposing) { return; }
    if (event.key === "ArrowDown") { event.preventDefault(); mark(here + 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); mark(here - 1); }
    if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || (event.key === "Tab" && !event.shiftKey)) { event.preventDefault(); choose(list.children[here]); }
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); refused = typed()?.at ?? -1; close(); }
  });
  box.addEventListener("input", function () { if (!typed()) { refused = -1; } offer(); });
  box.addEventListener("click", offer);
  box.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", function (event) { event.preventDefault(); choose(event.target.closest("[role=option]")); });
  box.form.elements.private?.addEventListener("change", close);
})();
