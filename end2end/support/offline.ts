import { type Page, expect } from "@playwright/test";
import { test as base } from "./chorus.js";
import { Line } from "./line.js";

/** The line is cut in these tests, and the browser says so. */
const CUT = /ERR_|Failed to fetch|Failed to load resource|importing a module|error loading dynamically/;

/** With a service worker, and on a line of each test's own. */
export const test = base.extend<{ line: Line }>({
  line: async ({ server }, use) => {
    const line = await Line.to(server);
    await use(line);
    await line.close();
  },
  baseURL: async ({ line }, use) => use(line.url),
  serviceWorkers: "allow",
});

export function onlyWithScript(): void {
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "a service worker is script");
  test.beforeEach(({ watch }) => watch.allow(CUT));
}

/** All that is kept, in caches whose name begins so. */
export function kept(page: Page, prefix = "chorus-"): Promise<string[]> {
  return page.evaluate(async (prefix) => {
    const all: string[] = [];
    for (const name of (await caches.keys()).filter((name) => name.startsWith(prefix))) {
      const cache = await caches.open(name);
      all.push(...(await cache.keys()).map((request) => new URL(request.url).pathname));
    }
    return all.sort();
  }, prefix);
}

/** Waits until the worker has the page, and all files of the build. */
export async function equipped(page: Page): Promise<void> {
  await page.goto("/");
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state))
    .toBe("activated");
  const parts = await page.evaluate(async () => {
    const worker = await (await fetch("/sw.js")).text();
    return JSON.parse(/parts: (\[.*?\])/.exec(worker)?.[1] ?? "[]") as string[];
  });
  expect(parts.length).toBeGreaterThan(20);
  const files = async () => (await kept(page, "chorus-build-")).filter((path) => path.startsWith("/site/"));
  await expect.poll(async () => (await files()).length, { timeout: 60_000 }).toBe(parts.length);
}
