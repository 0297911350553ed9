import type { Server } from "../support/server.js";
import { Front } from "./front.js";
import { vectors } from "./list.js";
import { type Found, LOOK } from "./look.js";
import { seed, type Seeded } from "./seed.js";
import type { Browser } from "./webdriver.js";

/** What a browser made of the vectors. */
export interface Outcome {
  /** Vectors, and how many of them ran when they were shown as they are. */
  vectors: number;
  bite: number;
  /** Pages that were opened under their policy, drawn by the program, and looked at without a policy. */
  opened: number;
  drawn: number;
  framed: number;
  ran: number[];
  nodes: string[];
  reports: string[];
  taken: Map<string, number>;
}

/** Fields of an address, and the pages that read them. */
const ASKED = [
  (typed: string): string => `/join?invitation=${typed}&next=${typed}&kept=${typed}`,
  (typed: string): string => `/sign-in?next=${typed}&kept=${typed}`,
  (typed: string): string => `/stories?after=${typed}`,
  (typed: string): string => `/help?country=${typed}`,
  (typed: string): string => `/me/codes?next=${typed}`,
  (typed: string): string => `/stories/${typed}`,
  (typed: string): string => `/series/${typed}/${typed}`,
];

/** One page of so many is drawn by the program as well; all are shown as the server writes them. */
const DRAWN = 7;

/** WebKit lets a document change its address 100 times in 30 seconds. */
const AT_ONE_DOCUMENT = 80;

/** A driver's command is answered within five minutes. */
const AT_ONE_COMMAND = 100;

/** Texts of a form that cannot even be kept come back on a page of their own. */
const TOO_LONG = 300_000;

/** Waits until the program has taken the page over; false if it does not. */
const ALIVE = `new Promise((done) => {
  dispatchEvent(new PointerEvent("pointermove"));
  const end = Date.now() + 30000;
  const look = () => {
    const alive = document.documentElement.hasAttribute("data-alive");
    if (alive || Date.now() > end) setTimeout(done, 0, alive);
    else setTimeout(look, 20);
  };
  look();
})`;

/**
 * Lets the program draw another page in place of this one; false if it does not.
 * Where a page of the same kind stands already it keeps the elements and changes
 * what is in them, so that only the changes tell.
 */
const draw = (path: string): string => `new Promise((done) => {
  const path = ${JSON.stringify(path)};
  const link = document.createElement("a");
  link.href = path;
  document.body.append(link);
  link.click();
  link.remove();
  let changed = Infinity;
  const changes = new MutationObserver(() => { changed = Date.now(); });
  changes.observe(document.querySelector("main"), { subtree: true, childList: true, characterData: true });
  const end = Date.now() + 30000;
  const look = () => {
    const there = location.pathname + location.search === path && Date.now() - changed > 50 && !document.querySelector("main .loading");
    if (!there && Date.now() < end) return setTimeout(look, 5);
    changes.disconnect();
    setTimeout(done, 0, there);
  };
  look();
})`;

const WHAT_STANDS = "location.href + ': ' + document.querySelector('main')?.textContent.slice(0, 300)";

async function framed(browser: Browser, front: Front, how: "pages" | "raw", all: string[]): Promise<Found> {
  const found: Found = { ran: [], nodes: [] };
  for (let begin = 0; begin < all.length; begin += AT_ONE_COMMAND) {
    await browser.open(front.frames);
    const some = all.slice(begin, begin + AT_ONE_COMMAND);
    const { ran, nodes } = (await browser.evaluate(`window.${how}(${JSON.stringify(some)})`)) as Found;
    found.ran.push(...ran);
    found.nodes.push(...nodes);
  }
  return found;
}

