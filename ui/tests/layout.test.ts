import { describe, expect, it } from "vitest";
import { formerOf } from "../src/graph/former";
import { layersOf } from "../src/graph/layers";
import { layOut, type Layout, type LayoutInput } from "../src/graph/layout";

const [WIDTH, HEIGHT] = [100, 30];

const input = (count: number, edges: [number, number][], group?: number[]): LayoutInput => ({
  widths: new Float64Array(count).fill(WIDTH),
  height: HEIGHT,
  edges: Int32Array.from(edges.flat()),
  group: Int32Array.from(group ?? Array<number>(count).fill(-1)),
  groupCount: Math.max(-1, ...(group ?? [])) + 1,
});

/** Random numbers that are always the same. */
function chance(seed: number): () => number {
  return () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

/** Random graphs that are always the same. */
function random(count: number, seed = 7): [number, number][] {
  const next = chance(seed);
  const edges = Array.from({ length: count * 2 }, (): [number, number] => {
    const to = 1 + Math.floor(next() * (count - 1));
    return [Math.floor(next() * to), to];
  });
  return [...new Map(edges.map((edge) => [edge.join(), edge])).values()];
}

/** A piece as points, as it is drawn. */
function pointsOf(layout: Layout, piece: number): [number, number][] {
  const [x1, y1, x2, y2] = layout.pieces.subarray(piece * 4, piece * 4 + 4) as unknown as [number, number, number, number];
  return Array.from({ length: 41 }, (_, n): [number, number] => {
    const t = n / 40;
    if (y1 === y2 || x1 === x2) return [x1 + (x2 - x1) * t, y1 + (y2 - y1) * t];
    const u = 1 - t;
    const middle = (x1 + x2) / 2;
    return [
      u ** 3 * x1 + 3 * u * u * t * middle + 3 * u * t * t * middle + t ** 3 * x2,
      (u ** 3 + 3 * u * u * t) * y1 + (3 * u * t * t + t ** 3) * y2,
    ];
  });
}

/** How many edges have a point behind a node that is not theirs, or in the box of a group that is not theirs. */
function hidden(of: LayoutInput, layout: Layout): number {
  const isIn = ([px, py]: [number, number], x: number, y: number, width: number, height: number) =>
    px > x + 0.5 && px < x + width - 0.5 && py > y + 0.5 && py < y + height - 0.5;
  let found = 0;
  for (let edge = 0; edge * 2 < of.edges.length; edge++) {
    const ends = [of.edges[edge * 2]!, of.edges[edge * 2 + 1]!];
    const points: [number, number][] = [];
    for (let at = layout.start[edge]!; at < layout.start[edge + 1]!; at++) points.push(...pointsOf(layout, layout.list[at]!));
    const behindNode = layout.x.some((x, node) => points.some((point) => isIn(point, x, layout.y[node]!, WIDTH, HEIGHT)));
    const own = ends.map((node) => of.group[node]);
    const inBox = Array.from({ length: of.groupCount }).some((_, group) => {
      const [x, y, width, height] = layout.boxes.subarray(group * 4) as unknown as [number, number, number, number];
      return width > 0 && !own.includes(group) && points.some((point) => isIn(point, x, y, width, height));
    });
    if (behindNode || inBox) found++;
  }
  return found;
}

/** How many nodes stand elsewhere among each other: what all have moved alike does not count. */
function moved(before: Layout, after: Layout, pairs: [number, number][]): number {
  const middle = (list: number[]) => list.sort((a, b) => a - b)[list.length >> 1]!;
  const dx = middle(pairs.map(([old, now]) => after.x[now]! - before.x[old]!));
  const dy = middle(pairs.map(([old, now]) => after.y[now]! - before.y[old]!));
  return pairs.filter(
    ([old, now]) => Math.abs(after.x[now]! - before.x[old]! - dx) > 6 || Math.abs(after.y[now]! - before.y[old]! - dy) > 6,
  ).length;
}

const names = (count: number) => Array.from({ length: count }, (_, n) => `n${n}`);

describe("layout", () => {
  it("puts what is depended on to the left", () => {
    const edges = random(200);
    const { x } = layOut(input(200, edges));
    for (const [from, to] of edges) if (from !== to) expect(x[from]! + WIDTH).toBeLessThan(x[to]!);
  });

  it("lets no two nodes touch", () => {
    const { x, y } = layOut(input(120, random(120)));
    for (let a = 0; a < 120; a++)
      for (let b = 0; b < a; b++)
        if (Math.abs(x[a]! - x[b]!) < WIDTH) expect(Math.abs(y[a]! - y[b]!)).toBeGreaterThanOrEqual(HEIGHT);
  });

  it("keeps the nodes of a group in its box, and others out", () => {
    const group = Array.from({ length: 90 }, (_, n) => (n % 4) - 1);
    const { x, y, boxes } = layOut(input(90, random(90), group));
    group.forEach((own, node) => {
      for (let box = 0; box < boxes.length / 4; box++) {
        const [left, top, width, height] = boxes.subarray(box * 4) as unknown as [number, number, number, number];
        const isInside =
          x[node]! >= left && x[node]! + WIDTH <= left + width && y[node]! >= top && y[node]! + HEIGHT <= top + height;
        expect(isInside).toBe(own === box);
      }
    });
  });

  it("survives cycles and loops", () => {
    const layer = layersOf(3, [0, 1, 1, 2, 2, 0, 1, 1]);
    expect([...layer].sort()).toEqual([0, 1, 2]);
    const cyclic = input(3, [
      [0, 1],
      [1, 2],
      [2, 0],
      [1, 1],
    ]);
    expect(layOut(cyclic).start.length).toBe(5);
  });

  it("leads no edge behind a node", () => {
    for (const seed of [1, 2, 3, 4]) {
      const of = input(60, random(60, seed));
      expect(hidden(of, layOut(of))).toBe(0);
    }
  });

  it("leads no edge behind a node where there are groups, also such as depend on each other", () => {
    for (const seed of [1, 2, 3, 4]) {
      const next = chance(seed);
      const of = input(
        80,
        random(80, seed),
        Array.from({ length: 80 }, () => Math.floor(next() * 6) - 1),
      );
      expect(hidden(of, layOut(of))).toBe(0);
    }
  });

  it("leads no edge behind a node where there is no room for lanes", () => {
    const chain = Array.from({ length: 399 }, (_, n): [number, number] => [n, n + 1]);
    const far = Array.from({ length: 200 }, (_, n): [number, number] => [n, 399 - (n % 50)]);
    const of = input(400, [...chain, ...far]);
    expect(hidden(of, layOut(of))).toBe(0);
  });

  it("lets edges of one node run together", () => {
    const edges: [number, number][] = [
      [0, 1],
      [1, 2],
      [2, 3],
      ...Array.from({ length: 10 }, (_, n): [number, number] => [0, 4 + n]),
      ...Array.from({ length: 10 }, (_, n): [number, number] => [3, 4 + n]),
    ];
    const { start, list } = layOut(input(14, edges));
    const ways = Array.from({ length: 10 }, (_, n) => [...list.subarray(start[3 + n], start[4 + n])]);
    expect(new Set(ways.map((way) => way.slice(0, -1).join())).size).toBe(1);
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

describe("a change", () => {
  const former = (before: ReturnType<typeof layOut>, labels: string[], now: string[]) =>
    formerOf({ labels: labels.join("\n"), memory: before.memory }, now.join("\n"), now.length);

  it("of nothing moves nothing", () => {
    const of = input(
      150,
      random(150),
      Array.from({ length: 150 }, (_, n) => (n % 5) - 1),
    );
    const before = layOut(of);
    const after = layOut({ ...of, former: former(before, names(150), names(150)) });
    expect(
      moved(
        before,
        after,
        Array.from({ length: 150 }, (_, n) => [n, n]),
      ),
    ).toBe(0);
  });

  /** As projects are: what is near in the code depends on each other, and groups are made of what is near. */
  function project(count: number, seed: number): [LayoutInput, [number, number][], number[], () => number] {
    const next = chance(seed);
    const edges = Array.from({ length: Math.floor(count * 1.3) }, (): [number, number] => {
      const to = 1 + Math.floor(next() * (count - 1));
      const near = Math.max(0, to - 25);
      return [near + Math.floor(next() * (to - near)), to];
    });
    const single = [...new Map(edges.map((edge) => [edge.join(), edge])).values()];
    const group = Array.from({ length: count }, (_, n) => Math.floor((n * 6) / count) - 1);
    return [input(count, single, group), single, group, next];
  }

  it("that adds an asset moves hardly any other", () => {
    const found = [1, 2, 3, 4, 5, 6, 7].map((seed) => {
      const [old, edges, group, next] = project(150, seed);
      const parent = Math.floor(next() * 150);
      const now = input(151, [...edges, [parent, 150]], [...group, group[parent]!]);
      const before = layOut(old);
      const after = layOut({ ...now, former: former(before, names(150), names(151)) });
      expect(hidden(now, after)).toBe(0);
      return moved(
        before,
        after,
        Array.from({ length: 150 }, (_, n) => [n, n]),
      );
    });
    expect(Math.max(...found)).toBeLessThan(75);
    expect(found.sort((a, b) => a - b)[3]).toBeLessThan(20);
  });

  it("that takes an asset away moves hardly any other", () => {
    const found = [1, 2, 3, 4, 5, 6, 7].map((seed) => {
      const [old, edges, group, next] = project(150, seed);
      const gone = Math.floor(next() * 150);
      const place = (n: number) => n - Number(n > gone);
      const labels = names(150);
      const rest = labels.filter((_, n) => n !== gone);
      const pairs = edges.filter((edge) => !edge.includes(gone)).map(([a, b]): [number, number] => [place(a), place(b)]);
      const now = input(
        149,
        pairs,
        group.filter((_, n) => n !== gone),
      );
      const before = layOut(old);
      const after = layOut({ ...now, former: former(before, labels, rest) });
      return moved(
        before,
        after,
        labels.flatMap((_, n): [number, number][] => (n === gone ? [] : [[n, place(n)]])),
      );
    });
    expect(Math.max(...found)).toBeLessThan(75);
    expect(found.sort((a, b) => a - b)[3]).toBeLessThan(20);
  });
});
