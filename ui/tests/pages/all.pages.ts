// Every page opens, in both themes, wide and narrow: no complaint, nothing too wide, nothing that keeps people out.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, open, run } from "./browser";
import { faultsOf } from "./faults";
import { PAGES } from "./list";

let browser: Browser;
let failed: string;
let mapped: string;

beforeAll(async () => {
  browser = await launch();
  await run("/assets/materialize", { assets: ["users", "names"] });
  await run("/assets/materialize", { assets: ["orders"], partition_range: ["2026-08-02", "2026-08-04"] });
  failed = await run("/assets/materialize", { assets: ["report", "mail"] });
  mapped = await run("/runs/launch", {
    job: "nested",
    run_config: { ops: { doubled_all: { ops: { double: { config: { mode: "fast" } } } } } },
  });
});
afterAll(() => browser?.close());

const LOOKS = [
  [1280, "light"],
  [2560, "dark"],
  [400, "light"],
] as const;

describe.each(PAGES)("%s", (_, path, text) => {
  it(`is whole at ${LOOKS.map(([width, theme]) => `${width} px, ${theme}`).join("; ")}`, async () => {
    const { page, complaints, close } = await open(browser, path({ failed, mapped }));
    for (const [width, theme] of LOOKS) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 800 });
      await page.locator(`[data-theme=${theme}]`).waitFor({ state: "attached" });
      await page.locator("main").getByText(text, { exact: false }).first().waitFor({ state: "attached" });
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
        `nothing is too wide at ${width} px`,
      ).toBe(true);
      expect(await faultsOf(page), `at ${width} px, ${theme}`).toEqual([]);
    }
    expect(complaints).toEqual([]);
    await close();
  });
});

/** The page knows the asset, and that one may make it. */
const mayMaterialize = (page: Page) => page.locator("button.primary:enabled", { hasText: "Materialize" }).waitFor();

const OPENED: [string, () => string, (page: Page) => Promise<unknown>][] = [
  [
    "search",
    () => "/",
    async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Search" }).fill("us");
    },
  ],
  ["keys", () => "/runs", (page) => page.keyboard.press("?")],
  ["settings", () => "/", (page) => page.keyboard.press(",")],
  ["a menu", () => `/runs/${failed}`, (page) => page.getByRole("button", { name: "More actions" }).click()],
  [
    "repeating a run",
    () => `/runs/${failed}`,
    async (page) => {
      await page.keyboard.press("p");
      await page.getByText("will run", { exact: false }).waitFor();
    },
  ],
  [
    "materializing partitions",
    () => "/asset?key=orders",
    async (page) => {
      await mayMaterialize(page);
      await page.keyboard.press("m");
      await page.getByRole("dialog").waitFor();
    },
  ],
  [
    "materializing partitions of two dimensions",
    () => "/asset?key=visits",
    async (page) => {
      await mayMaterialize(page);
      await page.keyboard.press("m");
      await page.getByLabel("region").waitFor();
    },
  ],
  [
    "completions",
    () => "/assets",
    async (page) => {
      await page.keyboard.press("f");
      await page.keyboard.type("gr");
      await page.getByRole("option").first().waitFor();
    },
  ],
  ["columns", () => "/assets", (page) => page.getByRole("button", { name: "Choose columns" }).click()],
  [
    "a token that is made",
    () => "/system?view=tokens",
    (page) => page.getByRole("button", { name: "Make a token" }).first().click(),
  ],
  [
    "a preview of a schedule",
    () => "/automation/one?name=every_morning",
    async (page) => {
      await page.keyboard.press("p");
      await page.getByText("It would ask for", { exact: false }).waitFor();
    },
  ],
];

describe.each(OPENED)("what opens over a page: %s", (_, path, act) => {
  it("is whole, light and dark", async () => {
    const { page, complaints, close } = await open(browser, path());
    await page.locator("main .content > *").first().waitFor();
    await page.locator(".ghost").waitFor({ state: "detached" });
    await act(page);
    for (const theme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await page.locator(`[data-theme=${theme}]`).waitFor({ state: "attached" });
      expect(await faultsOf(page), theme).toEqual([]);
    }
    expect(complaints).toEqual([]);
    await close();
  });
});
