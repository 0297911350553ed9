// What a page does with its service worker. It comes after the page, and the
// page works without it.
const BASE = new URL(".", import.meta.url).pathname.slice(0, -1);
const HOUR = 60 * 60 * 1000;

// Asks the worker; waits as long as there is none.
async function ask(what, about) {
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  const said = new Promise((resolve, reject) => {
    port1.onmessage = ({ data }) => ("error" in data ? reject(new Error(data.error)) : resolve(data.answer));
  });
  active.postMessage({ ask: what, about }, [port2]);
  return said;
}

function element(name, words = "", more = {}) {
  return Object.assign(document.createElement(name), { textContent: words, ...more });
}

function button(words, className, act) {
  const made = element("button", words, { type: "button", className });
  made.addEventListener("click", act);
  return made;
}

function link(words, href) {
  return element("a", words, { href });
}

// A line at the top of the page, read out once. The same words stay as they are.
function note(id, ...parts) {
  const before = document.getElementById(id);
  const line = element("p", "", { id });
  line.append(...parts);
  if (before?.textContent === line.textContent) return;
  before?.remove();
  document.getElementById("notes")?.append(line);
}

const HEARD = {};
navigator.serviceWorker.addEventListener("message", ({ data }) => {
  for (const what in data) HEARD[what]?.(data[what]);
});

// --- A new version ------------------------------------------------------------

// A form's own properties may be hidden by fields of the same names.
const nameOf = (form) => form.getAttribute("id");
const addressOf = (form) => form.getAttribute("action") ?? "";

const isUnsent = (field) => field.form && addressOf(field.form).startsWith("/api/") && field.value !== field.defaultValue;
const someoneWrites = () => [...document.querySelectorAll("textarea, input[type=text]")].some(isUnsent);

HEARD.build = (base) => {
  if (base === BASE) return;
  const words = element("span", "A new version of Chorus is here. ");
  const load = button("Load it", "quiet", () => {
    if (!someoneWrites()) return location.reload();
    words.textContent = "A new version of Chorus is here. Send what you are writing first. ";
  });
  note("new-version", words, load);
};

// A page that stays open for long learns of it too.
let looked = Date.now();
async function lookForNewVersion() {
  if (Date.now() - looked < HOUR) return;
  looked = Date.now();
  await (await navigator.serviceWorker.ready).update().catch(() => {});
}

// --- A series for offline -----------------------------------------------------

// Every address of the series: its pages, and the weeks on them.
async function addressesOf(series) {
  const found = new Set([series]);
  let page = document;
  for (;;) {
    const links = [...page.querySelectorAll("main a[href]")].map((link) => link.getAttribute("href"));
    for (const link of links) {
      if (link.startsWith(`${series}/`) && !link.endsWith(".atom")) found.add(link);
    }
    const next = links.find((link) => link.startsWith(`${series}?after=`) && !found.has(link));
    if (!next) return [...found];
    found.add(next);
    page = new DOMParser().parseFromString(await (await fetch(next)).text(), "text/html");
  }
}

class KeepSeries extends HTMLElement {
  async connectedCallback() {
    const series = this.getAttribute("series");
    const status = element("p", "", { className: "hint", role: "status" });
    const keep = button("Keep this series for offline", "second", async () => {
      keep.disabled = true;
      status.textContent = "One moment";
      try {
        const addresses = await addressesOf(series);
        const kept = await ask("keepSeries", addresses);
        if (kept < addresses.length) throw new Error(`${kept} of ${addresses.length}`);
        isKept();
      } catch {
        status.textContent = "Not all of it could be kept. Try again when the connection is better.";
      }
      keep.disabled = false;
    });
    const isKept = () => {
      keep.textContent = "Keep it anew";
      status.textContent = "This series is kept on this device. It opens without a connection.";
    };
    this.replaceChildren(keep, status);
    if (await ask("hasSeries", series).catch(() => false)) isKept();
  }
}

// --- What waits to be sent ----------------------------------------------------

