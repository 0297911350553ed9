// --- What pages and the browser ask for ---------------------------------------

async function tell(message) {
  for (const page of await clients.matchAll()) page.postMessage(message);
}

const ASKED = {
  fill,
  keepSeries,
  hasSeries,
  drain,
  listWords,
  changeWords,
  dropWords,
  countWords,
  keepDraft,
  recallDraft,
  dropDraft,
};

addEventListener("message", (event) => {
  const { ask, about } = event.data ?? {};
  if (!Object.hasOwn(ASKED, ask)) return;
  const done = Promise.resolve(ASKED[ask](about)).then(
    (answer) => ({ answer }),
    (error) => ({ error: String(error) }),
  );
  event.waitUntil(done.then((said) => event.ports[0]?.postMessage(said)));
});

// WebKit at times shows the page of one answer under the policy of another, when
// it asks on its own while the worker begins: then no script of the page may run.
const MIXES_ANSWERS = /AppleWebKit/.test(navigator.userAgent) && !/Chrom/.test(navigator.userAgent);

addEventListener("install", (event) => event.waitUntil(install().then(() => skipWaiting())));

addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      await registration.navigationPreload?.[MIXES_ANSWERS ? "disable" : "enable"]();
      await dropOldBuilds();
      await dropOldDrafts().catch(() => {});
      await clients.claim();
      // The page that brought the worker came before it.
      await fetch("/me/outbox").then(learn).catch(() => {});
      await tell({ build: BUILD.base });
    })(),
  );
});

// The browser's own sign that there is a line again; it asks later once more if
// something still waits.
addEventListener("sync", (event) => {
  event.waitUntil(
    drain().then((left) => {
      if (left) throw new Error(`${left} wait`);
    }),
  );
});

async function form(event, path) {
  if (path in KINDS) return carry(event, path);
  if (SIGN_OUT.includes(path)) await remember("facts", "leaving", { who: await whoWrites(), at: Date.now() }).catch(() => {});
  return pass(event);
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  const isFunction = url.pathname.startsWith("/api/");
  if (request.method === "POST" && isFunction) event.respondWith(form(event, url.pathname));
  else if (url.pathname === CONTACTS && !url.searchParams.get("country")) event.respondWith(contacts(request));
  else if (request.method !== "GET" || isFunction) return;
  else if (request.mode === "navigate") event.respondWith(visit(event, url));
  else if (isFile(url.pathname)) event.respondWith(file(request, url.pathname));
});
