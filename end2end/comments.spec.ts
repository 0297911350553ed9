import type { Page } from "@playwright/test";
import { expect, test } from "./support/chorus.js";
import {
  ARTICLE,
  REFUSED,
  type Ready,
  comment,
  commentForm,
  own,
  refusal,
  reply,
  say,
  tellStory,
} from "./support/shares.js";

/** A story with an empty thread under it. */
async function storyOf(page: Page, ready: Ready): Promise<string> {
  return tellStory(page, ready, { title: own("A thread begins"), body: "Say something." });
}

test("people talk three levels deep", async ({ page, another, join, hydrated, noReload }) => {
  const writer = await join(page);
  const at = await storyOf(page, hydrated);
  const same = await noReload(page);
  const [first, second, third] = [own("The first of it."), own("The second."), own("The third.")];
  await say(page, first);

  const friend = await another();
  const answering = await join(friend);
  await friend.goto(at);
  await hydrated(friend);
  const friends = await noReload(friend);
  await reply(friend, first, second);
  await expect(comment(friend, second)).toContainText(answering.handle);
  await reply(friend, second, third);
  await friends();

  await same();
  await page.reload();
  const within = (outer: string) => page.getByRole("listitem").filter({ hasText: outer });
  const nested = within(first)
    .getByRole("listitem")
    .filter({ hasText: second })
    .getByRole("listitem")
    .filter({ hasText: third });
  await expect(nested).toHaveCount(1);
  await expect(comment(page, first)).toContainText(writer.handle);
});

test("a member changes a comment", async ({ page, join, hydrated, noReload }) => {
  await join(page);
  await storyOf(page, hydrated);
  const same = await noReload(page);
  const words = own("I meant to say");
  await say(page, words);
  await comment(page, words).getByRole("link", { name: "Edit", exact: true }).click();
  const editor = page.getByRole("form", { name: "Edit your comment" });
  await expect(editor.getByLabel("Your comment")).toHaveValue(words);
  const anew = own("What I meant to say");
  await editor.getByLabel("Your comment").fill(anew);
  await editor.getByRole("button", { name: "Keep the change" }).click();
  await expect(comment(page, anew)).toContainText("edited");
  await expect(comment(page, words)).toHaveCount(0);
  await same();
});

test("a deleted comment leaves a gap only where replies remain", async ({ page, join, hydrated, noReload }) => {
  await join(page);
  await storyOf(page, hydrated);
  const same = await noReload(page);
  const [asked, answered] = [own("Is anyone up?"), own("I am.")];
  await say(page, asked);
  await reply(page, asked, answered);
  const takeBack = async (words: string) => {
    await comment(page, words).getByRole("link", { name: "Delete", exact: true }).click();
    const question = page.getByRole("form", { name: "Delete your comment" });
    await question.getByRole("button", { name: "Delete" }).click();
    await expect(comment(page, words)).toHaveCount(0);
  };
  await takeBack(asked);
  await expect(page.getByText("This comment is no longer here.")).toBeVisible();
  await expect(comment(page, answered)).toBeVisible();
  await takeBack(answered);
  await same();
  await page.reload();
  await expect(page.getByText("This comment is no longer here.")).toHaveCount(0);
});

test("a guest's comment waits, is seen by its writer alone, and is let in", async ({
  page,
  another,
  join,
  asRole,
  hydrated,
  noReload,
}) => {
  const writer = await another();
  await join(writer);
  const at = await storyOf(writer, hydrated);

  await page.goto(at);
  await hydrated(page);
  const same = await noReload(page);
  const words = own("I am new here, and I read this twice.");
  await say(page, words);
  await expect(comment(page, words)).toContainText("Waiting for review. Only you can see it.");
  await same();
  await page.reload();
  await expect(comment(page, words)).toContainText("Waiting for review");
  await writer.goto(at);
  await expect(comment(writer, words)).toHaveCount(0);
  expect(await writer.content()).not.toContain(words);

  const moderator = await another();
  await asRole(moderator, "moderator");
  await moderator.goto("/moderation");
  await hydrated(moderator);
  const still = await noReload(moderator);
  const held = moderator
    .getByRole("region", { name: "Waiting to be read" })
    .getByRole("listitem")
    .filter({ hasText: words });
  await held.getByRole("button", { name: "Approve" }).click();
  await expect(held).toHaveCount(0);
  await still();

  await writer.reload();
  await expect(comment(writer, words)).toContainText("(guest)");
  await page.reload();
  await expect(comment(page, words)).not.toContainText("Waiting for review");
});

