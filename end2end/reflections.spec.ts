import type { Page } from "@playwright/test";
import { expect, test } from "./support/chorus.js";
import { ARTICLE, REFUSED, own, refusal, unfold } from "./support/shares.js";

const QUESTION = "Who took the other end for you once, and how did they do it?";

function answerForm(page: Page) {
  return page.getByRole("form", { name: `Your answer to: ${QUESTION}` });
}

/** From the first page to the open form under the question. */
async function goToQuestion(page: Page): Promise<void> {
  await page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: "This week" }).click();
  await page
    .getByRole("listitem")
    .filter({ hasText: QUESTION })
    .getByRole("link", { name: /^Answer/ })
    .click();
  await expect(page).toHaveURL(new RegExp(`${ARTICLE.at}#prompt-2$`));
  const heading = page.getByRole("heading", { level: 3, name: QUESTION });
  await expect(heading).toBeVisible();
  await unfold(page.locator("#prompt-2"), "Answer");
}

test("a member answers a question, changes the answer and takes it back", async ({
  page,
  watch,
  join,
  hydrated,
  noReload,
}) => {
  watch.allow(/404/);
  const person = await join(page);
  await page.goto("/");
  await hydrated(page);
  const same = await noReload(page);
  await goToQuestion(page);
  const words = own("My sister did. She sat down and asked nothing.");
  await answerForm(page).getByLabel("Your answer").fill(words);
  await answerForm(page).getByRole("button", { name: "Share your answer" }).click();
  const answer = page.getByRole("article").filter({ hasText: words });
  await expect(answer).toBeVisible();
  await expect(answer).toContainText(person.handle);

  await answer.getByRole("link", { name: "Open this answer and its replies" }).click();
  await expect(page.getByRole("heading", { level: 1, name: QUESTION })).toBeVisible();
  const at = new URL(page.url()).pathname;
  expect(at).toMatch(/^\/reflections\//);
  await expect(page.getByRole("main")).toContainText(words);

  await page.getByRole("link", { name: "Edit", exact: true }).click();
  const editor = page.getByRole("form", { name: "Edit your answer" });
  await expect(editor.getByLabel("Your answer")).toHaveValue(words);
  const anew = own("My sister did, twice.");
  await editor.getByLabel("Your answer").fill(anew);
  await editor.getByRole("button", { name: "Keep the change" }).click();
  const piece = page.getByRole("article").filter({ hasText: anew });
  await expect(piece).toContainText("edited");
  await expect(page.getByRole("main")).not.toContainText(words);

  await page.getByRole("link", { name: "Delete", exact: true }).click();
  const question = page.getByRole("form", { name: "Delete your answer" });
  await question.getByRole("button", { name: "Delete" }).click();
  await expect(page).toHaveURL(new RegExp(ARTICLE.at));
  await expect(page.getByRole("heading", { level: 1, name: ARTICLE.title })).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText(anew);
  await same();
  expect((await page.goto(at))?.status()).toBe(404);
});

test("an anonymous answer names nobody", async ({ page, another, join, hydrated }) => {
  const person = await join(page);
  await page.goto("/");
  await hydrated(page);
  await goToQuestion(page);
  const words = own("A neighbour, over the fence.");
  await answerForm(page).getByLabel("Your answer").fill(words);
  await answerForm(page).getByRole("radio", { name: /^Anonymously/ }).check();
  await answerForm(page).getByRole("button", { name: "Share your answer" }).click();
  const answer = page.getByRole("article").filter({ hasText: words });
  await expect(answer).toContainText("Anonymously");
  const link = answer.getByRole("link", { name: "Open this answer and its replies" });
  const at = (await link.getAttribute("href")) ?? "";

  const reader = await another();
  for (const place of [ARTICLE.at, at]) {
    await reader.goto(place);
    await expect(reader.getByRole("main")).toContainText(words);
    expect(await reader.content()).not.toContain(person.handle);
  }
});

test("an empty answer is told so and the choice is kept", async ({
  page,
  watch,
  join,
  hydrated,
  noReload,
}) => {
  watch.allow(REFUSED);
  await join(page);
  await page.goto("/");
  await hydrated(page);
  await goToQuestion(page);
  const same = await noReload(page);
  await answerForm(page).getByRole("radio", { name: /^Anonymously/ }).check();
  await answerForm(page).getByRole("button", { name: "Share your answer" }).click();
  await expect(refusal(page)).toContainText("Write a few words first.");
  await expect(answerForm(page).getByLabel("Your answer")).toHaveAttribute("aria-invalid", "true");
  await expect(answerForm(page).getByRole("radio", { name: /^Anonymously/ })).toBeChecked();
  await same();
});

test("all answers to a question stand on a page of their own, and can be added to", async ({
  page,
  join,
  hydrated,
  noReload,
}) => {
  await join(page);
  await page.goto(ARTICLE.at);
  await hydrated(page);
  const same = await noReload(page);
  const all = page.getByRole("link", { name: /^All answers to question/ });
  await all.first().click();
  await expect(page).toHaveURL(/\/prompts\//);
  await unfold(page, "Answer");
  const words = own("Half a street, in the rain.");
  await page.getByLabel("Your answer", { exact: true }).fill(words);
  await page.getByRole("button", { name: "Share your answer" }).click();
  await expect(page.getByRole("article").filter({ hasText: words })).toBeVisible();
  await same();
});

test("a guest is asked in before answering", async ({ page, hydrated }) => {
  await page.goto("/");
  await hydrated(page);
  await goToQuestion(page);
  await expect(page.locator("#prompt-2").getByRole("link", { name: "Sign in" })).toBeVisible();
});
