import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./support/chorus.js";
import { ARTICLE } from "./support/shares.js";

const NEUTRAL = "https://www.wikipedia.org/";
const ENCYCLOPAEDIA = { contentType: "text/html", body: "<!DOCTYPE html><title>Pages</title><h1>An encyclopaedia</h1>" };

/** Answers in place of the neutral site, and remembers what it was told. */
async function neutralSite(page: Page): Promise<{ referrers: (string | undefined)[] }> {
  const referrers: (string | undefined)[] = [];
  await page.context().route(`${NEUTRAL}**`, async (route) => {
    referrers.push((await route.request().allHeaders()).referer);
    await route.fulfill(ENCYCLOPAEDIA);
  });
  return { referrers };
}

/** The link beside the way to help. */
const leave = (page: Page): Locator => page.getByRole("banner").getByRole("link", { name: "Leave this page" });

async function leaveByKeys(page: Page): Promise<void> {
  for (let press = 0; press < 3; press += 1) await page.keyboard.press("Shift");
}

/** What people who listen to the page are told. */
const said = (page: Page): Locator => page.locator("#status");

async function expectGone(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1, name: "An encyclopaedia" })).toBeVisible();
  await expect(page).toHaveURL(NEUTRAL);
}

test("the link leads away and does not say where from", async ({ page, scripted }) => {
  const { referrers } = await neutralSite(page);
  await page.goto("/help");
  await page.goto(ARTICLE.at);
  expect(referrers, "nothing is asked of the neutral site before").toEqual([]);
  await leave(page).click();
  await expectGone(page);
  expect(referrers).toEqual([undefined]);
  // Without script the page stays in the history; with it the neutral site took its place.
  await page.goBack();
  await expect(page).toHaveURL(scripted ? /\/help$/ : new RegExp(`${ARTICLE.at}$`));
});

test("the second stop of the keyboard leads away too", async ({ page }) => {
  await neutralSite(page);
  await page.goto(ARTICLE.at);
  const early = page.getByRole("link", { name: "Leave this page" }).first();
  await early.focus();
  await expect(early).toBeInViewport();
  await page.keyboard.press("Shift+Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(early).toBeFocused();
  await page.keyboard.press("Enter");
  await expectGone(page);
});

test("it can be left where the house itself fails", async ({ page, server, watch }) => {
  watch.allow(/status of 404/);
  await neutralSite(page);
  for (const path of ["/nothing-lives-here", "/offline"]) {
    await page.goto(server.url + path);
    await leave(page).click();
    await expectGone(page);
  }
});

test.describe("before the program has come", () => {
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "without script no program comes");

  test("what arrives after somebody has left does nothing", async ({ page }) => {
    let asked = (): void => {};
    const left = new Promise<void>((resolve) => (asked = resolve));
    let answer = (): void => {};
    const arrived = new Promise<void>((resolve) => (answer = resolve));
    await page.context().route(`${NEUTRAL}**`, async (route) => {
      asked();
      await arrived;
      await route.fulfill(ENCYCLOPAEDIA);
    });
    await page.route("**/pkg/chorus.wasm", async (route) => {
      await left;
      await route.continue();
    });
    const program = page.waitForEvent("requestfinished", (request) => request.url().endsWith("/pkg/chorus.wasm"));
    await page.goto(ARTICLE.at);
    await leave(page).click({ noWaitAfter: true });
    await program;
    // It has all it needs to begin, and the other page is still to come.
    await new Promise((resolve) => setTimeout(resolve, 500));
    answer();
    await expectGone(page);
  });
});

test.describe("three presses of Shift", () => {
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "the presses need script");

  test("lead away before the program has come, and say how many are left", async ({ page, watch }) => {
    watch.allow(/\.wasm|ERR_FAILED|Failed to fetch|WebAssembly/);
    await page.route("**/*.wasm", (route) => route.abort());
    await neutralSite(page);
    await page.goto(ARTICLE.at);
    await page.keyboard.press("Shift");
    await expect(said(page)).toHaveText("To leave this page, press Shift twice more.");
    await page.keyboard.press("Shift");
    await expect(said(page)).toHaveText("To leave this page, press Shift once more.");
    await page.keyboard.press("Shift");
    await expectGone(page);
  });

  test("work while somebody writes, and other keys with Shift never count", async ({ page, hydrated }) => {
    await neutralSite(page);
    await page.goto(ARTICLE.at);
    await hydrated(page);
    const words = page.getByLabel("Your comment");
    await words.focus();
    for (const key of ["Shift+A", "Shift+B", "Shift+C", "Shift+Tab", "Shift+Tab", "Shift+Tab", "Alt+Shift", "Alt+Shift", "Alt+Shift"]) {
      await page.keyboard.press(key);
    }
    // Held down, it is one press; what is typed in between begins anew.
    await page.keyboard.down("Shift");
    for (let times = 0; times < 5; times += 1) await page.keyboard.down("Shift");
    await page.keyboard.up("Shift");
    await page.keyboard.press("Shift");
    await words.focus();
    await page.keyboard.press("x");
    await page.keyboard.press("Shift");
    await page.keyboard.press("Shift");
    await page.keyboard.down("Shift");
    await words.click();
    await page.keyboard.up("Shift");
    await expect(words).toHaveValue("ABCx");
    await expect(page).toHaveURL(new RegExp(`${ARTICLE.at}$`));
    await leaveByKeys(page);
    await expectGone(page);
  });

  test("count for five seconds", async ({ page }) => {
    await page.clock.install();
    await neutralSite(page);
    await page.goto("/help");
    const press = (at: number): Promise<void> =>
      page.evaluate((at) => {
        for (const kind of ["keydown", "keyup"]) {
          const event = new KeyboardEvent(kind, { key: "Shift", bubbles: true });
          Object.defineProperty(event, "timeStamp", { value: at });
          document.body.dispatchEvent(event);
        }
      }, at);
    await press(1000);
    await press(3000);
    await press(6000);
    await expect(said(page)).toHaveText("To leave this page, press Shift once more.");
    await page.clock.runFor(5000);
    await expect(said(page)).toHaveText("");
    await press(7999);
    await expectGone(page);
  });

  test("hide the page before the other one is there", async ({ page }) => {
    await neutralSite(page);
    await page.goto(ARTICLE.at);
    const shown = await page.evaluate(() => {
      for (const kind of ["keydown", "keyup", "keydown", "keyup", "keydown", "keyup"]) {
        document.body.dispatchEvent(new KeyboardEvent(kind, { key: "Shift", bubbles: true }));
      }
      return [document.title, document.documentElement.outerHTML];
    });
    expect(shown).toEqual(["", '<html lang="en"></html>']);
    await expectGone(page);
  });
});
