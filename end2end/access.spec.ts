import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./support/chorus.js";
import { expectNoSidewaysScrolling } from "./support/narrow.js";
import { newPerson } from "./support/people.js";
import { PLACES } from "./support/pages.js";
import {
  ARTICLE,
  REFUSED,
  comment,
  commentForm,
  own,
  refusal,
  storySheet,
  tellStory,
  unfold,
} from "./support/shares.js";

/** Permalinks show another page: that one is looked at. */
const SHOWN = PLACES.filter(({ pattern }) => pattern !== "/comments/:id");

for (const { pattern, at } of SHOWN.filter(({ reader }) => reader === "guest")) {
  test(`anyone can open ${pattern}, which keeps to the rules of access`, async ({ page, hydrated, axe }) => {
    await page.goto(await at(page));
    await hydrated(page);
    await axe(page);
    await expectNoSidewaysScrolling(page);
  });
}

// A keeper's own pages show more than a member's: all are looked at as a keeper.
for (const reader of ["member", "keeper"] as const) {
  test(`the pages of ${reader}s keep to the rules of access`, async ({ page, server, asRole, hydrated, axe }) => {
    const keeper = await asRole(page, "editor");
    await server.run("grant", keeper.handle, "moderator");
    await server.run("grant", keeper.handle, "host");
    await expectNoSidewaysScrolling(page);
    await axe(page);
    for (const { pattern, at } of SHOWN.filter((place) => place.reader === reader)) {
      await test.step(pattern, async () => {
        await page.goto(await at(page));
        await hydrated(page);
        await axe(page);
        await expectNoSidewaysScrolling(page);
      });
    }
  });
}

test("what breaks the rules of access is found, in each scheme", async ({ page, scripted, hydrated, axe }) => {
  test.skip(!scripted, "it is put into the page by script");
  for (const [tag, style, told] of [
    ["img", "", /light[^]*image-alt/],
    ["p", "color: light-dark(#bbb, #fff); background: light-dark(#ccc, #000)", /light[^]*color-contrast/],
    ["p", "color: light-dark(#000, #555); background: light-dark(#fff, #444)", /dark[^]*color-contrast/],
  ] as const) {
    await page.goto("/help");
    await hydrated(page);
    await page.getByRole("main").evaluate((main, [tag, style]) => {
      const wrong = document.createElement(tag);
      if (wrong instanceof HTMLImageElement) wrong.src = "/favicon.svg";
      else wrong.textContent = "Pale words";
      wrong.style.cssText = style;
      main.prepend(wrong);
    }, [tag, style] as const);
    await expect(axe(page)).rejects.toThrow(told);
  }
});

test("what a guest wrote, what waits, and a page that is not there keep to the rules of access", async ({
  page,
  another,
  watch,
  join,
  asRole,
  hydrated,
  axe,
}) => {
  watch.allow(/404/);
  const writer = await another();
  await join(writer);
  const at = await tellStory(writer, hydrated, { title: own("A quiet room"), body: "Come in.", contentNote: "loss" });
  await page.goto(at);
  await hydrated(page);
  const words = own("I read it twice.");
  await commentForm(page).getByLabel("Your comment").fill(words);
  await commentForm(page).getByRole("button", { name: "Reply" }).click();
  await expect(comment(page, words)).toContainText("Waiting for review");
  await axe(page);
  await expectNoSidewaysScrolling(page);

  const moderator = await another();
  await asRole(moderator, "moderator");
  await moderator.goto("/moderation");
  await hydrated(moderator);
  await expect(moderator.getByText(words)).toBeVisible();
  await axe(moderator);
  await expectNoSidewaysScrolling(moderator);

  await page.goto("/nothing-lives-here");
  await hydrated(page);
  await axe(page);
  await expectNoSidewaysScrolling(page);
});

test("forms with mistakes in them keep to the rules of access", async ({ page, watch, join, hydrated, axe }) => {
  watch.allow(REFUSED);
  await page.goto("/join");
  await hydrated(page);
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(refusal(page)).toBeVisible();
  await axe(page);
  await expectNoSidewaysScrolling(page);

  await join(page);
  await page.goto("/stories/new");
  await hydrated(page);
  await storySheet(page).getByRole("button", { name: "Share your story" }).click();
  await expect(refusal(page)).toBeVisible();
  await axe(page);
  await expectNoSidewaysScrolling(page);

  await page.goto("/shout-outs");
  await hydrated(page);
  await unfold(page, "Say thank you");
  await page.getByRole("button", { name: "Put it on the wall" }).click();
  await expect(refusal(page)).toBeVisible();
  await axe(page);
  await expectNoSidewaysScrolling(page);
});

