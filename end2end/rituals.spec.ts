import { expect, test } from "./support/chorus.js";
import { REFUSED, fillRitual, own, refusal, shareRitual } from "./support/shares.js";

function soup() {
  return {
    title: own("Soup at the mill"),
    body: "Bring a bowl.",
    place: "The old mill, by the side door",
    link: `https://meet.example.org/${crypto.randomUUID()}`,
  };
}

test("a member shares a ritual, changes it and takes it back", async ({
  page,
  watch,
  join,
  hydrated,
  noReload,
}) => {
  watch.allow(/404/);
  const person = await join(page);
  await page.goto("/rituals");
  await hydrated(page);
  const same = await noReload(page);
  await page.getByRole("main").getByRole("link", { name: "Share a ritual" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Share a ritual" })).toBeVisible();
  const ritual = soup();
  await fillRitual(page, ritual);
  await page.getByRole("button", { name: "Share your ritual" }).click();
  await expect(page.getByRole("heading", { level: 1, name: ritual.title })).toBeVisible();
  const at = new URL(page.url()).pathname;
  const main = page.getByRole("main");
  for (const words of ["Shared meal", ritual.body, ritual.place, "18:30", "Lisbon", person.handle]) {
    await expect(main).toContainText(words);
  }
  await expect(main.getByRole("link", { name: ritual.link })).toHaveAttribute("href", ritual.link);

  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Edit your ritual" })).toBeVisible();
  await expect(page.getByLabel(/^Link/)).toHaveValue(ritual.link);
  await expect(page.getByLabel("Time zone")).toHaveValue("Europe/Lisbon");
  await page.getByLabel("What happens there?").fill("Bring a bowl and a spoon.");
  await page.getByRole("button", { name: "Keep the change" }).click();
  await expect(page.getByRole("heading", { level: 1, name: ritual.title })).toBeVisible();
  await expect(main).toContainText("Bring a bowl and a spoon.");

  await page.getByRole("link", { name: "Delete", exact: true }).click();
  await page
    .getByRole("form", { name: "Delete your ritual" })
    .getByRole("button", { name: "Delete" })
    .click();
  await expect(page.getByRole("heading", { level: 1, name: "Rituals" })).toBeVisible();
  await expect(page.getByRole("link", { name: ritual.title })).toHaveCount(0);
  await same();
  expect((await page.goto(at))?.status()).toBe(404);
});

test("the link of a ritual is not in a guest's page", async ({ page, another, join, hydrated }) => {
  await join(page);
  const ritual = soup();
  const at = await shareRitual(page, hydrated, ritual);
  const guest = await another();
  for (const place of ["/rituals", at]) {
    await guest.goto(place);
    await expect(guest.getByRole("main")).toContainText(ritual.title);
    expect(await guest.content(), place).not.toContain(ritual.link);
  }
  await expect(guest.getByRole("main")).toContainText("Members see the link.");
  await join(guest);
  await guest.goto(at);
  await expect(guest.getByRole("link", { name: ritual.link })).toBeVisible();
});

test("mistakes in a ritual are named beside their fields and nothing is lost", async ({
  page,
  watch,
  join,
  hydrated,
  noReload,
}) => {
  watch.allow(REFUSED);
  await join(page);
  await page.goto("/rituals/new");
  await hydrated(page);
  const same = await noReload(page);
  const ritual = { ...soup(), title: "", link: "https://" };
  await fillRitual(page, ritual);
  await page.getByLabel("Time zone").fill("Europe/Atlantis");
  // The browser would stop a bad link by itself.
  await page.locator("form.sheet").evaluate((form: HTMLFormElement) => {
    form.noValidate = true;
  });
  await page.getByRole("button", { name: "Share your ritual" }).click();
  await expect(refusal(page)).toContainText("Something needs another look.");
  await expect(page.getByLabel("What is it called?")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Time zone")).toHaveAccessibleDescription(/Choose a time zone/);
  await expect(page.getByLabel(/^Link/)).toHaveAccessibleDescription(/A link begins with/);
  await expect(page.getByLabel("What happens there?")).toHaveValue(ritual.body);
  await expect(page.getByLabel("Time zone")).toHaveValue("Europe/Atlantis");
  await expect(page.getByLabel(/^Where/)).toHaveValue(ritual.place);
  await expect(page.getByRole("radio", { name: "Shared meal" })).toBeChecked();
  await same();
});

test("past rituals stand apart", async ({ page, hydrated, noReload }) => {
  await page.goto("/rituals");
  await hydrated(page);
  const same = await noReload(page);
  await page.getByRole("link", { name: "Past rituals" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Past rituals" })).toBeVisible();
  await page.getByRole("link", { name: "Coming rituals" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Rituals", exact: true })).toBeVisible();
  await same();
});
