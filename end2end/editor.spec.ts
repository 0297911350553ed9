import type { Page } from "@playwright/test";
import { expect, test } from "./support/chorus.js";
import { REFUSED, own, refusal, unfold, weeksAhead } from "./support/shares.js";

// A house of its own: what is published here is on the first page.
test.use({ sample: false });

function sheet(page: Page) {
  return page.getByRole("form", { name: "Article", exact: true });
}

async function save(page: Page): Promise<void> {
  await sheet(page).getByRole("button", { name: "Save article" }).click();
}

test("an editor writes, previews, schedules, publishes and edits the week", async ({
  page,
  another,
  watch,
  asRole,
  hydrated,
  noReload,
}) => {
  watch.allow(/404/);
  await asRole(page, "editor");
  await page.goto("/me");
  await hydrated(page);
  const same = await noReload(page);
  await page.getByRole("link", { name: "Write the series" }).click();
  await page.getByRole("link", { name: "New article" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "New article" })).toBeVisible();

  const title = own("The kettle first");
  const series = own("Small mornings");
  const question = own("What do you put on first?");
  await sheet(page).getByLabel("Title").fill(title);
  await sheet(page).getByLabel("Series").fill(series);
  await sheet(page).getByLabel(/^Week/).fill("1");
  await sheet(page).getByLabel("Article", { exact: true }).fill("## Water\n\nIt takes *four* minutes.");
  await sheet(page).getByLabel(/^Prompts/).fill(`${question}\nAnd what comes after?`);
  await sheet(page).getByRole("button", { name: "Preview" }).click();
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview.getByRole("heading", { name: "Water" })).toBeVisible();
  await expect(preview.getByRole("emphasis")).toHaveText("four");
  await expect(sheet(page).getByLabel("Title")).toHaveValue(title);
  await expect(sheet(page).getByLabel(/^Prompts/)).toHaveValue(`${question}\nAnd what comes after?`);

  // Later: only editors see it.
  await sheet(page).getByRole("radio", { name: /^Publish it later/ }).check();
  await sheet(page).getByLabel(/^Date and time/).fill(weeksAhead(2));
  await save(page);
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await expect(page.getByText("Only editors see this until it appears")).toBeVisible();
  const at = new URL(page.url()).pathname;
  const reader = await another();
  expect((await reader.goto(at))?.status()).toBe(404);
  await reader.goto("/");
  await expect(reader.getByRole("main")).not.toContainText(title);

  // Now: everyone does, on the first page.
  await page.getByRole("main").getByRole("link", { name: "Edit", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Edit article" })).toBeVisible();
  await expect(sheet(page).getByRole("radio", { name: /^Publish it later/ })).toBeChecked();
  await sheet(page).getByRole("radio", { name: "Publish it now" }).check();
  await save(page);
  await expect(page.getByText("You can edit this article.")).toBeVisible();
  await reader.goto("/");
  await expect(reader.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await expect(reader.getByRole("heading", { level: 3, name: question })).toBeVisible();

  // Edited: the question can be answered, the new words are read.
  await page.getByRole("main").getByRole("link", { name: "Edit", exact: true }).click();
  await sheet(page).getByLabel("Article", { exact: true }).fill("It takes *five* minutes.");
  await save(page);
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("It takes five minutes.");
  const prompt = page.locator("#prompt-1");
  await unfold(prompt, "Answer");
  const words = own("The radio.");
  await prompt.getByLabel("Your answer", { exact: true }).fill(words);
  await prompt.getByRole("button", { name: "Share your answer" }).click();
  await expect(page.getByRole("article").filter({ hasText: words })).toBeVisible();
  await reader.goto(at);
  await expect(reader.getByRole("main")).toContainText("It takes five minutes.");
  await expect(reader.getByRole("main")).toContainText(words);
  await same();

  await page.goto("/editor");
  await hydrated(page);
  const line = page.getByRole("listitem").filter({ hasText: title });
  await expect(line).toContainText("Published");
});

test("an article with mistakes keeps every word", async ({ page, watch, asRole, hydrated, noReload }) => {
  watch.allow(REFUSED);
  await asRole(page, "editor");
  await page.goto("/editor/new");
  await hydrated(page);
  const same = await noReload(page);
  const body = "A first line.\n\n<b>& more</b>";
  await sheet(page).getByLabel("Article", { exact: true }).fill(body);
  await sheet(page).getByLabel(/^Week/).fill("nine");
  await sheet(page).getByLabel("Series").fill(own("Evenings"));
  await save(page);
  await expect(refusal(page)).toContainText("Give it a title.");
  await expect(sheet(page).getByLabel(/^Week/)).toHaveAccessibleDescription(/Use a whole number/);
  await expect(sheet(page).getByLabel("Article", { exact: true })).toHaveValue(body);
  await expect(sheet(page).getByLabel(/^Week/)).toHaveValue("nine");
  await same();
});

test("a draft is deleted after asking", async ({ page, watch, asRole, hydrated, noReload }) => {
  watch.allow(/404/);
  await asRole(page, "editor");
  await page.goto("/editor/new");
  await hydrated(page);
  const same = await noReload(page);
  const title = own("Not this one");
  await sheet(page).getByLabel("Title").fill(title);
  await sheet(page).getByLabel("Series").fill(own("Nights"));
  await sheet(page).getByLabel("Article", { exact: true }).fill("No.");
  await save(page);
  await expect(page.getByText("This is a draft. Only editors see it.")).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "Edit", exact: true }).click();
  await unfold(page.getByRole("main"), "Delete");
  await page
    .getByRole("form", { name: "Delete the article" })
    .getByRole("button", { name: "Delete it" })
    .click();
  await expect(page.getByRole("heading", { level: 1, name: "Editor" })).toBeVisible();
  await expect(page.getByRole("main").getByRole("link", { name: title })).toHaveCount(0);
  await same();
});

test("the desk is closed to those who do not edit", async ({ page, watch, join }) => {
  watch.allow(/40[13]/);
  await join(page);
  for (const place of ["/editor", "/editor/new", "/moderation"]) {
    const answer = await page.goto(place);
    expect(answer?.status(), place).toBe(403);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("This room is not open to you");
  }
});
