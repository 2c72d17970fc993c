// What pages must bear: names and values of all kinds, and whatever goes wrong.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, finished, launch, open, run } from "./browser";
import { faultsOf } from "./faults";

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

describe("the launchpad", () => {
  it("has fields for lists, mappings and what must be given, and says what is wrong where", async () => {
    const { page, complaints, close } = await open(browser, "/job?name=reading&view=launch");
    await page.getByText("Must be given.").first().waitFor();
    await page.getByLabel("url").fill("u");
    await page.getByRole("button", { name: "Add an item to hosts" }).click();
    await page.getByRole("group", { name: "hosts" }).getByLabel("host *").fill("db");
    await page.getByLabel("New name in limits").fill("rows");
    await page.keyboard.press("Enter");
    await page.getByRole("group", { name: "limits" }).getByLabel("rows *").fill("many");
    const text = page.getByRole("textbox", { name: "Run config as YAML" });
    await page.getByRole("button", { name: "Line 8" }).click();
    expect(await text.evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd))).toBe(
      "rows",
    );
    await page.getByRole("group", { name: "limits" }).getByText("Expected Int", { exact: false }).waitFor();
    await page.getByRole("group", { name: "limits" }).getByLabel("rows *").fill("3");
    await page.getByText("The config fits", { exact: false }).waitFor();
    expect(await text.inputValue()).toBe(
      "ops:\n  read:\n    config:\n      url: u\n      hosts:\n        - host: db\n      limits:\n        rows: 3\n",
    );
    await text.fill("ops: [");
    await page.getByText("The text is no YAML yet", { exact: false }).waitFor();
    expect(await page.getByRole("button", { name: "Launch run" }).isDisabled()).toBe(true);
    expect(complaints).toEqual([]);
    await close();
  });

  it("lets one choose between what excludes each other", async () => {
    const { page, close } = await open(browser, "/job?name=choosing&view=launch");
    await page.getByLabel("place").selectOption("file");
    await page.getByLabel("path").fill("/x");
    await page.getByText("The config fits", { exact: false }).waitFor();
    await page.getByLabel("place").selectOption("table");
    await page.getByLabel("table").last().fill("t");
    await page.getByText("The config fits", { exact: false }).waitFor();
    expect(await page.getByRole("textbox", { name: "Run config as YAML" }).inputValue()).toContain("place:\n        table: t");
    await close();
  });
});

describe("pools", () => {
  it("say who waits for a slot, and give slots back after a look at whose they are", async () => {
    await ask("/pools/limit", { name: "db", limit: 1 });
    const ids = [];
    for (let n = 0; n < 2; n++) ids.push((await ask<{ run_ids: [string] }>("/runs/launch", { job: "pooled" })).run_ids[0]);
    const { page, close } = await open(browser, "/system?view=pools");
    await page.getByText("1 of 1").waitFor();
    await page.getByRole("row").filter({ hasText: "db" }).getByRole("button", { name: "Free slots" }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByRole("button", { name: "Free 0 slots" }).isDisabled()).toBe(true);
    await dialog.getByRole("checkbox").first().check();
    await dialog.getByRole("button", { name: "Free 1 slot" }).click();
    await page.getByText("1 slot of db taken back").waitFor();
    await page.getByRole("status").getByRole("link", { name: "Record" }).click();
    await page.getByRole("row").filter({ hasText: "free slots of pools" }).waitFor();
    await ask("/runs/cancel", { run_ids: ids, force: true });
    for (const id of ids) await finished(id);
    await close();
  });
});

