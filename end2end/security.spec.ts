import type { Page } from "@playwright/test";
import { expect, test } from "./support/chorus.js";
import {
  REFUSED,
  commentForm,
  fillStory,
  own,
  refusal,
  storySheet,
  tellStory,
  unfold,
  weeksAhead,
} from "./support/shares.js";

test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "nothing can run without script");

/** What people might type to make a page of others do something. `RUN` marks the page if it runs. */
const RUN = "window.__ran=1";
const VECTORS = [
  `<script>${RUN}</script>`,
  `<ScRiPt>${RUN}</sCrIpT>`,
  `<script src=data:text/javascript,${RUN}></script>`,
  `<scr<script>ipt>${RUN}</scr</script>ipt>`,
  `<script\n>${RUN}</script\n>`,
  `<script type=module>${RUN}</script>`,
  `</textarea><script>${RUN}</script>`,
  `</title><script>${RUN}</script>`,
  `</script><script>${RUN}</script>`,
  `"><script>${RUN}</script>`,
  `'><img src=x onerror=${RUN}>`,
  `"><svg onload=${RUN}>`,
  `<img src=x onerror="${RUN}">`,
  `<img src=x:x onerror=${RUN}//`,
  `<svg/onload=${RUN}>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<math><mtext></form><form><mglyph><style></math><img src onerror=${RUN}>`,
  `<details open ontoggle=${RUN}><summary>x</summary></details>`,
  `<input autofocus onfocus=${RUN}>`,
  `<body onload=${RUN}>`,
  `<iframe src="javascript:parent.${RUN}"></iframe>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  `<object data="javascript:${RUN}"></object>`,
  `<embed src="javascript:${RUN}">`,
  `<form action="javascript:${RUN}"><button id=x>go</button></form>`,
  `<meta http-equiv=refresh content="0;url=javascript:${RUN}">`,
  `<base href="javascript:/a/"><a href="//${RUN}">x</a>`,
  `<link rel=stylesheet href="data:text/css,*{display:none}">`,
  `<style>@import 'javascript:${RUN}';</style>`,
  `[x](javascript:${RUN})`,
  `[x](JaVaScRiPt&#58;${RUN})`,
  `![x](x"onerror="${RUN})`,
  `<a href="java&#10;script:${RUN}">x</a>`,
  `<a href="data:text/html,<script>${RUN}</script>">x</a>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<!--><script>${RUN}</script>-->`,
  `<template><script>${RUN}</script></template>`,
];

/** No script ran, and nothing stands on the page that could. */
async function expectHarmless(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const main = document.querySelector("main") ?? document.body;
    const nodes = [
      ...main.querySelectorAll("script:not([nonce]),iframe,object,embed,style,link,base,meta,math,animate,template,img"),
    ].filter((node) => !(node instanceof HTMLTemplateElement && node.id.startsWith("_")));
    const handlers = [...main.querySelectorAll("*")].filter((node) =>
      [...node.attributes].some(({ name }) => name.startsWith("on")),
    );
    const links = [...main.querySelectorAll("[href],[action],[src],[formaction]")].filter((node) =>
      ["href", "action", "src", "formaction"].some((name) =>
        /^\s*(javascript|data|vbscript):/i.test(node.getAttribute(name) ?? ""),
      ),
    );
    return {
      ran: Reflect.get(window, "__ran") ?? null,
      nodes: [...nodes, ...handlers, ...links].map((node) => node.outerHTML.slice(0, 160)),
    };
  });
  expect(found, page.url()).toEqual({ ran: null, nodes: [] });
}

/** Sends a form of the house as its page does, on the page's own session. */
async function send(page: Page, at: string, fields: Record<string, string>): Promise<number> {
  const origin = new URL(page.url()).origin;
  const answer = await page.request.post(`${origin}/api${at}`, {
    headers: { origin, accept: "application/json" },
    form: { page: "/", key: crypto.randomUUID(), ...fields },
  });
  return answer.status();
}

test("the check itself bites", async ({ page }) => {
  await page.goto("/help");
  await page.evaluate(() => document.querySelector("main")?.append(document.createElement("iframe")));
  await expect(expectHarmless(page)).rejects.toThrow();
});

test("comments run nothing", async ({ page, watch, join, hydrated }) => {
  watch.allow(REFUSED);
  await join(page);
  const at = await tellStory(page, hydrated, { title: own("Sharp things"), body: VECTORS.join("\n\n") });
  await expectHarmless(page);
  const subject = (await commentForm(page).locator("[name=subject]").getAttribute("value")) ?? "";
  for (const body of VECTORS) {
    expect(await send(page, "/comments/post", { subject, parent: "", body, voice: "handle" }), body).toBe(200);
  }
  await page.goto(at);
  await expectHarmless(page);
  await hydrated(page);
  await expectHarmless(page);
  // Drawn by the program this time, with an editor open over the words.
  await page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: "Stories" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Stories" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 2, name: "Replies" })).toBeVisible();
  await expectHarmless(page);
  await page.getByRole("link", { name: "Edit", exact: true }).nth(3).click();
  await expect(page.getByRole("form", { name: "Edit your comment" })).toBeVisible();
  await expectHarmless(page);
});