// Tried again soon at first, then less and less often.
const SOON = 2_000;
const SELDOM = 60_000;
let pause = SOON;
let later;
async function send() {
  clearTimeout(later);
  later = undefined;
  const left = await ask("drain").catch(() => ask("countWords")).catch(() => 0);
  for (const list of document.querySelectorAll("outbox-list")) await list.show();
  sayWaiting(left);
  clearTimeout(later);
  if (left) later = setTimeout(send, pause);
  pause = left ? Math.min(2 * pause, SELDOM) : SOON;
}

function sendNow() {
  pause = SOON;
  return send();
}

// On other pages than the outbox, a line leads there.
function sayWaiting(count) {
  const words = count === 1 ? "One thing you wrote waits to be sent. " : `${count} things you wrote wait to be sent. `;
  if (!count || document.querySelector("outbox-list")) document.getElementById("waiting")?.remove();
  else note("waiting", words, link("See what waits", "/me/outbox"));
}

// The form on this page whose words these are.
function formOf(key) {
  const keys = document.querySelectorAll("form input[name=key]");
  return [...keys].find((field) => field.value === key)?.form;
}

// While its words wait, a form is not written in: they are changed in the outbox.
HEARD.waiting = (key) => {
  later ??= setTimeout(send, SOON);
  const form = formOf(key);
  if (!form) return;
  form.classList.add("waiting");
  for (const field of form.querySelectorAll("input, textarea")) field.readOnly = true;
  // From here on the outbox has them.
  dropWritten(nameOf(form)).catch(() => {});
};

// Sent again under the same key the server gives the same answer, and the form
// goes on as if it had just come.
HEARD.answered = (key) => {
  const form = formOf(key);
  if (!form) return;
  form.classList.remove("waiting");
  for (const field of form.querySelectorAll("input, textarea")) field.readOnly = false;
  form.requestSubmit();
};

const REFUSED = {
  not_found: "What it belongs to is no longer here.",
  thread_closed: "This thread takes no more comments.",
  too_deep: "This thread cannot go deeper.",
  not_allowed: "This is not open to you.",
  confirm_first: "First confirm that it is you.",
  too_late: "The time for this is over.",
  written_meanwhile: "What it answers was changed in the meantime.",
  invalid: "Something in it needs another look.",
  barred: "You cannot post here at present; under You it says why.",
};

function stateOf({ state, why, maybe }) {
  if (state === "old") return "This has waited for almost a month. Send it, if it still holds.";
  if (state === "sent") return "It is sent.";
  if (state === "refused") {
    const reason = REFUSED[typeof why === "string" ? why : Object.keys(why ?? {})[0]] ?? "It was not taken.";
    return `${reason} Your words are still here.`;
  }
  return maybe
    ? "Waiting to be sent. It may have arrived already; then a change no longer counts."
    : "Waiting to be sent.";
}

// Words of a form that people read.
const READ = ["title", "to", "body"];

class OutboxList extends HTMLElement {
  asked = 0;

  connectedCallback() {
    this.show().catch((error) => console.debug(error));
  }

  async show() {
    // Nobody's words are taken away while they are changed.
    if (this.querySelector("textarea")) return;
    // An answer that a later one has overtaken is of no use.
    const asked = ++this.asked;
    const { own, others } = await ask("listWords");
    if (asked !== this.asked || this.querySelector("textarea")) return;
    const parts = [];
    if (own.some(({ kind, state }) => kind === "Call for help" && state !== "sent")) {
      const words = element("p", "You need not wait for an answer. ");
      words.append(link("Get help now", "/help"));
      const help = element("div", "", { className: "notice" });
      help.append(words);
      parts.push(help);
    }
    if (own.length) {
      const list = element("ul", "", { className: "lines" });
      list.append(...own.map((words) => this.entry(words)));
      parts.push(list);
    } else {
      parts.push(element("p", "Nothing waits."));
    }
    if (others) {
      const signedOut = element("p", "Something waits here for a member who is signed out. It goes once they sign in. ");
      signedOut.append(link("Sign in", "/sign-in"));
      parts.push(signedOut);
    }
    this.replaceChildren(...parts);
  }

