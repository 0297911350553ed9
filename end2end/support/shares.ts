import { expect, type Locator, type Page } from "@playwright/test";

/** Waits until the page is hydrated, where there is script. */
export type Ready = (page: Page) => Promise<void>;

/** Words that no other test says. */
export function own(words: string): string {
  return `${words} ${crypto.randomUUID().slice(0, 8)}`;
}

export interface Story {
  title: string;
  body: string;
  contentNote?: string;
  anonymous?: boolean;
}

/** The sheet on which a story is written. */
export function storySheet(page: Page): Locator {
  return page.getByRole("form", { name: "Your story" });
}

export async function fillStory(page: Page, story: Story): Promise<void> {
  const sheet = storySheet(page);
  await sheet.getByLabel("Title").fill(story.title);
  await sheet.getByLabel("Your story").fill(story.body);
  if (story.contentNote) await sheet.getByLabel(/^Content note/).fill(story.contentNote);
  if (story.anonymous) await sheet.getByRole("radio", { name: /^Anonymously/ }).check();
}

/** A member tells a story; the page ends on it. Gives its address. */
export async function tellStory(page: Page, ready: Ready, story: Story): Promise<string> {
  await page.goto("/stories/new");
  await ready(page);
  await fillStory(page, story);
  await storySheet(page).getByRole("button", { name: "Share your story" }).click();
  await expect(page.getByRole("heading", { level: 1, name: story.title })).toBeVisible();
  return new URL(page.url()).pathname;
}

/** The comment that says this, without the replies to it. */
export function comment(page: Page, words: string): Locator {
  return page.getByRole("listitem").getByRole("article").filter({ hasText: words });
}

/** The form that begins a thread. */
export function commentForm(page: Page): Locator {
  return page.getByRole("form", { name: "Comment", exact: true });
}

/** Comments at the first level of the thread that the page shows. */
export async function say(page: Page, words: string): Promise<void> {
  await commentForm(page).getByLabel("Your comment").fill(words);
  await commentForm(page).getByRole("button", { name: "Reply" }).click();
  await expect(comment(page, words)).toBeVisible();
  await expect(commentForm(page).getByLabel("Your comment"), "ready for other words").toHaveValue("");
}

/** Answers the comment that says `to`. */
export async function reply(page: Page, to: string, words: string): Promise<void> {
  const answered = comment(page, to);
  await answered.getByRole("link", { name: /^Reply to / }).click();
  const form = answered.getByRole("form", { name: "Reply", exact: true });
  await form.getByLabel("Your reply").fill(words);
  await form.getByRole("button", { name: "Reply" }).click();
  await expect(comment(page, words)).toBeVisible();
}

/** Opens what is folded up under these words. */
export async function unfold(within: Page | Locator, words: string | RegExp): Promise<void> {
  await within.locator("summary").filter({ hasText: words }).click();
}

export interface ShoutOut {
  to: string;
  body: string;
}

/** The form of the wall. */
export function thanksForm(page: Page): Locator {
  return page.getByRole("form", { name: "Say thank you" });
}

/** Thanks someone on the wall; the page ends on it. */
export async function thank(page: Page, ready: Ready, { to, body }: ShoutOut): Promise<void> {
  await page.goto("/shout-outs");
  await ready(page);
  await unfold(page, "Say thank you");
  await thanksForm(page).getByLabel("To", { exact: true }).fill(to);
  await thanksForm(page).getByLabel("What for").fill(body);
  await thanksForm(page).getByRole("button", { name: "Put it on the wall" }).click();
  await expect(page.getByRole("article").filter({ hasText: body })).toBeVisible();
}

export interface Ritual {
  title: string;
  body: string;
  place: string;
  link: string;
}

/** A date and time some weeks from now, as its field takes it. */
export function weeksAhead(weeks: number): string {
  const then = new Date(Date.now() + weeks * 7 * 24 * 3_600_000);
  return `${then.toISOString().slice(0, 10)}T18:30`;
}

export async function fillRitual(page: Page, ritual: Ritual): Promise<void> {
  const sheet = page.getByRole("main");
  await sheet.getByRole("radio", { name: "Shared meal" }).check();
  await sheet.getByLabel("What is it called?").fill(ritual.title);
  await sheet.getByLabel("What happens there?").fill(ritual.body);
  await sheet.getByLabel("When", { exact: true }).fill(weeksAhead(3));
  await sheet.getByLabel("Time zone").fill("Europe/Lisbon");
  await sheet.getByLabel(/^Where/).fill(ritual.place);
  await sheet.getByLabel(/^Link/).fill(ritual.link);
}

/** A member shares a ritual; the page ends on it. Gives its address. */
export async function shareRitual(page: Page, ready: Ready, ritual: Ritual): Promise<string> {
  await page.goto("/rituals/new");
  await ready(page);
  await fillRitual(page, ritual);
  await page.getByRole("button", { name: "Share your ritual" }).click();
  await expect(page.getByRole("heading", { level: 1, name: ritual.title })).toBeVisible();
  return new URL(page.url()).pathname;
}

/** The article of the week in the sample series, with its long thread. */
export const ARTICLE = {
  at: "/series/ordinary-days/the-other-end-of-the-sofa",
  title: "The other end of the sofa",
};

/** Chromium's note of an answer that refuses. */
export const REFUSED = /Failed to load resource: the server responded with a status of 4\d\d/;

/** The notice that says why a form was not taken. */
export function refusal(page: Page): Locator {
  return page.getByRole("main").getByRole("alert");
}
