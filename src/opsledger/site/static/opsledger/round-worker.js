"use strict";
// Keeps the pages of rounds and what they load, so that a round goes on without a signal.
// Only GETs of this site are ever kept; what is typed lives in IndexedDB, not here.
const CACHE = "opsledger-rounds-2";
const ROUND = /^\/c\/[^/]+\/rounds\/\d+\/$/;

self.addEventListener("install", function (event) { event.waitUntil(self.skipWaiting()); });
self.addEventListener("activate", function (event) {
  event.waitUntil((async function () {
    for (const name of await caches.keys()) { if (name.startsWith("opsledger-") && name !== CACHE) { await caches.delete(name); } }
    await self.clients.claim();
  })());
});

async function fromNet(request, keep) {
  const answer = await fetch(request);
  if (keep && answer.ok && !answer.redirected) { (await caches.open(CACHE)).put(request.url, answer.clone()); }
  return answer;
}

self.addEventListener("fetch", function (event) {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) { return; }
  if (url.pathname.startsWith("/static/")) {
    event.respondWith(fromNet(request, true).catch(async function () { return (await caches.match(request.url)) || Response.error(); }));
    return;
  }
  if (request.mode === "navigate" && ROUND.test(url.pathname)) {
    event.respondWith(fromNet(request, true).catch(async function () { return (await caches.match(request.url)) || Response.error(); }));
  }
});
