import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { freePort } from "../support/server.js";

/** A browser as the trial needs it, whichever it is. */
export interface Browser {
  open(address: string): Promise<void>;
  /** The value of an expression on the open page; promises are waited for. */
  evaluate(expression: string): Promise<unknown>;
  /** Puts cookies into the browser, for the house whose page is open. */
  carry(cookies: Map<string, string>): Promise<void>;
  close(): Promise<void>;
  /** Firefox saves a feed instead of showing it. */
  readonly showsFeeds: boolean;
}

interface Engine {
  /** The driver's program and how it is told its port. */
  command: (port: number) => [string, string[]];
  capabilities: object;
}

/** WebKit's small browser, in the folder of whichever version Debian has. */
const MINIBROWSER = ["4.1", "4.0", "6.0"]
  .map((version) => `/usr/lib/x86_64-linux-gnu/webkit2gtk-${version}/MiniBrowser`)
  .find((path) => existsSync(path));

/** The driver's session may take long to begin, and a page with a thousand frames long to end. */
const PATIENCE_MS = 600_000;

export const ENGINES: Record<"firefox" | "webkit", Engine> = {
  firefox: {
    command: (port) => [process.env.GECKODRIVER ?? "geckodriver", ["--port", String(port), "--log", "error"]],
    capabilities: {
      browserName: "firefox",
      "moz:firefoxOptions": {
        binary: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
        args: ["-headless"],
        // It talks to nobody but the page's server.
        prefs: {
          "app.normandy.enabled": false,
          "app.update.enabled": false,
          "browser.safebrowsing.downloads.enabled": false,
          "browser.safebrowsing.malware.enabled": false,
          "browser.safebrowsing.phishing.enabled": false,
          "datareporting.policy.dataSubmissionEnabled": false,
          "network.captive-portal-service.enabled": false,
          "network.connectivity-service.enabled": false,
        },
      },
    },
  },
  webkit: {
    command: (port) => [process.env.WEBKITDRIVER ?? "WebKitWebDriver", [`--port=${port}`]],
    capabilities: {
      browserName: "MiniBrowser",
      "webkitgtk:browserOptions": {
        binary: process.env.MINIBROWSER ?? MINIBROWSER ?? "MiniBrowser",
        args: ["--automation"],
      },
    },
  },
};

/** A browser that is driven over WebDriver. */
export class Driven implements Browser {
  private constructor(
    private readonly driver: ChildProcess,
    private readonly session: string,
    /** What the browser calls itself. */
    readonly name: string,
    readonly showsFeeds: boolean,
  ) {}

  static async start(engine: keyof typeof ENGINES): Promise<Driven> {
    const { command, capabilities } = ENGINES[engine];
    const port = await freePort();
    const [program, parameters] = command(port);
    const driver = spawn(program, parameters, { stdio: ["ignore", "ignore", "inherit"] });
    const failed = Promise.race([
      once(driver, "error").then(([error]) => Promise.reject(error as Error)),
      once(driver, "exit").then(([code]) => Promise.reject(new Error(`${program} ended with ${String(code)}`))),
    ]);
    const house = `http://127.0.0.1:${port}`;
    const answers = async (): Promise<void> => {
      while (driver.exitCode === null) {
        const ready = await fetch(`${house}/status`).then((answer) => answer.ok, () => false);
        if (ready) return;
        await new Promise((later) => setTimeout(later, 100));
      }
    };
    try {
      await Promise.race([answers(), failed]);
      failed.catch(() => {});
      const begun = (await tell(`${house}/session`, "POST", { capabilities: { alwaysMatch: capabilities } })) as {
        sessionId: string;
        capabilities: { browserName: string; browserVersion: string };
      };
      const session = `${house}/session/${begun.sessionId}`;
      await tell(`${session}/timeouts`, "POST", { script: PATIENCE_MS, pageLoad: 120_000 });
      const { browserName, browserVersion } = begun.capabilities;
      return new Driven(driver, session, `${browserName} ${browserVersion}`, engine !== "firefox");
    } catch (error) {
      driver.kill();
      throw error;
    }
  }

  async open(address: string): Promise<void> {
    try {
      await tell(`${this.session}/url`, "POST", { url: address });
    } catch (error) {
      throw new Error(`${address} does not open`, { cause: error });
    }
  }

  async evaluate(expression: string): Promise<unknown> {
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve(${expression}).then(done, (error) => done({ failed: String(error) }));`;
    return tell(`${this.session}/execute/async`, "POST", { script, args: [] });
  }

  async carry(cookies: Map<string, string>): Promise<void> {
    await tell(`${this.session}/cookie`, "DELETE");
    for (const [name, value] of cookies) {
      await tell(`${this.session}/cookie`, "POST", { cookie: { name, value, path: "/" } });
    }
  }

  async close(): Promise<void> {
    await tell(this.session, "DELETE").catch(() => {});
    const ended = once(this.driver, "exit");
    this.driver.kill();
    await ended;
  }
}

/** One command and its value. */
async function tell(address: string, method: string, body?: object): Promise<unknown> {
  const answer = await fetch(address, {
    method,
    headers: { "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const { value } = (await answer.json()) as { value: unknown };
  if (!answer.ok) throw new Error(`${method} ${address}: ${JSON.stringify(value).slice(0, 400)}`);
  return value;
}