/** Shows every vector in every place, in a browser, and collects what happened. */
export async function trial(browser: Browser, server: Server): Promise<Outcome> {
  const all = vectors();
  const front = await Front.before(server.url);
  try {
    const raw = await framed(browser, front, "raw", all.map(({ text }) => text));
    // A frame among them may have asked for a page of the house.
    front.reports.length = 0;
    const seeded = await seed(front.url, server, all);
    const outcome: Outcome = {
      vectors: all.length,
      bite: raw.ran.length,
      opened: 0,
      drawn: 0,
      framed: 0,
      ran: [],
      nodes: [],
      reports: front.reports,
      taken: seeded.taken,
    };
    await showAll(browser, front, seeded, outcome);
    // A browser shows a feed in a style of its own, which the policy refuses as well.
    outcome.reports = front.reports.filter((report) => !report.endsWith(`${front.url}/feed.atom`));
    return outcome;
  } finally {
    await front.close();
  }
}

async function showAll(browser: Browser, front: Front, seeded: Seeded, outcome: Outcome): Promise<void> {
  const note = (where: string, { ran, nodes }: Found): void => {
    outcome.ran.push(...ran);
    outcome.nodes.push(...nodes.map((node) => `${where}: ${node}`));
  };
  const open = async (address: string): Promise<void> => {
    await browser.open(address);
    outcome.opened += 1;
    note(address, (await browser.evaluate(LOOK)) as Found);
  };
  const openAlive = async (address: string): Promise<void> => {
    await open(address);
    if ((await browser.evaluate(ALIVE)) !== true) throw new Error(`${address} does not come alive`);
    note(`${address}, alive`, (await browser.evaluate(LOOK)) as Found);
  };
  await browser.open(`${front.url}/favicon.svg`);
  await browser.carry(seeded.keeper.cookies);
  for (const path of seeded.crowded) await open(front.url + path);
  if (browser.showsFeeds) await open(`${front.url}/feed.atom`);
  const drawn = seeded.single.filter((_, place) => place % DRAWN === 0);
  for (const [place, path] of drawn.entries()) {
    if (place % AT_ONE_DOCUMENT === 0) await openAlive(`${front.url}/help`);
    if ((await browser.evaluate(draw(path))) !== true) {
      throw new Error(`${path} is not drawn, but ${String(await browser.evaluate(WHAT_STANDS))}`);
    }
    outcome.drawn += 1;
    note(`${path}, drawn`, (await browser.evaluate(LOOK)) as Found);
  }

  // Under no policy: here only the sanitiser stands between a vector and its program.
  const plain = [...seeded.single, ...seeded.crowded];
  outcome.framed += plain.length;
  note("in a frame", await framed(browser, front, "pages", plain));

  const typed = vectors().map(({ text }) => encodeURIComponent(text.toWellFormed()));
  const asked = typed.map((text, place) => ASKED[place % ASKED.length]?.(text) ?? "/");
  outcome.framed += asked.length;
  note("in a frame", await framed(browser, front, "pages", asked));
  for (const path of asked.filter((_, place) => place % 24 === 0)) await open(front.url + path);

  const body = vectors().map(({ text }) => text).join("\n\n");
  const fields = { page: "/stories/new", title: body, content_note: body, body, voice: "handle" };
  for (const [path, sent] of [
    ["/api/stories/share", fields],
    ["/api/stories/preview", { ...fields, body: body.padEnd(TOO_LONG) }],
    ["/api/comments/post", { ...fields, page: "/stories", subject: body.slice(0, 2000) }],
    ["/api/accounts/join", { page: "/join", handle: body.slice(0, 9000), password: "x", invitation: body }],
  ] as const) {
    await browser.open(front.form(path, sent));
    await settled(browser);
    outcome.opened += 1;
    note(path, (await browser.evaluate(LOOK)) as Found);
  }
  await browser.open(`${front.url}/favicon.svg`);
  await browser.carry(seeded.guest.cookies);
  await openAlive(front.url + seeded.held);
}

/** The page that sends a form has been left. */
async function settled(browser: Browser): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const there = await browser.evaluate("location.pathname + ' ' + document.readyState").catch(() => "");
    if (!String(there).startsWith("/__front") && String(there).endsWith("complete")) return;
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error("the form was not sent");
}