  entry(words) {
    const { id, kind, state, at, to, fields } = words;
    const item = element("li");
    const day = new Date(at).toLocaleString([], { dateStyle: "long", timeStyle: "short" });
    const about = element("p", "", { className: "byline" });
    about.append(element("span", day), element("span", stateOf(words)));
    const read = fields.filter(([name, value]) => READ.includes(name) && value);
    const said = read.map(([, value]) => element("p", value, { dir: "auto", className: "prose as-typed" }));
    const act = element("div", "", { className: "row" });
    const then = (what, more) => async () => {
      await ask(what, more);
      await sendNow();
    };
    if (state === "sent") act.append(link("See the answers", to), button("Remove it here", "second", then("dropWords", id)));
    else {
      act.append(
        button("Send it now", "", then("changeWords", { id, changes: [] })),
        button("Change it", "second", () => this.change(item, words, read)),
        button("Delete it", "danger", then("dropWords", id)),
      );
    }
    item.append(element("h2", kind), about, ...said, act);
    return item;
  }

  change(item, { id, kind }, read) {
    const form = element("form", "", { className: "composer" });
    form.setAttribute("aria-label", `Change: ${kind}`);
    const written = read.map(([name, value]) => {
      const label = element("label", { title: "Title", to: "To" }[name] ?? "Your words");
      const field = element(name === "body" ? "textarea" : "input", "", { name, value, dir: "auto", id: `${id}-${name}` });
      label.htmlFor = field.id;
      const place = element("div", "", { className: "field" });
      place.append(label, field);
      form.append(place);
      return field;
    });
    const act = element("div", "", { className: "row" });
    const back = () => {
      form.remove();
      return sendNow();
    };
    act.append(element("button", "Keep the change"), button("Leave it", "second", back));
    form.append(act);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await ask("changeWords", { id, changes: written.map(({ name, value }) => [name, value]) });
      await back();
    });
    item.replaceChildren(element("h2", kind), form);
    written[0]?.focus();
  }
}

// --- Signing out with words that wait -----------------------------------------

let maySignOut = false;
const SIGN_OUT = ["/api/accounts/sign-out", "/api/privacy/erase"];

addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    if (!SIGN_OUT.includes(addressOf(form)) || maySignOut || !navigator.serviceWorker.controller) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const count = await ask("countWords").catch(() => 0);
    const go = () => {
      maySignOut = true;
      form.requestSubmit();
      maySignOut = false;
    };
    if (!count) return go();
    form.querySelector(".leaving")?.remove();
    const notice = element("div", "", { className: "notice warning leaving", role: "alert", tabIndex: -1 });
    const words = count === 1 ? "One thing you wrote waits" : `${count} things you wrote wait`;
    const act = element("div", "", { className: "row" });
    act.append(link("See what waits", "/me/outbox"), button("Go on and delete it", "danger", go));
    const said = element("div");
    said.append(element("p", `${words} to be sent. If you go on, it is deleted from this device.`), act);
    notice.append(said);
    form.append(notice);
    notice.focus();
  },
  true,
);

// --- What is being written ----------------------------------------------------

const NEVER_KEPT = ["page", "key", "password", "new_password", "code", "secret"];
const WRITTEN = "form[id][method=post]:has(textarea)";

const fieldsOf = (form) =>
  [...form.elements].filter(
    ({ name, type }) => name && !["hidden", "password"].includes(type) && !NEVER_KEPT.includes(name),
  );
const isOn = ({ type }) => ["checkbox", "radio"].includes(type);
// A choice is always one of those that were offered.
const isAsMade = (field) => isOn(field) || field.type === "select-one" || !field.value || field.value === field.defaultValue;
const written = (form) =>
  fieldsOf(form).map((field) => [field.name, isOn(field) ? field.value : "", isOn(field) ? field.checked : field.value]);

