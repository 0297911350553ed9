import {
  createDecipheriv,
  createECDH,
  hkdfSync,
  randomBytes,
} from "node:crypto";
import { once } from "node:events";
import { createServer, type Server as Listener } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, expect, test } from "./support/chorus.js";
import { own, say, tellStory } from "./support/shares.js";

/** A device as the standard has it, by Node's own cryptography. */
class Device {
  private readonly pair = createECDH("prime256v1");
  private readonly auth = randomBytes(16);

  constructor() {
    this.pair.generateKeys();
  }

  subscription(endpoint: string) {
    return {
      endpoint,
      keys: {
        p256dh: this.pair.getPublicKey().toString("base64url"),
        auth: this.auth.toString("base64url"),
      },
    };
  }

  /** Opens a sealed message (RFC 8291 over RFC 8188). */
  open(sealed: Buffer): string {
    const salt = sealed.subarray(0, 16);
    const length = sealed.readUInt8(20);
    const theirs = sealed.subarray(21, 21 + length);
    const record = sealed.subarray(21 + length);
    const shared = this.pair.computeSecret(theirs);
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), this.pair.getPublicKey(), theirs]);
    const derived = (secret: Buffer, by: Buffer, what: Buffer | string, bytes: number) =>
      Buffer.from(hkdfSync("sha256", secret, by, what, bytes));
    const secret = derived(shared, this.auth, info, 32);
    const key = derived(secret, salt, "Content-Encoding: aes128gcm\0", 16);
    const nonce = derived(secret, salt, "Content-Encoding: nonce\0", 12);
    const decipher = createDecipheriv("aes-128-gcm", key, nonce);
    decipher.setAuthTag(record.subarray(-16));
    const opened = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
    const end = opened.findLastIndex((byte) => byte !== 0);
    expect(opened.at(end), "the last record").toBe(2);
    return opened.subarray(0, end).toString();
  }
}

/** A push service on this machine. */
class Service {
  readonly heard: Buffer[] = [];
  private readonly listener: Listener = createServer(async (request, answer) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    this.heard.push(Buffer.concat(parts));
    answer.writeHead(201).end();
  });

  async start(): Promise<string> {
    this.listener.listen(0, "127.0.0.1");
    await once(this.listener, "listening");
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.listener.closeAllConnections();
    this.listener.close();
  }
}

test("a device is told in neutral words when something comes", async ({
  browser,
  watch,
  join,
  signOut,
  hydrated,
  scripted,
}) => {
  test.skip(!scripted, "a browser is asked by script; the HTTP tests leave a device alone without it");
  const service = new Service();
  const origin = await service.start();
  const server = await Server.start({ sample: false, environment: { CHORUS_PUSH_HOSTS: origin } });
  const device = new Device();
  try {
    const mine = await browser.newContext({
      baseURL: server.url,
      serviceWorkers: "allow",
      permissions: ["notifications"],
    });
    await watch.attach(mine);
    // The one seam: Chromium would ask a service of its maker.
    await mine.addInitScript((given) => {
      PushManager.prototype.getSubscription = async () => null;
      PushManager.prototype.subscribe = async () =>
        ({ toJSON: () => given }) as unknown as PushSubscription;
    }, device.subscription(`${origin}/device`));
    const page = await mine.newPage();
    const me = await join(page);
    const title = own("A night by the canal");
    const at = await tellStory(page, hydrated, { title, body: "Is anyone up?" });
    await page.goto("/me/notifications");
    await hydrated(page);
    await page.getByRole("button", { name: "Tell this device" }).click();
    await expect(page.getByText("This device is told when something comes for you")).toBeVisible();

    const theirs = await browser.newContext({ baseURL: server.url, serviceWorkers: "block" });
    const friend = await theirs.newPage();
    const answering = await join(friend);
    await friend.goto(at);
    await hydrated(friend);
    await say(friend, own("I am up"));
    await expect.poll(() => service.heard.length, { timeout: 30_000 }).toBe(1);
    const told = device.open(service.heard[0] ?? Buffer.alloc(0));
    expect(JSON.parse(told)).toEqual({ words: "You have an answer", again: false });
    for (const secret of [me.handle, answering.handle, title]) expect(told).not.toContain(secret);

    // What the service worker makes of it.
    const wire = await mine.newCDPSession(page);
    let registrationId = "";
    wire.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      registrationId = registrations[0]?.registrationId ?? registrationId;
    });
    await wire.send("ServiceWorker.enable");
    await expect.poll(() => registrationId).not.toBe("");
    const shown = () =>
      page.evaluate(async () => {
        const worker = await navigator.serviceWorker.ready;
        return (await worker.getNotifications()).map(({ title, body }) => `${title}${body}`);
      });
    const deliver = (data: string) =>
      wire.send("ServiceWorker.deliverPushMessage", { origin: server.url, registrationId, data });
    await deliver(told);
    await expect.poll(shown).toEqual(["You have an answer"]);
    // The same words stand there once.
    await deliver(told);
    await deliver(JSON.stringify({ words: "Someone waits", again: true }));
    await expect.poll(async () => (await shown()).sort()).toEqual(["Someone waits", "You have an answer"]);

    // Whoever signs out leaves nothing on the screen.
    await signOut(page);
    await expect.poll(shown).toEqual([]);
    await theirs.close();
    await mine.close();
  } finally {
    await server.stop();
    service.stop();
  }
});
