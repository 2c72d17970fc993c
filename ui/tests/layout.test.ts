import { describe, expect, it } from "vitest";
import { layersOf, layOut, type LayoutInput } from "../src/graph/layout";

const input = (count: number, edges: [number, number][], group?: number[]): LayoutInput => ({
  widths: Array<number>(count).fill(100),
  height: 30,
  edges,
  group: group ?? Array<number>(count).fill(-1),
  groupCount: Math.max(-1, ...(group ?? [])) + 1,
});

/** Random graphs that are always the same. */
function random(count: number): [number, number][] {
  let seed = 7;
  const next = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  return Array.from({ length: count * 2 }, () => {
    const to = 1 + Math.floor(next() * (count - 1));
    return [Math.floor(next() * to), to];
  });
}

describe("layout", () => {
  it("puts what is depended on to the left", () => {
    const edges = random(200);
    const { x } = layOut(input(200, edges));
    for (const [from, to] of edges) if (from !== to) expect(x[from]! + 100).toBeLessThan(x[to]!);
  });

  it("lets no two nodes touch", () => {
    const { x, y } = layOut(input(120, random(120)));
    for (let a = 0; a < 120; a++)
      for (let b = 0; b < a; b++) if (Math.abs(x[a]! - x[b]!) < 100) expect(Math.abs(y[a]! - y[b]!)).toBeGreaterThanOrEqual(30);
  });

  it("keeps the nodes of a group in its box, and others out", () => {
    const group = Array.from({ length: 90 }, (_, n) => (n % 4) - 1);
    const { x, y, boxes } = layOut(input(90, random(90), group));
    group.forEach((own, node) =>
      boxes.forEach(([left, top, width, height], box) => {
        const isInside = x[node]! >= left && x[node]! + 100 <= left + width && y[node]! >= top && y[node]! + 30 <= top + height;
        expect(isInside).toBe(own === box);
      }),
    );
  });

  it("survives cycles and loops", () => {
    const { layer } = layersOf(3, [
      [0, 1],
      [1, 2],
      [2, 0],
      [1, 1],
    ]);
    expect([...layer].sort()).toEqual([0, 1, 2]);
  });

  it("lays 10,000 nodes out within a second", () => {
    const begun = performance.now();
    const { width, height } = layOut(
      input(
        10_000,
        random(10_000),
        Array.from({ length: 10_000 }, (_, n) => Math.floor(n / 100)),
      ),
    );
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(width * height).toBeGreaterThan(0);
  });
});