// A member's are on the device; the worker keeps no guest's, and they stay in
// their tab.
let isGuest = false;
const keepInTab = (id, fields) => sessionStorage.setItem(`draft ${id}`, JSON.stringify(fields));

async function keepWritten(form) {
  const [id, fields] = [nameOf(form), written(form)];
  // A page that is left hears no answer.
  if (isGuest) keepInTab(id, fields);
  isGuest = !(await ask("keepDraft", { form: id, fields }));
  if (isGuest) return keepInTab(id, fields);
  sessionStorage.removeItem(`draft ${id}`);
  form.dispatchEvent(new Event("kept"));
}

async function recallWritten(id) {
  const { isHere, fields } = await ask("recallDraft", id);
  isGuest = !isHere;
  return isHere ? fields : JSON.parse(sessionStorage.getItem(`draft ${id}`) ?? "null");
}

function dropWritten(id) {
  pending.delete(id);
  sessionStorage.removeItem(`draft ${id}`);
  return ask("dropDraft", id);
}

const pending = new Map();
function flush() {
  for (const [id, [form, timer]] of pending) {
    clearTimeout(timer);
    pending.delete(id);
    keepWritten(form).catch(() => {});
  }
}

addEventListener("input", ({ target }) => {
  const form = target.form;
  if (!form?.matches(WRITTEN)) return;
  clearTimeout(pending.get(nameOf(form))?.[1]);
  pending.set(nameOf(form), [form, setTimeout(flush, 400)]);
});
addEventListener("pagehide", flush);

addEventListener("posted", ({ target }) => dropWritten(nameOf(target)).catch(() => {}), true);

// A form that the browser itself sends says on the next page how it went.
addEventListener("submit", ({ target, defaultPrevented }) => {
  if (!defaultPrevented && target.matches(WRITTEN)) sessionStorage.setItem("sent", nameOf(target));
});
const sent = sessionStorage.getItem("sent");
sessionStorage.removeItem("sent");
if (sent && !new URLSearchParams(location.search).has("kept")) dropWritten(sent).catch(() => {});

// Brings back what was typed into a form that nobody has written in since.
async function bringBack(form) {
  const kept = await recallWritten(nameOf(form)).catch(() => {});
  const fields = fieldsOf(form);
  if (!kept || !form.isConnected || !fields.every(isAsMade)) return;
  let isChanged = false;
  for (const [name, choice, value] of kept) {
    const field = fields.find((field) => field.name === name && (!isOn(field) || field.value === choice));
    const property = field && isOn(field) ? "checked" : "value";
    if (!field || field[property] === value) continue;
    field[property] = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    isChanged = true;
  }
  if (!isChanged) return;
  const fold = form.closest("details");
  if (fold) fold.open = true;
  note("brought-back", "What you had written here is kept.");
}

const seen = new WeakSet();
function lookForForms() {
  for (const form of document.querySelectorAll(WRITTEN)) {
    if (seen.has(form)) continue;
    seen.add(form);
    bringBack(form);
  }
}

// --- Installing ---------------------------------------------------------------

const isInstalled = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
const isApple = "standalone" in navigator;

// The house under its own name, or under one that tells nobody anything.
const LOOKS = {
  chorus: { name: "Chorus, with its mark", manifest: "/manifest.webmanifest", icon: "/apple-touch-icon.png" },
  notes: { name: "Notes, with a plain mark", manifest: "/notes.webmanifest", icon: "/notes-192.png" },
};
const look = () => (localStorage.getItem("look") in LOOKS ? localStorage.getItem("look") : "chorus");

function wear() {
  const { manifest, icon } = LOOKS[look()];
  document.querySelector("link[rel=manifest]").href = manifest;
  document.querySelector("link[rel=apple-touch-icon]").href = icon;
}

