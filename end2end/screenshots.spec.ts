import { mkdir } from "node:fs/promises";
import { join as path } from "node:path";
import type { Page } from "@playwright/test";
import { test } from "./support/chorus.js";

const FOLDER = process.env.SCREENSHOTS ?? "target/screenshots";
const WIDTHS = [360, 768, 1440];
const SCHEMES = ["light", "dark"] as const;

/** Pages that anyone can read; a listing's `first` names the address of one of its entries. */
const OPEN = [
  { name: "home", at: "/" },
  { name: "series", at: "/series", first: /^\/series\/[^/]+$/ },
  { name: "stories", at: "/stories", first: /^\/stories\/(?!new$)[^/]+$/ },
  { name: "shout-outs", at: "/shout-outs" },
  { name: "rituals", at: "/rituals", first: /^\/rituals\/(?!new$)[^/]+$/ },
  { name: "help", at: "/help" },
  { name: "join", at: "/join" },
  { name: "sign-in", at: "/sign-in" },
  { name: "not-found", at: "/nothing-lives-here" },
];
const MEMBERS = [
  { name: "me", at: "/me" },
  { name: "stories-new", at: "/stories/new" },
];
const KEEPERS = [
  { name: "moderation", at: "/moderation", role: "moderator" },
  { name: "editor", at: "/editor", role: "editor" },
] as const;

async function firstLink(page: Page, pattern: RegExp): Promise<string | undefined> {
  const links = await page
    .getByRole("main")
    .getByRole("link")
    .evaluateAll((all) => all.map((link) => new URL((link as HTMLAnchorElement).href).pathname));
  return links.find((link) => pattern.test(link));
}

async function picture(page: Page, name: string, at: string): Promise<void> {
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      await page.setViewportSize({ width, height: width < 700 ? 780 : 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.goto(at);
      await page.screenshot({
        path: path(FOLDER, `${name}-${width}-${colorScheme}.png`),
        fullPage: true,
      });
    }
  }
}

test.beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
});

test("pages that anyone can read", async ({ page, watch }) => {
  watch.allow(/404/);
  const addresses: { name: string; at: string }[] = [];
  for (const { name, at, first } of OPEN) {
    addresses.push({ name, at });
    if (first === undefined) continue;
    await page.goto(at);
    const entry = await firstLink(page, first);
    if (entry === undefined) throw new Error(`${at} has no entry to take a picture of`);
    addresses.push({ name: `${name}-one`, at: entry });
    if (name !== "series") continue;
    await page.goto(entry);
    const article = await firstLink(page, /^\/series\/[^/]+\/(?!feed)[^/]+$/);
    if (article === undefined) throw new Error(`${entry} has no article to take a picture of`);
    addresses.push({ name: "article", at: article });
  }
  for (const { name, at } of addresses) await picture(page, name, at);
});

test("pages of members", async ({ page, join }) => {
  await join(page);
  for (const { name, at } of MEMBERS) await picture(page, name, at);
});

for (const { name, at, role } of KEEPERS) {
  test(`the page of the ${role}`, async ({ page, asRole }) => {
    await asRole(page, role);
    await picture(page, name, at);
  });
}
