import { expect, test } from "./support/chorus.js";

interface Picture {
  src: string;
  sizes: string;
  type: string;
  purpose?: string;
  form_factor?: string;
}

interface Manifest {
  id: string;
  name: string;
  start_url: string;
  scope: string;
  display: string;
  theme_color: string;
  background_color: string;
  icons: Picture[];
  screenshots?: Picture[];
  shortcuts: { url: string; icons: { src: string }[] }[];
}

for (const [address, name] of [
  ["/manifest.webmanifest", "Chorus"],
  ["/notes.webmanifest", "Notes"],
]) {
  test(`the app can be installed as ${name}: its manifest is whole and its pictures are there`, async ({ request }) => {
    const answer = await request.get(address ?? "");
    expect(answer.headers()["content-type"]).toMatch(/^application\/(manifest\+)?json/);
    const manifest = (await answer.json()) as Manifest;
    expect(manifest).toMatchObject({ name, start_url: "/", scope: "/", display: "standalone" });
    for (const needed of [manifest.id, manifest.theme_color, manifest.background_color]) expect(needed).toBeTruthy();
    const sizes = manifest.icons.map((icon) => icon.sizes);
    expect(sizes).toEqual(expect.arrayContaining(["192x192", "512x512"]));
    expect(manifest.icons.some((icon) => icon.purpose?.includes("maskable"))).toBe(true);
    // A picture of the house would tell what the plain name does not.
    const pictures = (manifest.screenshots ?? []).map((picture) => picture.form_factor);
    expect(pictures).toEqual(name === "Chorus" ? ["narrow", "wide"] : []);
    if (name !== "Chorus") expect(JSON.stringify(manifest)).not.toMatch(/chorus|recover/i);

    for (const picture of [...manifest.icons, ...(manifest.screenshots ?? [])]) {
      const file = await request.get(picture.src);
      expect(file.ok(), picture.src).toBe(true);
      expect(file.headers()["content-type"], picture.src).toContain(picture.type);
      if (picture.type !== "image/png") continue;
      const bytes = await file.body();
      expect(bytes.subarray(1, 4).toString("latin1"), picture.src).toBe("PNG");
      expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, picture.src).toBe(picture.sizes);
    }
    for (const shortcut of manifest.shortcuts) {
      expect((await request.get(shortcut.url)).ok(), shortcut.url).toBe(true);
      for (const icon of shortcut.icons) expect((await request.get(icon.src)).ok(), icon.src).toBe(true);
    }
  });
}

test("the files at fixed places are there", async ({ page, request }) => {
  await page.goto("/");
  await expect(page.locator("link[rel=manifest]")).toHaveAttribute("href", "/manifest.webmanifest");
  for (const file of ["/favicon.svg", "/apple-touch-icon.png", "/icons.svg", "/sw.js", "/leave.js", "/offline"]) {
    expect((await request.get(file)).ok(), file).toBe(true);
  }
});

test("what a page loads is of one build, and is kept for ever", async ({ page, hydrated }) => {
  const builds = new Set<string>();
  const elsewhere: string[] = [];
  const asked: string[] = [];
  page.on("response", (response) => {
    const path = new URL(response.url()).pathname;
    const build = /^\/site\/([0-9a-f]+)\//.exec(path)?.[1];
    if (build !== undefined) {
      builds.add(build);
      if (response.headers()["cache-control"] !== "public, max-age=31536000, immutable") asked.push(path);
    } else if (/\.(css|js|wasm)$/.test(path)) {
      elsewhere.push(path);
    }
  });
  await page.goto("/stories");
  await hydrated(page);
  await page.getByRole("link", { name: "Rituals" }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Rituals");
  expect([...builds]).toHaveLength(1);
  expect(asked).toEqual([]);
  expect(elsewhere).toEqual([]);
});

test("help answers even when the house behind it cannot", async ({ page }) => {
  await page.goto("/help");
  await expect(page.getByRole("heading", { level: 1, name: "Get help now" })).toBeVisible();
  await expect(page.getByRole("link", { name: /^Call / }).first()).toHaveAttribute("href", /^tel:/);
  const other = page.getByRole("region", { name: "Another country" }).getByRole("link").first();
  const name = (await other.innerText()).trim();
  await other.click();
  await expect(page.getByRole("heading", { level: 2, name, exact: true })).toBeVisible();
});
