import { defineConfig } from "@playwright/test";
import { chromium } from "./support/browser.js";
import type { ChorusOptions } from "./support/chorus.js";

/** Specs that make something, take long or need PostgreSQL; each has a command of its own. */
const APART = [
  "lighthouse.spec.ts",
  "nodes.spec.ts",
  "screenshots.spec.ts",
  "transfer.spec.ts",
  "vectors.spec.ts",
];

/** Every flow runs twice, with and without JavaScript. */
const FLOWS = [
  { name: "js", testIgnore: APART },
  { name: "no-js", testIgnore: APART, use: { javaScriptEnabled: false } },
];

/** The flows that are tried on PostgreSQL as well. */
const ON_POSTGRES = ["accounts.spec.ts", "comments.spec.ts", "nodes.spec.ts", "week.spec.ts"];

function projects() {
  if (process.env.SCREENSHOTS) {
    return [{ name: "screenshots", testMatch: "screenshots.spec.ts", timeout: 600_000 }];
  }
  if (process.env.LIGHTHOUSE) {
    return [{ name: "lighthouse", testMatch: "lighthouse.spec.ts", timeout: 1_800_000 }];
  }
  if (process.env.TRANSFER) return [{ name: "transfer", testMatch: "transfer.spec.ts" }];
  if (process.env.VECTORS) return [{ name: "vectors", testMatch: "vectors.spec.ts", timeout: 3_600_000 }];
  if (process.env.POSTGRES) return [{ name: "postgres", testMatch: ON_POSTGRES }];
  return FLOWS;
}

export default defineConfig<ChorusOptions>({
  testDir: ".",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: process.env.CI !== undefined,
  workers: 2,
  // The machines are shared: bounds are generous, and no test waits for a clock.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["./support/summary.ts"]],
  use: {
    browserName: "chromium",
    launchOptions: chromium(),
    locale: "en-GB",
    timezoneId: "UTC",
    reducedMotion: "reduce",
    serviceWorkers: "block",
    // A trace of every test is a third of the time: asked for, when one is looked into.
    trace: process.env.TRACE ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
  },
  projects: projects(),
});
