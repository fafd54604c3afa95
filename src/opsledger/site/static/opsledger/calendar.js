"use strict";
// Tasks are carried to another day with the mouse; the page says where they may stand, the server decides.
(function () {
  let carried = null;
  const inside = function (place) { return place.dataset.day >= carried.dataset.first && place.dataset.day <= carried.dataset.last; };
  const say = function (words) {
    const place = document.getElementById("calendar-said");
    const line = document.createElement("div");
    line.className = "alert alert-warning";
    line.textContent = words;
    place.replaceChildren(line);
    place.scrollIntoView({ block: "nearest" });
  };
  const clear = function () {
    document.querySelectorAll("[data-day]").forEach(function (one) { one.classList.remove("may-drop", "no-drop", "over"); });
    if (carried) { carried.classList.remove("carried"); }
    carried = null;
  };
  document.addEventListener("dragstart", function (event) {
    const row = event.target.closest ? event.target.closest(".work-row[draggable]") : null;
    if (!row) { return; }
    carried = row;
    row.classList.add("carried");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.dataset.title);
    document.querySelectorAll("[data-day]").forEach(function (one) { one.classList.add(inside(one) ? "may-drop" : "no-drop"); });
  });
  document.addEventListener("dragover", function (event) {
    const place = event.target.closest ? event.target.closest("[data-day]") : null;
    if (!carried || !place) { return; }
    // A day outside the window takes the drop as well, to say why not.
    event.preventDefault();
    document.querySelectorAll("[data-day].over").forEach(function (one) { if (one !== place) { one.classList.remove("over"); } });
    if (inside(place)) { place.classList.add("over"); }
  });
  document.addEventListener("drop", function (event) {
    const place = event.target.closest ? event.target.closest("[data-day]") : null;
    if (!carried || !place) { return; }
    event.preventDefault();
    const row = carried;
    const home = row.closest("[data-day]");
    clear();
    if (home === place) { return; }
    const form = document.getElementById("calendar-drop");
    form.elements.id.value = row.dataset.id;
    form.elements.version.value = row.dataset.version;
    form.elements.day.value = place.dataset.day;
    form.elements.assignee.value = place.dataset.person || "";
    const values = Object.fromEntries(new FormData(form));
    if (!window.htmx) { form.submit(); return; }
    window.htmx.ajax("POST", window.location.pathname + window.location.search, { source: form, target: "#work-calendar", select: "#work-calendar", swap: "outerHTML", values: values })
      .catch(function () { say("没有连上服务器，任务没有移动。请恢复网络后再试。"); });
  });
  document.addEventListener("dragend", clear);
  document.addEventListener("focusin", function (event) { if (event.target.matches("[data-select-all]")) { event.target.select(); } });
})();
