"use strict";
// Keeping and sending: an answer is on the phone the moment it is given, and goes out when there is a network.
window.OpsRound = window.OpsRound || {};

(function (round) {
  const { told } = round;
  const versions = new Map(Object.entries(told.answers).map(([id, answer]) => [id, answer.version]));
  const places = new Map();
  const BATCH = 200, RETRY = 15000;
  let timer = 0, sending = null;

  async function keep(card, force) {
    const check = round.checks.get(card.dataset.check);
    const found = round.paint(card, check);
    round.progressSoon();
    if (found.problem) { return; }
    const value = round.valueOf(card, check), note = round.noteOf(card), reading = told.readings[check.id];
    // What monitoring said may be changed, but only with a reason: until it is there, the change waits here.
    const held = round.differs(check, value, reading) && !note;
    if (reading) {
      round.tell(card, held ? `监测值为 ${reading.words}，改动请在备注中写明理由。` : "");
      if (held) { card.querySelector("details.fold").open = true; }
    }
    await round.put("changes", {
      key: `${told.round}:${check.id}`, id: round.newId(), round: told.round, check: check.id, value, note, held,
      at: new Date().toISOString(), base: versions.get(check.id) || 0, force: Boolean(force), place: places.get(check.id) || null,
    });
    schedule(700);
  }
  function schedule(wait) { clearTimeout(timer); timer = setTimeout(send, wait); }
  function token() {
    const kept = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
    return kept ? kept.slice(10) : document.querySelector("#round-form [name=csrfmiddlewaretoken]").value;
  }
  function send() {
    // One at a time: a second call waits for the first and then looks again.
    sending = (sending || Promise.resolve()).then(sendAll, sendAll);
    return sending;
  }
  async function sendAll() {
    const kept = await round.all("changes"), photos = await round.all("photos");
    const changes = kept.filter((row) => !row.held);
    if (!kept.length && !photos.length) { round.say("已全部保存", "green"); return true; }
    if (!navigator.onLine) { round.say(`无网络，${kept.length + photos.length} 项存在手机上`, "orange"); return false; }
    if (changes.length || photos.length) { round.say("正在保存", "blue"); }
    try {
      for (let start = 0; start < changes.length; start += BATCH) { await sendChanges(changes.slice(start, start + BATCH)); }
      for (const photo of photos) { await sendPhoto(photo); }
    } catch (error) {
      round.say(error.words || `没有连上，${kept.length + photos.length} 项存在手机上，会自动重试`, "orange");
      schedule(RETRY);
      return false;
    }
    const rest = await round.all("changes"), held = rest.filter((row) => row.held).length;
    const left = rest.length + (await round.all("photos")).length;
    round.say(held ? `${held} 项待您处理` : left ? `${left} 项待处理` : "已全部保存", left ? "orange" : "green");
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
    const answer = await post(told.sync, JSON.stringify({ device: round.device, changes: batch }), "application/json");
    if (!answer.ok) {
      const body = await answer.json().catch(() => ({}));
      throw { words: body.sentence || `暂时不能保存（${answer.status}），内容都在手机上，会自动重试` };
    }
    const result = await answer.json();
    for (const [id, saved] of Object.entries(result.answers)) { versions.set(id, saved.version); }
    const became = new Map(result.saved.map((id) => [id, { sent: true }]));
    for (const one of result.refused) { became.set(one.id, { held: true, problem: one.problem }); }
    for (const one of result.conflicts) { became.set(one.id, { held: true, conflict: one }); }
    await settle(batch, became);
    for (const one of result.refused) { if (round.byId.has(one.check)) { round.tell(round.byId.get(one.check), one.problem); } }
    for (const one of result.conflicts) { conflict(one); }
  }
  async function settle(batch, became) {
    // The same check may have been changed again while this was under way: then the newer one stays to be sent.
    const now = new Map((await round.all("changes")).map((row) => [row.key, row])), changed = [];
    for (const row of batch) {
      const kept = now.get(row.key), what = became.get(row.id), version = versions.get(row.check) || 0;
      if (!kept || !what) { continue; }
      if (kept.id === row.id) { changed.push({ ...kept, ...what, version }); }
      else { changed.push({ ...kept, base: version }); schedule(300); }
    }
    await round.putAll("changes", changed);
  }
  function conflict(one) {
    const card = round.byId.get(one.check), check = round.checks.get(one.check), place = card.querySelector("[data-told]");
    versions.set(one.check, one.theirs.version);
    const who = one.theirs.reading !== null && one.theirs.reading === one.theirs.value ? "监测填的" : "另一台设备填的";
    place.textContent = `${who}是“${round.wordsOf(one.theirs.value)}”，您填的是“${round.wordsOf(one.yours)}”。用哪一个？ `;
    const button = function (word, act) {
      const made = document.createElement("button");
      made.type = "button"; made.className = "btn btn-sm me-2"; made.textContent = word;
      made.addEventListener("click", function () { place.textContent = ""; act(); });
      place.append(made);
    };
    button("用我的", () => keep(card, true));
    button("用对方的", async function () {
      await round.remove("changes", [`${told.round}:${one.check}`]);
      round.setValue(card, check, one.theirs.value); round.paint(card, check); round.progress(); schedule(0);
    });
    if (round.show) { round.show(card); }
  }
  async function sendPhoto(photo) {
    const body = new FormData();
    body.append("file", photo.blob, photo.name); body.append("check", photo.check); body.append("id", photo.id); body.append("at", photo.at);
    const answer = await post(told.photos, body);
    if (answer.ok) { await round.put("photos", { ...photo, sent: true }); return; }
    const said = await answer.json().catch(() => ({}));
    if (![400, 409, 413].includes(answer.status)) { throw { words: said.sentence }; }
    // It will never be taken: say so and let it go, the rest is not held up.
    round.tell(round.byId.get(photo.check), said.sentence || "照片没有保存，请重新拍摄。");
    round.fileCounts.set(photo.check, Math.max(0, (round.fileCounts.get(photo.check) || 1) - 1));
    await round.remove("photos", [photo.id]);
    round.progress();
  }

  Object.assign(round, { places, keep, schedule, send, conflict });
})(window.OpsRound);
