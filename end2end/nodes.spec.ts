import type { Page } from "@playwright/test";
import { Server, expect } from "./support/chorus.js";
import { equipped, onlyWithScript, test } from "./support/offline.js";
import { comment, commentForm, own, say, tellStory } from "./support/shares.js";

onlyWithScript();

const showNew = (page: Page) => page.getByRole("button", { name: /^Show \d+ new answers?$/ });

/** Brings in what is new, until the page shows all of these words. */
async function shows(page: Page, all: string[]): Promise<void> {
  await expect(async () => {
    if (await showNew(page).isVisible()) await showNew(page).click();
    for (const words of all) await expect(comment(page, words)).toBeVisible({ timeout: 500 });
  }).toPass();
}

test("two people on two nodes see each other's answers, and miss none of half a minute without a line", async ({
  page,
  context,
  line,
  server,
  another,
  join,
  hydrated,
}) => {
  const node = await Server.start({ beside: server });
  try {
    await context.clock.install();
    await equipped(page);
    await join(page);
    const at = await tellStory(page, hydrated, { title: own("Across the water"), body: "Who is there?" });
    const friend = await another(node);
    await join(friend);
    const listens = [page, friend].map((one) => one.waitForResponse(/\/live\?at=/));
    for (const one of [page, friend]) {
      await one.goto(at);
      await hydrated(one);
    }
    await Promise.all(listens);

    const [first, second] = [own("I am"), own("So am I")];
    for (const [from, to, words] of [[friend, page, first], [page, friend, second]] as const) {
      await say(from, words);
      const said = Date.now();
      await expect(showNew(to)).toBeVisible();
      console.log(`heard on the other node ${Date.now() - said} ms after it was shown on its own`);
      await shows(to, [words]);
    }

    // Half a minute of the page's own time, in which both go on writing.
    await line.cut(context);
    const missed = [own("Are you still there?"), own("I am waiting")];
    const waited = own("I was in the tunnel");
    for (const words of missed) await say(friend, words);
    await commentForm(page).getByLabel("Your comment").fill(waited);
    await commentForm(page).getByRole("button", { name: "Reply" }).click();
    await expect(page.getByRole("main").getByText("Waiting to be sent.")).toBeVisible();
    for (let second = 0; second < 30; second += 1) await page.clock.runFor(1000);
    await expect(comment(page, missed[0] ?? "")).toHaveCount(0);

    await line.mend(context);
    await page.clock.runFor(35_000);
    const all = [first, second, ...missed, waited];
    for (const one of [page, friend]) {
      await shows(one, all);
      for (const words of all) await expect(comment(one, words)).toHaveCount(1);
    }
    await expect(showNew(page)).toHaveCount(0);
    await page.reload();
    for (const words of all) await expect(comment(page, words)).toHaveCount(1);
  } finally {
    await node.stop();
  }
});
