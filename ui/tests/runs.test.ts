import { describe, expect, it } from "vitest";
import { merged } from "../src/asset/asset-events";
import { runsOf } from "../src/asset/runs";
import { seriesOf } from "../src/asset/series";
import { parsePartitions, parseRange, parseTags } from "../src/assets/typed";
import type { AssetEventView, AssetPartitions, FrameView, LogEntry, RunGrid, RunTimeline } from "../src/data/contract";
import { valueAt, withValue } from "../src/jobs/values";
import { differences, flatten } from "../src/data/differences";
import { fold } from "../src/runs/frames";
import { offersOf, parseFilter, toCondition } from "../src/runs/filter";
import { editorLink } from "../src/parts/code-place";
import { echoes, keep, merge, toLine } from "../src/run/log-lines";
import { joined, toRows as toGridRows } from "../src/runs/grid-rows";
import { densityOf, toRows } from "../src/run/rows";
import { criticalPath, niceStep, readyAt, settled } from "../src/run/steps";

const timeline = (keys: string[], attempts: RunTimeline["attempts"], parents: number[][]): RunTimeline => ({
  run_id: "r",
  status: "SUCCESS",
  created_at: 0,
  enqueued_at: null,
  launched_at: null,
  started_at: 0,
  ended_at: 10,
  now: 10,
  cursor: null,
  keys,
  nodes: keys,
  statuses: keys.map(() => "SUCCESS"),
  launched: keys.map(() => null),
  attempts,
  parents,
  assets: keys.map(() => []),
  groups: keys.map(() => ""),
  has_output: keys.map(() => false),
});
const entry = (id: number, at: number, type: string, step: string | null = null): LogEntry => ({
  id,
  timestamp: at,
  level: type === "STEP_FAILURE" ? "ERROR" : "INFO",
  step,
  type,
  message: `message ${id}`,
  asset: null,
  partition: null,
  metadata: {},
  error: null,
});

