"use strict";
// The desk: what is typed survives a lost connection, and answers are helped along.
(function () {
  const PREFIX = "opsledger-draft:";
  const store = (function () { try { return window.localStorage; } catch (error) { return null; } })();

  function fields(form) {
    return Array.from(form.elements).filter(function (one) {
      return one.name && !["hidden", "file", "submit", "button", "password"].includes(one.type);
    });
  }
  function save(form) {
    const told = {};
    fields(form).forEach(function (one) {
      if (one.type === "radio" || one.type === "checkbox") { if (one.checked) { told[one.name] = one.value; } }
      else if (one.value) { told[one.name] = one.value; }
    });
    store.setItem(PREFIX + form.dataset.draft, JSON.stringify(told));
  }
  function put(one, told) {
    if (one.type === "radio" || one.type === "checkbox") { one.checked = one.value === told; } else { one.value = told; }
  }
  function say(form, words, action, act) {
    const line = document.createElement("div");
    line.className = "alert alert-info py-2 d-flex";
    line.textContent = words;
    const button = document.createElement("button");
    button.type = "button"; button.className = "btn btn-sm ms-auto"; button.textContent = action;
    button.addEventListener("click", function () { act(); line.remove(); });
    line.append(button);
    (form.querySelector(".card-body") || form).prepend(line);
  }
  function restore(form) {
    const held = store.getItem(PREFIX + form.dataset.draft);
    if (!held || form.querySelector(".is-invalid, .alert")) { return; }
    const told = JSON.parse(held), filled = "filled" in form.dataset, all = fields(form);
    function ticks(one) { return one.type === "radio" || one.type === "checkbox"; }
    function chosen(one) { return ticks(one) ? all.some(function (box) { return box.name === one.name && box.checked; }) : one.value; }
    const differ = all.filter(function (one) {
      if (!(one.name in told)) { return false; }
      return ticks(one) ? one.value === told[one.name] && !one.checked : one.value !== told[one.name];
    });
    const other = filled && differ.some(chosen);
    const empty = differ.filter(function (one) { return ticks(one) || !one.value; });
    if (other) {
      // A template stands where something was typed before: it is asked, not decided.
      say(form, "您上次没有提交的内容还留着。", "换成上次的内容", function () {
        all.forEach(function (one) { if (one.name in told) { put(one, told[one.name]); } });
        save(form);
      });
    } else if (empty.length) {
      empty.forEach(function (one) { put(one, told[one.name]); });
      say(form, "已恢复您上次没有提交的内容。", "清空", function () { store.removeItem(PREFIX + form.dataset.draft); form.reset(); });
    }
  }
  if (store) {
    // A form that was sent and is not shown again was taken: its draft has done its work.
    const sent = store.getItem(PREFIX + "sent");
    if (sent && !document.querySelector('[data-draft="' + sent + '"] .alert, [data-draft="' + sent + '"] .is-invalid')) {
      store.removeItem(PREFIX + sent); store.removeItem(PREFIX + "sent");
    }
    // A form that was only filled in by a template comes back with all that was typed.
    const carried = store.getItem(PREFIX + "carried"), filled = document.querySelector("form[data-draft][data-filled]");
    store.removeItem(PREFIX + "carried");
    if (carried && filled) { store.removeItem(PREFIX + carried); }
    document.querySelectorAll("form[data-draft]").forEach(function (form) {
      restore(form);
      if (carried && form === filled && !form.querySelector(".alert")) { save(form); }
      form.addEventListener("input", function () { save(form); });
      form.addEventListener("submit", function (event) {
        save(form);
        const fills = event.submitter && ["template", "overwrite"].includes(event.submitter.name);
        store.setItem(PREFIX + (fills ? "carried" : "sent"), form.dataset.draft);
      });
    });
  }
})();

// Canned replies and articles: "/" at the beginning of a line of an answer opens them, arrows choose, Enter inserts.
(function () {
  let asked = null;
  function boxes() { return Array.from(document.querySelectorAll("textarea[data-answer], form[data-draft] textarea[name=solution]")); }
  function help() { return document.querySelector("details[data-help]"); }
  function open(box) {
    const held = help();
    if (!held) { return; }
    asked = box;
    held.open = true;
    focusFilter(held);
  }
  function focusFilter(held) {
    const filter = held.querySelector("[data-help-filter]");
    if (filter) { filter.focus(); }
  }
  function shown(held) {
    return Array.from(held.querySelectorAll("[data-insert]")).filter(function (one) { return !one.closest("[data-help-list] > *").hidden; });
  }
  function insert(button) {
    const box = asked || boxes()[0];
    if (!box) { return; }
    const at = box.selectionStart, after = box.selectionEnd;
    box.setRangeText(button.dataset.insert, at, after, "end");
    const form = box.form, field = form && form.querySelector("input[name=article]");
    if (field && button.dataset.article) { field.value = button.dataset.article; }
    help().open = false;
    box.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  document.addEventListener("keydown", function (event) {
    const box = event.target;
    if (event.key === "/" && boxes().includes(box) && help() && !event.isComposing) {
      const before = box.value.slice(0, box.selectionStart);
      if (before === "" || before.endsWith("\n")) { event.preventDefault(); open(box); }
      return;
    }
    const held = box.closest && box.closest("details[data-help]");
    if (!held) { return; }
    if (event.key === "Escape") { held.open = false; if (asked) { asked.focus(); } return; }
    const rows = shown(held), here = rows.indexOf(document.activeElement);
    if (event.key === "ArrowDown") { event.preventDefault(); if (rows.length) { rows[Math.min(here + 1, rows.length - 1)].focus(); } }
    if (event.key === "ArrowUp") { event.preventDefault(); if (here > 0) { rows[here - 1].focus(); } else { focusFilter(held); } }
    if (event.key === "Enter" && box.matches("[data-help-filter]")) { event.preventDefault(); if (rows.length) { insert(rows[0]); } }
  });
  document.addEventListener("input", function (event) {
    if (!event.target.matches("[data-help-filter]")) { return; }
    const words = event.target.value.trim().toLowerCase();
    event.target.closest("details").querySelectorAll("[data-help-list] > *").forEach(function (row) {
      row.hidden = words !== "" && !row.textContent.toLowerCase().includes(words);
    });
  });
  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("details[data-help] [data-insert]");
    if (button) { insert(button); }
  });
  // The list comes a moment after it was opened.
  document.addEventListener("htmx:afterSettle", function () {
    const held = help();
    if (held && held.open && asked) { focusFilter(held); }
  });
})();

