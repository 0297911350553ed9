import { type BrowserContext, expect } from "@playwright/test";

/** Collects what no page may do: console errors, uncaught errors, breaches of the content policy. */
export class Watch {
  private readonly found: string[] = [];
  private readonly allowed: RegExp[] = [];

  /** Accepts messages of this kind in this test, such as the browser's note of an answer of 422. */
  allow(message: RegExp): void {
    this.allowed.push(message);
  }

  async attach(context: BrowserContext): Promise<void> {
    context.on("console", (message) => {
      if (message.type() === "error" || /Content Security Policy/i.test(message.text())) {
        this.found.push(`console: ${message.text()} (${message.location().url})`);
      }
    });
    context.on("weberror", (error) => {
      // What fails while a module is loaded has a message and no stack.
      const { message, stack } = error.error();
      this.found.push(`uncaught: ${message} ${stack ?? ""}`);
    });
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(
          `Content Security Policy: ${event.violatedDirective} refused ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`,
        );
      });
    });
  }

  /** Fails when anything was found that the test did not expect. */
  assertQuiet(): void {
    const surprises = this.found.filter(
      (message) => !this.allowed.some((allowed) => allowed.test(message)),
    );
    expect(surprises, "errors in the browser's console").toEqual([]);
  }
}
