"use strict";
// A round from card to card, and what wires its parts together.
(function (round) {
  const { root, cards, checks, byId, told } = round;
  const form = document.getElementById("round-form");
  const endCard = root.querySelector("[data-end]");
  let current = null, leaving = false;

  // -- one card after the other ----------------------------------------------------------------------
  const visible = () => [...cards.filter((card) => !card.hidden), endCard];
  function show(card) {
    if (current) { current.classList.remove("current"); }
    current = card; card.classList.add("current");
    const place = visible().indexOf(card);
    document.getElementById("back").disabled = place <= 0;
    document.getElementById("onward").disabled = card === endCard;
    round.atHand(card);
    if (root.classList.contains("one-by-one")) { window.scrollTo({ top: 0 }); }
  }
  round.show = show;
  function step(by) {
    const row = visible();
    show(row[Math.min(row.length - 1, Math.max(0, row.indexOf(current) + by))]);
  }
  function mode(oneByOne) {
    root.classList.toggle("one-by-one", oneByOne); root.classList.toggle("list-mode", !oneByOne);
    document.getElementById("mode").textContent = oneByOne ? "列表" : "逐项";
  }
  document.getElementById("back").addEventListener("click", () => step(-1));
  document.getElementById("onward").addEventListener("click", () => step(1));
  document.getElementById("mode").addEventListener("click", () => mode(!root.classList.contains("one-by-one")));

  // -- what is entered -------------------------------------------------------------------------------
  form.addEventListener("input", function (event) {
    const card = event.target.closest("[data-check]");
    if (card && event.target.type !== "file") { round.keep(card); }
  });
  form.addEventListener("change", function (event) {
    const card = event.target.closest("[data-check]");
    if (!card || !event.target.matches("[data-file]")) { return; }
    const files = [...event.target.files];
    event.target.value = "";
    round.take(card, files);
  });
  form.addEventListener("click", function (event) {
    if (event.target.closest("[data-add-row]")) { round.addRow(event.target.closest("[data-check]")).querySelector("[data-column]").focus(); }
  });
  form.addEventListener("submit", async function (event) {
    if (leaving) { return; }
    // Not sent yet, so that the guard against sending twice must not see this one.
    event.preventDefault(); event.stopPropagation();
    const place = document.getElementById("round-told");
    if (!(await round.send())) {
      const words = navigator.onLine ? "还有内容没有保存成功，请处理后再提交。" : "现在没有网络，填写的内容都存在手机上；有网络后再点提交。";
      place.innerHTML = '<div class="alert alert-warning"></div>'; place.firstChild.textContent = words;
      return;
    }
    leaving = true;
    delete form.dataset.sent;
    form.requestSubmit(document.getElementById("finish"));
  });
  window.addEventListener("online", () => round.schedule(100));
  window.addEventListener("offline", () => round.send());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { round.schedule(100); } });
  setInterval(async function () {
    if ((await round.all("changes")).some((row) => !row.held) || (await round.all("photos")).length) { round.schedule(0); }
  }, 20000);

  // -- begin: what the phone still holds stands above what the page brought ---------------------------
  async function recall() {
    for (const row of await round.whole("changes")) {
      const card = byId.get(row.check), check = checks.get(row.check), brought = told.answers[row.check];
      // What was sent is dropped once the page itself brings it.
      if (!card || (row.sent && brought && brought.version >= row.version)) { await round.remove("changes", [row.key]); continue; }
      round.setValue(card, check, row.value);
      const note = card.querySelector("[data-note]");
      if (note) { note.value = row.note; }
      if (row.place) { round.places.set(row.check, row.place); }
      if (row.conflict) { round.conflict(row.conflict); }
      else if (row.problem) { round.tell(card, row.problem); }
      else if (row.held && told.readings[row.check]) { round.tell(card, `监测值为 ${told.readings[row.check].words}，改动请在备注中写明理由。`); }
    }
    for (const photo of await round.whole("photos")) {
      const card = byId.get(photo.check);
      if (!card || (photo.sent && told.photo_ids.includes(photo.id))) { await round.remove("photos", [photo.id]); continue; }
      round.thumbnail(card, photo.blob, photo.name);
      round.fileCounts.set(photo.check, (round.fileCounts.get(photo.check) || 0) + 1);
    }
  }
  async function keepOffline() {
    if (!("serviceWorker" in navigator)) { return; }
    await navigator.serviceWorker.register(root.dataset.worker, { scope: "/" });
    // The page itself and what it loads, so that it opens again without a signal.
    const cache = await caches.open("opsledger-rounds-2");
    const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")].map((one) => one.href || one.src);
    const sheet = document.getElementById("scan-sheet");
    if (sheet && !("BarcodeDetector" in window)) { parts.push(sheet.dataset.reader); }
    await Promise.allSettled([location.pathname, ...parts].map((one) => cache.add(one)));
    await navigator.serviceWorker.ready;
    root.dataset.offline = "ready";
  }
  (async function () {
    await recall();
    cards.forEach((card) => { round.paint(card, checks.get(card.dataset.check)); round.signing(card); });
    round.progress();
    mode(window.innerWidth < 768);
    show(visible().find((card) => card !== endCard && !round.isDone(checks.get(card.dataset.check))) || endCard);
    round.schedule(100);
    root.dataset.ready = "yes";
    keepOffline().catch(() => undefined);
  })();
})(window.OpsRound);
