// What people do with the pages, from click to the record of it.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, finished, launch, open, run } from "./browser";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const runIdOf = (url: string): string => /\/runs\/([0-9a-f-]{36})/.exec(url)![1]!;

describe("assets", () => {
  it("are materialized from their page, and the run is followed live", async () => {
    const { page, close } = await open(browser, "/asset?key=names");
    await page.getByRole("button", { name: "Materialize", exact: false }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Materialize 1 asset" }).click();
    await page.waitForURL(/\/runs\//);
    await page.locator(".header").getByText("Succeeded").waitFor();
    await page.getByText("cleaned 997 names").waitFor();
    await page.getByText("cleaning names").waitFor();
    await close();
  });

  it("are selected by text, facets and address alike", async () => {
    const { page, close } = await open(browser, "/assets");
    await page.getByRole("row").nth(1).waitFor();
    await page.getByRole("complementary", { name: "Facets" }).getByRole("button", { name: /^raw/ }).click();
    await page.waitForURL(/group/);
    expect(await page.getByRole("row").count()).toBe(4);
    await page.getByRole("combobox", { name: "Select assets" }).fill("key:report+");
    await page.locator(".chips").getByText("2 assets").waitFor();
    await page.goBack();
    await page.locator(".chips").getByText("8 assets").waitFor();
    await page.getByRole("row").filter({ hasText: "orders" }).getByRole("cell").nth(2).click();
    await page.waitForURL(/asset\?key=orders/);
    await page.goBack();
    await page.getByRole("combobox", { name: "Select assets" }).fill("colour:red");
    await page.getByRole("alert").getByText('no attribute "colour"').waitFor();
    await close();
  });

  it("are materialized for partitions that are dragged over", async () => {
    const { page, close } = await open(browser, "/asset?key=orders&view=partitions");
    const bar = (await page.locator(".ranges").first().boundingBox())!;
    await page.mouse.move(bar.x + bar.width * 0.95, bar.y + 5);
    await page.mouse.down();
    await page.mouse.up();
    await page.getByRole("button", { name: "Materialize these partitions" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Materialize 1 asset" }).click();
    await page.waitForURL(/\/runs\//);
    expect(await finished(runIdOf(page.url()))).toBe("SUCCESS");
    await page.locator(".header").getByText("2026-08-10", { exact: true }).waitFor();
    await close();
  });

  it("tell how two materializations differ", async () => {
    await run("/assets/materialize", { assets: ["users"] });
    await run("/assets/materialize", { assets: ["users"] });
    const { page, close } = await open(browser, "/asset?key=users&view=events&type=materialization");
    await page.getByRole("checkbox", { name: "Compare" }).nth(0).check();
    await page.getByRole("checkbox", { name: "Compare" }).nth(1).check();
    await page
      .getByText(/data_version|They tell the same/)
      .first()
      .waitFor();
    await close();
  });

  it("are reported and wiped by hand, after the key was typed", async () => {
    const { page, close } = await open(browser, "/asset?key=mail");
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Report an event" }).click();
    await page.getByLabel("Metadata").fill("rows=3");
    await page.getByRole("button", { name: "Record materialization" }).click();
    await page.locator(".header").getByText("Materialized").waitFor();
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Wipe what is known" }).click();
    expect(await page.getByRole("button", { name: "Wipe everything" }).isDisabled()).toBe(true);
    await page.getByLabel("Type the key to be sure").fill("mail");
    await page.getByRole("button", { name: "Wipe everything" }).click();
    await page.locator(".header").getByText("Missing").waitFor();
    await close();
  });

  it("are observed, and their checks evaluated, without being made", async () => {
    const { page, close } = await open(browser, "/asset?key=mailbox");
    await page.getByRole("button", { name: "More actions" }).click();
    expect(await page.getByRole("menuitem", { name: "Materialize", exact: false }).first().isDisabled()).toBe(true);
    await page.getByRole("menuitem", { name: "Observe" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Observe 1 asset" }).click();
    await page.waitForURL(/\/runs\//);
    await page.locator(".header").getByText("Succeeded").waitFor();
    await page.goto("/asset?key=mailbox&view=events");
    await page
      .getByRole("button", { name: /^Observed/ })
      .first()
      .waitFor();
    await page.goto("/asset?key=users&view=checks");
    await page.getByRole("button", { name: "Evaluate", exact: true }).click();
    await page.waitForURL(/\/runs\//);
    await page.locator(".header").getByText("Succeeded").waitFor();
    await page.getByRole("link", { name: "Made (1)" }).click();
    await page.getByText("has_rows").waitFor();
    await page.getByText("made no assets").waitFor();
    await close();
  });

  it("are stale when what they were made from has changed, and say so", async () => {
    await run("/assets/materialize", { assets: ["users", "names"] });
    await run("/assets/materialize", { assets: ["users"] });
    const { page, close } = await open(browser, "/assets?q=status:STALE");
    await page.getByRole("row").filter({ hasText: "names" }).getByText("Stale").waitFor();
    await page.goto("/asset?key=names");
    await page.getByText("users has changed", { exact: false }).waitFor();
    await run("/assets/materialize", { assets: ["names"] });
    await page.locator(".header").getByText("Materialized").waitFor();
    await close();
  });

  it("that do not exist are said not to, never shown as empty", async () => {
    const { page, close } = await open(browser, "/asset?key=nothing");
    await page.getByRole("alert").getByText("nothing", { exact: false }).first().waitFor();
    expect(await page.getByText("Never materialized").count()).toBe(0);
    await close();
  });
});

describe("dialogs", () => {
  it("have the focus as soon as they are there, so that nothing typed goes astray", async () => {
    const { page, close } = await open(browser, "/asset?key=mail");
    await page.getByRole("button", { name: "More actions" }).click();
    const focused = await page.getByRole("menuitem", { name: "Wipe what is known" }).evaluate(async (item: HTMLElement) => {
      item.click();
      while (!document.querySelector(".dialog")) await Promise.resolve();
      return document.activeElement?.closest(".dialog") !== null;
    });
    expect(focused).toBe(true);
    await close();
  });

  it("keep what was typed while the page goes on living, and give the focus back", async () => {
    const { page, close } = await open(browser, "/asset?key=users");
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Wipe what is known" }).click();
    await page.getByLabel("Type the key to be sure").fill("use");
    const told = page.waitForResponse((answer) => answer.url().includes("/api/v1/asset?key=users") && answer.ok());
    await run("/assets/materialize", { assets: ["users"] });
    await told;
    await page.keyboard.type("rs");
    expect(await page.getByLabel("Type the key to be sure").inputValue()).toBe("users");
    for (let step = 0; step < 8; step++) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.closest(".dialog") !== null)).toBe(true);
    }
    await page.keyboard.press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("More actions");
    await close();
  });
});

describe("home", () => {
  it("keeps failures until they are marked as seen", async () => {
    const id = await run("/assets/materialize", { assets: ["report"] });
    const { page, close } = await open(browser, "/");
    await page.getByText(id.slice(0, 8)).waitFor();
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await page.reload();
    await page.getByText(id.slice(0, 8)).waitFor();
    await page.getByRole("button", { name: "Mark as seen" }).click();
    await page.getByText(id.slice(0, 8)).waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("heading", { name: "Runs", exact: true }).waitFor();
    expect(await page.getByText(id.slice(0, 8)).count()).toBe(0);
    await close();
  });
});

describe("runs", () => {
  it("that failed show the user's line first, and are repeated from failure", async () => {
    const id = await run("/assets/materialize", { assets: ["report", "mail"] });
    const { page, close } = await open(browser, `/runs/${id}`);
    await page.locator(".error-card .here").getByText("return int(text)").waitFor();
    expect(await page.locator(".error-message").first().innerText()).toContain(
      "ValueError invalid literal for int() with base 10: 'x'",
    );
    await page
      .locator(".log")
      .getByRole("button", { name: /\d errors?/ })
      .waitFor();
    await page.keyboard.press("e");
    await page.waitForURL(/at=e\d+/);
    await page
      .getByRole("button", { name: /^Re-execute from failure/ })
      .first()
      .click();
    await page.waitForURL((url) => url.pathname.startsWith("/runs/") && !url.pathname.includes(id));
    await finished(runIdOf(page.url()));
    await page.locator(".repeats").getByRole("link").nth(1).waitFor();
    await close();
  });

  it("are canceled while they print", async () => {
    const {
      run_ids: [id],
    } = await ask<{ run_ids: [string] }>("/runs/launch", { job: "sleepy" });
    const { page, close } = await open(browser, `/runs/${id}`);
    await page.getByText("tick 1", { exact: true }).waitFor();
    // What comes is told by the stream: only the new pieces are asked for.
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.getByText("tick 5", { exact: true }).waitFor();
    expect(asked.filter((path) => path.endsWith("/output"))).toEqual([]);
    expect(new Set(await page.locator(".log-text").filter({ hasText: /^tick/ }).allTextContents()).size).toBe(
      await page.locator(".log-text").filter({ hasText: /^tick/ }).count(),
    );
    await page.getByRole("button", { name: "Cancel run" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel 1 run" }).click();
    await page.locator(".header").getByText("Canceled").waitFor({ timeout: 20_000 });
    await close();
  });

  it("are filtered in the address, selected by keyboard and deleted after a look at what goes", async () => {
    const id = await run("/runs/launch", { job: "loading", run_config: { ops: { load: { config: { path: "/x" } } } } });
    const { page, close } = await open(browser, `/runs?q=${id.slice(0, 8)}`);
    await page.getByRole("row").nth(1).waitFor();
    expect(await page.getByRole("row").count()).toBe(2);
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.getByText("1 run selected").waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByText(id.slice(0, 8)).waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Delete 1 run" }).click();
    await page.getByText("No run fits this filter").waitFor();
    await close();
  });

  it("appear in the list by themselves", async () => {
    const { page, close } = await open(browser, "/runs");
    await page.getByRole("row").nth(1).waitFor();
    const {
      run_ids: [id],
    } = await ask<{ run_ids: [string] }>("/assets/materialize", { assets: ["users"] });
    await page.getByText(id.slice(0, 8)).waitFor();
    await close();
  });

  it("show the items of a map as one row, and all steps as a table", async () => {
    const id = await run("/runs/launch", {
      job: "nested",
      run_config: { ops: { doubled_all: { ops: { double: { config: { mode: "fast" } } } } } },
    });
    const { page, close } = await open(browser, `/runs/${id}`);
    await page.getByRole("img", { name: "23 steps in time", exact: false }).waitFor();
    // The map is one row in its graph, until it is opened.
    const rows = () => page.locator(".timeline-room").evaluate((room) => Math.round((room.clientHeight - 22) / 22));
    expect(await rows()).toBe(5);
    await page.locator(".timeline-box").click({ position: { x: 60, y: 22 * 3 + 11 } });
    await expect.poll(rows).toBe(25);
    await page.getByRole("link", { name: "List (23)" }).click();
    await page.getByRole("link", { name: "doubled_all.double[k3]" }).waitFor();
    await close();
  });
});

describe("steps", () => {
  it("are walked in the graph of a run, and tell what they took and gave", async () => {
    const id = await run("/runs/launch", {
      job: "nested",
      run_config: { ops: { doubled_all: { ops: { double: { config: { mode: "fast" } } } } } },
    });
    const { page, close } = await open(browser, `/runs/${id}?view=graph`);
    await page.locator(".graph[data-laid='4']").focus();
    await page.keyboard.press("ArrowRight");
    await page.waitForURL(/step=doubled_all\.fan/);
    await page.getByRole("complementary", { name: "Step doubled_all.fan" }).getByText("Outputs").waitFor();
    await page.getByRole("link", { name: "doubled_all.double[k0]" }).click();
    await page.getByRole("complementary", { name: "Step doubled_all.double[k0]" }).getByText("Inputs").waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    await page.waitForURL((url) => !url.search.includes("step="));
    await close();
  });
});

describe("runs beside each other", () => {
  it("show each step of each run, and lead to it", async () => {
    const id = await run("/assets/materialize", { assets: ["report"] });
    const { page, close } = await open(browser, "/runs");
    await page.getByRole("button", { name: "Grid" }).click();
    await page.waitForURL(/view=grid/);
    await page.getByRole("link", { name: `report: Failed`, exact: false }).last().click();
    await page.waitForURL(`**/runs/${id}?step=report`);
    await page.getByRole("complementary", { name: "Step report" }).waitFor();
    await close();
  });

  it("say whether the same error was there before, and what differs", async () => {
    const before = await run("/assets/materialize", { assets: ["report"] });
    const id = await run("/assets/materialize", { assets: ["report"] });
    const { page, close } = await open(browser, `/runs/${id}`);
    await page.getByText("Same error in the", { exact: false }).waitFor();
    await page.locator(".error-card").getByRole("link", { name: "Compare" }).click();
    await page.waitForURL(`**/diff/${before}/${id}`);
    await page.getByText("Both failed in the same way").waitFor();
    await close();
  });

  it("are repeated after a look at the plan", async () => {
    const id = await run("/assets/materialize", { assets: ["users", "names"] });
    const { page, close } = await open(browser, `/runs/${id}`);
    await page.getByRole("button", { name: "More actions" }).waitFor();
    await page.keyboard.press("p");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("4 steps will run", { exact: false }).waitFor();
    await dialog.getByLabel("Only these steps").check();
    await dialog.getByLabel("Steps", { exact: true }).fill("names");
    await dialog.getByText("1 step will run", { exact: false }).waitFor();
    await dialog.getByRole("button", { name: "Re-execute" }).click();
    await page.waitForURL((url) => url.pathname.startsWith("/runs/") && !url.pathname.includes(id));
    expect(await finished(runIdOf(page.url()))).toBe("SUCCESS");
    await close();
  });
});

describe("the system", () => {
  it("adds and deletes keys of dynamic partitions", async () => {
    const { page, close } = await open(browser, "/system?view=partitions");
    await page.getByRole("button", { name: "Add keys" }).click();
    await page.getByLabel("Keys, one a line").fill("a.csv\nb.csv");
    await page.getByRole("button", { name: "Add 2 keys" }).click();
    await page.getByText("2 keys", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Keys", exact: true }).click();
    await page.getByRole("button", { name: "Delete a.csv" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete 1 key" }).click();
    await page.getByText("1 key", { exact: true }).waitFor();
    await page.goto("/asset?key=parsed&view=partitions");
    await page.getByText("b.csv").first().waitFor();
    await close();
  });

  it("limits a pool", async () => {
    const { page, close } = await open(browser, "/system?view=pools");
    await page.getByRole("row").filter({ hasText: "post" }).getByRole("button", { name: "Change limit" }).click();
    await page.getByLabel("Steps at once", { exact: false }).fill("2");
    await page.getByRole("button", { name: "Let 2 run at once" }).click();
    await page.getByText("0 of 2").waitFor();
    await close();
  });

  it("tells where each setting comes from", async () => {
    const { page, close } = await open(browser, "/system?view=instance");
    await page.getByLabel("Filter settings").fill("run_monitoring");
    await page.getByRole("row").filter({ hasText: "run_monitoring" }).first().getByText("default", { exact: true }).waitFor();
    await close();
  });
});

describe("jobs", () => {
  it("are launched from form and text, which are one value", async () => {
    const { page, close } = await open(browser, "/job?name=loading&view=launch");
    await page.getByRole("alert").first().waitFor();
    expect(await page.getByRole("button", { name: "Launch run" }).isDisabled()).toBe(true);
    await page.getByLabel("path").fill("/data/x");
    const text = page.getByRole("textbox", { name: "Run config as YAML" });
    await page.getByText("The config fits", { exact: false }).waitFor();
    expect(await text.inputValue()).toContain("path: /data/x");
    await text.fill("ops:\n  load:\n    config:\n      path: /data/y\n      retries: many\n");
    await page.getByRole("alert").getByText("retries", { exact: false }).first().waitFor();
    expect(await page.getByLabel("retries").getAttribute("aria-invalid")).toBe("true");
    await text.fill("ops:\n  load:\n    config:\n      path: /data/y\n");
    expect(await page.getByLabel("path").inputValue()).toBe("/data/y");
    await page.getByText("The config fits", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Launch run" }).click();
    await page.waitForURL(/\/runs\//);
    await page.locator(".header").getByText("Succeeded").waitFor();
    await close();
  });

  it("open what is nested in them", async () => {
    const { page, close } = await open(browser, "/job?name=nested");
    await page.getByRole("button", { name: /doubled_all/ }).click();
    await page.getByRole("button", { name: "Open this graph" }).click();
    await page.getByRole("button", { name: /collect/ }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: /tell/ }).waitFor();
    await close();
  });
});

describe("the frame", () => {
  it("finds everything by keyboard", async () => {
    const { page, close } = await open(browser, "/");
    await page.getByRole("navigation", { name: "Pages" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search" }).fill("users");
    await page.getByRole("option", { name: /users/ }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/asset\?key=users/);
    await page.keyboard.press("g");
    await page.keyboard.press("r");
    await page.waitForURL(/\/runs/);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).getByText("Go to Assets").waitFor();
    await page.keyboard.press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await close();
  });

  it("says that the server is gone, and that it is back", async () => {
    const { page, close } = await open(browser, "/");
    await page.route("**/api/v1/events*", (route) => route.abort());
    await page.goto("/runs");
    await page.getByText("The server does not answer", { exact: false }).waitFor();
    await page.getByRole("row").nth(1).waitFor();
    await page.unroute("**/api/v1/events*");
    await page.getByText("The server does not answer", { exact: false }).waitFor({ state: "detached", timeout: 20_000 });
    await close();
  });

  it("keeps the theme before the first paint", async () => {
    const { page, close } = await open(browser, "/", { theme: "dark" });
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
    await page.keyboard.press(",");
    await page.getByLabel("Theme").selectOption("light");
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("light");
    await close();
  });

  it("asks nothing while nothing happens", async () => {
    const { page, close } = await open(browser, "/assets");
    await page.getByRole("row").nth(1).waitFor();
    let asked = 0;
    page.on("request", () => asked++);
    await page.waitForTimeout(2500);
    expect(asked).toBe(0);
    await close();
  });
});

describe("the graph", () => {
  it("is walked by keyboard and focused on a neighbourhood", async () => {
    const { page, close } = await open(browser, "/graph?at=parsed");
    await page.locator(".graph[data-laid]").focus();
    await page.keyboard.press("ArrowDown");
    await page.waitForURL(/at=mailbox/);
    await page.goto("/graph?at=names");
    await page.locator(".graph[data-laid]").focus();
    await page.keyboard.press("ArrowRight");
    await page.waitForURL(/at=report/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=/);
    await page.getByLabel("Depth").selectOption("1");
    await page.locator(".chips").getByText("4 assets").waitFor();
    await close();
  });

  it("folds groups", async () => {
    const { page, close } = await open(browser, "/graph");
    await page.locator(".graph[data-laid='8']").waitFor();
    await page.getByRole("button", { name: "Fold all groups" }).click();
    await page.locator(".graph[data-laid='3']").waitFor();
    await page.waitForURL(/open=-/);
    await close();
  });
});
