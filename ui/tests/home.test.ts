// What the first page says: failures that are alike once, freshness in words.
import { describe, expect, it } from "vitest";
import type { RunView } from "../src/data/contract";
import { groupFailures } from "../src/home/failures";
import { freshnessWords } from "../src/text/freshness";

const run = (run_id: string, job_name: string): RunView => ({ run_id, job_name, assets: null }) as RunView;
const broken = { step: "load", class_name: "ValueError", message: "no rows" };

describe("failures", () => {
  it("that are alike are one, newest first", () => {
    const groups = groupFailures([run("3", "a"), run("2", "b"), run("1", "a")], { 3: broken, 1: broken });
    expect(groups.map((group) => group.runs.map((each) => each.run_id))).toEqual([["3", "1"], ["2"]]);
  });

  it("that differ in message stay apart", () => {
    expect(groupFailures([run("2", "a"), run("1", "a")], { 2: broken, 1: { ...broken, message: "other" } })).toHaveLength(2);
  });
});

describe("freshness", () => {
  it("is told as a period or a deadline", () => {
    expect(freshnessWords({ fail_window: "P1D", warn_window: "PT12H" })).toBe("made at least every 1 d, better every 12 h");
    expect(freshnessWords({ fail_window: "PT90S" })).toBe("made at least every 1 m 30 s");
    expect(freshnessWords({ deadline_cron: "0 9 * * *", timezone: "Europe/Berlin" })).toBe(
      "made before its deadline, every day at 09:00, Europe/Berlin",
    );
  });
});
