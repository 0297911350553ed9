import type { BrowserContext, Page } from "@playwright/test";
import { Server, expect } from "./support/chorus.js";
import type { Line } from "./support/line.js";
import { equipped, kept, onlyWithScript, test } from "./support/offline.js";
import { ARTICLE, commentForm, own, tellStory } from "./support/shares.js";

onlyWithScript();

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name });
const age = (page: Page) => page.getByText("This is the page as it was less than an hour ago");

test("without a connection the house opens: what was read, and help", async ({ page, line, hydrated, axe, context }) => {
  await equipped(page);
  for (const room of ["/stories", ARTICLE.at, "/sign-in"]) {
    await page.goto(room);
    await hydrated(page);
  }
  await line.cut(context);

  await page.goto(ARTICLE.at);
  await expect(heading(page, ARTICLE.title)).toBeVisible();
  await expect(age(page)).toBeVisible();
  await hydrated(page);
  await axe(page);
  await page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: "Stories" }).click();
  await expect(heading(page, "Stories")).toBeVisible();
  await expect(age(page)).toBeVisible();

  // Not kept: a door, and a page that nobody has read here.
  for (const room of ["/sign-in", "/rituals"]) {
    await page.goto(room);
    await expect(heading(page, "There is no connection")).toBeVisible();
  }
  await page.getByRole("main").getByRole("link", { name: "Get help now" }).click();
  await expect(heading(page, "Get help now")).toBeVisible();
  await expect(page.getByRole("link", { name: /^Call / }).first()).toHaveAttribute("href", /^tel:/);

  await line.mend(context);
  await page.goto("/stories");
  await expect(heading(page, "Stories")).toBeVisible();
  await expect(age(page)).toHaveCount(0);
});

test("whoever writes a call for help without a connection is shown whom to call", async ({ page, line, hydrated, context }) => {
  await equipped(page);
  await page.goto(ARTICLE.at);
  await hydrated(page);
  await line.cut(context);
  await commentForm(page).getByLabel("Your comment").fill("I can't stop drinking and I need help.");
  await expect(commentForm(page).getByRole("status")).toContainText("In danger now:");
});

test("a page that comes alive from a copy forgets its age when one goes on", async ({ page, line, hydrated, context }) => {
  await equipped(page);
  await page.goto("/stories");
  await hydrated(page);
  await line.cut(context);
  await page.reload();
  await expect(age(page)).toBeVisible();
  await hydrated(page);
  await line.mend(context);
  await page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: "Rituals" }).click();
  await expect(heading(page, "Rituals")).toBeVisible();
  await expect(age(page)).toHaveCount(0);
});

test("a member's pages are the member's, and go when they sign out", async ({ page, line, join, signOut, hydrated, context }) => {
  await equipped(page);
  await join(page);
  const title = own("On the ferry");
  const story = await tellStory(page, hydrated, { title, body: "I kept quiet until the harbour." });
  for (const room of [story, "/stories/new", "/me", "/me/notifications", "/help/ask"]) await page.goto(room);
  await expect.poll(() => kept(page, "chorus-pages-m")).toEqual(["/help/ask", "/stories/new", story].sort());
  await line.cut(context);
  await page.goto(story);
  await expect(heading(page, title)).toBeVisible();
  await line.mend(context);

  await signOut(page);
  expect(await kept(page, "chorus-pages-m")).toEqual([]);
  const another = await join(page);
  await line.cut(context);
  await page.goto(story);
  await expect(heading(page, "There is no connection")).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText(title);
  await page.goto("/stories/new");
  await expect(heading(page, "There is no connection")).toBeVisible();
  expect(another.handle).toBeTruthy();
});

test("what is gone from the house is gone from the device", async ({ page, line, join, hydrated, context, another }) => {
  const author = await another();
  await join(author);
  const title = own("Taken back");
  const story = await tellStory(author, hydrated, { title, body: "For a while." });
  await equipped(page);
  await page.goto(story);
  await expect(heading(page, title)).toBeVisible();
  await author.getByRole("link", { name: "Delete", exact: true }).click();
  await author.getByRole("form", { name: "Delete your story" }).getByRole("button", { name: "Delete" }).click();
  await expect(heading(author, "Stories")).toBeVisible();
  await page.goto(story);
  await expect(heading(page, "There is nothing at this address")).toBeVisible();
  await line.cut(context);
  await page.goto(story);
  await expect(heading(page, "There is no connection")).toBeVisible();
});

test("a series can be kept, with weeks that nobody has opened", async ({ page, line, hydrated, context }) => {
  await equipped(page);
  await page.goto("/series/ordinary-days");
  await hydrated(page);
  await page.getByRole("button", { name: "Keep this series for offline" }).click();
  await expect(page.getByText("This series is kept on this device")).toBeVisible();
  await line.cut(context);
  await page.reload();
  await expect(heading(page, /./)).toBeVisible();
  await expect(page.getByRole("button", { name: "Keep it anew" })).toBeVisible();
  await page.goto(ARTICLE.at);
  await expect(heading(page, ARTICLE.title)).toBeVisible();
});