describe("a run", () => {
  it("shows many items of a map as one row until it is opened", () => {
    const keys = ["fan", ...Array.from({ length: 20 }, (_, n) => `double[k${n}]`)];
    const of = timeline(
      keys,
      keys.map(() => [[0, 1, 1]]),
      keys.map(() => []),
    );
    expect(toRows(of, new Set()).map((row) => row.label)).toEqual(["fan", "double[20]"]);
    expect(toRows(of, new Set(["/m:double"]))).toHaveLength(22);
  });

  it("finds the steps that decided how long it took", () => {
    const of = timeline(["a", "b", "c", "d"], [[[0, 1, 1]], [[1, 9, 1]], [[1, 2, 1]], [[9, 10, 1]]], [[], [0], [0], [1, 2]]);
    expect([...criticalPath(of, 10)].sort()).toEqual([0, 1, 3]);
  });

  it("puts what a step printed before the event that ended it", () => {
    const of = timeline(["a"], [[[1, 5, 1]]], [[]]);
    const lines = [entry(1, 1, "STEP_START", "a"), entry(2, 5, "STEP_SUCCESS", "a"), entry(3, 6, "RUN_SUCCESS")].map(toLine);
    const file = { name: "a", step_keys: ["a"], stdout_bytes: 6, stderr_bytes: 0 };
    expect(merge(lines, [{ file, stream: "stdout", text: "one\ntwo\n" }], of).map((line) => line.text)).toEqual([
      "message 1",
      "one",
      "two",
      "message 2",
      "message 3",
    ]);
  });

  it("groups steps by graph, in the order in which the first of each began", () => {
    const of = timeline(["load", "a.x", "b.x", "a.y", "b.inner.z", "b.inner.w"], [], []);
    expect(toRows(of, new Set()).map((row) => [row.label, row.depth, row.steps.length])).toEqual([
      ["load", 0, 1],
      ["a", 0, 2],
      ["x", 1, 1],
      ["y", 1, 1],
      ["b", 0, 3],
      ["x", 1, 1],
      ["inner", 1, 2],
      ["z", 2, 1],
      ["w", 2, 1],
    ]);
    expect(toRows(of, new Set(["/g:b"])).map((row) => row.label)).toEqual(["load", "a", "x", "y", "b"]);
  });

  it("groups steps by the groups of their assets, unless there is but one", () => {
    const of = { ...timeline(["a", "b", "c"], [], []), groups: ["raw", "marts", "raw"] };
    expect(toRows(of, new Set()).map((row) => row.label)).toEqual(["raw", "a", "c", "b"]);
    expect(toRows({ ...of, groups: ["raw", "raw", "raw"] }, new Set()).map((row) => row.label)).toEqual(["a", "b", "c"]);
  });

  it("folds all groups of a run of very many steps", () => {
    const keys = Array.from({ length: 900 }, (_, n) => `part_${n % 300}.step_${n}`);
    expect(toRows(timeline(keys, [], []), new Set())).toHaveLength(300);
  });

  it("tells how many steps went on at once", () => {
    const of = timeline(["a", "b", "c"], [[[0, 4, 1]], [[2, 6, 1]], [[2, 3, 0]]], [[], [], []]);
    const { running, failed } = densityOf(of, [0, 1, 2], 0, 8, 8, 8);
    expect([...running]).toEqual([1, 1, 3, 3, 2, 1, 1, 0]);
    expect([...failed]).toEqual([0, 0, 0, 1, 0, 0, 0, 0]);
  });

  it("that has ended has no step that runs or waits", () => {
    const of = {
      ...timeline(["a", "b", "c"], [[[0, 4, 1]], [[4, null, 0]], []], [[], [], []]),
      statuses: ["SUCCESS", "RUNNING", "WAITING"],
    };
    expect(settled(of).statuses).toEqual(["SUCCESS", "CANCELED", "NOT_RUN"]);
    expect(settled(of).attempts[1]).toEqual([[4, 10, 0]]);
    expect(settled({ ...of, ended_at: null }).statuses).toEqual(of.statuses);
  });

  it("knows when a step could have begun", () => {
    const of = timeline(["a", "b", "c"], [[[0, 4, 1]], [[0, 6, 1]], []], [[], [], [0, 1]]);
    expect(readyAt(of, 2)).toBe(6);
    expect(readyAt(of, 0)).toBeNull();
  });

  it("leaves engine chatter out, and finds without regard to case", () => {
    const lines = [entry(1, 1, "ENGINE_EVENT"), entry(2, 2, "LOG", "a"), entry(3, 3, "STEP_FAILURE", "a")].map(toLine);
    const filter = { sources: new Set(["event", "log"]), step: "", level: "DEBUG", text: "" };
    expect(keep(lines, filter).map((line) => line.id)).toEqual(["e2", "e3"]);
    expect(keep(lines, { ...filter, text: "step_FAILURE" }).map((line) => line.id)).toEqual(["e3"]);
    expect(keep(lines, { ...filter, level: "ERROR" }).map((line) => line.id)).toEqual(["e3"]);
  });

  it("knows what of the output repeats the log", () => {
    expect(
      echoes([
        "hello",
        "2026-11-21 08:02:15 +0000 - dagster - ERROR - job - id - failed",
        "",
        "ValueError: x",
        "Stack Trace:",
        "  File 1",
        "bye",
      ]),
    ).toEqual([false, true, true, true, true, true, false]);
    expect(
      echoes([
        "2026-11-21 08:02:15 +0000 - dagster - ERROR - job - id - failed",
        "Did you mean x?",
        "",
        "Stack Trace:",
        "  File 1",
        "bye",
      ]),
    ).toEqual([true, true, true, true, true, false]);
  });

  it("folds neighbouring frames of libraries into one", () => {
    const frame = (is_user: boolean): FrameView => ({ file: "f", line: 1, name: "n", code: "", is_user, source: [] });
    expect(
      fold([frame(false), frame(false), frame(true), frame(false)]).map((each) => (Array.isArray(each) ? each.length : 0)),
    ).toEqual([2, 0, 1]);
  });

  it("scales time in round steps", () => {
    expect(niceStep(10, 10)).toBe(1);
    expect(niceStep(86_400, 6)).toBe(14_400);
  });
});

