import { expect, test } from "./support/chorus.js";
import { REFUSED, own, tellStory } from "./support/shares.js";

test("someone takes everything along and is erased", async ({
  page,
  another,
  watch,
  join,
  hydrated,
  noReload,
}) => {
  watch.allow(REFUSED);
  watch.allow(/404/);
  const person = await join(page);
  const title = own("The last plain morning");
  const story = await tellStory(page, hydrated, { title, body: "I made the bed." });
  await page.goto("/me");
  await hydrated(page);
  const same = await noReload(page);
  await page.getByRole("link", { name: "Export my data" }).click();
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export my data" }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toBe("my-data.zip");
  expect(await file.failure()).toBeNull();

  await page.getByRole("main").getByRole("link", { name: "You", exact: true }).click();
  await page.getByRole("link", { name: "Erase me" }).click();
  const sheet = page.getByRole("form", { name: "Erase me" });
  await sheet.getByRole("checkbox", { name: "My stories" }).check();
  await sheet.getByRole("radio", { name: "At once" }).check();
  await sheet.getByRole("button", { name: "Erase me" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Goodbye, and go well" })).toBeVisible();
  await expect(page.getByText("Your account is erased.")).toBeVisible();
  await same();

  const reader = await another();
  await reader.goto(story);
  await expect(reader.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await expect(reader.getByText("A former member")).toBeVisible();
  await reader.goto("/sign-in");
  await hydrated(reader);
  await reader.getByLabel("Handle").fill(person.handle);
  await reader.getByLabel("Password", { exact: true }).fill(person.password);
  await reader.getByRole("main").getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(reader.getByRole("alert")).toContainText("do not go together");
});

test("a host changes the house rules", async ({ page, another, asRole, hydrated, noReload }) => {
  const reader = await another();
  await reader.goto("/");
  await reader.getByRole("contentinfo").getByRole("link", { name: "House rules" }).click();
  await expect(reader.getByRole("heading", { name: "Be here as you are" })).toBeVisible();

  await asRole(page, "host");
  await page.goto("/me");
  await hydrated(page);
  const same = await noReload(page);
  await page.getByRole("link", { name: "Pages of the house" }).click();
  await page.getByRole("main").getByRole("link", { name: "House rules" }).click();
  const sheet = page.getByRole("form", { name: "Page", exact: true });
  const rule = own("Bring a cup");
  await sheet.getByLabel("Text", { exact: true }).fill(`## ${rule}\n\nAnd *wash* it.`);
  await sheet.getByRole("button", { name: "Preview" }).click();
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview.getByRole("heading", { name: rule })).toBeVisible();
  await sheet.getByRole("button", { name: "Save page" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "House rules" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 2, name: rule })).toBeVisible();
  await same();

  await reader.goto("/rules");
  await expect(reader.getByRole("heading", { level: 2, name: rule })).toBeVisible();
  await expect(reader.getByRole("heading", { name: "Be here as you are" })).toBeHidden();
});
