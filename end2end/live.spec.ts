import type { Page } from "@playwright/test";
import { expect, test } from "./support/chorus.js";
import { comment, commentForm, own, reply, say, tellStory } from "./support/shares.js";

test("two people see each other's answers, and go on typing", async ({
  page,
  another,
  join,
  hydrated,
  noReload,
  scripted,
}) => {
  test.skip(!scripted, "without script nothing moves by itself; the next test is about that");
  await join(page);
  const at = await tellStory(page, hydrated, { title: own("A night"), body: "Is anyone up?" });
  const same = await noReload(page);
  const friend = await another();
  await join(friend);
  const listens = friend.waitForRequest(/\/live\?at=/);
  await friend.goto(at);
  await hydrated(friend);
  await listens;

  const half = own("I had begun to");
  await commentForm(friend).getByLabel("Your comment").fill(half);
  const first = own("I am up");
  await say(page, first);
  const line = friend.getByRole("status").getByRole("button", { name: "Show 1 new answer" });
  await expect(line).toBeVisible();
  await expect(commentForm(friend).getByLabel("Your comment")).toBeFocused();
  await expect(comment(friend, first)).toHaveCount(0);

  await line.click();
  await expect(comment(friend, first)).toBeVisible();
  await expect(friend.getByRole("listitem").filter({ hasText: first })).toBeFocused();
  await expect(commentForm(friend).getByLabel("Your comment")).toHaveValue(half);
  await expect(line).toHaveCount(0);

  const second = own("So am I");
  await reply(friend, first, second);
  await page.getByRole("button", { name: "Show 1 new answer" }).click();
  await expect(comment(page, second)).toBeVisible();
  // One's own words are no news.
  await expect(friend.getByRole("button", { name: /new answer/ })).toHaveCount(0);
  await same();
});

test("whoever asked for help sees the answer come", async ({ page, another, asRole, hydrated, scripted }) => {
  test.skip(!scripted, "without script they look for answers by a link");
  const words = own("I do not know how to get through tonight");
  await page.goto("/help/ask");
  await hydrated(page);
  await page.getByLabel("Your words").first().fill(words);
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await expect(page.getByRole("heading", { name: "What you asked" })).toBeVisible();

  const desk = await another();
  await asRole(desk, "peer-supporter");
  const call = await page.locator('form[id^="care.write-back"] input[name="id"]').inputValue();
  await desk.goto(`/care/${call}`);
  await hydrated(desk);
  await expect(desk.getByText(words).first()).toBeVisible();
  const answer = own("I am here");
  await desk.getByLabel("Your answer").fill(answer);
  await desk.getByRole("button", { name: "Answer", exact: true }).click();

  await page.getByRole("status").getByRole("button", { name: "Show what is new" }).click();
  await expect(page.getByText(answer)).toBeVisible();

  const half = own("Have you");
  await desk.getByLabel("Your answer").fill(half);
  const more = own("I have not slept");
  await page.getByLabel("Your words").fill(more);
  await page.getByRole("button", { name: "Write back", exact: true }).click();
  await expect(page.getByText(more)).toBeVisible();
  await desk.getByRole("button", { name: "Show what is new" }).click();
  await expect(desk.getByText(more)).toBeVisible();
  await expect(desk.getByLabel("Your answer")).toHaveValue(half);
});

test("a moderator sees what comes to wait, and anybody what people ask everyone", async ({
  page,
  another,
  asRole,
  join,
  hydrated,
  scripted,
}) => {
  test.skip(!scripted, "without script they look for themselves");
  const listens = (who: Page, place: string) => who.waitForRequest(new RegExp(`/live\\?at=.*${place}`));
  await asRole(page, "moderator");
  const hears = listens(page, "moderation");
  await page.goto("/moderation");
  await hydrated(page);
  await hears;
  const member = await another();
  await join(member);
  const title = own("Cheap beds");
  const at = await tellStory(member, hydrated, { title, body: "Call us." });
  const reader = await another();
  await reader.goto(at.replace("/stories/", "/report/story-"));
  await hydrated(reader);
  const report = reader.getByRole("form", { name: "Report" });
  await report.getByRole("radio", { name: "It sells" }).check();
  await report.getByRole("button", { name: "Report it" }).click();
  await page.getByRole("button", { name: "Show what is new" }).click();
  await expect(page.getByRole("region", { name: "Reported" })).toContainText(title);

  const listening = listens(reader, "asking");
  await reader.goto("/help/ask");
  await hydrated(reader);
  await listening;
  const words = own("Is anyone awake?");
  await member.goto("/help/ask");
  await hydrated(member);
  await member.getByLabel("Your words").first().fill(words);
  await member.getByRole("radio", { name: "Everyone" }).check();
  await member.getByRole("button", { name: "Ask", exact: true }).click();
  await expect(member.getByRole("heading", { name: "What you asked" })).toBeVisible();
  await reader.getByRole("button", { name: "Show what is new" }).click();
  await expect(reader.getByRole("region", { name: "People asking now" })).toContainText(words);
});

test("one tab listens for all of a browser", async ({ page, context, another, join, hydrated, scripted }) => {
  test.skip(!scripted, "without script nobody listens");
  await join(page);
  const at = await tellStory(page, hydrated, { title: own("Two tabs"), body: "Say something." });
  const tab = await context.newPage();
  const streams = new Set<string>();
  tab.on("request", (request) => {
    if (new URL(request.url()).pathname === "/live") streams.add(request.url());
  });
  await tab.goto(at);
  await hydrated(tab);
  const friend = await another();
  await join(friend);
  await friend.goto(at);
  await hydrated(friend);
  await say(friend, own("In both of them"));
  for (const open of [page, tab]) {
    await expect(open.getByRole("button", { name: "Show 1 new answer" })).toBeVisible();
  }
  expect([...streams]).toEqual([]);
  // The tab that listened goes, and the other takes over.
  await page.close();
  await expect.poll(() => streams.size).toBeGreaterThan(0);
  await say(friend, own("In the one that is left"));
  await expect(tab.getByRole("button", { name: "Show 2 new answers" })).toBeVisible();
});
