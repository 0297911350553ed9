// The worker's memory, and whose browser it is.

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;

// `facts`: what is known. `keys`: one for each writer; no script can read it.
// `words`: what waits to be sent. `drafts`: what is being written.
const ROOMS = ["facts", "keys", "words", "drafts"];

let opened;
const open = () =>
  (opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("chorus", 1);
    asked.onupgradeneeded = () => ROOMS.forEach((room) => asked.result.createObjectStore(room));
    asked.onsuccess = () => {
      asked.result.onversionchange = asked.result.onclose = () => {
        asked.result.close();
        opened = undefined;
      };
      resolve(asked.result);
    };
    asked.onerror = () => {
      opened = undefined;
      reject(asked.error);
    };
  }));

// One transaction; done when the disk has it.
async function room(name, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode, { durability: "strict" });
    const request = work(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

const recall = (name, key) => room(name, "readonly", (kept) => kept.get(key));
const remember = (name, key, value) => room(name, "readwrite", (kept) => kept.put(value, key));
const amend = (name, key, more) =>
  room(name, "readwrite", (kept) => {
    const asked = kept.get(key);
    asked.onsuccess = () => asked.result && kept.put({ ...asked.result, ...more }, key);
    return asked;
  });
const forget = (name, key) => room(name, "readwrite", (kept) => kept.delete(key));

// Everything under keys that begin with `prefix`, with its key.
async function all(name, prefix) {
  const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
  const keys = await room(name, "readonly", (kept) => kept.getAllKeys(range));
  const found = await Promise.all(keys.map(async (key) => [key, await recall(name, key)]));
  return found.filter(([, value]) => value !== undefined);
}

// --- Sealing ------------------------------------------------------------------

const keyOf = (who) =>
  navigator.locks.request("chorus-keys", async () => {
    const kept = await recall("keys", who);
    if (kept) return kept;
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await remember("keys", who, key);
    return key;
  });

// What is sealed under one name cannot be opened under another.
const seal = async (who, name, value) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const additionalData = new TextEncoder().encode(name);
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, await keyOf(who), bytes) };
};

const unseal = async (who, name, { iv, data }) => {
  const additionalData = new TextEncoder().encode(name);
  const bytes = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, await keyOf(who), data);
  return JSON.parse(new TextDecoder().decode(bytes));
};

// --- Whose browser it is ------------------------------------------------------

let writer;
const whoWrites = async () => (writer ??= (await recall("facts", "writer").catch(() => {})) ?? "");

// When that was said. A page that the browser still had says what once was.
let heard = 0;

// An answer says who is there now; true if it is another one. Pages that were
// the other's go at once; words only if that one signed out, and did not merely
// run out of time.
async function learn(answer, isForm = false) {
  const now = answer.headers.get("chorus-writer");
  const said = Date.parse(answer.headers.get("date")) || Date.now();
  if (!now || (!isForm && said < heard)) return false;
  heard = said;
  const before = await whoWrites();
  if (now === before) return false;
  writer = now;
  await remember("facts", "writer", now).catch(() => {});
  await dropPagesOfOthers(now);
  if (before) await hush().catch(() => {});
  const leaving = await recall("facts", "leaving").catch(() => {});
  if (before && leaving?.who === before && Date.now() - leaving.at < MINUTE) await dropWordsOf(before);
  return true;
}

async function dropWordsOf(who) {
  for (const name of ["words", "drafts"]) {
    for (const [key] of await all(name, `${who} `)) await forget(name, key);
  }
  await forget("keys", who);
}
