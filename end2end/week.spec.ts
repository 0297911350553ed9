import type { Page } from "@playwright/test";
import { expect, test } from "./support/chorus.js";
import { ARTICLE } from "./support/shares.js";

/** One page of every room that a guest can open. */
const ROOMS = ["/", "/series", ARTICLE.at, "/stories", "/shout-outs", "/rituals", "/me", "/join", "/help"];

test("someone reads the week, its questions and the whole thread", async ({
  page,
  hydrated,
  noReload,
}) => {
  await page.goto("/");
  await hydrated(page);
  const same = await noReload(page);
  await expect(page.getByRole("heading", { level: 1, name: ARTICLE.title })).toBeVisible();

  await page.getByRole("link", { name: "Read this week’s article" }).click();
  await expect(page).toHaveURL(ARTICLE.at);
  await expect(page.getByRole("heading", { level: 1, name: ARTICLE.title })).toBeVisible();
  await expect(page).toHaveTitle(new RegExp(`^${ARTICLE.title}`));

  const questions = page.getByRole("navigation", { name: "Questions this week" });
  await expect(questions.getByRole("link")).toHaveCount(3);
  const second = (await questions.getByRole("link").nth(1).innerText()).trim();
  await questions.getByRole("link").nth(1).click();
  await expect(page).toHaveURL(/#prompt-2$/);
  await expect(page.getByRole("heading", { level: 3, name: second })).toBeInViewport();

  await expect(page.getByRole("heading", { level: 2, name: "Replies" })).toBeVisible();
  const comments = page.getByRole("listitem").getByRole("link", { name: "Link", exact: true });
  await expect(comments).toHaveCount(50);
  const first = await comments.first().getAttribute("href");

  await page.getByRole("link", { name: "More comments" }).click();
  await expect(page).toHaveURL(/\?after=.+#replies$/);
  await expect(page.getByRole("link", { name: "Back to the first comments" })).toBeVisible();
  await expect(comments.first()).not.toHaveAttribute("href", first ?? "");
  expect(await comments.count()).toBeGreaterThan(5);

  await page.goBack();
  await expect(comments).toHaveCount(50);
  await expect(comments.first()).toHaveAttribute("href", first ?? "");
  await same();

  await page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: "This week" }).click();
  await expect(page.getByRole("link", { name: "Read this week’s article" })).toBeVisible();
  await same();
});

test("weeks of the series lead to one another", async ({ page, hydrated, noReload }) => {
  await page.goto("/series");
  await hydrated(page);
  const same = await noReload(page);
  await page.getByRole("main").getByRole("link", { name: "Ordinary days" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Ordinary days" })).toBeVisible();
  await page.getByRole("link", { name: "The hard hour" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "The hard hour" })).toBeVisible();
  await page.getByRole("navigation", { name: "Other weeks" }).getByRole("link", { name: /^After/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: ARTICLE.title })).toBeVisible();
  // Week 4 is written and not out.
  await expect(page.getByRole("navigation", { name: "Other weeks" }).getByRole("link")).toHaveCount(1);
  await same();
});

test("what is not out yet cannot be read", async ({ page, watch }) => {
  watch.allow(/404/);
  const answer = await page.goto("/series/ordinary-days/the-long-ordinary");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing at this address");
  expect(await page.content()).not.toContain("What is on your short list");
});

async function helpStands(page: Page): Promise<{ x: number; y: number }> {
  const help = page.getByRole("banner").getByRole("link", { name: "Get help now" });
  await expect(help).toBeVisible();
  const box = await help.boundingBox();
  return { x: box?.x ?? -1, y: box?.y ?? -1 };
}

test("help stands in the same place in every room", async ({ page }) => {
  await page.goto("/");
  const place = await helpStands(page);
  for (const room of ROOMS) {
    await page.goto(room);
    expect(await helpStands(page), room).toEqual(place);
  }
});

test("every room can be skipped into", async ({ page, hydrated }) => {
  for (const room of ["/", ARTICLE.at, "/rituals"]) {
    await page.goto(room);
    await hydrated(page);
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/#main$/);
    await page.keyboard.press("Tab");
    const inside = page.getByRole("main").locator(":focus");
    await expect(inside).toHaveCount(1);
  }
});

test("a new page is titled, takes the focus and is announced once", async ({
  page,
  hydrated,
  noReload,
  scripted,
}) => {
  test.skip(!scripted, "without script the browser itself does this");
  await page.goto("/");
  await hydrated(page);
  const same = await noReload(page);
  await page.evaluate(() => {
    const said: string[] = [];
    Reflect.set(window, "__said", said);
    new MutationObserver(() => said.push(document.getElementById("status")?.textContent ?? "")).observe(
      document.getElementById("status") as HTMLElement,
      { childList: true, characterData: true, subtree: true },
    );
  });
  const rooms = page.getByRole("navigation", { name: "Rooms" });
  const visits = [
    ["Stories", "Stories"],
    ["Shout-outs", "The wall of thanks"],
    ["Rituals", "Rituals"],
    ["Series", "Series"],
    ["You", "You"],
  ] as const;
  for (const [link, heading] of visits) {
    await rooms.getByRole("link", { name: link, exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: heading, exact: true })).toBeFocused();
    await expect(page).toHaveTitle(`${heading} · Chorus`);
    await expect(page.locator("#status")).toHaveText(heading);
    await expect(rooms.getByRole("link", { name: link, exact: true })).toHaveAttribute("aria-current", "page");
  }
  const said = await page.evaluate(() => Reflect.get(window, "__said") as string[]);
  expect(said).toEqual(visits.map(([, heading]) => heading));
  await same();
});
