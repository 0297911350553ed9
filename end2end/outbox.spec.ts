import type { Page } from "@playwright/test";
import { expect } from "./support/chorus.js";
import type { Line } from "./support/line.js";
import { equipped, onlyWithScript, test } from "./support/offline.js";
import {
  ARTICLE,
  comment,
  commentForm,
  fillRitual,
  fillStory,
  own,
  say,
  storySheet,
  tellStory,
  thanksForm,
  unfold,
} from "./support/shares.js";

onlyWithScript();

const waits = (page: Page) => page.getByRole("main").getByText("Waiting to be sent. It is kept on this device").first();
const entry = (page: Page, words: string) => page.locator("outbox-list").getByRole("listitem").filter({ hasText: words });

/** How often the page at an address says something, asked for anew. */
async function count(page: Page, address: string, words: string): Promise<number> {
  const answer = await page.request.get(address);
  const shown = (await answer.text()).replace(/<script[\s\S]*?<\/script>/g, "");
  return shown.split(words).length - 1;
}

test("what is written without a connection waits in place, and each kind arrives once", async ({ page, line, context, join, hydrated }) => {
  await equipped(page);
  await join(page);
  const place = await tellStory(page, hydrated, { title: own("A place to talk"), body: "Come in." });
  const rooms = [place, ARTICLE.at, "/stories/new", "/shout-outs", "/rituals/new", "/help/ask"];
  for (const room of rooms) {
    await page.goto(room);
    await hydrated(page);
  }
  await line.cut(context);
  const open = async (room: string) => {
    await page.goto(room);
    await hydrated(page);
  };
  const said = own("From the tunnel");
  await open(place);
  await commentForm(page).getByLabel("Your comment").fill(said);
  await commentForm(page).getByRole("button", { name: "Reply" }).click();
  await expect(waits(page)).toBeVisible();
  await expect(commentForm(page).getByLabel("Your comment")).toHaveValue(said);

  const answered = own("My answer");
  await open(ARTICLE.at);
  await page.locator("#prompt-1 summary").filter({ hasText: "Answer" }).click();
  const answer = page.locator("#prompt-1").getByRole("form");
  await answer.getByLabel("Your answer").fill(answered);
  await answer.getByRole("button", { name: /^(Answer|Share)/ }).click();
  await expect(answer.getByText("Waiting to be sent.")).toBeVisible();

  const title = own("A story in a tunnel");
  await open("/stories/new");
  await fillStory(page, { title, body: "It was dark, and we sang." });
  await storySheet(page).getByRole("button", { name: "Share your story" }).click();
  await expect(waits(page)).toBeVisible();

  const thanks = own("For the torch");
  await open("/shout-outs");
  await unfold(page, "Say thank you");
  await thanksForm(page).getByLabel("To", { exact: true }).fill("The conductor");
  await thanksForm(page).getByLabel("What for").fill(thanks);
  await thanksForm(page).getByRole("button", { name: "Put it on the wall" }).click();
  await expect(waits(page)).toBeVisible();

  const ritual = own("Tea in the tunnel");
  await open("/rituals/new");
  await fillRitual(page, { title: ritual, body: "We share a flask.", place: "Carriage 4", link: "" });
  await page.getByRole("button", { name: "Share your ritual" }).click();
  await expect(waits(page)).toBeVisible();

  const call = own("I am stuck");
  await open("/help/ask");
  const asking = page.locator("form").filter({ has: page.getByLabel("Your words") });
  await asking.getByLabel("Your words").fill(call);
  await asking.getByRole("button", { name: "Ask" }).click();
  await expect(waits(page)).toBeVisible();
  await expect(asking.getByRole("link", { name: "Get help now" })).toBeVisible();

  await page.close();
  const later = await context.newPage();
  await later.goto("/me/outbox");
  await hydrated(later);
  for (const words of [said, answered, title, thanks, ritual, call]) await expect(entry(later, words)).toContainText("Waiting to be sent.");

  await line.mend(context);
  await expect(entry(later, call)).toContainText("It is sent.");
  await expect(later.locator("outbox-list").getByRole("listitem")).toHaveCount(1);
  expect(await count(later, place, said)).toBe(1);
  expect(await count(later, ARTICLE.at, answered)).toBe(1);
  expect(await count(later, "/stories", title)).toBe(1);
  expect(await count(later, "/shout-outs", thanks)).toBe(1);
  expect(await count(later, "/rituals", ritual)).toBeGreaterThanOrEqual(1);
  await entry(later, call).getByRole("link", { name: "See the answers" }).click();
  await expect(later.getByRole("main")).toContainText(call);
});

