// Pages and files that are there without a connection.
//
// Kept are the files of this build and of the one before, each under an address
// that names its build, so that two builds never mix; help and the pages that
// hold nothing of a person; and of the pages that were read those that the server
// lets be kept, the private ones apart for each writer.
const SHELL = `chorus-build-${BUILD.id}`;
const HELP = "/help";
const OFFLINE = "/offline";
// Whom to turn to, as pages ask for it beside what reads like a call for help.
const CONTACTS = "/api/care/contacts";
const OF_THE_HOST = `${CONTACTS}?country=`;
const STANDING = [HELP, OFFLINE, "/me/outbox"];
const FIRST = ["/pkg/chorus.css", "/leave.js", "/icons.svg"].map((path) => BUILD.base + path);
const PAGES_KEPT = 60;
// A line that says nothing for so long is as good as none, if there is a copy.
const PATIENCE = 8000;
// What a proxy says when there is nobody behind it.
const NOBODY_THERE = [502, 503, 504];

// --- Files --------------------------------------------------------------------

// Of pages that each build has, those of this one.
const match = async (path) => (await matchIn(SHELL, path)) ?? caches.match(path, { ignoreVary: true });

async function matchIn(name, path) {
  if (await caches.has(name)) return (await caches.open(name)).match(path, { ignoreVary: true });
}

async function fetchInto(cache, path, options) {
  const answer = await fetch(path, options);
  if (!answer.ok || answer.redirected) throw new Error(`${path}: ${answer.status}`);
  await cache.put(path, answer);
}

// Without cookies the copies of these pages can hold nothing of a person.
const keepStanding = (cache, path) => fetchInto(cache, path, { cache: "no-cache", credentials: "omit" });

async function install() {
  const cache = await caches.open(SHELL);
  await Promise.all([
    ...[...STANDING, OF_THE_HOST].map((path) => keepStanding(cache, path)),
    ...FIRST.map((path) => fetchInto(cache, path)),
  ]);
}

// The rest of the build, after the page that brought the worker has what it
// needs. What is there already is not fetched again.
let filling;
const fill = () => (filling ??= fillNow().finally(() => (filling = undefined)));

async function fillNow() {
  const cache = await caches.open(SHELL);
  const kept = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  for (const part of BUILD.parts) {
    if (!kept.has(BUILD.base + part)) await fetchInto(cache, BUILD.base + part);
  }
}

async function dropOldBuilds() {
  const names = await caches.keys();
  const builds = names.filter((name) => name.startsWith("chorus-build-") && name !== SHELL);
  const old = [...builds.slice(0, -1), ...names.filter((name) => name.startsWith("chorus-shell-"))];
  await Promise.all(old.map((name) => caches.delete(name)));
}

const isFile = (path) => path.startsWith("/site/") || FIRST.includes(path);

// Under the name of a build nothing changes; at a plain address it may. A page of
// a build that is gone is shown with the looks of this one, and without script.
async function file(request, path) {
  const kept = await match(path);
  if (kept && path.startsWith("/site/")) return kept;
  const looks = FIRST.find((ours) => /\.(css|svg)$/.test(ours) && path.endsWith(ours.slice(BUILD.base.length)));
  try {
    const answer = await fetch(request);
    return answer.status === 404 && looks ? ((await match(looks)) ?? answer) : answer;
  } catch {
    return kept ?? (looks && (await match(looks))) ?? Response.error();
  }
}

// --- Pages --------------------------------------------------------------------

const addressOf = (url) => url.pathname + url.search;

async function shelf(kind, keep) {
  return `chorus-${kind}-${keep === "public" ? "public" : await whoWrites()}`;
}

