import type { Page } from "@playwright/test";
import { expect } from "./support/chorus.js";
import { equipped, onlyWithScript, test } from "./support/offline.js";
import { ARTICLE, commentForm, fillStory, own, say, storySheet } from "./support/shares.js";

onlyWithScript();

const typed = (page: Page) => commentForm(page).getByLabel("Your comment");

/** How many drafts there are on the device, and how many in this tab. */
function drafts(page: Page): Promise<{ device: number; tab: number }> {
  return page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const asked = indexedDB.open("chorus");
      asked.onsuccess = () => resolve(asked.result);
    });
    const device = await new Promise<number>((resolve) => {
      const asked = database.transaction("drafts").objectStore("drafts").count();
      asked.onsuccess = () => resolve(asked.result);
    });
    database.close();
    return { device, tab: Object.keys(sessionStorage).filter((name) => name.startsWith("draft ")).length };
  });
}

test("what a member types is found again in another tab, until it is posted", async ({ page, context, join, hydrated }) => {
  await equipped(page);
  await join(page);
  await page.goto(ARTICLE.at);
  await hydrated(page);
  const words = own("Not finished");
  await typed(page).fill(words);
  await expect.poll(() => drafts(page)).toEqual({ device: 1, tab: 0 });
  await page.close({ runBeforeUnload: false });
  const later = await context.newPage();
  await later.goto(ARTICLE.at);
  await expect(typed(later)).toHaveValue(words);
  await expect(later.getByText("What you had written here is kept.")).toBeVisible();
  await hydrated(later);
  await expect(typed(later)).toHaveValue(words);
  await say(later, own("Finished"));
  await expect.poll(() => drafts(later)).toEqual({ device: 0, tab: 0 });
});

test("a guest's words stay in their tab, and a member's go when they sign out", async ({ page, context, join, signOut, hydrated }) => {
  await equipped(page);
  await page.goto(ARTICLE.at);
  await hydrated(page);
  const words = own("Only here");
  await typed(page).fill(words);
  await expect.poll(() => drafts(page)).toEqual({ device: 0, tab: 1 });
  await page.reload();
  await expect(typed(page)).toHaveValue(words);
  const last = `${words}, to the last letter`;
  await typed(page).fill(last);
  await page.reload();
  await expect(typed(page)).toHaveValue(last);

  const other = await context.newPage();
  await join(other);
  await other.goto(ARTICLE.at);
  await hydrated(other);
  await typed(other).fill(own("As a member"));
  await expect.poll(() => drafts(other)).toEqual({ device: 1, tab: 0 });
  await signOut(other);
  await expect.poll(() => drafts(other)).toEqual({ device: 0, tab: 0 });
});

test("a handle and a password are never kept", async ({ page, hydrated }) => {
  await equipped(page);
  await page.goto("/join");
  await hydrated(page);
  await page.getByLabel("Handle").fill("quiet-harbour");
  await page.getByLabel("Password", { exact: true }).fill("three words in a row");
  // Going away is when the last of what was typed is kept.
  await page.goto("/stories");
  await hydrated(page);
  expect(await drafts(page)).toEqual({ device: 0, tab: 0 });
});

test("a story is found again on another device, and a comment once its writer is back after their session ended", async ({
  page,
  context,
  another,
  join,
  signIn,
  hydrated,
}) => {
  await equipped(page);
  const person = await join(page);
  await page.goto("/stories/new");
  await hydrated(page);
  const title = own("Half a story");
  await fillStory(page, { title, body: "As far as I got." });
  await expect(storySheet(page).getByRole("status").filter({ hasText: "Draft kept" })).toBeVisible();
  const tablet = await another();
  await signIn(tablet, person);
  await tablet.goto("/stories/new");
  await expect(storySheet(tablet).getByLabel("Title")).toHaveValue(title);
  await expect(storySheet(tablet).getByLabel("Your story")).toHaveValue("As far as I got.");

  await page.goto(ARTICLE.at);
  await hydrated(page);
  const words = own("Half a comment");
  await typed(page).fill(words);
  await expect.poll(() => drafts(page), "the story, and this").toEqual({ device: 2, tab: 0 });
  await context.clearCookies({ name: "chorus" });
  await page.goto(ARTICLE.at);
  await hydrated(page);
  await expect(typed(page), "nobody else is shown it").toHaveValue("");
  await signIn(page, person);
  await page.goto(ARTICLE.at);
  await expect(typed(page)).toHaveValue(words);
});