test("a comment whose answer was lost is there once, in the page that wrote it", async ({ page, line, context, join, hydrated }) => {
  await equipped(page);
  await join(page);
  const place = await tellStory(page, hydrated, { title: own("A place to talk"), body: "Come in." });
  await page.goto(place);
  await hydrated(page);
  const words = own("Said into a bad line");
  line.loseAnswers();
  await commentForm(page).getByLabel("Your comment").fill(words);
  await commentForm(page).getByRole("button", { name: "Reply" }).click();
  await expect(waits(page)).toBeVisible();
  expect(await count(page, place, words)).toBe(1);
  await line.cut(context);
  await line.mend(context);
  await expect(comment(page, words)).toBeVisible();
  await expect(waits(page)).toHaveCount(0);
  expect(await count(page, place, words)).toBe(1);
});

test("two tabs and a worker that is killed send it once", async ({ page, line, context, join, hydrated }) => {
  await equipped(page);
  await join(page);
  const place = await tellStory(page, hydrated, { title: own("A place to talk"), body: "Come in." });
  await page.goto(place);
  await hydrated(page);
  const other = await context.newPage();
  await other.goto("/me/outbox");
  const words = own("Said twice at most");
  line.fallSilent();
  await commentForm(page).getByLabel("Your comment").fill(words);
  await commentForm(page).getByRole("button", { name: "Reply" }).click();
  await expect(commentForm(page).getByRole("button", { name: "One moment" })).toBeVisible();
  const devtools = await context.newCDPSession(page);
  await devtools.send("ServiceWorker.enable");
  await devtools.send("ServiceWorker.stopAllWorkers");
  await line.cut(context);
  await line.mend(context);
  await Promise.all([page.reload(), other.reload()]);
  await expect.poll(() => count(page, place, words)).toBe(1);
  await expect(other.locator("outbox-list")).toContainText("Nothing waits.");
  await page.reload();
  expect(await count(page, place, words)).toBe(1);
});

test("a form that the program has not reached yet is carried too", async ({ page, line, context, join }) => {
  await equipped(page);
  await join(page);
  await page.goto("/stories/new");
  await line.cut(context);
  // The browser is never idle: the program does not come, and the browser itself sends the form.
  await page.addInitScript(() => Reflect.set(window, "requestIdleCallback", () => 0));
  await page.goto("/stories/new");
  const title = own("Without the program");
  await fillStory(page, { title, body: "Plain, and still kept." });
  await storySheet(page).getByRole("button", { name: "Share your story" }).click();
  await expect(page).toHaveURL(/\/me\/outbox$/);
  await expect(entry(page, title)).toContainText("Waiting to be sent.");
  await line.mend(context);
  await expect(page.locator("outbox-list")).toContainText("Nothing waits.");
  expect(await count(page, "/stories", title)).toBe(1);
});

/** A comment that waits; the page ends in the outbox. */
async function leaveWaiting(page: Page, line: Line, at: string, words: string, ready: (page: Page) => Promise<void>): Promise<void> {
  await page.goto(at);
  await ready(page);
  await line.cut(page.context());
  await commentForm(page).getByLabel("Your comment").fill(words);
  await commentForm(page).getByRole("button", { name: "Reply" }).click();
  await expect(waits(page)).toBeVisible();
  await page.goto("/me/outbox");
  await expect(entry(page, words)).toBeVisible();
}

test("what waits can be changed, and says why it was not taken", async ({ page, line, context, join, hydrated, another, axe }) => {
  const author = await another();
  await join(author);
  const story = await tellStory(author, hydrated, { title: own("Soon gone"), body: "For a while." });
  await equipped(page);
  await join(page);
  const place = await tellStory(page, hydrated, { title: own("A place to talk"), body: "Come in." });
  const [first, late] = [own("First thought"), own("Too late")];
  await leaveWaiting(page, line, place, first, hydrated);
  await hydrated(page);
  await axe(page);
  const better = own("Second thought");
  await entry(page, first).getByRole("button", { name: "Change it" }).click();
  await page.getByRole("form", { name: "Change: Comment" }).getByLabel("Your words").fill(better);
  await page.getByRole("button", { name: "Keep the change" }).click();
  await expect(entry(page, better)).toContainText("Waiting to be sent.");
  await line.mend(context);
  await expect(page.locator("outbox-list")).toContainText("Nothing waits.");
  expect(await count(page, place, better)).toBe(1);
  expect(await count(page, place, first)).toBe(0);

  await leaveWaiting(page, line, story, late, hydrated);
  await line.mend();
  await author.getByRole("link", { name: "Delete", exact: true }).click();
  await author.getByRole("form", { name: "Delete your story" }).getByRole("button", { name: "Delete" }).click();
  await expect(author.getByRole("heading", { level: 1, name: "Stories" })).toBeVisible();
  await line.mend(context);
  await expect(entry(page, late)).toContainText("What it belongs to is no longer here. Your words are still here.");
  await entry(page, late).getByRole("button", { name: "Delete it" }).click();
  await expect(page.locator("outbox-list")).toContainText("Nothing waits.");
});

