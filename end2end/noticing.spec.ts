import { expect, test } from "./support/chorus.js";
import { comment, commentForm, own, tellStory } from "./support/shares.js";

test("whoever writes a call for help is shown where help is, and goes on", async ({
  page,
  another,
  join,
  hydrated,
  scripted,
}) => {
  await join(page);
  const at = await tellStory(page, hydrated, { title: own("A thread begins"), body: "Say something." });
  const form = commentForm(page);
  const field = form.getByLabel("Your comment");
  const words = own("I can't stop drinking and I need help.");
  await field.fill(words);
  if (scripted) {
    const notice = form.getByRole("status");
    await expect(notice).toContainText("In danger now:");
    // It takes neither the focus nor a word.
    await expect(field).toBeFocused();
    await expect(field).toHaveValue(words);
    await notice.getByRole("button", { name: "Put this away" }).click();
    await expect(notice).toBeEmpty();
    await expect(field).toBeFocused();
    await field.press("End");
    await field.pressSequentially(" Please.");
  }
  await form.getByRole("button", { name: "Reply" }).click();
  const mine = comment(page, words);
  await expect(mine.getByRole("complementary", { name: "Where help is" })).toContainText("In danger now:");

  const other = await another();
  await other.goto(at);
  await expect(comment(other, words)).toBeVisible();
  await expect(other.getByRole("complementary", { name: "Where help is" })).toHaveCount(0);
});
