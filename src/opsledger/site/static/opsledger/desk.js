"use strict";
// The desk: what is typed survives a lost connection, rows are walked with the keyboard, file fields speak Chinese.
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
  function restore(form) {
    const held = store.getItem(PREFIX + form.dataset.draft);
    if (!held || form.querySelector(".is-invalid, .alert")) { return; }
    const told = JSON.parse(held);
    let used = false;
    fields(form).forEach(function (one) {
      if (!(one.name in told)) { return; }
      if (one.type === "radio" || one.type === "checkbox") {
        if (one.value === told[one.name] && !one.checked) { one.checked = true; used = true; }
      } else if (!one.value) { one.value = told[one.name]; used = true; }
    });
    if (used) {
      const line = document.createElement("div");
      line.className = "alert alert-info py-2 d-flex";
      line.textContent = "已恢复您上次没有提交的内容。";
      const drop = document.createElement("button");
      drop.type = "button"; drop.className = "btn btn-sm ms-auto"; drop.textContent = "清空";
      drop.addEventListener("click", function () { store.removeItem(PREFIX + form.dataset.draft); form.reset(); line.remove(); });
      line.append(drop);
      (form.querySelector(".card-body") || form).prepend(line);
    }
  }
  if (store) {
    // A form that was sent and is not shown again was taken: its draft has done its work.
    const sent = store.getItem(PREFIX + "sent");
    if (sent && !document.querySelector('[data-draft="' + sent + '"] .alert, [data-draft="' + sent + '"] .is-invalid')) {
      store.removeItem(PREFIX + sent); store.removeItem(PREFIX + "sent");
    }
    document.querySelectorAll("form[data-draft]").forEach(function (form) {
      restore(form);
      form.addEventListener("input", function () { save(form); });
      form.addEventListener("submit", function () { save(form); store.setItem(PREFIX + "sent", form.dataset.draft); });
    });
  }

  // j and k walk the rows of a list, Enter opens, / goes to the search.
  let at = -1;
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { return; }
    const rows = Array.from(document.querySelectorAll("#tickets tbody tr"));
    if (event.key === "/") { const box = document.querySelector("input[name=q]"); if (box) { box.focus(); event.preventDefault(); } return; }
    if (!rows.length || !["j", "k", "Enter", "x"].includes(event.key)) { return; }
    if (event.key === "j") { at = Math.min(at + 1, rows.length - 1); }
    if (event.key === "k") { at = Math.max(at - 1, 0); }
    const row = rows[at];
    if (!row) { return; }
    if (event.key === "Enter") { const link = row.querySelector("a[href]"); if (link) { link.click(); } return; }
    if (event.key === "x") { const box = row.querySelector("input[type=checkbox]"); if (box) { box.checked = !box.checked; } return; }
    rows.forEach(function (one) { one.classList.toggle("row-here", one === row); });
    row.scrollIntoView({ block: "nearest" });
  });
})();