describe("when something breaks", () => {
  it("a token that expires is asked for over the page, which stays as it was", async () => {
    const { page, close } = await open(browser, "/job?name=reading&view=launch");
    await page.getByLabel("url").fill("typed before");
    const refused = { status: 401, json: { error: { kind: "unauthorized", message: "Log in.", error: null, problems: [] } } };
    await page.route(/\/api\/v1\/(?!login)/, (route) => route.fulfill(refused));
    await page.route(/\/api\/v1\/login/, (route) => route.fulfill({ json: {} }));
    await page.getByLabel("url").fill("typed after");
    const dialog = page.getByRole("dialog", { name: "Log in again" });
    await dialog.getByLabel("Token").fill("new");
    await page.unroute(/\/api\/v1\/(?!login)/);
    await dialog.getByRole("button", { name: "Log in" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(await page.getByLabel("url").inputValue()).toBe("typed after");
    await close();
  });

  it("a config is checked again when the server is back", async () => {
    const { page, close } = await open(browser, "/job?name=reading&view=launch");
    await page.getByText("Must be given.").first().waitFor();
    await page.route(/\/api\/v1\/job\/check/, (route) => route.abort());
    await page.getByLabel("url").fill("u");
    await page.getByRole("region", { name: "Plan" }).getByText("The server does not answer.").waitFor();
    await page.unroute(/\/api\/v1\/job\/check/);
    await ask("/locations/reload", {});
    await page.getByText("The config fits", { exact: false }).waitFor();
    await close();
  });

  it("code that the server no longer has is said to be missing, and other pages work", async () => {
    const { page, close } = await open(browser, "/");
    await page.getByRole("heading", { name: "Runs", exact: true }).waitFor();
    await page.route(/assets\/list-.*\.js/, (route) => route.fulfill({ status: 404, body: "" }));
    await page.getByRole("link", { name: "Jobs" }).click();
    await page.getByRole("alert").getByText("could not be loaded from the server").waitFor();
    await page.getByRole("link", { name: "Assets" }).click();
    await page.getByRole("row").nth(1).waitFor();
    await close();
  });

  it("an answer that makes no sense breaks one page, not all", async () => {
    const { page, close } = await open(browser, "/");
    await page.route(/\/api\/v1\/asset\?/, (route) => route.fulfill({ json: { asset: { key: "fresh" } } }));
    await page.goto("/asset?key=fresh");
    await page.getByRole("alert").getByText("This page cannot be shown").waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("r");
    await page.getByRole("row").nth(1).waitFor();
    await close();
  });

  it("what can no longer be asked for is said to be old", async () => {
    const { page, close } = await open(browser, "/asset?key=fresh");
    await page.getByText("made at least every 1 d").waitFor();
    await page.route(/\/api\/v1\/asset\?/, (route) =>
      route.fulfill({
        status: 500,
        json: { error: { kind: "internal", message: "The disk is full.", error: null, problems: [] } },
      }),
    );
    await run("/assets/materialize", { assets: ["fresh"] });
    await page.getByText("What is shown may be old: The disk is full.").waitFor();
    await page.unroute(/\/api\/v1\/asset\?/);
    await run("/assets/materialize", { assets: ["fresh"] });
    await page.getByText("What is shown may be old", { exact: false }).waitFor({ state: "detached" });
    await close();
  });
});

describe("search", () => {
  it("does what it is told to what it finds", async () => {
    const { page, close } = await open(browser, "/");
    await page.getByRole("heading", { name: "Runs", exact: true }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search" }).fill("materialize fresh");
    await page.getByRole("option", { name: "Materialize fresh" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Materialize 1 asset" }).waitFor();
    await close();
  });
});

const LOOKED_AT: [string, string, (page: Page) => Promise<unknown>][] = [
  ["home", "/", (page) => page.getByText("×2").click()],
  ["an asset", "/asset?key=hostile", (page) => page.getByRole("button", { name: "Show all, 1.0 MB" }).click()],
  ["an asset that was not made", "/asset?key=below", (page) => page.getByText("Not made", { exact: false }).waitFor()],
  ["three dimensions", "/asset?key=cube&view=partitions", (page) => page.getByLabel("Key of tier").waitFor()],
  ["ranges", "/asset?key=daily&view=partitions&range=failed", (page) => page.getByText("2026-01-10").first().waitFor()],
  ["a form", "/job?name=reading&view=launch", (page) => page.getByRole("button", { name: "Add an item to hosts" }).click()],
  ["choices", "/job?name=choosing&view=launch", (page) => page.getByLabel("place").selectOption("file")],
];

describe.each(LOOKED_AT)("%s", (_, path, act) => {
  it("keeps nobody out, light and dark, and is nowhere too wide", async () => {
    const { page, complaints, close } = await open(browser, path);
    await act(page);
    for (const [width, theme] of [
      [1280, "light"],
      [2560, "dark"],
      [400, "light"],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await page.locator(`[data-theme=${theme}]`).waitFor({ state: "attached" });
      expect(await faultsOf(page), `${width} px, ${theme}`).toEqual([]);
      expect(await isTooWide(page), `${width} px`).toBe(false);
    }
    expect(complaints).toEqual([]);
    await close();
  });
});

describe("what was done", () => {
  it("is taken back where it can be", async () => {
    await ask("/dynamic-partitions/add", { name: "files", keys: ["a.csv", "b.csv"] });
    const { page, close } = await open(browser, "/system?view=partitions&at=files");
    await page.getByRole("button", { name: "Delete a.csv" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete 1 key" }).click();
    await page.getByText("1 key", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("2 keys", { exact: true }).waitFor();
    await close();
  });
});
