import { expect, test } from "./support/chorus.js";
import { own, tellStory, unfold } from "./support/shares.js";

test("someone mutes a member, reads on, and lifts it again", async ({ page, another, join, hydrated, noReload }) => {
  const teller = await another();
  const { handle } = await join(teller);
  const title = own("The hall");
  const story = await tellStory(teller, hydrated, { title, body: "It was one of those days." });
  await join(page);
  await page.goto(story);
  await hydrated(page);
  const same = await noReload(page);
  await page.getByRole("link", { name: `Mute or block ${handle}` }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Mute or block" })).toBeVisible();
  await page.getByRole("button", { name: "Mute them" }).click();
  await expect(page).toHaveURL(/\/me\/people$/);
  await expect(page.getByRole("listitem").filter({ hasText: handle })).toContainText("Muted on");
  await same();

  await page.goto(story);
  await expect(page.getByText("It was one of those days.")).toBeHidden();
  await unfold(page, "From someone you muted");
  await expect(page.getByText("It was one of those days.")).toBeVisible();

  await page.goto("/me/people");
  await hydrated(page);
  await page.getByRole("button", { name: "Unmute" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: handle })).toHaveCount(0);
  await page.goto(story);
  await expect(page.getByText("From someone you muted")).toHaveCount(0);
});
