import { expect, test } from "./support/chorus.js";
import { REFUSED, own, thank } from "./support/shares.js";

test("a member is told of thanks, follows them and has read it", async ({
  page,
  another,
  join,
  hydrated,
  noReload,
  scripted,
}) => {
  const thanked = await join(page);
  const giver = await another();
  await join(giver);
  const body = own("For the lift home.");
  await thank(giver, hydrated, { to: `@${thanked.handle}`, body });

  await page.goto("/stories");
  await hydrated(page);
  const same = await noReload(page);
  const you = page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: /^You/ });
  await expect(you).toHaveText(/1 new/);
  await you.click();
  await page.getByRole("main").getByRole("link", { name: "Notifications" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Notifications" })).toBeVisible();
  const line = page.getByRole("main").getByRole("link", { name: "Someone thanks you in a shout-out" });
  await line.click();
  await expect(page.getByRole("article").filter({ hasText: body })).toBeVisible();
  await same();
  await page.goto("/me/notifications");
  await hydrated(page);
  await expect(line).toBeVisible();
  // With script, to follow it was to read it.
  if (!scripted) await page.getByRole("button", { name: "Mark as read" }).click();
  await expect(page.getByRole("button", { name: "Mark as read" })).toHaveCount(0);
  await expect(you).not.toHaveText(/new/);
});

test("a member chooses what they are told", async ({ page, another, join, hydrated, noReload }) => {
  const quiet = await join(page);
  await page.goto("/me/notifications");
  await hydrated(page);
  const same = await noReload(page);
  await page.getByText("Choose", { exact: true }).click();
  await page.getByRole("checkbox", { name: /thanks me/ }).uncheck();
  const answer = page.waitForResponse((answer) => answer.url().includes("/api/notifications/choose"));
  await page.getByRole("button", { name: "Keep my choice" }).click();
  await answer;
  await same();
  await page.goto("/me/notifications");
  await hydrated(page);
  await page.getByText("Choose", { exact: true }).click();
  await expect(page.getByRole("checkbox", { name: /thanks me/ })).not.toBeChecked();
  const giver = await another();
  await join(giver);
  await thank(giver, hydrated, { to: `@${quiet.handle}`, body: own("For the soup.") });
  await page.goto("/me/notifications");
  await expect(page.getByRole("main")).toContainText("Nothing yet.");
});

test("a member chooses quiet hours, and is told once a day", async ({ page, join, hydrated, noReload, watch }) => {
  watch.allow(REFUSED);
  await join(page);
  await page.goto("/me/notifications");
  await hydrated(page);
  const same = await noReload(page);
  const main = page.getByRole("main");
  await main.getByText("Choose when").click();
  await main.getByLabel("Quiet from").fill("22:00");
  await main.getByLabel("Quiet until").fill("07:00");
  await main.getByLabel("Once a day, at").fill("08:30");
  const keep = main.getByRole("button", { name: "Keep these times" });
  await keep.click();
  await expect(main.getByText("Say in which time zone.").first()).toBeVisible();
  await expect(main.getByLabel("Quiet from")).toHaveValue("22:00");
  await main.getByLabel("Time zone").fill("Europe/London");
  await keep.click();
  await expect(main).toContainText("Once a day at 08:30. Quiet from 22:00 to 07:00");
  await same();
});
