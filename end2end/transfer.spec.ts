import { writeFile } from "node:fs/promises";
import type { Browser } from "@playwright/test";
import { expect, test } from "./support/chorus.js";

interface Loaded {
  path: string;
  type: string;
  encoding: string;
  /** Bytes on the wire, headers included. */
  wire: number;
  /** Bytes of the body as sent, compressed. */
  body: number;
}

/** Loads a page in a cold profile and lists what came over the wire. */
async function load(browser: Browser, address: string, withWasm: boolean): Promise<Loaded[]> {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  await wire.send("Network.enable");
  // A stream never ends, and the network is never idle while it goes on.
  const blocked = ["*/live?*", ...(withWasm ? [] : ["*.wasm*"])];
  await wire.send("Network.setBlockedURLs", { urls: blocked });

  const answers = new Map<string, Omit<Loaded, "wire" | "body"> & { head: number }>();
  const loaded: Loaded[] = [];
  wire.on("Network.responseReceived", ({ requestId, response, type }) => {
    const header = (name: string) =>
      Object.entries(response.headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
    answers.set(requestId, {
      // The same name for every build.
      path: new URL(response.url).pathname.replace(/^\/site\/[0-9a-f]+(?=\/)/, ""),
      type,
      encoding: header("content-encoding"),
      head: response.encodedDataLength,
    });
  });
  wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const answer = answers.get(requestId);
    if (answer === undefined) return;
    const { head, ...rest } = answer;
    loaded.push({ ...rest, wire: encodedDataLength, body: encodedDataLength - head });
  });

  await page.goto(address, { waitUntil: "load" });
  await page.mouse.move(1, 1);
  if (withWasm) {
    await page.locator("html[data-alive]").waitFor({ state: "attached", timeout: 60_000 });
  }
  await page.waitForLoadState("networkidle");
  await context.close();
  return loaded;
}

test("bytes of the first view and of hydration", async ({ browser, server }) => {
  const sitemap = await (await fetch(`${server.url}/sitemap.xml`)).text();
  const path = [...sitemap.matchAll(/<loc>[^<]*?(\/series\/[^/<]+\/[^/<]+)<\/loc>/g)][0]?.[1];
  expect(path, "an article in the sitemap").toBeDefined();
  const address = server.url + path;

  const blocked = await load(browser, address, false);
  const full = await load(browser, address, true);
  expect(blocked.some(({ type }) => type === "Document")).toBe(true);
  expect(full.some(({ path }) => path.endsWith(".wasm"))).toBe(true);

  const out = process.env.TRANSFER;
  if (!out) throw new Error("TRANSFER names the file to write");
  const report = { path, browser: browser.version(), blocked, full };
  await writeFile(out, JSON.stringify(report, null, 2));
});
