import { expect, type Page } from "@playwright/test";

/** A member as a test knows one. */
export interface Person {
  handle: string;
  password: string;
  /** The one-time recovery codes shown after joining. */
  codes: string[];
}

/** A handle and a password that nobody else has. */
export function newPerson(): Person {
  const id = crypto.randomUUID().replaceAll("-", "");
  return {
    handle: `reader-${id.slice(0, 10)}`,
    password: `harbour lantern ${id.slice(10, 22)}`,
    codes: [],
  };
}

export async function join(
  page: Page,
  person: Person,
  ready: () => Promise<void>,
): Promise<Person> {
  await page.goto("/join");
  await ready();
  await page.getByLabel("Handle").fill(person.handle);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("checkbox", { name: /18/ }).check();
  await page.getByRole("button", { name: "Join", exact: true }).click();
  const codes = page.getByRole("list", { name: /recovery codes/i });
  await expect(codes).toBeVisible();
  return { ...person, codes: (await codes.getByRole("listitem").allInnerTexts()).map((c) => c.trim()) };
}

export async function signIn(
  page: Page,
  person: Person,
  ready: () => Promise<void>,
): Promise<void> {
  await page.goto("/sign-in");
  await ready();
  await page.getByLabel("Handle").fill(person.handle);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("main").getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).not.toHaveURL(/\/sign-in/);
}

export async function signOut(page: Page, ready: () => Promise<void>): Promise<void> {
  await page.goto("/me");
  await ready();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page.getByRole("link", { name: "Sign in", exact: true }).first()).toBeVisible();
}
