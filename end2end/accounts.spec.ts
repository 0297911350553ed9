import type { Page } from "@playwright/test";
import { expect, test } from "./support/chorus.js";
import { newPerson } from "./support/people.js";
import { REFUSED, refusal, unfold } from "./support/shares.js";

async function come(page: Page, handle: string, password: string): Promise<void> {
  const door = page.getByRole("main");
  await door.getByLabel("Handle").fill(handle);
  await door.getByLabel("Password", { exact: true }).fill(password);
  await door.getByRole("button", { name: "Sign in", exact: true }).click();
}

test("someone joins, goes and comes back", async ({ page, hydrated, noReload }) => {
  const person = newPerson();
  await page.goto("/me");
  await hydrated(page);
  const same = await noReload(page);
  await page.getByRole("main").getByRole("link", { name: "Join" }).click();
  await page.getByLabel("Handle").fill(person.handle);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("checkbox", { name: "I am 18 or over" }).check();
  await page.getByRole("button", { name: "Join", exact: true }).click();
  const codes = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await expect(codes.first()).toBeVisible();
  expect(await codes.count()).toBeGreaterThan(5);
  await page.getByRole("link", { name: "I have written them down" }).click();

  await page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: "You" }).click();
  await expect(page.getByRole("heading", { level: 1, name: person.handle })).toBeVisible();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  const signIn = page.getByRole("main").getByRole("link", { name: "Sign in", exact: true });
  await expect(signIn).toBeVisible();

  await signIn.click();
  await come(page, person.handle, person.password);
  await expect(page).not.toHaveURL(/\/sign-in/);
  await page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: "You" }).click();
  await expect(page.getByRole("heading", { level: 1, name: person.handle })).toBeVisible();
  await same();
});

test("recovery codes are shown once", async ({ page, join }) => {
  const person = await join(page);
  await page.goto("/me/codes");
  const html = await page.content();
  for (const code of person.codes) expect(html).not.toContain(code);
});

test("a lost password is replaced with a code, which works once", async ({
  page,
  watch,
  join,
  signOut,
  hydrated,
  noReload,
}) => {
  watch.allow(REFUSED);
  const person = await join(page);
  await signOut(page);
  const recover = async (password: string) => {
    await page.getByLabel("Handle").fill(person.handle);
    await page.getByLabel("Recovery code").fill(person.codes[0]?.toLowerCase() ?? "");
    await page.getByLabel("New password").fill(password);
    await page.getByRole("button", { name: "Come back in" }).click();
  };

  await page.goto("/sign-in");
  await hydrated(page);
  const same = await noReload(page);
  await page.getByRole("link", { name: "I cannot sign in" }).click();
  const password = `${person.password} anew`;
  await recover(password);
  await expect(page).not.toHaveURL(/\/recover/);
  await page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: "You" }).click();
  await expect(page.getByRole("heading", { level: 1, name: person.handle })).toBeVisible();
  await same();

  await signOut(page);
  await page.goto("/recover");
  await hydrated(page);
  await recover(`${person.password} again`);
  await expect(refusal(page)).toContainText("This code is not right, or was used before.");
  await expect(page.getByLabel("Handle")).toHaveValue(person.handle);

  await page.goto("/sign-in");
  await hydrated(page);
  await come(page, person.handle, person.password);
  await expect(refusal(page)).toContainText("Handle and password do not go together.");
  await come(page, person.handle, password);
  await expect(page).not.toHaveURL(/\/sign-in/);
});

test("a reset link lets a member in again, once", async ({ page, watch, server, join, signOut, hydrated }) => {
  watch.allow(/404/);
  const person = await join(page);
  await signOut(page);
  const told = await server.run("reset-link", person.handle);
  const path = /\/recover\/[0-9a-zA-Z_-]+/.exec(told)?.[0];
  expect(path, told).toBeDefined();
  await page.goto(path ?? "");
  await hydrated(page);
  await page.getByLabel("New password").fill("quiet harbour at seven");
  await page.getByRole("button", { name: "Keep this password" }).click();
  await expect(page).not.toHaveURL(/\/recover/);
  await page.goto("/me");
  await expect(page.getByRole("heading", { level: 1, name: person.handle })).toBeVisible();
  const again = await page.goto(path ?? "");
  expect(again?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link does not work any more");
});

test("someone signs out the other device", async ({ page, another, join, signIn, hydrated, noReload }) => {
  const person = await join(page);
  const tablet = await another();
  await signIn(tablet, person);
  await tablet.goto("/me");
  await expect(tablet.getByRole("heading", { level: 1, name: person.handle })).toBeVisible();

  await page.goto("/me");
  await hydrated(page);
  const same = await noReload(page);
  const devices = page.getByRole("region", { name: "Devices" });
  await expect(devices.getByRole("listitem")).toHaveCount(2);
  await devices.getByRole("listitem").getByRole("button", { name: /^Sign out / }).click();
  await expect(devices.getByRole("listitem")).toHaveCount(1);
  await expect(devices).toContainText("This device");
  await same();

  await tablet.reload();
  await expect(tablet.getByRole("heading", { level: 1, name: "You" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: person.handle })).toBeVisible();
});

test("a new password signs out all other devices", async ({ page, another, join, signIn, hydrated, noReload }) => {
  const person = await join(page);
  const tablet = await another();
  await signIn(tablet, person);
  await page.goto("/me");
  await hydrated(page);
  const same = await noReload(page);
  await unfold(page, "Change it");
  await page.getByLabel("New password").fill(`${person.password} anew`);
  await page.getByRole("button", { name: "Keep this password" }).click();
  await expect(page.getByRole("region", { name: "Devices" }).getByRole("listitem")).toHaveCount(1);
  await same();
  await tablet.goto("/me");
  await expect(tablet.getByRole("heading", { level: 1, name: "You" })).toBeVisible();
});

/** A device that keeps passkeys and never asks its owner to wait. */
async function keepsPasskeys(page: Page): Promise<void> {
  const tools = await page.context().newCDPSession(page);
  await tools.send("WebAuthn.enable");
  await tools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

test("a member adds a passkey, comes back with it and removes it", async ({
  page,
  scripted,
  join,
  signOut,
  hydrated,
  noReload,
}) => {
  if (scripted) await keepsPasskeys(page);
  const person = await join(page);
  await page.goto("/me");
  await hydrated(page);
  const passkeys = page.getByRole("region", { name: "Passkeys" });
  await expect(passkeys).toBeVisible();
  if (!scripted) {
    await expect(passkeys.getByText("Add a passkey")).toHaveCount(0);
    return;
  }
  await unfold(page, "Add a passkey");
  await page.getByLabel("Name of the passkey").fill("The blue key");
  await page.getByRole("button", { name: "Make the passkey" }).click();
  await expect(passkeys.getByRole("listitem")).toContainText("The blue key");
  await expect(passkeys.getByRole("heading", { name: "Passkeys" })).toBeFocused();

  await signOut(page);
  await page.goto("/sign-in");
  await hydrated(page);
  const same = await noReload(page);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page).not.toHaveURL(/\/sign-in/);
  await page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: "You" }).click();
  await expect(page.getByRole("heading", { level: 1, name: person.handle })).toBeVisible();
  await page.getByRole("button", { name: "Remove The blue key" }).click();
  await expect(passkeys.getByRole("listitem")).toHaveCount(0);
  await same();
});

