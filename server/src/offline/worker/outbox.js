// Words on their way. They are kept before they are sent and until an answer is
// there, sealed, under the key that the server knows them by: sent again, they
// are posted once.

const KINDS = {
  "/api/comments/post": "Comment",
  "/api/comments/edit": "Change of a comment",
  "/api/reflections/answer": "Reflection",
  "/api/reflections/edit": "Change of a reflection",
  "/api/stories/share": "Story",
  "/api/stories/edit": "Change of a story",
  "/api/shout-outs/post": "Shout-out",
  "/api/shout-outs/edit": "Change of a shout-out",
  "/api/rituals/post": "Ritual",
  "/api/rituals/edit": "Change of a ritual",
  "/api/care/ask": "Call for help",
  "/api/care/write-back": "Call for help",
  "/api/care/answer": "Answer to a call",
  "/api/care/reply": "Reply to a call",
};
const SIGN_OUT = ["/api/accounts/sign-out", "/api/privacy/erase"];
const DAY = 24 * HOUR;
// The server knows keys for 30 days: after that a second sending posts twice.
const TOO_OLD = 25 * DAY;
// Longer than the server lets anybody wait.
const LONGEST = 35_000;
const MOST_TRIES = 5;
// So many failures in a row, and the line is taken for cut.
const GIVEN_UP_AFTER = 3;

const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

// Those that are being sent by the page that wrote them.
const underWay = new Set();

const post = (path, fields, accept, more = {}) =>
  fetch(path, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { accept, ...more },
    // Where a plain form is led to is for the browser to follow.
    redirect: accept.includes("text/html") ? "manual" : "follow",
    signal: AbortSignal.timeout(LONGEST),
  });

// Who, when and how it stands is open; the words are sealed.
async function keepWords(who, id, about, words) {
  const name = `${who} ${id}`;
  await remember("words", name, { ...about, sealed: await seal(who, name, words) });
}

const wordsOf = (who) => all("words", `${who} `).then((found) => found.sort(([, one], [, two]) => one.at - two.at));

// What was dropped in the meantime stays dropped.
const settle = (name, more) => amend("words", name, more);

// A form that posts words. The answer of the server, if there is one; else the
// page is told that they wait.
async function carry(event, path) {
  const { request } = event;
  const fields = new URLSearchParams(await request.clone().text());
  if ((fields.get("key") ?? "").length < 16) fields.set("key", newKey());
  const id = fields.get("key");
  const who = await whoWrites();
  const about = { at: Date.now(), state: "waiting", tries: 0, maybe: false };
  // Words that are nobody's cannot be kept for anybody.
  if (!who) return pass(event);
  const name = `${who} ${id}`;
  underWay.add(name);
  try {
    try {
      await keepWords(who, id, about, { path, fields: String(fields) });
    } catch {
      // There is no room, or none that is private: sent as ever.
      return await pass(event);
    }
    const answer = await post(path, fields, request.headers.get("accept") ?? "").catch(() => {});
    if (answer && !NOBODY_THERE.includes(answer.status)) {
      await forget("words", name);
      await hear(event, answer);
      return answer;
    }
    // Without a line nothing can have arrived; otherwise it may have.
    await settle(name, { maybe: navigator.onLine });
    await registration.sync?.register("outbox").catch(() => {});
    await tell({ waiting: id });
    if (request.mode === "navigate") return Response.redirect("/me/outbox", 303);
    return new Response('"waiting"', { status: 503, headers: { "content-type": "application/json" } });
  } finally {
    underWay.delete(name);
  }
}

// Sends what waits, the oldest first, and says how much still does.
const drain = () => navigator.locks.request("chorus-outbox", drainNow);

async function drainNow() {
  const who = await whoWrites();
  let left = 0;
  let failures = 0;
  for (const [name, about] of await wordsOf(who)) {
    if (about.state !== "waiting" || underWay.has(name)) continue;
    if (failures < GIVEN_UP_AFTER && (await sendOne(who, name, about))) {
      failures = 0;
      await tell({ answered: name.split(" ")[1] });
    } else {
      failures += 1;
      left += 1;
    }
  }
  return left;
}

