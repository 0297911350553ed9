import type { Page } from "@playwright/test";
import { expect, test } from "./support/chorus.js";
import { OWN, PLACES, type Place, router } from "./support/pages.js";
import {
  ARTICLE,
  REFUSED,
  comment,
  commentForm,
  fillStory,
  own,
  refusal,
  say,
  storySheet,
} from "./support/shares.js";

test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "about what script adds");

/** Holds every WASM file back until it is released. */
async function holdWasm(page: Page): Promise<() => void> {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/*.wasm", async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

test("a story typed before the program arrived is still there after it", async ({ page, join, hydrated }) => {
  await join(page);
  const release = await holdWasm(page);
  await page.goto("/stories/new");
  const story = {
    title: own("Early"),
    body: "\nI was faster than the program.",
    contentNote: "waiting",
    anonymous: true,
  };
  await fillStory(page, story);
  await expect(page.locator("html[data-alive]")).toHaveCount(0);
  release();
  await hydrated(page);
  const sheet = storySheet(page);
  await expect(sheet.getByLabel("Title")).toHaveValue(story.title);
  await expect(sheet.getByLabel("Your story")).toHaveValue(story.body);
  await expect(sheet.getByLabel(/^Content note/)).toHaveValue(story.contentNote);
  await expect(sheet.getByRole("radio", { name: /^Anonymously/ })).toBeChecked();
  await sheet.getByRole("button", { name: "Share your story" }).click();
  await expect(page.getByRole("heading", { level: 1, name: story.title })).toBeVisible();
});

test("a comment and a handle typed early stay too", async ({ page, hydrated }) => {
  const release = await holdWasm(page);
  await page.goto(ARTICLE.at);
  await commentForm(page).getByLabel("Your comment").fill("Before you came.");
  release();
  await hydrated(page);
  await expect(commentForm(page).getByLabel("Your comment")).toHaveValue("Before you came.");
});

test("a handle, a password and a tick set early stay", async ({ page, hydrated }) => {
  const release = await holdWasm(page);
  await page.goto("/join");
  await page.getByLabel("Handle").fill("early-bird");
  await page.getByLabel("Password", { exact: true }).fill("three words in a row");
  await page.getByRole("checkbox").check();
  release();
  await hydrated(page);
  await expect(page.getByLabel("Handle")).toHaveValue("early-bird");
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("three words in a row");
  await expect(page.getByRole("checkbox")).toBeChecked();
});

test("every page of the router is looked at", () => {
  expect([...PLACES.map(({ pattern }) => pattern), ...OWN].sort()).toEqual(router().sort());
});

/** Clicks what only script can do without leaving the page: into another room and back. */
async function proveAlive(page: Page, at: string, mark: () => Promise<() => Promise<void>>): Promise<void> {
  const same = await mark();
  const rooms = page.getByRole("navigation", { name: "Rooms" });
  const [room, heading] = at.startsWith("/rituals") ? ["Stories", "Stories"] : ["Rituals", "Rituals"];
  await rooms.getByRole("link", { name: room, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: heading, exact: true })).toBeFocused();
  await same();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: heading, exact: true })).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await same();
}

function places(reader: Place["reader"]): Place[] {
  return PLACES.filter((place) => place.reader === reader);
}

for (const [part, chosen] of [
  ["first", places("guest").slice(0, 9)],
  ["other", places("guest").slice(9)],
] as const) {
  test(`the ${part} pages that anyone can open are alive`, async ({ page, hydrated, noReload }) => {
    for (const { pattern, at } of chosen) {
      await test.step(pattern, async () => {
        const address = await at(page);
        await page.goto(address);
        await hydrated(page);
        await proveAlive(page, address, () => noReload(page));
      });
    }
  });
}

test("the pages of members and keepers are alive", async ({ page, server, asRole, hydrated, noReload }) => {
  const keeper = await asRole(page, "editor");
  await server.run("grant", keeper.handle, "moderator");
  await server.run("grant", keeper.handle, "host");
  for (const { pattern, at } of [...places("member"), ...places("keeper")]) {
    await test.step(pattern, async () => {
      const address = await at(page);
      await page.goto(address);
      await hydrated(page);
      await proveAlive(page, address, () => noReload(page));
    });
  }
});

test("a page that is not there is alive too", async ({ page, watch, hydrated, noReload }) => {
  watch.allow(/404/);
  await page.goto("/nothing-lives-here");
  await hydrated(page);
  await proveAlive(page, "/nothing-lives-here", () => noReload(page));
});

test("a walk through all rooms stays in one page", async ({ page, watch, hydrated, noReload }) => {
  watch.allow(REFUSED);
  await page.goto("/");
  await hydrated(page);
  const same = await noReload(page);
  const rooms = page.getByRole("navigation", { name: "Rooms" });
  const into = async (room: string, heading: string) => {
    await rooms.getByRole("link", { name: room, exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: heading, exact: true })).toBeVisible();
  };
  await into("Stories", "Stories");
  await page.getByRole("article").first().getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 2, name: "Replies" })).toBeVisible();
  await commentForm(page).getByRole("button", { name: "Reply" }).click();
  await expect(refusal(page)).toContainText("Write a few words first.");
  await say(page, own("Walking by."));
  await into("Shout-outs", "The wall of thanks");
  await page.getByRole("article").first().getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 2, name: "Replies" })).toBeVisible();
  await into("Rituals", "Rituals");
  await page.getByRole("article").first().getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 2, name: "Replies" })).toBeVisible();
  await into("You", "You");
  await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Welcome back" })).toBeVisible();
  await page.getByRole("banner").getByRole("link", { name: "Get help now" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Get help now" })).toBeVisible();
  await page.getByRole("link", { name: "United Kingdom" }).click();
  await expect(page).toHaveURL(/country=/);
  await same();
});

test("without the program every form still sends", async ({ page, watch, join }) => {
  watch.allow(/\.wasm|ERR_FAILED|Failed to fetch|WebAssembly/);
  const person = await join(page);
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto("/stories/new");
  const title = own("By the old road");
  await fillStory(page, { title, body: "No program came." });
  await storySheet(page).getByRole("button", { name: "Share your story" }).click();
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  const words = own("And a reply.");
  await say(page, words);
  await expect(comment(page, words)).toContainText(person.handle);
  await expect(page.locator("html[data-alive]")).toHaveCount(0);
});
