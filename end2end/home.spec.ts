import { expect, test } from "./support/chorus.js";

test("the home page answers, is named and can be skipped into", async ({ page, hydrated }) => {
  const answer = await page.goto("/");
  expect(answer?.status()).toBe(200);
  await hydrated(page);

  await expect(page).toHaveTitle(/\S/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await expect(page.getByRole("main")).toBeVisible();

  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: /^Skip to/ });
  await expect(skip).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\w+/);
});

test("help stands on the home page and leads to the contacts", async ({ page, hydrated }) => {
  await page.goto("/");
  await hydrated(page);
  await page.getByRole("link", { name: "Get help now" }).first().click();
  await expect(page).toHaveURL(/\/help$/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("axe finds nothing on the home page", async ({ page, hydrated, axe }) => {
  await page.goto("/");
  await hydrated(page);
  await axe(page);
});