// Sends one; false if it goes on waiting.
async function sendOne(who, name, about) {
  if (Date.now() - about.at > TOO_OLD) {
    await settle(name, { state: "old" });
    return true;
  }
  const { path, fields } = await unseal(who, name, about.sealed);
  const answer = await post(path, fields, "application/json", { "chorus-writer": who }).catch(() => {});
  if (!answer || [...NOBODY_THERE, 429].includes(answer.status)) {
    if (!answer) await settle(name, { maybe: about.maybe || navigator.onLine });
    return false;
  }
  const said = await answer.json().catch(() => {});
  if (answer.ok) {
    // Whoever asked for help needs the way to the answer.
    if (path === "/api/care/ask") await settle(name, { state: "sent", sealed: await seal(who, name, { path, fields, to: said?.to }) });
    else await forget("words", name);
    return true;
  }
  // Whose words they are has to be there first.
  if (said?.refused === "other_writer" || answer.status === 401) return false;
  const tries = about.tries + 1;
  const mayWork = answer.status >= 500 && tries < MOST_TRIES;
  await settle(name, mayWork ? { tries } : { tries, state: "refused", why: said?.refused ?? said });
  return !mayWork;
}

// --- What the page of the outbox asks for -------------------------------------

// What whoever is there now has waiting, and how much members have who are not.
// What a page sends at this moment does not wait; if it fails, that is told.
async function listWords() {
  const who = await whoWrites();
  const found = (await wordsOf(who)).filter(([name]) => !underWay.has(name));
  const ofMembers = (await all("words", "m")).filter(([name]) => !name.startsWith(`${who} `));
  const own = await Promise.all(
    found.map(async ([name, { sealed, ...about }]) => {
      const { path, fields, to } = await unseal(who, name, sealed);
      return { id: name.split(" ")[1], kind: KINDS[path], to, fields: [...new URLSearchParams(fields)], ...about };
    }),
  );
  return { own, others: ofMembers.length };
}

// Sends it again, with what was changed. What is too old for its key gets
// another one.
async function changeWords({ id, changes }) {
  const who = await whoWrites();
  const name = `${who} ${id}`;
  const about = await recall("words", name);
  if (!about) return;
  const { path, fields } = await unseal(who, name, about.sealed);
  const changed = new URLSearchParams(fields);
  for (const [field, value] of changes) changed.set(field, value);
  const isOld = about.state === "old";
  if (isOld) changed.set("key", newKey());
  const again = { ...about, state: "waiting", tries: 0, at: isOld ? Date.now() : about.at };
  await keepWords(who, changed.get("key"), again, { path, fields: String(changed) });
  if (isOld) await forget("words", name);
}

const dropWords = async (id) => forget("words", `${await whoWrites()} ${id}`);

const countWords = async () => (await wordsOf(await whoWrites())).filter(([, { state }]) => state !== "sent").length;

// --- What is being written ----------------------------------------------------

// Guests' drafts stay in their tab: the page keeps those itself.
const isMember = (who) => who.startsWith("m");

async function keepDraft({ form, fields }) {
  const who = await whoWrites();
  if (!isMember(who)) return false;
  const name = `${who} ${form}`;
  await remember("drafts", name, { at: Date.now(), sealed: await seal(who, name, fields) });
  return true;
}

async function recallDraft(form) {
  const who = await whoWrites();
  if (!isMember(who)) return { isHere: false };
  const name = `${who} ${form}`;
  const kept = await recall("drafts", name);
  return { isHere: true, fields: kept && (await unseal(who, name, kept.sealed)) };
}

const dropDraft = async (form) => forget("drafts", `${await whoWrites()} ${form}`);

// A form that nobody came back to in a month.
async function dropOldDrafts() {
  for (const [name, { at }] of await all("drafts", "")) {
    if (Date.now() - at > 30 * DAY) await forget("drafts", name);
  }
}
