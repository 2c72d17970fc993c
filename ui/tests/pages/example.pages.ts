// The pages with the example of the documentation: from the first materialization to its report.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, open, run } from "./browser";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const TABLES = [
  "raw_airlines",
  "raw_airports",
  "raw_planes",
  "raw_weather",
  "raw_flights",
  "airlines",
  "airports",
  "planes",
  "weather",
  "flights",
  "flights_with_weather",
  "carrier_scores",
];

describe("the flights", () => {
  it("are selected by their group in the table and materialized, with their days, from there", async () => {
    await run("/assets/materialize", { assets: TABLES });
    const { page, complaints, close } = await open(browser, "/asset?key=daily_delays&view=partitions");
    await page.getByText("365 partitions").waitFor();
    await page.keyboard.press("m");
    await page.getByLabel("Partition, first...last", { exact: false }).fill("2013-07-01...2013-07-07");
    await page.getByRole("dialog").getByRole("button", { name: "Materialize 1 asset" }).click();
    await page.waitForURL(/\/runs\//);
    await page.locator(".header").getByText("Succeeded").waitFor({ timeout: 60_000 });
    await page.getByRole("link", { name: /^Made/ }).click();
    await page.getByText("7 partitions").waitFor();
    await page.goto("/asset?key=daily_delays&view=partitions");
    await page.getByRole("button", { name: "2013-07-01...2013-07-07", exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  }, 120_000);

  it("tell their rows, columns and checks, and warn of what is wrong in the data", async () => {
    const { page, close } = await open(browser, "/asset?key=flights");
    await page.getByText("336,776").first().waitFor();
    await page.getByRole("heading", { name: "Columns" }).waitFor();
    await page
      .getByRole("link", { name: /^Checks/ })
      .first()
      .click();
    await page.getByText("7,602 flights", { exact: false }).waitFor();
    await page.goto("/");
    await page.getByText("destinations_are_known").waitFor();
    await close();
  });

  it("stand in the graph with what they depend on", async () => {
    const { page, close } = await open(browser, "/graph?at=flights");
    await page.locator(".graph[data-laid='14']").focus();
    await page.keyboard.press("n");
    await page.waitForURL(/q=/);
    await page.getByRole("complementary", { name: "flights" }).getByRole("link", { name: "airports" }).waitFor();
    await close();
  });

  it("are planned before anything runs", async () => {
    const { page, close } = await open(browser, "/job?name=refresh_tables&view=launch");
    await page.getByText("The config fits", { exact: false }).waitFor();
    await page.getByRole("region", { name: "Plan" }).getByText("raw_tables").waitFor();
    await close();
  });
});
