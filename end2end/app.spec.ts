import { Server, expect, test } from "./support/chorus.js";
import { ARTICLE } from "./support/shares.js";

interface Manifest {
  name: string;
  start_url: string;
  display: string;
  icons: { src: string; sizes: string; type: string; purpose?: string }[];
  shortcuts: { url: string; icons: { src: string }[] }[];
}

test("the app can be installed: its manifest is whole and its icons are there", async ({ page, request }) => {
  await page.goto("/");
  const address = await page.locator("link[rel=manifest]").getAttribute("href");
  const answer = await request.get(address ?? "");
  expect(answer.headers()["content-type"]).toMatch(/^application\/(manifest\+)?json/);
  const manifest = (await answer.json()) as Manifest;
  expect(manifest.name).toBeTruthy();
  expect(manifest.start_url).toBe("/");
  expect(manifest.display).toBe("standalone");
  const sizes = manifest.icons.map((icon) => icon.sizes);
  expect(sizes).toEqual(expect.arrayContaining(["192x192", "512x512"]));
  expect(manifest.icons.some((icon) => icon.purpose === "maskable")).toBe(true);

  for (const icon of manifest.icons) {
    const file = await request.get(icon.src);
    expect(file.ok(), icon.src).toBe(true);
    expect(file.headers()["content-type"], icon.src).toContain(icon.type);
    if (icon.type !== "image/png") continue;
    const bytes = await file.body();
    expect(bytes.subarray(1, 4).toString("latin1"), icon.src).toBe("PNG");
    expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, icon.src).toBe(icon.sizes);
  }
  for (const shortcut of manifest.shortcuts) {
    expect((await request.get(shortcut.url)).ok(), shortcut.url).toBe(true);
    for (const icon of shortcut.icons) expect((await request.get(icon.src)).ok(), icon.src).toBe(true);
  }
  for (const file of ["/favicon.svg", "/apple-touch-icon.png", "/icons.svg", "/sw.js", "/leave.js", "/offline"]) {
    expect((await request.get(file)).ok(), file).toBe(true);
  }
});

test("what a page loads is of one build, and is kept for ever", async ({ page, hydrated }) => {
  const builds = new Set<string>();
  const elsewhere: string[] = [];
  const asked: string[] = [];
  page.on("response", (response) => {
    const path = new URL(response.url()).pathname;
    const build = /^\/site\/([0-9a-f]+)\//.exec(path)?.[1];
    if (build !== undefined) {
      builds.add(build);
      if (response.headers()["cache-control"] !== "public, max-age=31536000, immutable") asked.push(path);
    } else if (/\.(css|js|wasm)$/.test(path)) {
      elsewhere.push(path);
    }
  });
  await page.goto("/stories");
  await hydrated(page);
  await page.getByRole("link", { name: "Rituals" }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Rituals");
  expect([...builds]).toHaveLength(1);
  expect(asked).toEqual([]);
  expect(elsewhere).toEqual([]);
});

test.describe("without a connection", () => {
  test.use({ serviceWorkers: "allow" });
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "a service worker is script");

  test("help opens, other pages say what is the matter, and nothing else was kept", async ({ page, watch, hydrated }) => {
    // The line is cut.
    watch.allow(/ERR_CONNECTION_REFUSED|ERR_FAILED|Failed to fetch|Failed to load resource|importing a module/);
    const server = await Server.start({ sample: true });
    try {
      await page.goto(`${server.url}/`);
      await page.evaluate(async () => {
        await navigator.serviceWorker.ready;
      });
      await expect
        .poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state))
        .toBe("activated");
      for (const room of ["/", ARTICLE.at, "/stories", "/help", "/sign-in"]) {
        await page.goto(server.url + room);
        // The line is cut between two pages, not while one is still loading.
        await hydrated(page);
      }
      const kept = () =>
        page.evaluate(async () => {
          const all: string[] = [];
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            all.push(...(await cache.keys()).map((request) => new URL(request.url).pathname));
          }
          return all.sort();
        });
      expect(await kept()).toEqual(["/favicon.svg", "/help", "/icons.svg", "/leave.js", "/offline", "/pkg/chorus.css"]);
    } finally {
      await server.stop();
    }

    await page.goto(`${server.url}/help`);
    await expect(page.getByRole("heading", { level: 1, name: "Get help now" })).toBeVisible();
    await expect(page.getByRole("link", { name: /^Call / }).first()).toHaveAttribute("href", /^tel:/);
    await page.goto(`${server.url}${ARTICLE.at}`);
    await expect(page.getByRole("heading", { level: 1, name: "There is no connection" })).toBeVisible();
    await expect(page.getByRole("main")).not.toContainText(ARTICLE.title);
    await page.getByRole("main").getByRole("link", { name: "Get help now" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Get help now" })).toBeVisible();
  });
});

test("help answers even when the house behind it cannot", async ({ page }) => {
  await page.goto("/help");
  await expect(page.getByRole("heading", { level: 1, name: "Get help now" })).toBeVisible();
  await expect(page.getByRole("link", { name: /^Call / }).first()).toHaveAttribute("href", /^tel:/);
  const other = page.getByRole("region", { name: "Another country" }).getByRole("link").first();
  const name = (await other.innerText()).trim();
  await other.click();
  await expect(page.getByRole("heading", { level: 2, name, exact: true })).toBeVisible();
});
