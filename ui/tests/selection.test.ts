import { describe, expect, it } from "vitest";
import { hasTerm, toggleTerm } from "../src/assets/facets";
import { toBoard, UNKNOWN } from "../src/assets/board";
import { quoted, select, SelectionError } from "../src/assets/selection";
import type { AssetGraphView } from "../src/data/contract";

// raw/a -> b -> c -> d, and e alone
const view: AssetGraphView = {
  version: "1",
  keys: ["raw/a", "b", "c", "d", "e"],
  groups: ["raw", "marts"],
  group: [0, 1, 1, 1, -1],
  kinds: ["sql", "csv"],
  kind: [[1], [0], [0], [], []],
  owners: ["team:core"],
  owner: [[0], [], [], [], []],
  tags: ["tier=gold", "pii"],
  tag: [[0], [1], [], [], []],
  locations: ["here"],
  location: [0, 0, 0, 0, -1],
  flags: [17, 17, 17, 17, 64],
  parents: [[], [0], [1], [2], []],
  checks: [0, 0, 0, 0, 0],
  columns: ["user_id"],
  column: [[], [0], [], [], []],
  descriptions: ["", "", "", "", ""],
};
const board = toBoard(view);
const states = board.assets.map((asset) => ({ ...UNKNOWN, status: asset.key === "c" ? "FAILED" : "MATERIALIZED" }));
const keys = (text: string) =>
  [...select(text, board, states)]
    .sort()
    .map((number) => board.assets[number]!.key)
    .join(" ");

describe("selections", () => {
  it.each([
    ["", "raw/a b c d e"],
    ["key:b", "b"],
    ['key:"raw/*"', "raw/a"],
    ["raw", "raw/a"],
    ["group:marts", "b c d"],
    ["GROUP:Marts and not key:c", "b d"],
    ["kind:sql or owner:core", "raw/a b c"],
    ["tag:tier=gold, tag:pii", "raw/a b"],
    ["tag:tier", "raw/a"],
    ["column:user_id", "b"],
    ["status:failed", "c"],
    ["key:c+", "c d"],
    ["+key:c", "raw/a b c"],
    ["1+key:c", "b c"],
    ["1+key:c+1", "b c d"],
    ["sinks(group:marts)", "d"],
    ["roots(group:marts)", "b"],
    ["not (key:b or key:c)", "raw/a d e"],
  ])("%s is %s", (text, expected) => expect(keys(text)).toBe(expected));

  it.each([
    ["nothing:x", 0],
    ["key:", 4],
    ["(key:b", 6],
    ['key:"b', 4],
    ["and", 3],
  ])("%s is refused where it is wrong", (text, at) => {
    expect(() => select(text, board, states)).toThrow(SelectionError);
    try {
      select(text, board, states);
    } catch (error) {
      expect((error as SelectionError).at).toBeLessThanOrEqual(Math.max(at, text.length));
    }
  });

  it("quotes what would not be read as one word", () => {
    expect(quoted("plain")).toBe("plain");
    expect(quoted('a "b"')).toBe('"a \\"b\\""');
    expect(keys(`key:${quoted("raw/a")}`)).toBe("raw/a");
  });

  it("follows a chain of 10,000 assets within reason", () => {
    const n = 10_000;
    const none = Array.from({ length: n }, () => []);
    const long = toBoard({
      ...view,
      keys: none.map((_, i) => `a${i}`),
      group: none.map(() => -1),
      kind: none,
      owner: none,
      tag: none,
      location: none.map(() => 0),
      flags: none.map(() => 17),
      parents: none.map((_, i) => (i ? [i - 1] : [])),
      checks: none.map(() => 0),
      column: none,
      descriptions: none.map(() => ""),
    });
    expect(select("+key:a9999", long, []).size).toBe(n);
  });
});

describe("facets", () => {
  it("are put into a selection and taken out again, whole", () => {
    expect(toggleTerm("", "group:raw")).toBe("group:raw");
    expect(toggleTerm("group:raw", "kind:sql")).toBe("group:raw and kind:sql");
    expect(toggleTerm("group:raw and kind:sql", "group:raw")).toBe("kind:sql");
    expect(toggleTerm("group:raw_2", "group:raw")).toBe("group:raw_2 and group:raw");
    expect(hasTerm("not (group:raw)", "group:raw")).toBe(true);
  });
});
