import { expect, test } from "./support/chorus.js";
import { REFUSED, own, refusal, thank, thanksForm, unfold } from "./support/shares.js";

test("a member thanks someone by a name of their own", async ({ page, join, hydrated, noReload }) => {
  const person = await join(page);
  await page.goto("/shout-outs");
  await hydrated(page);
  const same = await noReload(page);
  await unfold(page, "Say thank you");
  const words = own("For the soup, and for not asking.");
  await thanksForm(page).getByLabel("To", { exact: true }).fill("the neighbour on the second floor");
  await thanksForm(page).getByLabel("What for").fill(words);
  await thanksForm(page).getByRole("button", { name: "Put it on the wall" }).click();
  const brick = page.getByRole("article").filter({ hasText: words });
  await expect(brick).toBeVisible();
  await expect(brick).toContainText(person.handle);
  await brick.getByRole("link", { name: "the neighbour on the second floor" }).click();
  await expect(
    page.getByRole("heading", { level: 1, name: "To the neighbour on the second floor" }),
  ).toBeVisible();

  await page.getByRole("link", { name: "Edit", exact: true }).click();
  const editor = page.getByRole("form", { name: "Edit your shout-out" });
  await expect(editor.getByLabel("What for")).toHaveValue(words);
  await editor.getByLabel("To", { exact: true }).fill("the neighbour above");
  await editor.getByRole("button", { name: "Keep the change" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "To the neighbour above" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("edited");

  await page.getByRole("link", { name: "Delete", exact: true }).click();
  await page
    .getByRole("form", { name: "Take down this shout-out" })
    .getByRole("button", { name: "Delete" })
    .click();
  await expect(page.getByRole("heading", { level: 1, name: "The wall of thanks" })).toBeVisible();
  await expect(page.getByRole("article").filter({ hasText: words })).toHaveCount(0);
  await same();
});

test("the member who is thanked can take it down", async ({ page, another, join, hydrated, noReload }) => {
  const thanked = await join(page);
  const giver = await another();
  await join(giver);
  const body = own("For the lift home.");
  await thank(giver, hydrated, { to: `@${thanked.handle}`, body });

  await page.goto("/shout-outs");
  await hydrated(page);
  const same = await noReload(page);
  const brick = page.getByRole("article").filter({ hasText: body });
  await brick.getByRole("link", { name: thanked.handle }).click();
  await expect(page.getByRole("heading", { level: 1, name: `To ${thanked.handle}` })).toBeVisible();
  await expect(page.getByRole("link", { name: "Edit", exact: true })).toHaveCount(0);
  await page.getByRole("link", { name: "Take it down" }).click();
  await page
    .getByRole("form", { name: "Take down this shout-out" })
    .getByRole("button", { name: "Take it down" })
    .click();
  await expect(page.getByRole("heading", { level: 1, name: "The wall of thanks" })).toBeVisible();
  await expect(page.getByRole("article").filter({ hasText: body })).toHaveCount(0);
  await same();
  await giver.goto("/shout-outs");
  await expect(giver.getByRole("article").filter({ hasText: body })).toHaveCount(0);
});

test("an unknown handle keeps the words", async ({ page, watch, join, hydrated, noReload }) => {
  watch.allow(REFUSED);
  const person = await join(page);
  await page.goto("/shout-outs");
  await hydrated(page);
  const same = await noReload(page);
  await unfold(page, "Say thank you");
  const words = own("For the bench.");
  await thanksForm(page).getByLabel("To", { exact: true }).fill("@nobody-has-this-name");
  await thanksForm(page).getByLabel("What for").fill(words);
  await thanksForm(page).getByRole("radio", { name: /^Anonymously/ }).check();
  await thanksForm(page).getByRole("button", { name: "Put it on the wall" }).click();
  await expect(refusal(page)).toContainText("Nobody here has that handle.");
  await expect(thanksForm(page).getByLabel("To", { exact: true })).toHaveValue("@nobody-has-this-name");
  await expect(thanksForm(page).getByLabel("What for")).toHaveValue(words);

  await thanksForm(page).getByLabel("To", { exact: true }).fill("whoever put it there");
  await thanksForm(page).getByRole("button", { name: "Put it on the wall" }).click();
  const brick = page.getByRole("article").filter({ hasText: words });
  await expect(brick).toContainText("Anonymously");
  await same();
  expect(await brick.innerHTML()).not.toContain(person.handle);
});
