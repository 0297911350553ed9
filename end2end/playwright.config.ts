import { defineConfig } from "@playwright/test";
import { chromium } from "./support/browser.js";
import type { ChorusOptions } from "./support/chorus.js";

const screenshots = process.env.SCREENSHOTS !== undefined;

/** Every flow runs twice, with and without JavaScript. */
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
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
  } as object,
  projects: screenshots
    ? [{ name: "screenshots", testMatch: "screenshots.spec.ts", timeout: 600_000 }]
    : [
        { name: "js", testIgnore: "screenshots.spec.ts" },
        { name: "no-js", testIgnore: "screenshots.spec.ts", use: { javaScriptEnabled: false } },
      ],
});
