"use strict";
// A round: every answer is kept on the phone the moment it is given and sent when there is a network.
// Nothing here decides anything for good: the server judges each answer again.

(function () {
  const root = document.getElementById("round");
  const told = JSON.parse(document.getElementById("round-data").textContent);
  const checks = new Map(told.checks.map((check) => [check.id, check]));
  const cards = [...root.querySelectorAll("[data-check]")];
  const byId = new Map(cards.map((card) => [card.dataset.check, card]));
  const form = document.getElementById("round-form");
  const endCard = root.querySelector("[data-end]");
  const stateBadge = document.getElementById("sync-state");
  const versions = new Map(Object.entries(told.answers).map(([id, answer]) => [id, answer.version]));
  const fileCounts = new Map(Object.entries(told.files));
  const device = (function () {
    try {
      let name = localStorage.getItem("opsledger-device");
      if (!name) { name = newId().slice(0, 16); localStorage.setItem("opsledger-device", name); }
      return name;
    } catch { return "private"; }
  })();
  root.classList.add("with-script");

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  }
  function say(text, tone) {
    stateBadge.textContent = text;
    stateBadge.className = `badge bg-${tone}-lt`;
  }

  // -- the store on the phone -----------------------------------------------------------------------
  let base = null;
  const opened = new Promise(function (resolve) {
    const asked = indexedDB.open("opsledger-rounds", 1);
    asked.onupgradeneeded = function () {
      asked.result.createObjectStore("changes", { keyPath: "key" });
      asked.result.createObjectStore("photos", { keyPath: "id" });
    };
    asked.onsuccess = function () { base = asked.result; resolve(base); };
    asked.onerror = function () { say("无法离线保存，请保持联网", "orange"); resolve(null); };
  });
  const memory = { changes: new Map(), photos: new Map() };
  const keyOf = { changes: "key", photos: "id" };
  function store(name, mode, work) {
    return new Promise(function (resolve, reject) {
      const act = base.transaction(name, mode);
      const asked = work(act.objectStore(name));
      act.oncomplete = function () { resolve(asked ? asked.result : undefined); };
      act.onerror = function () { reject(act.error); };
    });
  }
  async function put(name, row) {
    await opened;
    if (!base) { memory[name].set(row[keyOf[name]], row); return; }
    try { await store(name, "readwrite", (s) => s.put(row)); } catch (error) {
      memory[name].set(row[keyOf[name]], row);
      say("手机存储已满，请保持联网", "orange");
    }
  }
  async function remove(name, key) {
    await opened;
    memory[name].delete(key);
    if (base) { await store(name, "readwrite", (s) => s.delete(key)); }
  }
  async function all(name) {
    await opened;
    const kept = base ? await store(name, "readonly", (s) => s.getAll()) : [];
    return [...kept, ...memory[name].values()].filter((row) => row.round === told.round);
  }

  // -- reading and judging one card ------------------------------------------------------------------
  function valueOf(card, check) {
    if (check.kind === "yes_no" || check.kind === "choice") {
      const picked = card.querySelector("input[type=radio]:checked");
      return picked ? picked.value : "";
    }
    if (check.kind === "table") {
      return [...card.querySelectorAll("[data-row]")].map(function (row) {
        const line = {};
        row.querySelectorAll("[data-column]").forEach((cell) => { if (cell.value.trim()) { line[cell.dataset.column] = cell.value.trim(); } });
        return line;
      }).filter((line) => Object.keys(line).length);
    }
    const input = card.querySelector(`[name="v_${check.id}"]`);
    return input ? input.value.trim() : "";
  }
  function setValue(card, check, value) {
    if (check.kind === "yes_no" || check.kind === "choice") {
      card.querySelectorAll("input[type=radio]").forEach((radio) => { radio.checked = radio.value === value; });
    } else if (check.kind === "table") {
      (value || []).forEach(function (line, place) {
        while (card.querySelectorAll("[data-row]").length <= place) { addRow(card); }
        const row = card.querySelectorAll("[data-row]")[place];
        row.querySelectorAll("[data-column]").forEach((cell) => { cell.value = line[cell.dataset.column] || ""; });
      });
    } else {
      const input = card.querySelector(`[name="v_${check.id}"]`);
      if (input) { input.value = value || ""; }
    }
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
      const number = Number(String(value).replaceAll(",", "").replaceAll("，", "").replaceAll("。", "."));
      if (!Number.isFinite(number)) { return { verdict: "", problem: "请填数字" }; }
      return { verdict: outside(check.fail, number) ? "fail" : outside(check.warn, number) ? "warn" : "ok" };
    }
    if (check.kind === "table") {
      const order = ["", "ok", "warn", "fail"];
      let worst = "";
      for (const line of value) {
        for (const column of check.columns) {
          const found = verdictOf(column, line[column.id]);
          if (found.problem) { return { verdict: "", problem: `“${column.label}”${found.problem}` }; }
          if (order.indexOf(found.verdict) > order.indexOf(worst)) { worst = found.verdict; }
        }
      }
      return { verdict: worst };
    }
    return { verdict: "ok" };
  }
  const WORDS = { warn: "关注", fail: "异常" };
  function paint(card, check) {
    const found = verdictOf(check, valueOf(card, check));
    card.classList.remove("v-ok", "v-warn", "v-fail", "v-none");
    card.classList.add(`v-${found.verdict || "none"}`);
    card.querySelector("[data-verdict]").textContent = found.problem || WORDS[found.verdict] || "";
    return found;
  }
  function asked(check) {
    if (!check.when) { return true; }
    const other = checks.get(check.when.check);
    return check.when.is.includes(String(valueOf(byId.get(other.id), other)));
  }
  function isDone(check) {
    if (["photo", "file", "signature"].includes(check.kind)) { return (fileCounts.get(check.id) || 0) > 0; }
    const card = byId.get(check.id);
    const value = valueOf(card, check);
    if (check.kind === "table" && check.rows) {
      const needed = check.columns.filter((column) => column.required !== false);
      return value.filter((line) => needed.every((column) => line[column.id])).length >= check.rows;
    }
    return Array.isArray(value) ? value.length > 0 : value !== "";
  }
  function wantsPhoto(check) {
    const rule = check.photo || "on_fail";
    if (["photo", "file", "signature"].includes(check.kind) || (fileCounts.get(check.id) || 0) > 0) { return false; }
    if (rule === "always") { return true; }
    return rule === "on_fail" && verdictOf(check, valueOf(byId.get(check.id), check)).verdict === "fail";
  }
  function progress() {
    let needed = 0, done = 0, photos = 0;
    for (const card of cards) {
      const check = checks.get(card.dataset.check);
      const shown = asked(check);
      card.hidden = !shown;
      if (!shown || check.required === false) { continue; }
      needed += 1;
      if (isDone(check)) { done += 1; }
    }
    for (const card of cards) { if (!card.hidden && wantsPhoto(checks.get(card.dataset.check))) { photos += 1; } }
    document.getElementById("progress").setAttribute("width", needed ? String(100 * done / needed) : "100");
    const words = `已填 ${done} / ${needed} 项${photos ? `，${photos} 项异常须拍照` : ""}`;
    document.getElementById("progress-words").textContent = words;
    document.getElementById("end-words").textContent = done === needed && !photos ? "已全部填完，可以提交。异常项会自动登记为隐患。" : `${words}。填完后提交。`;
  }

  // -- keeping and sending ---------------------------------------------------------------------------
  async function keep(card, force) {
    const check = checks.get(card.dataset.check);
    const found = paint(card, check);
    progress();
    if (found.problem) { return; }
    const note = card.querySelector(`[name="n_${check.id}"]`);
    await put("changes", {
      key: `${told.round}:${check.id}`, id: newId(), round: told.round, check: check.id, value: valueOf(card, check),
      note: note ? note.value : "", at: new Date().toISOString(), base: versions.get(check.id) || 0, force: Boolean(force),
    });
    schedule(700);
  }
  let timer = 0, sending = null;
  function schedule(wait) { clearTimeout(timer); timer = setTimeout(send, wait); }
  function token() {
    const kept = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
    return kept ? kept.slice(10) : form.querySelector("[name=csrfmiddlewaretoken]").value;
  }
  function send() {
    // One at a time: a second call waits for the first and then looks again.
    sending = (sending || Promise.resolve()).then(sendAll, sendAll);
    return sending;
  }
  async function sendAll() {
    const changes = await all("changes"), photos = await all("photos");
    if (!changes.length && !photos.length) { say("已全部保存", "green"); return true; }
    if (!navigator.onLine) { say(`无网络，${changes.length + photos.length} 项存在手机上`, "orange"); return false; }
    say("正在保存", "blue");
    try {
      for (let start = 0; start < changes.length; start += 200) { await sendChanges(changes.slice(start, start + 200)); }
      for (const photo of photos) { await sendPhoto(photo); }
    } catch (error) {
      say(error.words || `没有连上，${changes.length + photos.length} 项存在手机上，会自动重试`, "orange");
      schedule(15000);
      return false;
    }
    const left = (await all("changes")).length + (await all("photos")).length;
    say(left ? `${left} 项待处理` : "已全部保存", left ? "orange" : "green");
    return left === 0;
  }
  async function post(address, body, type) {
    const headers = { "X-CSRFToken": token() };
    if (type) { headers["Content-Type"] = type; }
    const answer = await fetch(address, { method: "POST", body, headers, credentials: "same-origin", redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401) { throw { words: "登录已过期，请重新登录；填写的内容都在手机上" }; }
    return answer;
  }
  async function sendChanges(batch) {
    const answer = await post(told.sync, JSON.stringify({ device, changes: batch }), "application/json");
    if (!answer.ok) {
      const body = await answer.json().catch(() => ({}));
      throw { words: body.sentence || `暂时不能保存（${answer.status}），内容都在手机上，会自动重试` };
    }
    const result = await answer.json();
    for (const [id, saved] of Object.entries(result.answers)) { versions.set(id, saved.version); }
    const bySent = new Map(batch.map((row) => [row.id, row]));
    for (const id of result.saved) { await settle(bySent.get(id)); }
    for (const one of result.refused) {
      const row = bySent.get(one.id), card = byId.get(one.check);
      if (card) { card.querySelector("[data-told]").textContent = one.problem; }
      await settle(row);
    }
    for (const one of result.conflicts) { await conflict(bySent.get(one.id), one); }
  }
  async function settle(row) {
    // The same check may have been changed again while this was under way: then the newer one stays.
    const now = (await all("changes")).find((one) => one.key === row.key);
    if (now && now.id === row.id) { await remove("changes", row.key); }
    else if (now) { now.base = versions.get(now.check) || 0; await put("changes", now); schedule(300); }
  }
  function wordsOf(value) {
    if (Array.isArray(value)) { return `${value.length}行`; }
    return { yes: "是", no: "否", na: "不适用" }[value] || value || "（空）";
  }
  async function conflict(row, one) {
    await settle(row);
    const card = byId.get(one.check), check = checks.get(one.check), place = card.querySelector("[data-told]");
    versions.set(one.check, one.theirs.version);
    place.textContent = `另一台设备填的是“${wordsOf(one.theirs.value)}”，您填的是“${wordsOf(one.yours)}”。用哪一个？ `;
    for (const [word, mine] of [["用我的", true], ["用对方的", false]]) {
      const button = document.createElement("button");
      button.type = "button"; button.className = "btn btn-sm me-2"; button.textContent = word;
      button.addEventListener("click", function () {
        place.textContent = "";
        if (mine) { keep(card, true); } else { setValue(card, check, one.theirs.value); paint(card, check); progress(); }
      });
      place.append(button);
    }
    show(card);
  }
  async function sendPhoto(photo) {
    const body = new FormData();
    body.append("file", photo.blob, photo.name); body.append("check", photo.check); body.append("id", photo.id); body.append("at", photo.at);
    const answer = await post(told.photos, body);
    if (answer.ok) { await remove("photos", photo.id); return; }
    const said = await answer.json().catch(() => ({}));
    if ([400, 413].includes(answer.status)) {
      // It will never be taken: say so and let it go, the rest is not held up.
      byId.get(photo.check).querySelector("[data-told]").textContent = said.sentence || "照片没有保存，请重新拍摄。";
      fileCounts.set(photo.check, Math.max(0, (fileCounts.get(photo.check) || 1) - 1));
      await remove("photos", photo.id); progress(); return;
    }
    throw { words: said.sentence };
  }

  // -- photos and signatures -------------------------------------------------------------------------
  async function smaller(file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type)) { return file; }
    try {
      const whole = await createImageBitmap(file);
      const scale = Math.min(1, 1600 / Math.max(whole.width, whole.height));
      if (scale === 1 && file.size < 1500000) { whole.close(); return file; }
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(whole.width * scale); canvas.height = Math.round(whole.height * scale);
      canvas.getContext("2d").drawImage(whole, 0, 0, canvas.width, canvas.height);
      whole.close();
      const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.85); });
      return blob || file;
    } catch { return file; }
  }
  async function keepFile(card, blob, name) {
    const check = checks.get(card.dataset.check);
    await put("photos", { id: newId(), round: told.round, check: check.id, blob, name, at: new Date().toISOString() });
    thumbnail(card, blob, name);
    fileCounts.set(check.id, (fileCounts.get(check.id) || 0) + 1);
    progress(); schedule(200);
  }
  function thumbnail(card, blob, name) {
    const place = card.querySelector("[data-files]");
    if (!place) { return; }
    if (blob.type.startsWith("image/")) {
      const image = document.createElement("img");
      image.src = URL.createObjectURL(blob); image.alt = name; place.append(image);
    } else { const words = document.createElement("span"); words.textContent = name; place.append(words); }
  }
  function signing(card) {
    const canvas = card.querySelector("[data-signature]");
    if (!canvas) { return; }
    const pen = canvas.getContext("2d");
    let drawing = false, drawn = false;
    const at = (event) => [event.offsetX * canvas.width / canvas.clientWidth, event.offsetY * canvas.height / canvas.clientHeight];
    const wipe = function () { pen.fillStyle = "#fff"; pen.fillRect(0, 0, canvas.width, canvas.height); pen.lineWidth = 4; pen.lineCap = "round"; pen.strokeStyle = "#111"; drawn = false; };
    wipe();
    canvas.addEventListener("pointerdown", (e) => { drawing = true; canvas.setPointerCapture(e.pointerId); pen.beginPath(); pen.moveTo(...at(e)); });
    canvas.addEventListener("pointermove", (e) => { if (drawing) { pen.lineTo(...at(e)); pen.stroke(); drawn = true; } });
    canvas.addEventListener("pointerup", () => { drawing = false; });
    card.querySelector("[data-clear]").addEventListener("click", wipe);
    card.querySelector("[data-sign]").addEventListener("click", function () {
      if (!drawn) { card.querySelector("[data-told]").textContent = "请先签字。"; return; }
      canvas.toBlob((blob) => { keepFile(card, blob, "签字.png"); wipe(); card.querySelector("[data-told]").textContent = ""; }, "image/png");
    });
  }
  function addRow(card) {
    const rows = card.querySelectorAll("[data-row]"), copy = rows[rows.length - 1].cloneNode(true);
    copy.querySelectorAll("[data-column]").forEach(function (cell) {
      cell.value = ""; cell.name = cell.name.replace(/__\d+__/, `__${rows.length}__`);
    });
    rows[rows.length - 1].after(copy);
    return copy;
  }

  // -- one card after the other ----------------------------------------------------------------------
  let current = null;
  const visible = () => [...cards.filter((card) => !card.hidden), endCard];
  function show(card) {
    if (current) { current.classList.remove("current"); }
    current = card; card.classList.add("current");
    const place = visible().indexOf(card);
    document.getElementById("back").disabled = place <= 0;
    document.getElementById("onward").disabled = card === endCard;
    if (root.classList.contains("one-by-one")) { window.scrollTo({ top: 0 }); }
  }
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

  form.addEventListener("input", function (event) {
    const card = event.target.closest("[data-check]");
    if (!card || event.target.type === "file") { return; }
    keep(card);
  });
  form.addEventListener("change", async function (event) {
    const card = event.target.closest("[data-check]");
    if (!card || !event.target.matches("[data-file]")) { return; }
    const files = [...event.target.files];
    event.target.value = "";
    for (const file of files) {
      const blob = await smaller(file);
      await keepFile(card, blob, blob === file ? file.name : file.name.replace(/\.\w+$/, "") + ".jpg");
    }
  });
  form.addEventListener("click", function (event) {
    if (event.target.closest("[data-add-row]")) { addRow(event.target.closest("[data-check]")).querySelector("[data-column]").focus(); }
  });
  let leaving = false;
  form.addEventListener("submit", async function (event) {
    if (leaving) { return; }
    event.preventDefault();
    delete form.dataset.sent;
    const place = document.getElementById("round-told");
    if (!(await send())) {
      const words = navigator.onLine ? "还有内容没有保存成功，请处理后再提交。" : "现在没有网络，填写的内容都存在手机上；有网络后再点提交。";
      place.innerHTML = '<div class="alert alert-warning"></div>'; place.firstChild.textContent = words;
      return;
    }
    leaving = true;
    form.requestSubmit(document.getElementById("finish"));
  });
  window.addEventListener("online", () => schedule(100));
  window.addEventListener("offline", () => send());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { schedule(100); } });
  setInterval(async function () { if ((await all("changes")).length || (await all("photos")).length) { schedule(0); } }, 20000);

  // -- begin: what the phone still holds stands above what the page brought ---------------------------
  (async function () {
    for (const row of await all("changes")) {
      const card = byId.get(row.check);
      if (!card) { await remove("changes", row.key); continue; }
      setValue(card, checks.get(row.check), row.value);
      const note = card.querySelector(`[name="n_${row.check}"]`);
      if (note) { note.value = row.note; }
    }
    for (const photo of await all("photos")) {
      const card = byId.get(photo.check);
      if (card) { thumbnail(card, photo.blob, photo.name); fileCounts.set(photo.check, (fileCounts.get(photo.check) || 0) + 1); }
    }
    cards.forEach((card) => { paint(card, checks.get(card.dataset.check)); signing(card); });
    progress();
    mode(window.innerWidth < 768);
    show(visible().find((card) => card !== endCard && !isDone(checks.get(card.dataset.check))) || endCard);
    schedule(100);
    if ("serviceWorker" in navigator) {
      navigator.serviceWorker.register(root.dataset.worker, { scope: "/" }).then(async function () {
        // The page itself and what it loads, so that it opens again without a signal.
        const cache = await caches.open("opsledger-rounds-1");
        const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")].map((one) => one.href || one.src);
        await Promise.allSettled([location.pathname, ...parts].map((one) => cache.add(one)));
        root.dataset.offline = "ready";
      }).catch(() => undefined);
    }
  })();
})();