test("a change of one's own words and the desk's answer wait as well, and arrive once", async ({ page, line, context, asRole, hydrated, another }) => {
  const asker = await another();
  await asker.goto("/help/ask");
  await hydrated(asker);
  await asker.getByLabel("Your words").first().fill(own("I do not know how to get through tonight"));
  await asker.getByRole("button", { name: "Ask", exact: true }).click();
  const call = await asker.locator('form[id^="care.write-back"] input[name="id"]').inputValue();

  await equipped(page);
  await asRole(page, "peer-supporter");
  const place = await tellStory(page, hydrated, { title: own("A place to talk"), body: "Come in." });
  await page.goto(place);
  await hydrated(page);
  const [first, better] = [own("I was there in May"), own("I was there in June")];
  await say(page, first);
  await comment(page, first).getByRole("link", { name: "Edit" }).click();
  await line.cut(context);
  const editor = page.getByRole("form", { name: "Edit your comment" });
  await editor.getByLabel("Your comment").fill(better);
  await editor.getByRole("button", { name: "Keep the change" }).click();
  await expect(waits(page)).toBeVisible();
  await line.mend(context);
  await expect(comment(page, better)).toBeVisible();
  expect([await count(page, place, first), await count(page, place, better)]).toEqual([0, 1]);

  await page.goto(`/care/${call}`);
  await hydrated(page);
  await line.cut(context);
  const answer = own("I am here");
  await page.getByLabel("Your answer").fill(answer);
  await page.getByRole("button", { name: "Answer", exact: true }).click();
  await expect(waits(page)).toBeVisible();
  await expect(page.getByText("You need not wait for it."), "they ask for no help").toHaveCount(0);
  await page.goto("/me/outbox");
  await expect(entry(page, answer).getByRole("heading", { name: "Answer to a call" })).toBeVisible();
  await line.mend(context);
  await expect(page.locator("outbox-list")).toContainText("Nothing waits.");
  await asker.reload();
  await expect(asker.getByText(answer)).toHaveCount(1);
});

test("what is sent with no page open goes by the browser's own sign of a line", async ({ page, line, context, join, hydrated }) => {
  await equipped(page);
  await join(page);
  const place = await tellStory(page, hydrated, { title: own("A place to talk"), body: "Come in." });
  const words = own("Sent from a pocket");
  const devtools = await context.newCDPSession(await context.newPage());
  const registration = new Promise<string>((found) => {
    devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const ours = registrations.find(({ scopeURL }) => scopeURL === `${line.url}/`);
      if (ours) found(ours.registrationId);
    });
  });
  await devtools.send("ServiceWorker.enable");
  const registrationId = await registration;
  await leaveWaiting(page, line, place, words, hydrated);
  await page.close();
  await line.mend(context);
  const api = context.request;
  const isThere = async () => (await (await api.get(place)).text()).includes(words);
  expect(await isThere(), "nobody has sent it yet").toBe(false);
  await devtools.send("ServiceWorker.dispatchSyncEvent", {
    origin: line.url,
    registrationId,
    tag: "outbox",
    lastChance: false,
  });
  await expect.poll(isThere).toBe(true);
});

test("words that are almost a month old wait to be looked at, and then go once", async ({ page, line, context, join, hydrated }) => {
  await equipped(page);
  await join(page);
  const place = await tellStory(page, hydrated, { title: own("A place to talk"), body: "Come in." });
  const words = own("From last month");
  await leaveWaiting(page, line, place, words, hydrated);
  await page.evaluate(async (age) => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const asked = indexedDB.open("chorus");
      asked.onsuccess = () => resolve(asked.result);
    });
    await new Promise((done) => {
      const transaction = database.transaction("words", "readwrite");
      const asked = transaction.objectStore("words").openCursor();
      asked.onsuccess = () => asked.result?.update({ ...asked.result.value, at: Date.now() - age });
      transaction.oncomplete = done;
    });
    database.close();
  }, 26 * 24 * 3_600_000);
  await line.mend(context);
  await expect(entry(page, words)).toContainText("This has waited for almost a month. Send it, if it still holds.");
  expect(await count(page, place, words)).toBe(0);
  await entry(page, words).getByRole("button", { name: "Send it now" }).click();
  await expect(page.locator("outbox-list")).toContainText("Nothing waits.");
  expect(await count(page, place, words)).toBe(1);
});

