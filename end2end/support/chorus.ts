import { AxeBuilder } from "@axe-core/playwright";
import type { RunOptions } from "axe-core";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  expect,
  type Page,
  test as base,
} from "@playwright/test";
import { type Role, Server } from "./server.js";
import { Watch } from "./watch.js";
import * as people from "./people.js";

export { expect } from "@playwright/test";
export { type Person } from "./people.js";
export { type Role, Server } from "./server.js";

const AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
/** What depends on the colour scheme; all else is looked at once. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];
const MARKER = "__chorusHasNotReloaded";

/** Settings of a project in the configuration. */
export interface ChorusOptions {
  /** Whether the server begins with the sample series and shares. */
  sample: boolean;
}

interface WorkerFixtures extends ChorusOptions {
  /** The one server of this worker. Tests share it: they make people and shares of their own. */
  server: Server;
}

interface TestFixtures {
  /** Whether this run has JavaScript. */
  scripted: boolean;
  /** Fails the test on console errors, page errors and policy reports. */
  watch: Watch;
  /**
   * A second browser profile, watched like the first: another person on another device, who
   * comes to the same server or to another node.
   */
  another: (to?: Server) => Promise<Page>;
  /** Joins as a new member with a random handle; the page ends signed in. */
  join: (page: Page) => Promise<people.Person>;
  signIn: (page: Page, person: people.Person) => Promise<void>;
  signOut: (page: Page) => Promise<void>;
  /** A new member with this role, signed in on the page. */
  asRole: (page: Page, role: Role) => Promise<people.Person>;
  /** With JavaScript, waits until the page is hydrated; without, does nothing. */
  hydrated: (page: Page) => Promise<void>;
  /** Marks the page's window; the answer asserts that the same window is still there. */
  noReload: (page: Page) => Promise<() => Promise<void>>;
  /** Asserts that axe finds nothing in either colour scheme. */
  axe: (page: Page) => Promise<void>;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  sample: [true, { option: true, scope: "worker" }],

  server: [
    async ({ sample }, use) => {
      const server = await Server.start({ sample });
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  scripted: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled !== false),

  watch: [
    async ({ context }, use) => {
      const watch = new Watch();
      await watch.attach(context);
      await use(watch);
      watch.assertQuiet();
    },
    { auto: true },
  ],

  another: async ({ browser, baseURL, javaScriptEnabled, watch }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (to) => {
      const options = { baseURL: to?.url ?? baseURL, javaScriptEnabled, serviceWorkers: "block" as const };
      const context = await profile(browser, options, watch);
      opened.push(context);
      return context.newPage();
    });
    for (const context of opened) await context.close();
  },

  join: async ({ hydrated }, use) => {
    await use((page) => people.join(page, people.newPerson(), () => hydrated(page)));
  },

  signIn: async ({ hydrated }, use) => {
    await use((page, person) => people.signIn(page, person, () => hydrated(page)));
  },

  signOut: async ({ hydrated }, use) => {
    await use((page) => people.signOut(page, () => hydrated(page)));
  },

  asRole: async ({ join, server }, use) => {
    await use(async (page, role) => {
      const person = await join(page);
      if (role !== "member") await server.run("grant", person.handle, role);
      return person;
    });
  },

  hydrated: async ({ scripted }, use) => {
    await use(async (page) => {
      if (!scripted) return;
      // Hydration may wait for the first touch: give it one that presses nothing.
      await page.mouse.move(1, 1);
      await page.locator("html[data-alive]").waitFor({ state: "attached", timeout: 30_000 });
    });
  },

  noReload: async ({ scripted }, use) => {
    await use(async (page) => {
      if (!scripted) return async () => {};
      const marker = crypto.randomUUID();
      await page.evaluate(([name, value]) => Reflect.set(window, name, value), [MARKER, marker]);
      return async () => {
        const kept = await page.evaluate((name) => Reflect.get(window, name), MARKER);
        expect(kept, "the page was not reloaded").toBe(marker);
      };
    });
  },

  axe: async ({ scripted, browser, baseURL }, use) => {
    await use(async (page) => {
      // axe needs script of its own: a page without script is looked at in a
      // window that has it, with the page's own script left out.
      const inspected = scripted ? page : await withoutItsScripts(page, browser, baseURL);
      for (const colorScheme of ["light", "dark"] as const) {
        await inspected.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const options: RunOptions =
          colorScheme === "light"
            ? { runOnly: AXE_RULES, rules: { "target-size": { enabled: true } } }
            : { runOnly: { type: "rule", values: COLOUR_RULES } };
        // No page has frames, and only violations are read: a third of the time.
        const { violations } = await new AxeBuilder({ page: inspected })
          .setLegacyMode(true)
          .options({ ...options, resultTypes: ["violations"] })
          .analyze();
        const told = violations.map(
          ({ id, help, nodes }) =>
            `${id}: ${help}\n${nodes.map((node) => `  ${node.target} ${node.failureSummary}`).join("\n")}`,
        );
        expect(told, `axe on ${page.url()} (${colorScheme})`).toEqual([]);
      }
      await inspected.emulateMedia({ colorScheme: null, reducedMotion: "reduce" });
      if (inspected !== page) await inspected.context().close();
    });
  },
});

async function profile(
  browser: Browser,
  options: BrowserContextOptions,
  watch: Watch,
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  await watch.attach(context);
  return context;
}

/** The document as the page shows it now, in a window in which axe can run. */
async function withoutItsScripts(page: Page, browser: Browser, baseURL?: string): Promise<Page> {
  const storageState = await page.context().storageState();
  const context = await browser.newContext({
    baseURL,
    storageState,
    bypassCSP: true,
    javaScriptEnabled: true,
  });
  const shown = await page.content();
  const address = page.url();
  await context.route(/\.(js|wasm)(\?|$)/, (route) => route.abort());
  const twin = await context.newPage();
  await twin.route(
    (url) => url.href === address.replace(/#.*/, ""),
    (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: shown }),
  );
  await twin.goto(address);
  await twin.setViewportSize(page.viewportSize() ?? { width: 1280, height: 720 });
  return twin;
}