test("someone joins with a passkey and shows it again before a change", async ({
  page,
  scripted,
  hydrated,
  noReload,
}) => {
  await page.goto("/join");
  await hydrated(page);
  const instead = page.getByRole("button", { name: "Join with a passkey instead" });
  if (!scripted) {
    await expect(instead).toHaveCount(0);
    return;
  }
  await keepsPasskeys(page);
  const same = await noReload(page);
  const { handle } = newPerson();
  await page.getByLabel("Handle").fill(handle);
  await instead.click();
  const form = page.getByRole("form", { name: "Join with a passkey" });
  await expect(form.getByLabel("Handle")).toHaveValue(handle);
  await form.getByRole("checkbox", { name: "I am 18 or over" }).check();
  await form.getByRole("button", { name: "Make a passkey and join" }).click();
  await page.getByRole("link", { name: "I have written them down" }).click();
  await page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: "You" }).click();
  await expect(page.getByRole("heading", { level: 1, name: handle })).toBeVisible();
  await same();

  await page.goto("/me/confirm?next=/me");
  await hydrated(page);
  await expect(page.getByRole("main")).toContainText("You have no password");
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await expect(page).toHaveURL(/\/me$/);
});

test("a wrong password says so and keeps the handle", async ({ page, watch, join, signOut, hydrated, noReload }) => {
  watch.allow(REFUSED);
  const person = await join(page);
  await signOut(page);
  await page.goto("/sign-in");
  await hydrated(page);
  const same = await noReload(page);
  const wrong = "something else entirely";
  await come(page, person.handle, wrong);
  await expect(refusal(page)).toContainText("Handle and password do not go together.");
  await expect(page.getByLabel("Handle")).toHaveValue(person.handle);
  expect(await page.content()).not.toContain(wrong);
  await same();
});

test("joining with mistakes keeps the handle and never the password", async ({
  page,
  watch,
  hydrated,
  noReload,
  scripted,
}) => {
  watch.allow(REFUSED);
  await page.goto("/join");
  await hydrated(page);
  const same = await noReload(page);
  await page.getByLabel("Handle").fill("two words");
  await page.getByLabel("Password", { exact: true }).fill("short7");
  await page.getByRole("button", { name: "Join", exact: true }).click();

  await expect(refusal(page)).toContainText("Something needs another look.");
  if (scripted) await expect(refusal(page)).toBeFocused();
  const handle = page.getByLabel("Handle");
  await expect(handle).toHaveValue("two words");
  await expect(handle).toHaveAttribute("aria-invalid", "true");
  await expect(handle).toHaveAccessibleDescription(/single hyphens/);
  await expect(page.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(/Use at least/);
  await expect(page.getByRole("checkbox")).toHaveAccessibleDescription(/18 and over/);
  if (!scripted) await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
  expect(await page.content()).not.toContain("short7");
  await same();

  const person = newPerson();
  await handle.fill(person.handle);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(page.getByRole("list", { name: "Recovery codes" })).toBeVisible();
  await same();
});

test("a handle that looks like another is refused", async ({ page, another, watch, join, hydrated }) => {
  watch.allow(REFUSED);
  const person = await join(page);
  const other = await another();
  await other.goto("/join");
  await hydrated(other);
  const lookalike = person.handle.toUpperCase();
  await other.getByLabel("Handle").fill(lookalike);
  await other.getByLabel("Password", { exact: true }).fill("a lantern by the water");
  await other.getByRole("checkbox").check();
  await other.getByRole("button", { name: "Join", exact: true }).click();
  await expect(refusal(other)).toContainText("This handle is taken");
  await expect(other.getByLabel("Handle")).toHaveValue(lookalike);
});
