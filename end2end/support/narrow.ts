import { expect, type Page } from "@playwright/test";

/** At 320 CSS pixels nothing makes the page wider than the window. */
export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 720 };
  await page.setViewportSize({ width: 320, height: 720 });
  const widths = await page.evaluate(() => ({
    window: document.documentElement.clientWidth,
    page: document.documentElement.scrollWidth,
    wide: [...document.querySelectorAll("body *")]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && box.right > document.documentElement.clientWidth + 1;
      })
      .map((element) => `${element.tagName}.${element.className}`)
      .slice(0, 5),
  }));
  expect(widths.page, `${page.url()} at 320 px: ${widths.wide}`).toBeLessThanOrEqual(widths.window);
  await page.setViewportSize(before);
}
