import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import { FRAMES } from "./look.js";

const HERE = "/__front";

/** What of a browser's report tells one refusal from another. */
function refused(report: string): string {
  const { "csp-report": said } = JSON.parse(report) as { "csp-report": Record<string, unknown> };
  const [directive, what, sample] = ["effective-directive", "blocked-uri", "script-sample"].map((name) => said[name]);
  return `${directive}: ${what} (${sample ?? "no sample"}) at ${String(said["document-uri"]).slice(0, 300)}`;
}

/**
 * A proxy in front of a Chorus: every browser reports to it what the policy
 * refused, and it has two pages of its own without a policy.
 */
export class Front {
  readonly reports: string[] = [];
  readonly url: string;

  private constructor(
    private readonly server: Server,
    port: number,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  static async before(chorus: string): Promise<Front> {
    const agent = new Agent({ keepAlive: true });
    const { hostname, port } = new URL(chorus);
    let front: Front | undefined;
    const server = createServer((asked, answer) => {
      if (asked.url?.startsWith(HERE)) return void front?.own(asked, answer);
      const passed = request(
        { agent, hostname, port, method: asked.method, path: asked.url, headers: asked.headers },
        (got) => {
          const headers = { ...got.headers };
          const policy = headers["content-security-policy"];
          if (policy) headers["content-security-policy"] = `${policy}; report-uri ${HERE}/report`;
          answer.writeHead(got.statusCode ?? 502, headers);
          got.pipe(answer);
        },
      );
      passed.on("error", () => answer.destroy());
      asked.pipe(passed);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port to be had");
    front = new Front(server, address.port);
    return front;
  }

  /** The page that shows other pages in frames. */
  get frames(): string {
    return `${this.url}${HERE}/frames`;
  }

  /** A page whose only form is sent at once, by the browser itself. */
  form(action: string, fields: Record<string, string>): string {
    this.fields = fields;
    return `${this.url}${HERE}/form?action=${encodeURIComponent(action)}`;
  }

  private fields: Record<string, string> = {};

  private own(asked: IncomingMessage, answer: ServerResponse): void {
    const address = new URL(asked.url ?? "", this.url);
    const html = { "content-type": "text/html; charset=utf-8" };
    switch (address.pathname) {
      case `${HERE}/report`: {
        const parts: Buffer[] = [];
        asked.on("data", (part: Buffer) => parts.push(part));
        asked.on("end", () => this.reports.push(refused(Buffer.concat(parts).toString())));
        answer.writeHead(204).end();
        break;
      }
      case `${HERE}/frames`:
        answer.writeHead(200, html).end(FRAMES);
        break;
      case `${HERE}/form`: {
        const fields = JSON.stringify(this.fields).replaceAll("<", "\\u003c");
        answer.writeHead(200, html).end(`<!DOCTYPE html><title>Form</title><body><script>
          const form = document.createElement("form");
          form.method = "post";
          form.action = ${JSON.stringify(address.searchParams.get("action"))};
          for (const [name, value] of Object.entries(${fields})) {
            const field = document.createElement("textarea");
            Object.assign(field, { name, value });
            form.append(field);
          }
          document.body.append(form);
          form.submit();
        </script>`);
        break;
      }
      default:
        answer.writeHead(404).end();
    }
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}