test("what opens in place keeps to the rules of access", async ({ page, join, hydrated, axe }) => {
  await join(page);
  await page.goto(ARTICLE.at);
  await hydrated(page);
  await unfold(page.locator("#prompt-1"), "Answer");
  await page.getByRole("link", { name: /^Reply to / }).first().click();
  await expect(page.getByRole("form", { name: "Reply", exact: true })).toBeVisible();
  await axe(page);
  await expectNoSidewaysScrolling(page);
});

/** Someone who has a keyboard only. */
class Keys {
  constructor(private readonly page: Page) {}

  /** Goes on with Tab until the focus is there, and sees it. */
  async to(target: Locator): Promise<void> {
    await expect(target).toBeVisible();
    for (let step = 0; step < 400; step += 1) {
      await this.page.keyboard.press("Tab");
      if (await target.evaluate((element) => element === document.activeElement)) {
        return this.expectFocusSeen();
      }
    }
    throw new Error(`Tab does not lead to ${target}`);
  }

  async type(target: Locator, words: string): Promise<void> {
    await this.to(target);
    await this.page.keyboard.type(words);
  }

  async press(target: Locator, key: "Enter" | "Space"): Promise<void> {
    await this.to(target);
    await this.page.keyboard.press(key);
  }

  /** The focused element is drawn differently from itself without the focus. */
  private async expectFocusSeen(): Promise<void> {
    const drawn = await this.page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return "nothing is focused";
      const style = getComputedStyle(element);
      const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      return outlined || style.boxShadow !== "none" ? "seen" : `${element.outerHTML.slice(0, 120)} is not seen`;
    });
    expect(drawn).toBe("seen");
  }
}

test("someone with a keyboard joins, tells a story and comments", async ({ page, hydrated, noReload }) => {
  test.slow();
  const keys = new Keys(page);
  const person = newPerson();
  await page.goto("/join");
  await hydrated(page);
  const same = await noReload(page);
  await keys.type(page.getByLabel("Handle"), person.handle);
  await keys.type(page.getByLabel("Password", { exact: true }), person.password);
  await keys.press(page.getByRole("checkbox"), "Space");
  await keys.press(page.getByRole("button", { name: "Join", exact: true }), "Enter");
  await expect(page.getByRole("list", { name: "Recovery codes" })).toBeVisible();
  await keys.press(page.getByRole("link", { name: "I have written them down" }), "Enter");
  await expect(page.getByRole("link", { name: "Read this week’s article" })).toBeVisible();

  await keys.press(page.getByRole("main").getByRole("link", { name: "Share your story" }), "Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Share your story" })).toBeVisible();
  const title = own("With ten fingers");
  await keys.type(storySheet(page).getByLabel("Title"), title);
  await keys.type(storySheet(page).getByLabel("Your story"), "No mouse was near.");
  await keys.to(storySheet(page).getByRole("radio", { checked: true }));
  await page.keyboard.press("ArrowDown");
  await expect(storySheet(page).getByRole("radio", { name: /^Anonymously/ })).toBeChecked();
  await keys.press(storySheet(page).getByRole("button", { name: "Share your story" }), "Enter");
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();

  const [first, second] = [own("Well typed."), own("Thank you.")];
  await keys.type(commentForm(page).getByLabel("Your comment"), first);
  await keys.press(commentForm(page).getByRole("button", { name: "Reply" }), "Enter");
  await expect(comment(page, first)).toBeVisible();
  const answer = comment(page, first).getByRole("link", { name: /^Reply to / });
  // Around the page once: the new comment may stand before the focus.
  await keys.press(answer, "Enter");
  const form = page.getByRole("form", { name: "Reply", exact: true });
  await expect(form).toBeVisible();
  if (!(await form.getByLabel("Your reply").evaluate((field) => field === document.activeElement))) {
    await keys.to(form.getByLabel("Your reply"));
  }
  await page.keyboard.type(second);
  await keys.press(form.getByRole("button", { name: "Reply" }), "Space");
  await expect(comment(page, second)).toContainText(person.handle);
  await same();
});