// The blanks of a template (“账号：____”): the first is chosen, a click chooses one, what is left is counted.
(function () {
  const form = document.querySelector("form[data-filled]");
  if (!form) { return; }
  const boxes = Array.from(form.querySelectorAll("[name=title], [name=description]"));
  const left = document.querySelector("[data-blanks-left]");
  function blanks(box) { return Array.from(box.value.matchAll(/[_＿]{2,}/g)); }
  function choose(box, found) { box.setSelectionRange(found.index, found.index + found[0].length); }
  boxes.forEach(function (box) {
    box.addEventListener("click", function () {
      if (box.selectionStart !== box.selectionEnd) { return; }
      const at = box.selectionStart;
      const found = blanks(box).find(function (one) { return one.index <= at && at <= one.index + one[0].length; });
      if (found) { choose(box, found); }
    });
    box.addEventListener("input", function () {
      const number = boxes.reduce(function (sum, one) { return sum + blanks(one).length; }, 0);
      if (left) { left.textContent = number ? "还有 " + number + " 处“____”请补充。" : "空白处都已填好。"; }
    });
  });
  const first = boxes.find(function (box) { return blanks(box).length; });
  if (first && !form.querySelector("[autofocus]")) { first.focus(); choose(first, blanks(first)[0]); }
})();

// The tasks of a ticket follow what others do: when the mark of the page has moved, and nobody is at work in the card.
(function () {
  const stampOf = () => document.querySelector("[data-stamp]")?.dataset.stamp;
  let stamp = stampOf();
  document.addEventListener("htmx:afterSettle", function () {
    const now = stampOf(), card = document.getElementById("tasks");
    if (now === undefined || now === stamp) { return; }
    const typed = card && Array.from(card.querySelectorAll("textarea, input:not([type=hidden])")).some((one) => one.value);
    if (!card || !card.dataset.tasks || typed || card.contains(document.activeElement) || card.querySelector(".task-more[open]")) { return; }
    stamp = now;
    window.htmx.ajax("GET", card.dataset.tasks, { target: "#tasks", select: "#tasks", swap: "outerHTML" });
  });
})();

// A call: the telephone of the caller chosen is filled in; what was typed stays.
(function () {
  const caller = document.querySelector("input[name=caller][list]"), phone = document.querySelector("input[name=phone]");
  if (!caller || !phone) { return; }
  const options = Array.from(caller.list.options);
  let filled = "";
  function fill() {
    if (phone.value && phone.value !== filled) { return; }
    const named = options.filter(function (one) { return one.value === caller.value.trim(); });
    filled = named.length === 1 ? named[0].dataset.phone : "";
    phone.value = filled;
  }
  caller.addEventListener("input", fill);
  caller.addEventListener("change", fill);
  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("[data-fill-phone]");
    if (!button) { return; }
    phone.value = button.dataset.fillPhone;
    phone.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();

// Who else is here: every 20 seconds, while the page is in view, it says so and whether something is being written.
(function () {
  const EVERY = 20_000;
  let opened = "1";
  if (!document.querySelector("[data-here]")) { return; }
  function writing() {
    return Array.from(document.querySelectorAll("form[data-draft]")).some(function (form) {
      const again = form.querySelector(".alert, .is-invalid") !== null;
      return Array.from(form.querySelectorAll("textarea, input[type=text]")).some((one) => one.value.trim() && (again || one.value !== one.defaultValue));
    });
  }
  async function tell() {
    const place = document.querySelector("[data-here]");
    if (!place || document.visibilityState !== "visible") { return; }
    const told = new URLSearchParams({ opened, writing: writing() ? "1" : "" });
    const key = JSON.parse(document.body.getAttribute("hx-headers"));
    // It is no work: an abandoned page does not keep its session by this.
    const headers = { ...key, "HX-Request": "true", "X-Background": "1" };
    try {
      const answer = await fetch(place.dataset.here, { method: "POST", headers, body: told, credentials: "same-origin" });
      if (answer.status === 200 && !answer.redirected) { place.innerHTML = await answer.text(); opened = ""; }
    } catch (error) { place.textContent = ""; }
  }
  tell();
  setInterval(tell, EVERY);
  document.addEventListener("visibilitychange", tell);
})();

// What opens over the page closes with a click beside it, or with Escape.
(function () {
  const opened = () => document.querySelectorAll("details.pop[open], details.task-more[open]");
  document.addEventListener("click", function (event) {
    opened().forEach(function (one) { if (!one.contains(event.target)) { one.open = false; } });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { opened().forEach(function (one) { one.open = false; }); }
  });
})();