// Keeps a page if the server lets it; forgets it if it is not there any more.
async function keepPage(kind, url, answer) {
  const keep = answer.headers.get("chorus-keep");
  if (!keep) {
    if ([403, 404, 410].includes(answer.status)) await dropPage(url);
    return false;
  }
  const headers = new Headers(answer.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  headers.set("chorus-kept-at", String(Date.now()));
  const cache = await caches.open(await shelf(kind, keep));
  await cache.put(addressOf(url), new Response(answer.body, { headers }));
  if (kind === "pages") {
    const keys = await cache.keys();
    await Promise.all(keys.slice(0, -PAGES_KEPT).map((key) => cache.delete(key)));
  }
  return true;
}

const isPages = (name) => /^chorus-(pages|series)-/.test(name);

async function dropPage(url) {
  for (const name of (await caches.keys()).filter(isPages)) {
    await (await caches.open(name)).delete(addressOf(url), { ignoreVary: true });
  }
}

async function dropPagesOfOthers(who) {
  const isOthers = (name) => isPages(name) && !name.endsWith("-public") && !name.endsWith(`-${who}`);
  await Promise.all((await caches.keys()).filter(isOthers).map((name) => caches.delete(name)));
}

const keptAt = (copy) => Number(copy.headers.get("chorus-kept-at"));

// The newest copy that whoever is there now may see.
async function findPage(url) {
  if (STANDING.includes(url.pathname)) return match(url.pathname);
  for (const keep of ["private", "public"]) {
    const found = [];
    for (const kind of ["pages", "series"]) {
      const copy = await matchIn(await shelf(kind, keep), addressOf(url));
      if (copy) found.push(copy);
    }
    if (found.length) return found.sort((one, two) => keptAt(two) - keptAt(one))[0];
  }
}

function ago(moment) {
  const hours = Math.floor((Date.now() - moment) / HOUR);
  if (hours < 1) return "less than an hour ago";
  if (hours < 48) return hours === 1 ? "an hour ago" : `${hours} hours ago`;
  return `${Math.floor(hours / 24)} days ago`;
}

// A copy says how old it is. Help and its like are the same at any age.
async function withItsAge(copy) {
  if (!copy || !keptAt(copy)) return copy;
  const words = `There is no connection. This is the page as it was ${ago(keptAt(copy))}, kept on this device.`;
  const line = `<p id="kept-copy">${words} <a href="" rel="external">Try again</a></p>`;
  const page = (await copy.text()).replace(/<div id="notes"[^>]*>/, (place) => place + line);
  return new Response(page, { headers: copy.headers });
}

// Contacts change: a copy of help older than a day is fetched again. One that
// belongs to another build comes with that build's worker.
async function freshen() {
  const kept = await match(HELP);
  const age = Date.now() - Date.parse(kept?.headers.get("date") ?? 0);
  if (age < 24 * HOUR) return;
  const answer = await fetch(HELP, { cache: "no-cache", credentials: "omit" });
  const page = await answer.clone().text();
  if (!answer.ok || !page.includes(`${BUILD.base}/pkg/chorus.css`)) return;
  const cache = await caches.open(SHELL);
  await cache.put(HELP, answer);
  await keepStanding(cache, OF_THE_HOST);
}

async function contacts(request) {
  const answer = await fetch(request).catch(() => {});
  return answer?.ok ? answer : ((await match(OF_THE_HOST)) ?? answer ?? Response.error());
}

const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE));

async function visit(event, url) {
  const asking = (async () => (await event.preloadResponse) ?? fetch(event.request))();
  asking.catch(() => {});
  const copy = await findPage(url).catch(() => {});
  let answer;
  try {
    answer = await (copy ? Promise.race([asking, late()]) : asking);
  } catch {
    return (await withItsAge(copy)) ?? (await match(OFFLINE)) ?? Response.error();
  }
  const isAway = NOBODY_THERE.includes(answer.status) || (url.pathname === HELP && answer.status >= 500);
  if (isAway && copy) return withItsAge(copy);
  await hear(event, answer);
  event.waitUntil(Promise.all([keepPage("pages", url, answer.clone()), freshen()]).catch(() => {}));
  return answer;
}

// Whoever came in may have words here that wait.
async function hear(event, answer) {
  if (await learn(answer, event.request.method === "POST")) event.waitUntil(drain());
}

async function pass(event) {
  const answer = await fetch(event.request);
  await hear(event, answer);
  return answer;
}

// --- What pages ask for -------------------------------------------------------

// Keeps pages until they are asked for anew; says how many.
async function keepSeries(addresses) {
  let kept = 0;
  for (const address of addresses) {
    const url = new URL(address, location.origin);
    if (url.origin !== location.origin) continue;
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    await learn(answer);
    if (await keepPage("series", url, answer)) kept += 1;
  }
  return kept;
}

async function hasSeries(address) {
  const shelves = await Promise.all(["private", "public"].map((keep) => shelf("series", keep)));
  const found = await Promise.all(shelves.map((name) => matchIn(name, address)));
  return found.some(Boolean);
}
