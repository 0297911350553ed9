import { expect, test } from "./support/chorus.js";
import { own, tellStory } from "./support/shares.js";

test("what someone reports is hidden, its author says why not, and it is back", async ({
  page,
  another,
  join,
  asRole,
  hydrated,
  noReload,
}) => {
  await join(page);
  const title = own("The room at the pier");
  const at = await tellStory(page, hydrated, { title, body: "I work there.", anonymous: true });

  const reader = await another();
  await reader.goto(at);
  await hydrated(reader);
  const stays = await noReload(reader);
  await reader.getByRole("link", { name: "Report this story" }).click();
  const report = reader.getByRole("form", { name: "Report" });
  await report.getByRole("radio", { name: "It says who someone is" }).check();
  await report.getByRole("button", { name: "Report it" }).click();
  await expect(reader.getByRole("main")).toContainText("Nobody is told who reported it.");
  await stays();

  const moderator = await another();
  await asRole(moderator, "moderator");
  await moderator.goto("/moderation");
  await hydrated(moderator);
  const reported = moderator
    .getByRole("region", { name: "Reported" })
    .getByRole("listitem")
    .filter({ hasText: title });
  await expect(reported).toContainText("Reported by one person");
  await reported.getByRole("link", { name: "Decide" }).click();
  const decide = moderator.getByRole("form", { name: "Decide" });
  await hydrated(moderator);
  await decide.getByRole("link", { name: "Names someone" }).click();
  await decide.getByRole("radio", { name: /^Take it out of sight/ }).check();
  await expect(decide.getByLabel("Why")).toHaveValue(/^It says who someone is/);
  await decide.getByRole("button", { name: "Decide" }).click();
  await expect(moderator.getByRole("main")).toContainText("It is out of sight.");

  await page.goto("/me");
  await hydrated(page);
  await page.getByRole("link", { name: "Your story was taken out of sight." }).click();
  await expect(page.getByRole("main")).toContainText("It says who someone is.");
  const appeal = page.getByRole("form", { name: "Say something to the decision" });
  await appeal.getByLabel("What should they know?").fill("I mean myself.");
  await appeal.getByRole("button", { name: "Send it" }).click();
  await expect(page.getByRole("main")).toContainText("Somebody reads it.");

  const host = await another();
  await asRole(host, "host");
  await host.goto("/moderation");
  await hydrated(host);
  const asked = host
    .getByRole("region", { name: "Seen differently by their authors" })
    .getByRole("listitem")
    .filter({ hasText: "I mean myself." });
  await asked.locator("summary").filter({ hasText: "Answer" }).click();
  await asked.getByRole("radio", { name: "Take the decision back" }).check();
  await asked.getByLabel("Your answer").fill("Thank you. It is back.");
  await asked.getByRole("button", { name: "Answer" }).click();
  await expect(asked).toHaveCount(0);

  await page.reload();
  await expect(page.getByRole("main")).toContainText("Thank you. It is back.");
  await reader.goto(at);
  await expect(reader.getByRole("heading", { level: 1, name: title })).toBeVisible();
});
