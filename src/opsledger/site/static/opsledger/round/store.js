"use strict";
// The store on the phone: what was answered and not yet sent, by round; in memory where the phone refuses.
window.OpsRound = window.OpsRound || {};

(function (round) {
  const memory = { changes: new Map(), photos: new Map() };
  const keyOf = { changes: "key", photos: "id" };
  let base = null;
  const opened = new Promise(function (resolve) {
    const asked = indexedDB.open("opsledger-rounds", 1);
    asked.onupgradeneeded = function () {
      asked.result.createObjectStore("changes", { keyPath: "key" });
      asked.result.createObjectStore("photos", { keyPath: "id" });
    };
    asked.onsuccess = function () { base = asked.result; resolve(base); };
    asked.onerror = function () { round.say("无法离线保存，请保持联网", "orange"); resolve(null); };
  });

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  }
  function store(name, mode, work) {
    return new Promise(function (resolve, reject) {
      const act = base.transaction(name, mode);
      const asked = work(act.objectStore(name));
      act.oncomplete = function () { resolve(asked ? asked.result : undefined); };
      act.onerror = function () { reject(act.error); };
      act.onabort = function () { reject(act.error); };
    });
  }
  async function putAll(name, rows) {
    await opened;
    const remember = function () { for (const row of rows) { memory[name].set(row[keyOf[name]], row); } };
    if (!base) { remember(); return; }
    try {
      await store(name, "readwrite", function (s) { for (const row of rows) { s.put(row); } });
    } catch {
      remember();
      round.say("手机存储已满，请保持联网", "orange");
    }
  }
  const put = (name, row) => putAll(name, [row]);
  async function remove(name, keys) {
    await opened;
    for (const key of keys) { memory[name].delete(key); }
    if (base && keys.length) {
      await store(name, "readwrite", function (s) { for (const key of keys) { s.delete(key); } });
    }
  }
  /** Everything of this round, also what was sent: a page that is opened again without a signal may be older. */
  async function whole(name) {
    await opened;
    const kept = base ? await store(name, "readonly", (s) => s.getAll()) : [];
    return [...kept, ...memory[name].values()].filter((row) => row.round === round.told.round);
  }
  /** What is still to be sent or to be settled. */
  const all = async (name) => (await whole(name)).filter((row) => !row.sent);
  /** This device's own name, so that the server can tell two phones apart. */
  function device() {
    try {
      let name = localStorage.getItem("opsledger-device");
      if (!name) { name = newId().slice(0, 16); localStorage.setItem("opsledger-device", name); }
      return name;
    } catch { return "private"; }
  }

  Object.assign(round, { newId, put, putAll, remove, whole, all, device: device() });
})(window.OpsRound);
