import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { ARTICLE } from "./shares.js";

/** Who has to be signed in to be shown a page. */
export type Reader = "guest" | "member" | "keeper";

export interface Place {
  /** As the router has it. */
  pattern: string;
  reader: Reader;
  /** Finds an address of this kind in the sample. */
  at: (page: Page) => Promise<string>;
}

const here =
  (path: string) =>
  (): Promise<string> =>
    Promise.resolve(path);

/** The address of the first link on a page that has this shape. */
function linked(from: string, shape: RegExp): (page: Page) => Promise<string> {
  return async (page) => {
    await page.goto(from);
    const links = await page
      .getByRole("main")
      .getByRole("link")
      .evaluateAll((all) => all.map((link) => new URL((link as HTMLAnchorElement).href).pathname));
    const found = links.find((link) => shape.test(link));
    if (found === undefined) throw new Error(`${from} has no link like ${shape}`);
    return found;
  };
}

const ID = "[0-9a-f]{32}";

/** Every page of the router that can be opened as it is. */
export const PLACES: Place[] = [
  { pattern: "/", reader: "guest", at: here("/") },
  { pattern: "/series", reader: "guest", at: here("/series") },
  { pattern: "/series/:series", reader: "guest", at: here("/series/ordinary-days") },
  { pattern: "/series/:series/:article", reader: "guest", at: here(ARTICLE.at) },
  { pattern: "/prompts/:prompt", reader: "guest", at: linked(ARTICLE.at, new RegExp(`^/prompts/`)) },
  { pattern: "/reflections/:id", reader: "guest", at: linked(ARTICLE.at, new RegExp(`^/reflections/${ID}$`)) },
  { pattern: "/stories", reader: "guest", at: here("/stories") },
  { pattern: "/stories/:id", reader: "guest", at: linked("/stories", new RegExp(`^/stories/${ID}$`)) },
  { pattern: "/shout-outs", reader: "guest", at: here("/shout-outs") },
  { pattern: "/shout-outs/:id", reader: "guest", at: linked("/shout-outs", new RegExp(`^/shout-outs/${ID}$`)) },
  { pattern: "/rituals", reader: "guest", at: here("/rituals") },
  { pattern: "/rituals/:id", reader: "guest", at: linked("/rituals", new RegExp(`^/rituals/${ID}$`)) },
  { pattern: "/comments/:id", reader: "guest", at: linked(ARTICLE.at, new RegExp(`^/comments/${ID}$`)) },
  { pattern: "/report/:thing", reader: "guest", at: linked(ARTICLE.at, new RegExp(`^/report/comment-${ID}$`)) },
  { pattern: "/join", reader: "guest", at: here("/join") },
  { pattern: "/sign-in", reader: "guest", at: here("/sign-in") },
  { pattern: "/recover", reader: "guest", at: here("/recover") },
  { pattern: "/help", reader: "guest", at: here("/help") },
  { pattern: "/help/ask", reader: "guest", at: here("/help/ask") },
  { pattern: "/privacy", reader: "guest", at: here("/privacy") },
  { pattern: "/rules", reader: "guest", at: here("/rules") },
  { pattern: "/guide", reader: "guest", at: here("/guide") },
  { pattern: "/me", reader: "member", at: here("/me") },
  { pattern: "/farewell", reader: "guest", at: here("/farewell") },
  { pattern: "/me/outbox", reader: "guest", at: here("/me/outbox") },
  { pattern: "/me/export", reader: "member", at: here("/me/export") },
  { pattern: "/me/erase", reader: "member", at: here("/me/erase") },
  { pattern: "/me/codes", reader: "member", at: here("/me/codes") },
  { pattern: "/me/confirm", reader: "member", at: here("/me/confirm") },
  { pattern: "/me/notifications", reader: "member", at: here("/me/notifications") },
  { pattern: "/me/people", reader: "member", at: here("/me/people") },
  {
    pattern: "/people/:thing",
    reader: "member",
    at: async (page) => {
      const story = await linked("/stories", new RegExp(`^/stories/${ID}$`))(page);
      return story.replace("/stories/", "/people/story-");
    },
  },
  { pattern: "/stories/new", reader: "member", at: here("/stories/new") },
  { pattern: "/rituals/new", reader: "member", at: here("/rituals/new") },
  { pattern: "/me/decisions", reader: "member", at: here("/me/decisions") },
  { pattern: "/moderation", reader: "keeper", at: here("/moderation") },
  { pattern: "/moderation/log", reader: "keeper", at: here("/moderation/log") },
  { pattern: "/care", reader: "keeper", at: here("/care") },
  { pattern: "/house", reader: "keeper", at: here("/house") },
  { pattern: "/house/:page", reader: "keeper", at: here("/house/rules") },
  {
    pattern: "/moderation/:thing",
    reader: "keeper",
    at: async (page) => (await linked("/stories", new RegExp(`^/stories/${ID}$`))(page)).replace("/stories/", "/moderation/story-"),
  },
  { pattern: "/editor", reader: "keeper", at: here("/editor") },
  { pattern: "/editor/:id", reader: "keeper", at: here("/editor/new") },
];

/** Pages that only open with something of one's own; the tests of their rooms go there. */
export const OWN = ["/me/decisions/:id", "/stories/:id/edit", "/rituals/:id/edit", "/recover/:secret", "/help/:secret", "/care/:id"];

/** The patterns of the router, read from the app itself. */
export function router(): string[] {
  const layout = fileURLToPath(new URL("../../app/src/layout.rs", import.meta.url));
  const source = readFileSync(layout, "utf8");
  return [...source.matchAll(/path=path!\("([^"]+)"\)/g)].map(([, pattern]) => pattern ?? "");
}
