import type { Reporter, Suite } from "@playwright/test/reporter";

/** Ends a run with its counts alone on one line, for people and machines that read the end only. */
export default class Summary implements Reporter {
  private suite: Suite | undefined;

  onBegin(_config: unknown, suite: Suite): void {
    this.suite = suite;
  }

  onEnd(): void {
    let passed = 0;
    let failed = 0;
    let skipped = 0;
    for (const test of this.suite?.allTests() ?? []) {
      switch (test.outcome()) {
        case "expected":
        case "flaky":
          passed += 1;
          break;
        case "skipped":
          skipped += 1;
          break;
        case "unexpected":
          failed += 1;
      }
    }
    console.log(`end2end: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  }

  printsToStdio(): boolean {
    return false;
  }
}