test("a refused comment tells its writer why, and nobody else", async ({
  page,
  another,
  join,
  asRole,
  hydrated,
}) => {
  const writer = await another();
  await join(writer);
  const at = await storyOf(writer, hydrated);
  await page.goto(at);
  await hydrated(page);
  const words = own("Buy my cure.");
  await say(page, words);

  const moderator = await another();
  await asRole(moderator, "moderator");
  await moderator.goto("/moderation");
  await hydrated(moderator);
  const held = moderator.getByRole("listitem").filter({ hasText: words });
  await held.getByRole("link", { name: "Decide otherwise" }).click();
  await hydrated(moderator);
  const decide = moderator.getByRole("form", { name: "Decide" });
  await decide.getByRole("radio", { name: /^Take it out of sight/ }).check();
  await decide.getByLabel("Why").fill("Nothing is sold here.");
  await decide.getByRole("button", { name: "Decide" }).click();
  await expect(moderator.getByRole("main")).toContainText("It is out of sight.");

  await page.reload();
  await expect(comment(page, words)).toContainText("Only you can see it now.");
  await expect(comment(page, words)).toContainText("The reason: Nothing is sold here.");
  await writer.reload();
  expect(await writer.content()).not.toContain(words);
});

test("a comment's link goes to it, on whichever page it is", async ({ page, hydrated, noReload }) => {
  await page.goto(ARTICLE.at);
  await hydrated(page);
  const same = await noReload(page);
  await page.getByRole("link", { name: "More comments" }).click();
  await expect(page.getByRole("link", { name: "Back to the first comments" })).toBeVisible();
  const links = page.getByRole("listitem").getByRole("link", { name: "Link", exact: true });
  const last = (await links.last().getAttribute("href")) ?? "";
  const id = last.replace("/comments/", "");
  await links.last().click();
  await expect(page).toHaveURL(new RegExp(`${ARTICLE.at}\\?after=.+#comment-${id}$`));
  await expect(page.locator(`#comment-${id}`)).toBeInViewport();
  await same();

  await page.goto(last);
  await expect(page).toHaveURL(new RegExp(`#comment-${id}$`));
  await expect(page.locator(`#comment-${id}`)).toBeInViewport();
});

test("two guests post the same words, and one of them twice", async ({ page, another, join, asRole, hydrated }) => {
  const moderator = await another();
  await asRole(moderator, "moderator");
  const at = await storyOf(moderator, hydrated);
  const words = own("Thank you for this.");

  const send = async (guest: Page) => {
    await guest.goto(at);
    await hydrated(guest);
    const sending = guest.waitForRequest(
      (request) => request.method() === "POST" && request.url().endsWith("/api/comments/post"),
    );
    await say(guest, words);
    return sending;
  };
  const first = await send(page);
  await send(await another());
  // The first guest's browser sends once more what it has sent.
  const again = await page.request.post(first.url(), {
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      accept: (await first.headerValue("accept")) ?? "*/*",
      origin: new URL(first.url()).origin,
    },
    data: first.postData() ?? "",
  });
  expect(again.ok(), `${again.status()}`).toBe(true);

  await page.reload();
  await expect(comment(page, words)).toHaveCount(1);
  await join(await another());
  await moderator.goto("/moderation");
  const held = moderator
    .getByRole("region", { name: "Waiting to be read" })
    .getByRole("listitem")
    .filter({ hasText: words });
  await expect(held).toHaveCount(2);
});

