// Three honest states: while nothing is known nothing is claimed, and what goes wrong is said.
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, open } from "./browser";
import { PAGES } from "./list";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const ID = "00000000-0000-4000-8000-000000000000";
const ANSWERED = PAGES.filter(([name]) => !["no page", "settings"].includes(name)).map(([name, path]): [string, string] => [
  name,
  path({ failed: ID, mapped: ID }),
]);

/** Opens a page of whose questions, but for who asks and the news, something becomes. */
async function openWith(
  path: string,
  answer: (route: Route) => Promise<void>,
): Promise<{ page: Page; close: () => Promise<void> }> {
  const { page, close } = await open(browser, "/favicon.svg");
  await page.route(/\/api\/v1\/(?!me|events)/, answer);
  await page.goto(path);
  return { page, close };
}

describe.each(ANSWERED)("%s", (_, path) => {
  it("claims nothing before the answer is there", async () => {
    const { page, close } = await openWith(path, () => new Promise(() => {}));
    await page.locator(".ghost, .graph-wait, [role=status]:has-text('Loading')").first().waitFor({ state: "visible" });
    expect(await page.locator(".none, .failed").count()).toBe(0);
    expect(await page.locator("main").innerText()).not.toMatch(/There are no|never|Nothing|\b0 (assets|runs|jobs)/i);
    await close();
  });

  it("says what went wrong, and does not call it empty", async () => {
    const { page, close } = await openWith(path, (route) =>
      route.fulfill({
        status: 500,
        json: { error: { kind: "internal", message: "The disk is full.", error: null, problems: [] } },
      }),
    );
    await page.getByRole("alert").getByText("The disk is full.").first().waitFor();
    expect(await page.locator(".none").count()).toBe(0);
    await close();
  });
});
