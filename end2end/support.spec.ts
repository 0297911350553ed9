import { expect, test } from "./support/chorus.js";
import { own, tellStory } from "./support/shares.js";

test("someone gives support, and takes it back", async ({ page, another, join, hydrated, noReload }) => {
  await join(page);
  const at = await tellStory(page, hydrated, { title: own("A small thing"), body: "I rang back." });

  const reader = await another();
  await join(reader);
  await reader.goto(at);
  await hydrated(reader);
  const same = await noReload(reader);
  const withYou = reader.getByRole("button", { name: "With you" });
  const strength = reader.getByRole("button", { name: "Strength" });
  await expect(withYou).toHaveAttribute("aria-pressed", "false");
  await withYou.click();
  await expect(withYou).toHaveAttribute("aria-pressed", "true");
  await strength.click();
  await expect(strength).toHaveAttribute("aria-pressed", "true");
  await expect(withYou).toHaveAttribute("aria-pressed", "true");
  await same();

  await page.goto(at);
  const told = page.getByRole("main");
  await expect(told).toContainText("1 person is with you.");
  await expect(told).toContainText("1 person wishes you strength.");
  await expect(page.getByRole("button", { name: "With you" })).toHaveCount(0);

  await withYou.click();
  await expect(withYou).toHaveAttribute("aria-pressed", "false");
  await same();
  await reader.reload();
  await expect(reader.getByRole("button", { name: "With you" })).toHaveAttribute("aria-pressed", "false");
  await expect(reader.getByRole("button", { name: "Strength" })).toHaveAttribute("aria-pressed", "true");
  await page.reload();
  await expect(told).not.toContainText("is with you");
  await expect(told).toContainText("1 person wishes you strength.");
});

test("a guest who gives support is asked in, and comes back", async ({ page, another, join, signOut, hydrated, noReload }) => {
  const writer = await another();
  await join(writer);
  const at = await tellStory(writer, hydrated, { title: own("The long way"), body: "I walked." });
  const person = await join(page);
  await signOut(page);
  await page.goto(at);
  await hydrated(page);
  const same = await noReload(page);
  await page.getByRole("button", { name: "This helped" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  const door = page.getByRole("main");
  await door.getByLabel("Handle").fill(person.handle);
  await door.getByLabel("Password", { exact: true }).fill(person.password);
  await door.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(at));
  await expect(page.getByRole("button", { name: "This helped" })).toHaveAttribute("aria-pressed", "false");
  await same();
});
