import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Server } from "../support/server.js";
import { each, newMember, Sender } from "./people.js";
import type { Vector } from "./list.js";

/** Where the vectors stand now. */
export interface Seeded {
  /** Who wrote nearly all of it, and may edit, moderate and write the series. */
  keeper: Sender;
  /** A guest whose comments were refused, with a vector as the reason. */
  guest: Sender;
  /** Pages that show many vectors at once, but for lists after their first page. */
  crowded: string[];
  /** The story under which the guest wrote. */
  held: string;
  /** Pages that show one thing each, and the forms that change it. */
  single: string[];
  /** How many vectors each field took. */
  taken: Map<string, number>;
}

/** Pages of a list, from the first to the one that has no next. */
async function listed(by: Sender, path: string): Promise<string[]> {
  const pages = [path];
  for (;;) {
    const { text } = await by.get(pages.at(-1) ?? path);
    const next = /<a [^>]*rel="next"[^>]*>/.exec(text)?.[0] ?? "";
    const link = /href="([^"#]*)/.exec(next)?.[1]?.replaceAll("&amp;", "&");
    if (link === undefined || pages.includes(link)) return pages;
    pages.push(link);
  }
}

/** Puts every vector into every field that people can fill. */
export async function seed(house: string, server: Server, all: Vector[]): Promise<Seeded> {
  const { sender: keeper, handle } = await newMember(house);
  for (const role of ["editor", "moderator"]) await server.run("grant", handle, role);
  const guest = new Sender(house);
  const single: string[] = [];
  const taken = new Map<string, number>();
  const count = (field: string, id: string | undefined): string | undefined => {
    taken.set(field, (taken.get(field) ?? 0) + (id === undefined ? 0 : 1));
    return id;
  };

  const voice = "handle";
  const plain = await keeper.make("/stories/share", { title: "A plain day", body: "It was.", voice }, "id");
  const thread = `story-${plain}`;
  await each(all, async ({ text }) => {
    const comment = { subject: thread, parent: "", body: text, voice };
    count("comment", await keeper.make("/comments/post", comment, "comment/id"));
    const story = { title: text, content_note: text, body: text, voice };
    const id =
      count("story: title and note", await keeper.make("/stories/share", story, "id")) ??
      (await keeper.make("/stories/share", { ...story, title: "Long", content_note: "" }, "id"));
    count("story: body", id);
    if (id !== undefined) single.push(`/stories/${id}`, `/stories/${id}/edit`);
    const ritual = {
      kind: "shared_meal",
      title: text,
      body: text,
      when: "2031-09-24T18:30",
      zone: "Europe/Lisbon",
      place: text,
      link: "",
      voice,
    };
    const met = count("ritual: title, body and place", await keeper.make("/rituals/post", ritual, "id"));
    if (met !== undefined) single.push(`/rituals/${met}`, `/rituals/${met}/edit`);
    const linked = { ...ritual, title: "Soup", body: "Soup", place: "", link: text };
    count("ritual: link", await keeper.make("/rituals/post", linked, "id"));
    const address = { ...linked, link: `https://example.org/${text}` };
    const there = count("ritual: end of a link", await keeper.make("/rituals/post", address, "id"));
    if (there !== undefined) single.push(`/rituals/${there}`);
    const thanks = { to: text, body: text, voice };
    const thanked =
      count("shout-out: to", await keeper.make("/shout-outs/post", thanks, "shout_out/id")) ??
      (await keeper.make("/shout-outs/post", { ...thanks, to: "You" }, "shout_out/id"));
    count("shout-out: body", thanked);
    if (thanked !== undefined) single.push(`/shout-outs/${thanked.replaceAll("-", "")}`);
    count("handle", await new Sender(house).make("/accounts/join", { handle: text, password: text, adult: "on" }, "to"));
  });

  // Forty vectors an article, each a paragraph, a prompt and, one of them, the title.
  const articles: string[] = [];
  for (let from = 0; from < all.length; from += 40) {
    const part = all.slice(from, from + 40).map(({ text }) => text);
    const lines = part.map((text) => text.replace(/\s+/g, " "));
    const article = {
      series: `${lines[1]} ${from}`,
      week: "",
      slug: `week-${from}`,
      title: lines[0] ?? "",
      summary: part.slice(2, 8).join("\n"),
      body: part.join("\n\n"),
      prompts: lines.slice(0, 10).join("\n"),
      publication: "now",
      when: "",
      zone: "UTC",
    };
    const at = count("article", await keeper.make("/articles/write", article, "address"));
    if (at !== undefined) articles.push(at);
  }
  const prompt = /"reflections\.([0-9a-f]{32})"/.exec((await keeper.get(articles[0] ?? "/")).text)?.[1];
  if (prompt === undefined) throw new Error("an article has no prompt");
  await each(all, async ({ text }) => {
    const reflection = { prompt, body: text, voice };
    const id = count("reflection", await keeper.make("/reflections/answer", reflection, "reflection/id"));
    if (id !== undefined) single.push(`/reflections/${id.replaceAll("-", "")}`);
  });

  // What a guest wrote waits, or was refused with a reason.
  await guest.get("/");
  const other = await keeper.make("/stories/share", { title: "Another day", body: "It was.", voice }, "id");
  await each(all.filter(({ id }) => id % 8 === 0), async ({ id, text }) => {
    const comment = { subject: `story-${other}`, parent: "", body: text };
    const made = count("guest's comment", await guest.make("/comments/post", comment, "comment/id"));
    if (made === undefined || id % 16 !== 0) return;
    const thing = `comment-${made.replaceAll("-", "")}`;
    const read = await keeper.get(`/moderation/${thing}`);
    const seen = /name="seen" value="([0-9a-f]+)"/.exec(read.text)?.[1] ?? "";
    const decision = { thing, seen, kind: "hide", reason: text };
    count("reason", await keeper.make("/moderation/decide", decision, "to"));
    if (id % 64 === 0) single.push(`/moderation/${thing}`);
  });

  // What was typed and not sent: unfinished, and kept under a form each.
  await each(all.filter(({ id }) => id % 20 === 0), async ({ id, text }) => {
    const fields = new URLSearchParams({ page: "/stories/new", title: text, body: text, content_note: text });
    const { status } = await keeper.send("/drafts/keep", {
      form: id === 0 ? "stories.new" : `stories.edit-${id}`,
      fields: fields.toString(),
    });
    count("draft", status === 200 ? "kept" : undefined);
  });

  articles.push(...(await imported(server, keeper, all)));
  const held = `/stories/${other}`;
  const crowded = ["/", "/me", "/stories/new", "/stories/new?kept=stories.new&preview=1", "/series", held, ...articles];
  const lists = [
    `/stories/${plain}`,
    `/prompts/${prompt}`,
    "/stories",
    "/shout-outs",
    "/rituals",
    "/editor",
    "/moderation",
    "/moderation/log",
  ];
  for (const list of lists) single.push(...(await listed(keeper, list)));
  const edits = /\/editor\/[0-9a-f]{32}/g;
  single.push(...new Set((await keeper.get("/editor")).text.match(edits)));
  return { keeper, guest, crowded, held, single, taken };
}

