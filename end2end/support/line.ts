import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext } from "@playwright/test";
import type { Server } from "./server.js";

type State = "whole" | "cut" | "deaf" | "silent";

/** What comes back over a line, bent: as if the server were another build of itself. */
export interface Bend {
  /** The address that is really asked for. */
  address: (path: string) => string;
  /** The text that arrives, of addresses that are named. */
  text: Record<string, (text: string) => string>;
}

/**
 * A line from browsers to a server, at an address that stays. Playwright's own switch has
 * missed service workers: here the line is really cut.
 */
export class Line {
  private state: State = "whole";
  private bend: Bend | undefined;
  private faults: () => State = () => this.state;

  private constructor(
    private server: Server,
    private readonly listener: ReturnType<typeof createServer>,
  ) {}

  static async to(server: Server): Promise<Line> {
    const line: Line = new Line(
      server,
      createServer((asked, answer) => line.pass(asked, answer)),
    );
    line.listener.listen(0, "127.0.0.1");
    await once(line.listener, "listening");
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  /** No request arrives any more, and the browser knows it. */
  async cut(context?: BrowserContext): Promise<void> {
    this.state = "cut";
    this.listener.closeAllConnections();
    await context?.setOffline(true);
  }

  /** Forms arrive; no answer to them does. */
  loseAnswers(): void {
    this.state = "deaf";
  }

  /** Forms neither arrive nor fail: nobody says anything. */
  fallSilent(): void {
    this.state = "silent";
  }

  async mend(context?: BrowserContext, server: Server = this.server): Promise<void> {
    this.server = server;
    this.state = "whole";
    await context?.setOffline(false);
  }

  /** Asks before each form how the line is. */
  failBy(faults: () => State): void {
    this.faults = faults;
  }

  bendBy(bend: Bend): void {
    this.bend = bend;
  }

  async close(): Promise<void> {
    this.listener.closeAllConnections();
    this.listener.close();
    await once(this.listener, "close");
  }

  private pass(asked: IncomingMessage, answer: ServerResponse): void {
    const isForm = asked.method === "POST";
    const state = isForm ? this.faults() : this.state;
    const isLost = state === "cut" || this.state === "cut";
    if (isLost) return void asked.socket.destroy();
    if (isForm && state === "silent") return;
    const path = asked.url ?? "/";
    const change = this.bend?.text[path];
    const headers = { ...asked.headers };
    if (change) for (const name of ["accept-encoding", "if-none-match"]) delete headers[name];
    const { hostname: host, port } = new URL(this.server.url);
    const on = request(
      { host, port, method: asked.method, path: this.bend?.address(path) ?? path, headers },
      async (got) => {
        if (state === "deaf" && isForm) return void asked.socket.destroy();
        if (!change) {
          answer.writeHead(got.statusCode ?? 502, got.rawHeaders);
          return void got.pipe(answer);
        }
        let text = "";
        for await (const part of got) text += String(part);
        answer.writeHead(got.statusCode ?? 502, { "content-type": got.headers["content-type"] });
        answer.end(change(text));
      },
    );
    on.on("error", () => asked.socket.destroy());
    asked.pipe(on);
  }
}
