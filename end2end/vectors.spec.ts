import type { Page } from "@playwright/test";
import { Server, expect, test } from "./support/chorus.js";
import { type Outcome, trial } from "./vectors/trial.js";
import { type Browser, Driven } from "./vectors/webdriver.js";

/** Beside Chromium, which Playwright drives. */
const OTHERS = ["firefox", "webkit"] as const;

function chromium(page: Page): Browser {
  return {
    open: async (address) => {
      await page.goto(address);
    },
    evaluate: (expression) => page.evaluate(expression),
    carry: async (cookies) => {
      const { origin } = new URL(page.url());
      await page.context().clearCookies();
      await page.context().addCookies([...cookies].map(([name, value]) => ({ name, value, url: origin })));
    },
    close: () => page.close(),
    showsFeeds: true,
  };
}

/** One node of each kind: in others only ids and numbers differ. */
function kinds(nodes: string[]): string[] {
  return [...new Map(nodes.map((node) => [node.replace(/[0-9a-f]{8,}|\d+/g, ""), node])).values()];
}

async function expectHarmless(browser: Browser, name: string): Promise<void> {
  const server = await Server.start({ sample: true });
  let outcome: Outcome;
  try {
    outcome = await trial(browser, server);
  } finally {
    await server.stop();
  }
  const { vectors, bite, opened, drawn, framed, ran, nodes, reports, taken } = outcome;
  console.log(
    `${name}: ${vectors} vectors, of which ${bite} run when shown as they are; ` +
      `${opened} pages opened, ${drawn} drawn by the program, ${framed} shown without their policy: ` +
      `${ran.length} ran, ${nodes.length} strange nodes, ${reports.length} policy reports`,
  );
  for (const [field, number] of taken) console.log(`  ${field}: ${number} taken`);
  expect(vectors).toBeGreaterThanOrEqual(500);
  expect(bite, "with the sanitiser off they run").toBeGreaterThanOrEqual(100);
  expect({ ran, nodes: kinds(nodes).slice(0, 30), reports: reports.slice(0, 10) }).toEqual({ ran: [], nodes: [], reports: [] });
  for (const [field, number] of taken) {
    if (["ritual: link", "handle"].includes(field)) expect(number, field).toBeLessThan(20);
    else expect(number, field).toBeGreaterThan(20);
  }
}

test("Chromium runs none of the vectors", async ({ browser }) => {
  const page = await browser.newPage({ serviceWorkers: "block" });
  await expectHarmless(chromium(page), `Chromium ${browser.version()}`);
  await page.close();
});

for (const engine of OTHERS) {
  test(`${engine} runs none of the vectors`, async () => {
    const browser = await Driven.start(engine);
    try {
      await expectHarmless(browser, browser.name);
    } finally {
      await browser.close();
    }
  });
}