/** The same vectors in an export of WordPress. */
async function imported(server: Server, keeper: Sender, all: Vector[]): Promise<string[]> {
  const data = (text: string): string =>
    `<![CDATA[${text.replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, "?").replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
  const items = [];
  for (let from = 0; from < all.length; from += 40) {
    const part = all.slice(from, from + 40).map(({ text }) => text);
    const comments = part.map(
      (text, place) => `<wp:comment>
        <wp:comment_id>${from + place + 1}</wp:comment_id>
        <wp:comment_author>${data(text)}</wp:comment_author>
        <wp:comment_author_url>${data(text)}</wp:comment_author_url>
        <wp:comment_date_gmt>2025-09-02 10:00:00</wp:comment_date_gmt>
        <wp:comment_content>${data(text)}</wp:comment_content>
        <wp:comment_approved>1</wp:comment_approved>
        <wp:comment_type>comment</wp:comment_type>
        <wp:comment_parent>0</wp:comment_parent>
      </wp:comment>`,
    );
    items.push(`<item>
      <title>${data(part[0] ?? "")}</title>
      <wp:post_id>${from + 1}</wp:post_id>
      <wp:post_name>old-${from}</wp:post_name>
      <wp:post_date_gmt>2025-09-01 10:00:00</wp:post_date_gmt>
      <wp:status>publish</wp:status>
      <wp:post_type>post</wp:post_type>
      <category domain="category" nicename="c">${data(part[1] ?? "")}</category>
      <excerpt:encoded>${data(part[2] ?? "")}</excerpt:encoded>
      <content:encoded>${data(part.join("\n\n"))}</content:encoded>
      ${comments.join("\n")}
    </item>`);
  }
  const folder = await mkdtemp(join(tmpdir(), "chorus-vectors-"));
  try {
    const file = join(folder, "old.xml");
    await writeFile(
      file,
      `<?xml version="1.0" encoding="UTF-8"?>
      <rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
        xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/">
      <channel><title>Old</title><wp:wxr_version>1.2</wp:wxr_version>${items.join("\n")}</channel></rss>`,
    );
    await server.run("import", "wordpress", file, "--series", "Old weeks");
  } finally {
    await rm(folder, { recursive: true });
  }
  const pages = await listed(keeper, "/series/old-weeks");
  const found = new Set<string>();
  for (const page of pages) {
    for (const [, path] of (await keeper.get(page)).text.matchAll(/href="(\/series\/old-weeks\/[a-z0-9-]+)"/g)) {
      if (path !== undefined) found.add(path);
    }
  }
  if (found.size === 0) throw new Error("nothing came over from WordPress");
  return [...pages, ...found];
}