test("a long conversation goes on on a page of its own", async ({ page, join, hydrated, noReload }) => {
  await join(page);
  const at = await storyOf(page, hydrated);
  const [question, matter] = [own("Who walks on Sunday?"), own("Another matter.")];
  await say(page, question);
  await say(page, matter);
  const subject = await commentForm(page).locator("[name=subject]").inputValue();
  const first = await page.getByRole("listitem").filter({ hasText: question }).first().getAttribute("id");
  const origin = new URL(page.url()).origin;
  for (let number = 1; number <= 21; number += 1) {
    const answer = await page.request.post(`${origin}/api/comments/post`, {
      headers: { origin, accept: "application/json" },
      form: {
        page: at,
        key: crypto.randomUUID(),
        subject,
        parent: first?.replace("comment-", "") ?? "",
        body: `Walker number ${number}.`,
        voice: "handle",
      },
    });
    expect(answer.ok(), `${answer.status()}`).toBe(true);
  }

  await page.goto(at);
  await hydrated(page);
  const same = await noReload(page);
  await expect(comment(page, "Walker number 20.")).toBeVisible();
  await expect(comment(page, matter)).toBeVisible();
  await expect(comment(page, "Walker number 21.")).toHaveCount(0);
  await page.getByText("20 replies and more").click();
  await expect(comment(page, "Walker number 20.")).toBeHidden();
  await page.getByRole("link", { name: /^More replies to / }).click();
  await expect(comment(page, "Walker number 21.")).toBeVisible();
  await expect(comment(page, matter)).toHaveCount(0);

  const answer = own("I will bring tea.");
  await reply(page, "Walker number 21.", answer);
  await page.getByRole("link", { name: "Back to all comments" }).click();
  await expect(comment(page, matter)).toBeVisible();
  await expect(comment(page, answer)).toHaveCount(0);
  await same();
});

test("a comment that is too long is kept whole", async ({ page, watch, join, hydrated, noReload }) => {
  watch.allow(REFUSED);
  await join(page);
  await storyOf(page, hydrated);
  const same = await noReload(page);
  const words = `${own("It is long.")} `.padEnd(4003, "so long ");
  await commentForm(page).getByLabel("Your comment").fill(words);
  await commentForm(page).getByRole("radio", { name: /^Anonymously/ }).check();
  await commentForm(page).getByRole("button", { name: "Reply" }).click();
  await expect(refusal(page)).toContainText("There is room for 4000.");
  const field = commentForm(page).getByLabel("Your comment");
  await expect(field).toHaveValue(words);
  await expect(field).toHaveAccessibleDescription(/There is room for 4000/);
  await expect(commentForm(page).getByRole("radio", { name: /^Anonymously/ })).toBeChecked();
  await field.fill(words.slice(0, 300));
  await commentForm(page).getByRole("button", { name: "Reply" }).click();
  await expect(comment(page, words.slice(0, 20))).toContainText("Anonymously");
  await same();
});

test("a session that ended keeps the reply until the member is back", async ({
  page,
  context,
  watch,
  join,
  hydrated,
  noReload,
}) => {
  watch.allow(REFUSED);
  const person = await join(page);
  await storyOf(page, hydrated);
  const same = await noReload(page);
  const [asked, words] = [own("Who is there?"), own("I had to look for my keys.")];
  await say(page, asked);
  await comment(page, asked).getByRole("link", { name: /^Reply to / }).click();
  const form = page.getByRole("form", { name: "Reply", exact: true });
  await form.getByLabel("Your reply").fill(words);
  await context.clearCookies({ name: "chorus" });
  await form.getByRole("button", { name: "Reply" }).click();

  const main = page.getByRole("main");
  const ways = main.getByRole("alert").getByRole("link", { name: "Sign in" });
  const door = main.getByRole("button", { name: "Sign in", exact: true });
  await expect(ways.or(door)).toBeVisible();
  if (await ways.isVisible()) await ways.click();
  await main.getByLabel("Handle").fill(person.handle);
  await main.getByLabel("Password", { exact: true }).fill(person.password);
  await door.click();

  await expect(form.getByLabel("Your reply")).toHaveValue(words);
  await form.getByRole("button", { name: "Reply" }).click();
  await expect(comment(page, words)).toContainText(person.handle);
  await same();
});
