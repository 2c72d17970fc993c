// What pages must bear: names and values of all kinds, and whatever goes wrong.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, open, run } from "./browser";

let browser: Browser;
let failed: string;
beforeAll(async () => {
  browser = await launch();
  await run("/assets/materialize", { assets: ["hostile"] });
  await run("/assets/materialize", { assets: ["fresh"] });
  failed = await run("/assets/materialize", { assets: ["above", "below"] });
  await run("/assets/materialize", { assets: ["above", "below"] });
  await run("/assets/materialize", { selection: "group:long" });
  await run("/assets/materialize", { assets: ["daily"], partition_range: ["2026-01-10", "2026-01-14"] });
  await run("/assets/materialize", { assets: ["cube"], partition_key: "2026-01-02|eu|free" });
});
afterAll(() => browser?.close());

const isHurt = (page: Page) => page.evaluate(() => "hurt" in globalThis);
const isTooWide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

describe("home", () => {
  it("says why runs failed, those that failed alike once", async () => {
    const { page, complaints, close } = await open(browser, "/");
    const item = page.locator(".item").filter({ hasText: "no connection" });
    await item.getByText("ValueError").waitFor();
    expect(await item.count()).toBe(1);
    await item.getByText("×2").click();
    await item.getByRole("link", { name: failed.slice(0, 8) }).waitFor();
    await page.locator(".item").filter({ hasText: "could not be evaluated: ValueError the check is broken" }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });
});

describe("an asset", () => {
  it("with hostile texts shows them and runs nothing, and keeps what is long short", async () => {
    const { page, complaints, close } = await open(browser, "/asset?key=hostile", { width: 400 });
    await page.getByText("<script>window.hurt = 1</script>", { exact: false }).first().waitFor();
    expect((await page.locator("main").innerText()).length).toBeLessThan(20_000);
    await page.getByRole("button", { name: "Show all, 1.0 MB" }).click();
    await page.getByText("a copy has all", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Show 192 more tags" }).click();
    await page.getByText("tag199=value199").waitFor();
    await page.getByText("builtins.dict").waitFor();
    await page.getByLabel("Filter columns").fill("id");
    const row = page.getByRole("row").filter({ hasText: "not null" });
    await row.getByRole("link", { name: /n$/ }).waitFor();
    expect(await page.locator("a[href^='javascript']").count()).toBe(0);
    expect(await isHurt(page)).toBe(false);
    expect(await isTooWide(page)).toBe(false);
    expect(complaints).toEqual([]);
    await close();
  });

  it("that was not made says whose fault it was", async () => {
    const { page, close } = await open(browser, "/asset?key=below");
    await page.getByText("Not made: above failed before it").waitFor();
    await page.getByText("no connection").waitFor();
    await page.getByRole("link", { name: /^Open run/ }).click();
    await page.waitForURL(/\/runs\//);
    await close();
  });

  it("whose check could not be evaluated does not call it never evaluated", async () => {
    const { page, close } = await open(browser, "/assets?q=group:long");
    await page.getByRole("row").nth(1).getByRole("cell").nth(2).click();
    await page.getByRole("link", { name: "Checks (1)" }).click();
    await page.getByText("Could not be evaluated").waitFor();
    await page.getByText("the check is broken").waitFor();
    await close();
  });

  it("says how often it is to be made, and that it was", async () => {
    const { page, close } = await open(browser, "/asset?key=fresh");
    await page.getByText("made at least every 1 d").waitFor();
    await page.getByText("Fresh", { exact: true }).waitFor();
    await close();
  });
});

describe("partitions", () => {
  it("are selected by words, and the selection is in the address", async () => {
    const { page, close } = await open(browser, "/asset?key=daily&view=partitions");
    await page.getByLabel("Partitions", { exact: true }).fill("failed");
    await page.waitForURL(/range=failed/);
    await page.getByRole("button", { name: "Failed 5" }).click();
    expect(await page.getByRole("button", { name: "Materialize 2026-01-10...2026-01-14" }).count()).toBe(1);
    await page.getByRole("button", { name: "Materialize these partitions" }).click();
    await page.getByRole("dialog").getByText("One run").waitFor();
    await close();
  });

  it("of three dimensions are looked at two by two", async () => {
    const { page, close } = await open(browser, "/asset?key=cube&view=partitions");
    await page.getByLabel("Key of tier").selectOption("free");
    await page.waitForURL(/at=tier/);
    const cells = page.getByRole("row").filter({ hasText: "eu" }).first().getByRole("cell");
    await page.locator(".heat .bg-success").first().waitFor();
    await cells.click({ position: { x: 3, y: 5 } });
    await page.waitForURL(/range=2026-01-01/);
    expect(await page.getByLabel("Partitions", { exact: true }).inputValue()).toBe("2026-01-01|eu|free");
    await close();
  });
});