/** The same program as another build, whose files have other addresses. */
function newBuild(line: Line): void {
  const there = "0123456789abcdef";
  let here = there;
  line.bendBy({
    address: (path) => path.replace(there, here),
    text: {
      "/sw.js": (text) => {
        here = /id: "([0-9a-f]+)"/.exec(text)?.[1] ?? here;
        return text.replaceAll(here, there);
      },
    },
  });
}

test("a new version says so, and waits for what someone is writing", async ({ page, line, hydrated, noReload, context }) => {
  await equipped(page);
  await page.goto(ARTICLE.at);
  await hydrated(page);
  const body = page.getByRole("form", { name: "Comment", exact: true }).getByLabel("Your comment");
  await body.fill("Half a thought");
  const same = await noReload(page);
  newBuild(line);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await expect(page.getByText("A new version of Chorus is here.")).toBeVisible();
  await page.getByRole("button", { name: "Load it" }).click();
  await expect(page.getByText("Send what you are writing first.")).toBeVisible();
  await same();
  await expect(body).toHaveValue("Half a thought");

  // The page of the old build still finds what it has not loaded yet.
  await line.cut(context);
  await page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: "You" }).click();
  await expect(heading(page, "There is no connection")).toBeVisible();
});

test("a host can take the worker away from every device", async ({ page, line }) => {
  await equipped(page);
  const without = await Server.start({ environment: { CHORUS_WITHOUT_WORKER: "true" } });
  try {
    await line.mend(undefined, without);
    await page.goto("/stories");
    await expect.poll(() => kept(page)).toEqual([]);
    await expect
      .poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length))
      .toBe(0);
  } finally {
    await without.stop();
  }
});

test("Chromium finds nothing that keeps the house from being installed, under either name", async ({ page, context, join, hydrated }) => {
  await equipped(page);
  await join(page);
  await page.goto("/me");
  await hydrated(page);
  const devtools = await context.newCDPSession(page);
  const faults = async () => {
    const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
    // These tests run in a window that remembers nothing.
    return installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito");
  };
  expect(await faults()).toEqual([]);
  await page.getByRole("radio", { name: "Notes, with a plain mark" }).check();
  await expect(page.locator("link[rel=manifest]")).toHaveAttribute("href", "/notes.webmanifest");
  expect(await faults()).toEqual([]);
  await page.goto("/stories");
  await expect(page.locator("link[rel=manifest]")).toHaveAttribute("href", "/notes.webmanifest");
});

/** Comes once more, in a tab of its own, as one does on another day. */
async function visit(context: BrowserContext, { offers }: { offers: boolean }): Promise<Page> {
  const page = await context.newPage();
  // A window that remembers nothing is offered nothing: the browser's part is played.
  await page.addInitScript((offers) => {
    if (offers) addEventListener("load", () => setTimeout(() => dispatchEvent(new Event("beforeinstallprompt")), 50));
  }, offers);
  await page.goto("/stories");
  await expect(page.locator("html[data-alive]")).toBeAttached();
  return page;
}

const hint = (page: Page) => page.getByRole("complementary", { name: "Installing" });

test("installing is offered once, to somebody who comes back, below what they read", async ({ page, context, axe }) => {
  await equipped(page);
  await page.close();
  for (const day of [2, 3]) {
    const early = await visit(context, { offers: true });
    await expect(hint(early), `on day ${day}`).toHaveCount(0);
    await early.close();
  }
  const later = await visit(context, { offers: true });
  await expect(hint(later).getByRole("link", { name: "How" })).toHaveAttribute("href", "/me#install");
  const [below, read] = [await hint(later).boundingBox(), await later.getByRole("main").boundingBox()];
  expect(below?.y, "it stands below").toBeGreaterThanOrEqual((read?.y ?? 0) + (read?.height ?? 0));
  await axe(later);
  await hint(later).getByRole("button", { name: "Not now" }).click();
  await expect(hint(later)).toHaveCount(0);
  await later.close();
  await expect(hint(await visit(context, { offers: true }))).toHaveCount(0);
});

test("whoever has it installed is offered nothing, and an iPhone says the steps in words", async ({ page, context }) => {
  await equipped(page);
  await page.evaluate(() => localStorage.setItem("visits", "3"));
  const installed = await context.newPage();
  await installed.addInitScript(() => {
    const ask = window.matchMedia.bind(window);
    window.matchMedia = (query) => ask(query.includes("display-mode: standalone") ? "all" : query);
  });
  await installed.goto("/me");
  await expect(installed.locator("install-app")).toHaveText("It is installed on this device.");
  await expect(hint(installed)).toHaveCount(0);
  await installed.close();

  await context.addInitScript(() => Reflect.set(navigator, "standalone", false));
  const phone = await visit(context, { offers: false });
  await hint(phone).getByRole("link", { name: "How" }).click();
  await expect(phone.locator("install-app")).toContainText("choose Share, then Add to Home Screen");
});