describe("filters and forms", () => {
  it("reads the filter of runs", () => {
    expect(parseFilter("job:daily tag:team=core 3f2a9c12")).toEqual({
      job: "daily",
      tag: ["team=core"],
      id: "3f2a9c12",
      after: "",
      before: "",
      rest: [],
    });
    expect(parseFilter("colour:red").rest).toEqual(["colour:red"]);
    expect(parseFilter("after:2026-11-01 before:soon")).toMatchObject({ after: "2026-11-01", rest: ["before:soon"] });
    expect(toCondition(parseFilter("after:2026-11-01")).created_after).toBe("2026-11-01T00:00:00.000Z");
  });

  it("is completed where the caret stands", () => {
    const offers = offersOf(["daily", "weekly"], "2026-11-21");
    expect(offers("job:da", 6)).toEqual([{ label: "job:daily", text: "job:daily" }]);
    expect(offers("af tag:x=y", 2)).toEqual([{ label: "after:", text: "after: tag:x=y" }]);
    expect(offers("tag:x=y week", 12)).toEqual([{ label: "job:weekly", text: "tag:x=y job:weekly" }]);
  });

  it("reads partitions and ranges of them", () => {
    expect(parseRange("2026-01-01")).toEqual({ partition_key: "2026-01-01" });
    expect(parseRange("[2026-01-01...2026-01-31]")).toEqual({ partition_range: ["2026-01-01", "2026-01-31"] });
    expect(parseRange(" ")).toEqual({});
  });

  it("are named by words, a run for each range", () => {
    const range = (status: string, first: string, last: string) => ({ start: 0, count: 1, first, last, status });
    const known: AssetPartitions = {
      total: 6,
      counts: {},
      dimensions: [{ name: "", count: 6, first: "a", last: "f", is_time: false }],
      row: null,
      column: "",
      has_more_rows: false,
      rows: [
        {
          key: "",
          ranges: [
            range("MISSING", "a", "b"),
            range("MATERIALIZED", "c", "d"),
            range("FAILED", "e", "e"),
            range("MISSING", "f", "f"),
          ],
        },
      ],
    };
    expect(parsePartitions("latest", known)).toEqual([{ partition_key: "f" }]);
    expect(parsePartitions("Missing", known)).toEqual([{ partition_range: ["a", "b"] }, { partition_key: "f" }]);
    expect(parsePartitions("failed", known)).toEqual([{ partition_key: "e" }]);
    expect(parsePartitions("a...c", known)).toEqual([{ partition_range: ["a", "c"] }]);
    expect(parsePartitions("latest", null)).toEqual([{ partition_key: "latest" }]);
    expect(parseTags("a=1\n b = x=y ")).toEqual({ a: "1", b: "x=y" });
  });

  it("sets and takes out values of a config, with what becomes empty", () => {
    const set = withValue({}, ["ops", "load", "config", "path"], "x");
    expect(valueAt(set, ["ops", "load", "config", "path"])).toBe("x");
    expect(withValue(set, ["ops", "load", "config", "path"], undefined)).toEqual({});
  });

  it("tells what differs between two nested values", () => {
    expect(differences(flatten({ a: { b: 1, c: 2 } }), flatten({ a: { b: 1, c: 3 }, d: [] }))).toEqual([
      ["a.c", "2", "3"],
      ["d", null, "[]"],
    ]);
  });

  it("plots numbers only, oldest first", () => {
    const event = (timestamp: number, value: unknown): AssetEventView => ({
      id: timestamp,
      type: "materialization",
      timestamp,
      run_id: null,
      step: null,
      job: null,
      partition: null,
      description: null,
      tags: {},
      metadata: { rows: { kind: "int", value }, note: { kind: "text", value: "x" } },
    });
    expect(seriesOf([event(3, 30), event(2, 20), event(1, 10)])).toEqual([{ name: "rows", at: [1, 2, 3], values: [10, 20, 30] }]);
  });
});

