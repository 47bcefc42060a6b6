// The service worker: what was read opens without a network, and says that it is as it was.
//
// The network comes first, always. What is kept is shown only where no answer comes, so nothing old
// is ever shown as new.

const MOST = { pages: 80, files: 40 };
const root = new URL(self.registration.scope);
const OFFLINE = new URL("offline/", root).href;
const LEFT_ALONE = ["admin/", "preview/", "language/"].map((path) => root.pathname + path);
const FILES = ["font", "image", "script", "style"];
const ANY = { ignoreVary: true }; // the newest page of an address, in whatever language

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open("pages").then((cache) => cache.add(OFFLINE)));
  self.skipWaiting();
});
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

self.addEventListener("fetch", (event) => {
  const { method, url, mode, destination } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== root.origin) return;
  if (LEFT_ALONE.some((path) => pathname.startsWith(path))) return;
  if (mode === "navigate") event.respondWith(answer(event, "pages"));
  else if (FILES.includes(destination)) event.respondWith(answer(event, "files"));
});

// Keeps the pages that are open too: the first of a visit came before there was a worker.
async function takeOver() {
  await self.clients.claim();
  for (const { url } of await self.clients.matchAll({ type: "window" })) {
    if (LEFT_ALONE.some((path) => new URL(url).pathname.startsWith(path))) continue;
    const response = await fetch(url).catch(() => null);
    if (response?.ok) await keep("pages", url.split("#")[0], response);
  }
}

async function answer(event, store) {
  const { request } = event;
  try {
    const response = await fetch(request);
    if (response.ok) event.waitUntil(keep(store, request.url, response.clone()));
    return response;
  } catch (error) {
    const cache = await caches.open(store);
    const kept = await cache.match(request.url, ANY);
    if (store === "files" && kept) return kept;
    if (store === "files") throw error;
    return asItWas(kept ?? (await cache.match(OFFLINE, ANY)) ?? Response.error());
  }
}

async function keep(store, url, response) {
  const cache = await caches.open(store);
  await cache.delete(url, ANY); // the newest is the last of the keys
  await cache.put(url, response);
  const old = (await cache.keys()).filter((request) => request.url !== OFFLINE);
  await Promise.all(old.slice(0, -MOST[store]).map((request) => cache.delete(request, ANY)));
}

// The page with the time at which it came, which it tells its reader.
async function asItWas(kept) {
  if (!kept.ok) return kept;
  const headers = new Headers(kept.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  const page = (await kept.text()).replace("<html ", `<html data-kept-at="${headers.get("Date") ?? ""}" `);
  return new Response(page, { headers });
}
