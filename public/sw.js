// Keeps help within reach without a connection. It stores `/help`, one plain
// offline page and what those two need to look right; no other page, ever.
const PREFIX = "chorus-shell-";
const CACHE = `${PREFIX}2`;
const HELP = "/help";
const OFFLINE = "/offline";
const KEPT = [HELP, OFFLINE, "/leave.js", "/pkg/chorus.css", "/icons.svg", "/favicon.svg"];

// Without cookies the copy of /help can hold nothing of a person.
const ask = (path) => new Request(path, { cache: "no-cache", credentials: "omit" });

async function keep(path) {
  const response = await fetch(ask(path));
  if (!response.ok || response.redirected) throw new Error(`${path}: ${response.status}`);
  const cache = await caches.open(CACHE);
  await cache.put(path, response);
}

const recall = (path) => caches.match(path, { ignoreVary: true });

// Contacts change: a copy of /help older than a day is fetched again.
async function freshen() {
  const kept = await recall(HELP);
  const age = Date.now() - Date.parse(kept?.headers.get("date") ?? 0);
  if (!(age < 24 * 60 * 60 * 1000)) await keep(HELP);
}

async function visit(event, path) {
  try {
    const response = await fetch(event.request);
    if (path === HELP && response.status >= 500) return (await recall(HELP)) ?? response;
    event.waitUntil((path === HELP ? keep(HELP) : freshen()).catch(() => {}));
    return response;
  } catch {
    return (await recall(path === HELP ? HELP : OFFLINE)) ?? Response.error();
  }
}

// A page names its files under the build that it is of (/site/ID/…). One copy of
// each is kept, under its plain address: the newest that was seen.
const plain = (path) => path.replace(/^\/site\/[0-9a-f]+(?=\/)/, "");

// Styles and icons come fresh from the network, from the cache only without it.
async function fetchAsset(event, path) {
  try {
    const response = await fetch(event.request);
    if (response.ok) {
      const copy = response.clone();
      event.waitUntil(caches.open(CACHE).then((cache) => cache.put(path, copy)));
    }
    return response;
  } catch {
    return (await recall(path)) ?? Response.error();
  }
}

addEventListener("install", (event) => {
  event.waitUntil(Promise.all(KEPT.map(keep)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      await Promise.all(
        names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)),
      );
      await clients.claim();
    })(),
  );
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || url.pathname.startsWith("/api/")) return;
  const path = plain(url.pathname);
  if (request.mode === "navigate") event.respondWith(visit(event, url.pathname));
  else if (KEPT.includes(path) && path !== HELP) event.respondWith(fetchAsset(event, path));
});

// What is told is told by its words alone, and leads to one place.
addEventListener("push", (event) => {
  const words = event.data?.text() || "There is something new for you";
  event.waitUntil(registration.showNotification(words, { tag: "news", icon: "/icon-192.png" }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.openWindow("/me/notifications"));
});
