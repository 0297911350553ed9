/** Someone with cookies who sends forms as a hydrated page does. */
export class Sender {
  readonly cookies = new Map<string, string>();

  constructor(private readonly house: string) {}

  async get(path: string): Promise<{ status: number; text: string }> {
    return this.ask(path, { headers: { accept: "text/html" } });
  }

  async send(path: string, fields: Record<string, string>): Promise<{ status: number; text: string }> {
    return this.ask(`/api${path}`, {
      method: "POST",
      headers: { accept: "application/json", origin: this.house, "sec-fetch-site": "same-origin" },
      body: new URLSearchParams({ page: "/", key: crypto.randomUUID(), ...fields }),
    });
  }

  /** Sends it, and gives the id at `path` in the answer; nothing if it was refused for what was typed. */
  async make(path: string, fields: Record<string, string>, at: string): Promise<string | undefined> {
    const { status, text } = await this.send(path, fields);
    if (status === 422) return undefined;
    if (status !== 200) throw new Error(`${path} answers ${status} to ${JSON.stringify(fields)}: ${text}`);
    let value: unknown = JSON.parse(text);
    for (const part of at.split("/")) value = (value as Record<string, unknown>)[part];
    return String(value);
  }

  private async ask(path: string, init: RequestInit): Promise<{ status: number; text: string }> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...init.headers, ...(cookie ? { cookie } : {}) };
    const answer = await fetch(this.house + path, { ...init, headers, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) this.cookies.set(name, value);
    }
    return { status: answer.status, text: await answer.text() };
  }
}

/** A new member, signed in. */
export async function newMember(house: string): Promise<{ sender: Sender; handle: string }> {
  const sender = new Sender(house);
  const handle = `v${crypto.randomUUID().replaceAll("-", "").slice(0, 14)}`;
  const fields = { handle, password: "harbour lantern seven", adult: "on" };
  const { status, text } = await sender.send("/accounts/join", fields);
  if (status !== 200) throw new Error(`joining answers ${status}: ${text}`);
  return { sender, handle };
}

/** Does all of it, several at a time. */
export async function each<T>(all: readonly T[], one: (item: T) => Promise<unknown>): Promise<void> {
  const line = [...all];
  const work = async (): Promise<void> => {
    for (let next = line.shift(); next !== undefined; next = line.shift()) await one(next);
  };
  await Promise.all(Array.from({ length: 8 }, work));
}