test("titles and lists of stories run nothing", async ({ page, join, hydrated }) => {
  await join(page);
  const chosen = VECTORS.filter((vector) => vector.length <= 120 && !vector.includes("\n")).slice(0, 19);
  for (const vector of chosen) {
    const fields = { title: vector, body: vector, content_note: "", voice: "handle" };
    expect(await send(page, "/stories/share", fields), vector).toBe(200);
  }
  expect(
    await send(page, "/stories/share", {
      title: VECTORS[0] ?? "",
      body: "x",
      content_note: VECTORS[12] ?? "",
      voice: "handle",
    }),
  ).toBe(200);
  for (const place of ["/", "/stories"]) {
    await page.goto(place);
    await expectHarmless(page);
    await hydrated(page);
    await expectHarmless(page);
  }
  const links = page.getByRole("article").getByRole("link");
  expect(await links.count()).toBeGreaterThanOrEqual(20);
  const paths = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
  for (const path of paths.slice(0, 20)) {
    await page.goto(path);
    await expectHarmless(page);
  }
  await page.goto("/stories");
  await hydrated(page);
  await links.first().click();
  await expect(page.getByRole("heading", { level: 2, name: "Replies" })).toBeVisible();
  await expectHarmless(page);
  await page.goto("/feed.atom");
  expect(await page.evaluate(() => Reflect.get(window, "__ran") ?? null)).toBeNull();
});

test("shout-outs run nothing", async ({ page, join, hydrated }) => {
  await join(page);
  let posted = 0;
  for (const vector of VECTORS) {
    const to = vector.includes("\n") || vector.length > 60 ? `<b onclick=${RUN}>you` : vector;
    const status = await send(page, "/shout-outs/post", { to, body: vector, voice: "handle" });
    expect([200, 422], vector).toContain(status);
    if (status === 200) posted += 1;
  }
  expect(posted).toBeGreaterThan(25);
  await page.goto("/shout-outs");
  await expectHarmless(page);
  await hydrated(page);
  await expectHarmless(page);
  await page.getByRole("article").first().getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 2, name: "Replies" })).toBeVisible();
  await expectHarmless(page);
});

test("rituals run nothing", async ({ page, join, hydrated }) => {
  await join(page);
  await page.goto("/rituals/new");
  for (const vector of VECTORS.slice(0, 15)) {
    const line = vector.replaceAll("\n", " ");
    const fields = {
      kind: "shared_meal",
      title: line,
      body: vector,
      when: weeksAhead(1),
      zone: "Europe/Lisbon",
      place: line,
      link: `https://example.org/"><script>${RUN}</script>`,
      voice: "handle",
    };
    const status = await send(page, "/rituals/post", fields);
    expect([200, 422], vector).toContain(status);
    const plain = await send(page, "/rituals/post", { ...fields, link: "" });
    expect(plain, vector).toBe(200);
    expect(await send(page, "/rituals/post", { ...fields, link: `javascript:${RUN}` }), vector).toBe(422);
  }
  await page.goto("/rituals");
  await expectHarmless(page);
  await hydrated(page);
  await expectHarmless(page);
  await page.getByRole("article").first().getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 2, name: "Replies" })).toBeVisible();
  await expectHarmless(page);
});

test("a form that comes back with mistakes runs nothing of what was typed", async ({ page, watch, join }) => {
  watch.allow(/\.wasm|ERR_FAILED|Failed to fetch|WebAssembly|status of 4\d\d/);
  // The plain form, shown again by the server, in a browser that would run it.
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto("/join");
  for (const vector of VECTORS.filter((vector) => !vector.includes("\n")).slice(0, 12)) {
    const handle = page.getByLabel("Handle");
    await handle.evaluate((field) => field.removeAttribute("maxlength"));
    await handle.fill(vector);
    await page.getByRole("button", { name: "Join", exact: true }).click();
    await expect(refusal(page)).toBeVisible();
    await expect(handle).toHaveValue(vector);
    await expectHarmless(page);
  }
  await page.unroute("**/*.wasm");
  await join(page);
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto("/stories/new");
  const body = VECTORS.join("\n\n");
  await fillStory(page, { title: "", body, contentNote: VECTORS[11] });
  await storySheet(page).getByRole("button", { name: "Share your story" }).click();
  await expect(refusal(page)).toBeVisible();
  await expect(storySheet(page).getByLabel("Your story")).toHaveValue(body);
  await expect(storySheet(page).getByLabel(/^Content note/)).toHaveValue(VECTORS[11] ?? "");
  await expectHarmless(page);
  await storySheet(page).getByRole("button", { name: "Preview" }).click();
  await expect(page.getByRole("region", { name: "Preview" })).toBeVisible();
  await expectHarmless(page);

  await page.goto("/shout-outs");
  await unfold(page, "Say thank you");
  await page.getByLabel("To", { exact: true }).fill(`@"><script>${RUN}</script>`);
  await page.getByLabel("What for").fill(`</textarea><script>${RUN}</script>`);
  await page.getByRole("button", { name: "Put it on the wall" }).click();
  await expect(refusal(page)).toBeVisible();
  await expect(page.getByLabel("What for")).toHaveValue(`</textarea><script>${RUN}</script>`);
  await expectHarmless(page);
});

test("addresses run nothing", async ({ page, watch }) => {
  watch.allow(/status of 4\d\d/);
  for (const vector of VECTORS.slice(0, 12)) {
    const typed = encodeURIComponent(vector);
    for (const place of [
      `/stories/${typed}`,
      `/sign-in?next=${typed}`,
      `/stories?after=${typed}`,
      `/join?invitation=${typed}&kept=${typed}`,
    ]) {
      await page.goto(place);
      await expectHarmless(page);
    }
  }
});