describe("events of an asset", () => {
  const event = (id: number, type: string, run: string | null = null): AssetEventView => ({
    id,
    type,
    timestamp: id,
    run_id: run,
    step: null,
    job: null,
    partition: null,
    description: null,
    metadata: {},
    tags: {},
  });

  it("of several types are merged only as far as all of them are known", () => {
    const pages = [
      { events: [event(9, "materialization"), event(6, "materialization")], cursor: "6" },
      { events: [event(7, "observation"), event(2, "observation")], cursor: null },
    ];
    expect(merged(pages)).toEqual({
      events: [event(9, "materialization"), event(7, "observation"), event(6, "materialization")],
      hasMore: true,
    });
    expect(merged([pages[1]!]).events.map((each) => each.id)).toEqual([7, 2]);
  });

  it("are told by run, without what was reported outside of runs", () => {
    expect(
      runsOf([event(3, "materialization", "b"), event(2, "materialization"), event(1, "materialization", "b")]).map((events) =>
        events.map((each) => each.id),
      ),
    ).toEqual([[3, 1]]);
  });
});

describe("runs by steps", () => {
  const run = (id: string) => ({ run_id: id }) as RunGrid["runs"][number];
  const page = (over: Partial<RunGrid>): RunGrid => ({
    runs: [],
    steps: [],
    statuses: ["SUCCESS", "FAILURE"],
    cells: [],
    has_more_steps: false,
    cursor: null,
    ...over,
  });

  it("have the oldest run first, and nothing where a run had no such step", () => {
    const rows = toGridRows(
      page({
        runs: [run("new"), run("old")],
        steps: ["a", "b"],
        cells: [
          [
            [0, 0, 5, 1.5],
            [1, 1, 6, 2],
          ],
          [[0, 0, 1, 1]],
        ],
      }),
    );
    expect(rows).toEqual([
      {
        step: "a",
        cells: [
          { status: "SUCCESS", durationS: 1, count: 1 },
          { status: "SUCCESS", durationS: 1.5, count: 1 },
        ],
      },
      { step: "b", cells: [null, { status: "FAILURE", durationS: 2, count: 1 }] },
    ]);
  });

  it("show the items of a map as one, by the worst of them", () => {
    const steps = Array.from({ length: 15 }, (_, n) => `m[${n}]`);
    const rows = toGridRows(
      page({
        runs: [run("r")],
        steps,
        cells: [steps.map((_, n): [number, number, number, number] => [n, n === 4 ? 1 : 0, 0, 1])],
      }),
    );
    expect(rows).toEqual([{ step: "m[…]", cells: [{ status: "FAILURE", durationS: 15, count: 15 }] }]);
  });

  it("grow by older pages whose steps are others", () => {
    const both = joined(
      page({ runs: [run("new")], steps: ["a"], cells: [[[0, 0, 0, 1]]], cursor: "x" }),
      page({
        runs: [run("old")],
        steps: ["b", "a"],
        statuses: ["FAILURE", "SUCCESS"],
        cells: [
          [
            [0, 0, 0, 1],
            [1, 1, 0, 1],
          ],
        ],
      }),
    );
    expect(both.steps).toEqual(["a", "b"]);
    expect(both.cursor).toBeNull();
    expect(toGridRows(both).map((row) => row.cells.map((cell) => cell?.status))).toEqual([
      ["SUCCESS", "SUCCESS"],
      ["FAILURE", undefined],
    ]);
  });
});

describe("places in code", () => {
  it("open in the editor that was chosen, whatever their file is called", () => {
    expect(editorLink("/a b/c.py:12", "vscode")).toEqual(["VS Code", "vscode://file/a%20b/c.py:12"]);
    expect(editorLink("/a/c.py:12", "pycharm")).toEqual(["PyCharm", "pycharm://open?file=/a/c.py&line=12"]);
    expect(editorLink("/a/c.py:12", "none")).toBeNull();
    expect(editorLink("<string>:3", "vscode")).toBeNull();
    expect(editorLink("javascript:alert(1):3", "vscode")).toBeNull();
  });
});
