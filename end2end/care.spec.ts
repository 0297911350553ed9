import type { Page } from "@playwright/test";
import { expect, test } from "./support/chorus.js";
import { expectNoSidewaysScrolling } from "./support/narrow.js";
import { own } from "./support/shares.js";

/** A call on the desk; those who waited longer stand before it, perhaps on sheets of their own. */
async function openOnDesk(page: Page, words: string): Promise<void> {
  const main = page.getByRole("main");
  const call = main.getByRole("link", { name: words });
  const next = main.getByRole("link", { name: "Who waits less long" });
  const calls = main.getByRole("region", { name: "Calls that wait" }).getByRole("listitem");
  for (let sheet = 1; sheet < 10; sheet += 1) {
    await expect(calls.first()).toBeVisible();
    if (await call.isVisible()) break;
    const before = (await calls.first().textContent()) ?? "";
    await next.click();
    await expect(calls.first()).not.toHaveText(before);
  }
  await call.click();
  await expect(page.getByRole("heading", { level: 1, name: "A call for help" })).toBeVisible();
}

test("someone without an account asks, is answered at the desk, and writes back", async ({
  page,
  another,
  asRole,
  hydrated,
  noReload,
  axe,
}) => {
  await page.goto("/help");
  await hydrated(page);
  const same = await noReload(page);
  await page.getByRole("link", { name: "Ask the people here" }).click();
  await expect(page.getByRole("region", { name: "Someone is there now" })).toContainText("Emergency");
  const words = own("I cannot sleep and I want to drink.");
  await page.getByLabel("Your words").fill(words);
  await page.getByRole("main").getByRole("button", { name: "Ask", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "What you asked" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText(words);
  await same();
  const code = await page.getByText(/^[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}$/).innerText();
  await axe(page);
  await expectNoSidewaysScrolling(page);

  const desk = await another();
  const supporter = await asRole(desk, "peer-supporter");
  await desk.goto("/care");
  await hydrated(desk);
  const still = await noReload(desk);
  await openOnDesk(desk, words);
  const answer = own("I am here. What is the hardest part tonight?");
  await desk.getByLabel("Your answer").fill(answer);
  await desk.getByRole("main").getByRole("button", { name: "Answer", exact: true }).click();
  await expect(desk.getByRole("region", { name: "What was said and done" })).toContainText(answer);
  await still();
  await axe(desk);
  await expectNoSidewaysScrolling(desk);

  // On another device, with the code as it was written down.
  const elsewhere = await another();
  await elsewhere.goto("/help/ask");
  await hydrated(elsewhere);
  await elsewhere.getByLabel("Your code").fill(code.toUpperCase().replaceAll("-", " "));
  await elsewhere.getByRole("main").getByRole("button", { name: "Open", exact: true }).click();
  const said = elsewhere.getByRole("region", { name: "What was said" });
  await expect(said).toContainText(answer);
  await expect(said).toContainText(supporter.handle);
  const more = own("The hours before three.");
  await elsewhere.getByLabel("Your words").fill(more);
  await elsewhere.getByRole("main").getByRole("button", { name: "Write back", exact: true }).click();
  await expect(said).toContainText(more);

  await desk.reload();
  await expect(desk.getByRole("region", { name: "What was said and done" })).toContainText(more);
});

test("what was only noticed is closed by one press, from the keyboard too", async ({
  page,
  asRole,
  hydrated,
  noReload,
  axe,
}) => {
  await asRole(page, "peer-supporter");
  await page.goto("/care?noticed=true");
  await hydrated(page);
  const noticed = page.getByRole("region", { name: "Noticed in the rooms" });
  await axe(page);
  await expectNoSidewaysScrolling(page);
  const close = page.getByRole("button", { name: "Not a call" });
  const line = noticed.getByRole("listitem").filter({ has: close }).first();
  const address = (await line.getByRole("link").getAttribute("href")) ?? "";
  const same = await noReload(page);
  await line.getByRole("button", { name: "Not a call" }).press("Enter");
  await expect(noticed.locator(`a[href="${address}"]`)).toHaveCount(0);
  await same();
  await page.goto(address);
  await expect(page.getByRole("main")).toContainText("This call is closed.");
});

test("a peer supporter says when they are here, and takes it back", async ({ page, asRole, hydrated, noReload }) => {
  const { handle } = await asRole(page, "peer-supporter");
  await page.goto("/care");
  await hydrated(page);
  const same = await noReload(page);
  const hours = page.getByRole("region", { name: "When you are here" });
  await hours.getByLabel("Days").selectOption("Every day");
  await hours.getByLabel("From").fill("00:00");
  await hours.getByLabel("Until").fill("00:00");
  await hours.getByLabel("Time zone").fill("UTC");
  await hours.getByRole("button", { name: "Set these hours" }).click();
  await expect(hours).toContainText("Every day, 00:00 to 00:00 the next day, UTC");
  await expect(hours).toContainText(handle);
  await hours.getByRole("button", { name: "Take back" }).click();
  await expect(hours).toContainText("You have set no hours.");
  await expect(hours).not.toContainText(handle);
  await same();
});
