import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { chromium } from "./support/browser.js";
import { expect, test } from "./support/chorus.js";

const ROUNDS = 5;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"] as const;

interface Result {
  categories: Record<string, { score: number | null }>;
  audits: Record<string, { numericValue?: number }>;
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Lighthouse now and then loses sight of its page, and says that it should be run again. */
const TRIES = 3;

/** One visit as by a slow phone: Lighthouse's own throttling, a new profile. */
async function visit(address: string): Promise<Result> {
  const { executablePath, args = [] } = chromium();
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      const { stdout } = await promisify(execFile)(
        "../target/lighthouse/node_modules/.bin/lighthouse",
        [
          address,
          "--quiet",
          "--output=json",
          `--only-categories=${CATEGORIES.join(",")}`,
          `--chrome-flags=${["--headless=new", ...args].join(" ")}`,
        ],
        { env: { ...process.env, CHROME_PATH: executablePath }, maxBuffer: 64 * 1024 * 1024 },
      );
      return JSON.parse(stdout) as Result;
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

test("what Lighthouse says", async ({ page, server }) => {
  const out = process.env.LIGHTHOUSE;
  if (!out) throw new Error("LIGHTHOUSE names the file to write");
  await page.goto("/series/ordinary-days");
  const article = await page.locator('main a[href^="/series/ordinary-days/"]:not([href$=".atom"])').first().getAttribute("href");
  await page.goto("/stories");
  const story = await page.locator('main .title a[href^="/stories/"]').first().getAttribute("href");

  const pages = [];
  for (const path of ["/", article, story]) {
    expect(path).toBeTruthy();
    const rounds: Result[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await visit(server.url + path));
    const score = (name: string) =>
      Math.round(100 * median(rounds.map(({ categories }) => categories[name]?.score ?? NaN)));
    const audit = (name: string) => median(rounds.map(({ audits }) => audits[name]?.numericValue ?? NaN));
    pages.push({
      path,
      performance: score("performance"),
      accessibility: score("accessibility"),
      best_practices: score("best-practices"),
      seo: score("seo"),
      blocking: Math.round(audit("total-blocking-time")),
      shift: audit("cumulative-layout-shift"),
    });
  }
  console.table(pages);
  await writeFile(out, JSON.stringify(pages, null, 2));
});
