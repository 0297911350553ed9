import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Database, borrowed, newDatabase } from "./database.js";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");
export const PROGRAM = process.env.CHORUS_PROGRAM ?? join(ROOT, "target/release/chorus");
const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;

export type Role = "member" | "peer-supporter" | "moderator" | "editor" | "host";

export interface Launch {
  /** Fill the empty database with the sample series and shares. */
  sample?: boolean;
  /** Settings over the ones below. */
  environment?: Record<string, string>;
  /** Another node of the same house, on PostgreSQL. */
  beside?: Server;
}

/** Limits that no test means to meet; a test of a limit starts a server of its own. */
const SETTINGS: Record<string, string> = {
  CHORUS_PACE: "1000",
  CHORUS_LOG: "warn",
};

/** One running Chorus with a database of its own, and nobody else's. */
export class Server {
  private constructor(
    readonly url: string,
    readonly folder: string,
    private readonly database: Database,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly process: ChildProcess,
    private readonly output: string[],
  ) {}

  static async start({ beside, sample = !beside, environment = {} }: Launch = {}): Promise<Server> {
    if (!existsSync(PROGRAM)) {
      throw new Error(`${PROGRAM} is not there: build it first (make build).`);
    }
    const folder = await mkdtemp(join(tmpdir(), "chorus-end2end-"));
    const database = beside ? borrowed(beside.database) : await newDatabase(folder);
    const port = await freePort();
    // By a name: browsers know no passkeys for an address in numbers.
    const url = `http://localhost:${port}`;
    const settings = {
      ...withoutOwnSettings(process.env),
      ...SETTINGS,
      CHORUS_LISTEN: `127.0.0.1:${port}`,
      CHORUS_BASE_URL: url,
      CHORUS_DATABASE_URL: database.url,
      ...environment,
    };
    const child = spawn(PROGRAM, ["serve", ...(sample ? ["--sample"] : [])], {
      cwd: folder,
      env: settings,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output: string[] = [];
    child.stdout?.on("data", (chunk) => output.push(String(chunk)));
    child.stderr?.on("data", (chunk) => output.push(String(chunk)));
    const server = new Server(url, folder, database, settings, child, output);
    try {
      await server.answers();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Runs another command of the program on the same database and gives what it printed. */
  async run(...parameters: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(PROGRAM, parameters, {
      cwd: this.folder,
      env: this.environment,
    });
    return stdout;
  }

  /** What the server has printed so far. */
  log(): string {
    return this.output.join("");
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, "exit");
      this.process.kill("SIGTERM");
      const impatient = setTimeout(() => this.process.kill("SIGKILL"), STOP_WITHIN_MS);
      await ended;
      clearTimeout(impatient);
    }
    await this.database.remove();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async answers(): Promise<void> {
    const end = Date.now() + START_WITHIN_MS;
    while (Date.now() < end) {
      if (this.process.exitCode !== null) {
        throw new Error(`chorus serve ended with ${this.process.exitCode}:\n${this.log()}`);
      }
      const healthy = await fetch(`${this.url}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (healthy) return;
      await new Promise((later) => setTimeout(later, 50));
    }
    throw new Error(`chorus serve did not answer within a minute:\n${this.log()}`);
  }
}

/** The environment without settings that the person running the tests may have. */
function withoutOwnSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(CHORUS|LEPTOS)_/.test(name)),
  );
}

/** A port of this machine on which nobody listens now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port to be had");
  return address.port;
}