test("whoever is suspended while their words wait is told, and keeps them", async ({ page, line, context, join, asRole, hydrated, another }) => {
  await equipped(page);
  await join(page);
  const story = await tellStory(page, hydrated, { title: own("Out of hand"), body: "All of you." });
  const words = own("And another thing");
  await leaveWaiting(page, line, story, words, hydrated);
  await line.mend();
  const moderator = await another();
  await asRole(moderator, "moderator");
  await moderator.goto(story.replace("/stories/", "/moderation/story-"));
  await hydrated(moderator);
  const decide = moderator.getByRole("form", { name: "Decide" });
  await decide.getByRole("radio", { name: /^Suspend its author for a day/ }).check();
  await decide.getByLabel("Why").fill("Please rest for a day.");
  await decide.getByRole("button", { name: "Decide" }).click();
  await expect(moderator.getByRole("main")).toContainText(/suspended for a day/i);

  await line.mend(context);
  await expect(entry(page, words)).toContainText("You cannot post here at present; under You it says why. Your words are still here.");
  expect(await count(page, story, words)).toBe(0);
  await page.reload();
  await expect(entry(page, words)).toContainText(words);
});

test("signing out asks, and then nothing of it is left for another", async ({ page, line, context, join, hydrated }) => {
  await equipped(page);
  await join(page);
  const words = own("Only mine");
  await leaveWaiting(page, line, ARTICLE.at, words, hydrated);

  const raw = await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const asked = indexedDB.open("chorus");
      asked.onsuccess = () => resolve(asked.result);
    });
    const all = (room: string) =>
      new Promise<unknown[]>((resolve) => {
        const asked = database.transaction(room).objectStore(room).getAll();
        asked.onsuccess = () => resolve(asked.result);
      });
    const bytes = (await all("words")).map((kept) => {
      const { sealed, ...open } = kept as { sealed: { data: ArrayBuffer } };
      return JSON.stringify(open) + new TextDecoder("latin1").decode(sealed.data);
    });
    const keys = (await all("keys")) as CryptoKey[];
    database.close();
    return { bytes: bytes.join(), canBeReadOut: keys.map((key) => key.extractable) };
  });
  expect(raw.bytes).not.toContain("Only mine");
  expect(raw.canBeReadOut).toEqual([false]);

  // Pages come, forms do not: the words still wait.
  line.failBy(() => "cut");
  await line.mend(context);
  await page.goto("/me");
  await hydrated(page);
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("One thing you wrote waits to be sent.");
  line.failBy(() => "whole");
  await page.getByRole("button", { name: "Go on and delete it" }).click();
  await expect(page.getByRole("link", { name: "Sign in", exact: true }).first()).toBeVisible();
  await join(page);
  await page.goto("/me/outbox");
  await expect(page.locator("outbox-list")).toContainText("Nothing waits.");
  await expect(page.locator("outbox-list")).not.toContainText("signed out");
  expect(await count(page, ARTICLE.at, words)).toBe(0);
});

test("a thousand sends over a line that fails are a thousand comments", async ({ page, line, join, hydrated }) => {
  test.setTimeout(300_000);
  await equipped(page);
  await join(page);
  const story = await tellStory(page, hydrated, { title: own("A long thread"), body: "Say something." });
  const subject = await commentForm(page).locator("input[name=subject]").inputValue();
  const seeds = [1, 4, 9, 16, 25, 36, 49];
  let turn = 0;
  line.failBy(() => {
    turn += 1;
    const fault = (turn * 7 + (seeds[turn % seeds.length] ?? 0)) % 10;
    return fault < 2 ? "cut" : fault < 4 ? "deaf" : "whole";
  });
  const waiting = await page.evaluate(
    async ({ page, subject }) => {
      let waiting = 0;
      for (let number = 0; number < 1000; number += 1) {
        const body = new URLSearchParams({ page, key: `thousand-sends-${number}`, subject, parent: "", body: `Voice ${number}.` });
        const answer = await fetch("/api/comments/post", { method: "POST", body, headers: { accept: "application/json" } });
        if (!answer.ok) waiting += 1;
      }
      return waiting;
    },
    { page: story, subject },
  );
  expect(waiting, "the line failed often").toBeGreaterThan(200);
  await expect(async () => {
    await page.goto("/me/outbox");
    await expect(page.locator("outbox-list")).toContainText("Nothing waits.", { timeout: 2_000 });
  }).toPass({ timeout: 180_000 });
  const voices: string[] = [];
  for (let at: string | undefined = story; at !== undefined; ) {
    const text = await (await page.request.get(at)).text();
    voices.push(...[...text.matchAll(/<p>(Voice \d+)\.<\/p>/g)].map(([, voice]) => voice ?? ""));
    const next: string | undefined = /href="([^"]*[?&]after=[^"#]*)[^"]*" rel="next"/.exec(text)?.[1];
    at = next?.replaceAll("&amp;", "&");
  }
  expect(voices).toHaveLength(1000);
  expect(new Set(voices).size).toBe(1000);
});