class InstallApp extends HTMLElement {
  connectedCallback() {
    if (isInstalled()) return this.replaceChildren(element("p", "It is installed on this device."));
    const looks = element("fieldset");
    looks.append(element("legend", "Under which name and mark"));
    for (const [value, { name }] of Object.entries(LOOKS)) {
      const label = element("label", "", { className: "choice" });
      const radio = element("input", "", { type: "radio", name: "look", value, checked: value === look() });
      radio.addEventListener("change", () => {
        localStorage.setItem("look", value);
        wear();
      });
      label.append(radio, element("span", name));
      looks.append(label);
    }
    const how = isApple
      ? element("p", "On an iPhone or iPad: choose Share, then Add to Home Screen. Change the name there as you like.")
      : element("p", "If your browser can install it, its menu says Install or Add to Home screen.");
    const install = button("Install", "second", async () => {
      await globalThis.installing?.prompt();
      globalThis.installing = undefined;
      install.hidden = true;
    });
    install.hidden = !globalThis.installing;
    this.replaceChildren(looks, how, install);
  }
}

// Once, to somebody who comes back, below everything.
const VISITS_BEFORE_HINT = 3;
function hintAtInstalling() {
  if (localStorage.getItem("hinted") || isInstalled()) return;
  const visits = Number(localStorage.getItem("visits") ?? 0);
  if (!sessionStorage.getItem("visiting")) localStorage.setItem("visits", String(visits + 1));
  sessionStorage.setItem("visiting", "yes");
  if (visits < VISITS_BEFORE_HINT) return;
  if (globalThis.installing || isApple) showHint();
  // The browser may take a while to find that it can.
  else addEventListener("beforeinstallprompt", showHint, { once: true });
}

function showHint() {
  localStorage.setItem("hinted", "yes");
  const hint = element("aside", "", { id: "install-hint", className: "row" });
  hint.setAttribute("aria-label", "Installing");
  const away = () => hint.remove();
  hint.append(
    element("p", "Chorus can be on this device like an app, under a plain name if you like."),
    link("How", "/me#install"),
    button("Not now", "quiet", away),
  );
  document.body.append(hint);
}

// --- Telling this device ------------------------------------------------------

const CANNOT = {
  NotSupportedError: isApple
    ? "Your browser cannot do it here. It can once this house is on your home screen."
    : "Your browser cannot do it.",
  NotAllowedError: "Your browser was told not to show notices from here. You can change that in its settings.",
};

// Where this browser is told, and by what that is sealed.
async function subscription(applicationServerKey) {
  if (!("PushManager" in window)) throw new DOMException("no push", "NotSupportedError");
  if ((await Notification.requestPermission()) !== "granted") throw new DOMException("refused", "NotAllowedError");
  const { pushManager } = await navigator.serviceWorker.ready;
  // It may be from another house that was at this address.
  await (await pushManager.getSubscription())?.unsubscribe();
  const given = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  const { endpoint, keys } = given.toJSON();
  return [endpoint, keys.p256dh, keys.auth].join(" ");
}

class TellDevice extends HTMLElement {
  connectedCallback() {
    const status = element("p", "", { className: "hint", role: "status" });
    const tell = button("Tell this device", "second", async () => {
      tell.disabled = true;
      status.textContent = "";
      try {
        const form = this.closest("form");
        form.elements.secret.value = await subscription(this.getAttribute("house"));
        form.requestSubmit();
      } catch (error) {
        status.textContent = CANNOT[error.name] ?? "Your browser could not do it. Try again later.";
      }
      tell.disabled = false;
    });
    this.replaceChildren(tell, status);
  }
}

// --- Begin --------------------------------------------------------------------

customElements.define("keep-series", KeepSeries);
customElements.define("outbox-list", OutboxList);
customElements.define("install-app", InstallApp);
customElements.define("tell-device", TellDevice);
wear();
hintAtInstalling();
addEventListener("online", sendNow);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return flush();
  lookForNewVersion();
  sendNow();
});
new MutationObserver(lookForForms).observe(document.body, { childList: true, subtree: true });
lookForForms();
send();
if (!navigator.connection?.saveData) ask("fill").catch(() => {});
