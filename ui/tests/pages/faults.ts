// What keeps people out of a page.
import axe from "axe-core";
import type { Page } from "playwright-core";

/** What the accessibility checker finds serious. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as any).axe.run({ resultTypes: ["violations"] });
    return violations
      .filter((each: any) => ["serious", "critical"].includes(each.impact))
      .map(
        (each: any) =>
          `${each.id}: ${each.nodes
            .slice(0, 4)
            .map((node: any) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`)
            .join(" | ")}`,
      );
  });
}
