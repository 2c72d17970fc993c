// The pages with 10,000 assets: what is shown stays small, what is asked stays little.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, open, run } from "./browser";

let browser: Browser;
let last: string;

beforeAll(async () => {
  browser = await launch();
  last = await run("/assets/materialize", { selection: 'group:"group_000" and not key:"group_000/table_099"' });
});
afterAll(() => browser?.close());

const elements = (page: Page): Promise<number> => page.evaluate(() => document.querySelectorAll("*").length);

/** What the page has asked for so far: how often, and the bytes of scripts and styles as they came over the wire. */
const asked = (page: Page): Promise<{ requests: number; codeBytes: number }> =>
  page.evaluate(() => {
    const all = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
    return {
      requests: all.filter((each) => each.name.includes("/api/")).length,
      codeBytes: all.filter((each) => /\.(js|css)$/.test(each.name)).reduce((sum, each) => sum + each.encodedBodySize, 0),
    };
  });

describe("with 10,000 assets", () => {
  it("the table is narrowed, sorted and scrolled, and has only the rows that are seen", async () => {
    const { page, complaints, close } = await open(browser, "/assets");
    await page.locator(".chips").getByText("10,000 assets").waitFor();
    await page.getByRole("row").nth(5).waitFor();
    expect(await elements(page)).toBeLessThan(2000);
    await page.getByRole("combobox", { name: "Select assets" }).fill("group:group_042 and kind:sql");
    await page.getByRole("row").filter({ hasText: "group_042/" }).first().waitFor();
    await page.getByRole("combobox", { name: "Select assets" }).fill('1+key:"group_001/table_000"');
    await page
      .locator(".chips")
      .getByText(/^[123] assets?$/)
      .waitFor();
    await page.getByRole("combobox", { name: "Select assets" }).fill("");
    await page.locator(".chips").getByText("10,000 assets").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("columnheader", { name: "Materialized" }).getByRole("button").click();
    await page.getByRole("row").filter({ hasText: "group_000/" }).first().waitFor();
    await page.locator(".table-body").evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await page.locator("[aria-rowindex='10001']").waitFor();
    expect(await elements(page)).toBeLessThan(2000);
    expect(complaints).toEqual([]);
    await close();
  });

  it("the tree opens group by group", async () => {
    const { page, close } = await open(browser, "/assets?view=tree");
    await page.getByRole("treeitem").first().focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/key=group_000\/table_000/);
    await close();
  });

  it("the graph shows groups first, then all at once, and moves without asking anything", async () => {
    const { page, complaints, close } = await open(browser, "/graph");
    await page.locator(".graph[data-laid='100']").waitFor();
    await page.getByRole("button", { name: "Open all groups" }).click();
    await page.locator(".graph[data-laid='10000']").waitFor();
    const before = await asked(page);
    const frames = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let count = 0;
          const next = () => (++count < 30 ? requestAnimationFrame(next) : resolve(count));
          requestAnimationFrame(next);
        }),
    );
    await page.mouse.move(700, 400);
    await page.mouse.down();
    for (let step = 0; step < 30; step++) await page.mouse.move(700 - step * 8, 400 - step * 4);
    await page.mouse.up();
    expect(await frames).toBe(30);
    await page.mouse.wheel(0, -600);
    expect((await asked(page)).requests).toBe(before.requests);
    expect(complaints).toEqual([]);
    await close();
  });

  it("search finds any of them", async () => {
    const { page, close } = await open(browser, "/");
    await page.getByRole("navigation", { name: "Pages" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search" }).fill("077/table_055");
    await page
      .getByRole("option", { name: /group_077\/table_055/ })
      .first()
      .click();
    await page.waitForURL(/group_077\/table_055/);
    await close();
  });

  it("a run of a whole group is shown as steps in time, as a graph, and beside other runs", async () => {
    const { page, complaints, close } = await open(browser, `/runs/${last}`);
    await page.getByRole("img", { name: "99 steps in time", exact: false }).waitFor();
    await page.getByRole("link", { name: "Graph", exact: true }).last().click();
    await page.locator(".graph[data-laid='99']").waitFor();
    await page.goto("/runs?view=grid");
    await page
      .getByRole("link", { name: /group_000__table_000.*Succeeded|Succeeded.*group_000/ })
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it.each(["/", "/assets", "/runs", "/graph"])("%s loads little code and asks little", async (path) => {
    const { page, close } = await open(browser, path);
    await page.locator("main .content > *").first().waitFor();
    await page.waitForLoadState("networkidle").catch(() => undefined);
    const { requests, codeBytes } = await asked(page);
    expect(codeBytes).toBeLessThan(150_000);
    expect(requests).toBeLessThanOrEqual(7);
    await close();
  });
});
