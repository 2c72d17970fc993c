// Arranges boxes in layers from left to right, with lanes through the layers for edges that lead on: none passes behind a box.
import { layersOf } from "./layers";
import { Links, type Side } from "./links";
import { freePlace, GAP, straighten } from "./straighten";

export interface Level {
  widths: ArrayLike<number>;
  heights: ArrayLike<number>;
  /** Pairs, one after the other: the second depends on the first. */
  edges: ArrayLike<number>;
  /** For each edge how far below the tops of its boxes it leaves the first and arrives at the second; null for the middles. */
  ports: [from: Float64Array, to: Float64Array] | null;
  /** Boxes from which something leads out to the right. */
  leaves: Uint8Array | null;
  /** What comes in from the left: for each bundle the boxes that it leads to. */
  entries: number[][];
  before: Before | null;
  /** From the top: how boxes and bundles that come in stand before they are ordered; null for as they come. */
  order: { boxes: ArrayLike<number>; entries: ArrayLike<number> } | null;
}

/** Where things were before, so that they move as little as possible. */
export interface Before {
  /** NaN for boxes that are new. */
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** Where the lanes of what leads through were, from its beginning on. */
  lanes: (key: number) => readonly number[] | undefined;
  /** Behind each layer. */
  gaps: readonly number[];
}

export interface Lane {
  first: number;
  /** One for each layer from the first on. */
  y: number[];
}

export interface Arranged {
  x: Float64Array;
  y: Float64Array;
  layer: Int32Array;
  /** The sides of each layer. */
  left: number[];
  right: number[];
  width: number;
  height: number;
  /** By what leads through: see the keys below. */
  lanes: Map<number, Lane>;
  /** The room behind each layer. */
  gaps: number[];
  /** Above everything, for edges that have no lanes. */
  highway: number;
}

export const forwardKey = (box: number): number => box * 3;
export const backwardKey = (box: number): number => box * 3 + 1;
export const entryKey = (entry: number): number => entry * 3 + 2;

const GAP_X = 56;
const GAP_X_STEP = 16;
const GAP_X_MOST = 136;
const HIGHWAY = 16;
/** More lanes than so many for each box would leave no room for the boxes. */
const LANES_EACH = 2;
const LANES_FREE = 400;
const IN_ONE_COLUMN = 8;
/** As far a new box may stand from where it wishes to be, so that no other has to move. */
const FARTHEST = 600;
const LANE_WEIGHT = 3;

interface Chain {
  key: number;
  first: number;
  last: number;
}

/** Arranges one level: the inside of a group, or groups and single nodes among each other. */
export function arrange(level: Level): Arranged {
  const count = level.widths.length;
  const layer = layersOf(count, level.edges);
  const isConnected = connect(level, layer);
  let layers = 0;
  for (let box = 0; box < count; box++) if (isConnected[box]) layers = Math.max(layers, layer[box]! + 1);
  const { chains, isCut } = chainsOf(level, layer, layers);
  const grid = new Grid(level, layer, isConnected, layers, chains);
  const isKept = level.before !== null && grid.keep(level.before);
  if (!isKept) grid.settle();
  return finish(level, grid, isConnected, isKept, isCut);
}

/** Which boxes have edges at all. Those that have only edges to the outside are spread over the layers. */
function connect(level: Level, layer: Int32Array): Uint8Array {
  const isConnected = new Uint8Array(layer.length);
  for (let n = 0; n < level.edges.length; n++) isConnected[level.edges[n]!] = 1;
  const enters = new Uint8Array(layer.length);
  for (const boxes of level.entries) for (const box of boxes) enters[box] = 1;
  const loose: number[] = [];
  for (let box = 0; box < layer.length; box++) if (!isConnected[box] && (enters[box] || level.leaves?.[box])) loose.push(box);
  if (!loose.length) return isConnected;
  let layers = 1;
  for (let box = 0; box < layer.length; box++) if (isConnected[box]) layers = Math.max(layers, layer[box]! + 1);
  const columns = loose.length > IN_ONE_COLUMN ? Math.max(layers, Math.ceil(Math.sqrt(loose.length / 3))) : layers;
  const side = (box: number) => (level.leaves?.[box] ? (enters[box] ? 1 : 2) : 0);
  loose.sort((a, b) => side(a) - side(b) || a - b);
  loose.forEach((box, n) => {
    isConnected[box] = 1;
    layer[box] = Math.floor((n * columns) / loose.length);
  });
  return isConnected;
}

/** The layers that edges lead through; all edges of a box share its lanes. */
function chainsOf(level: Level, layer: Int32Array, layers: number): { chains: Chain[]; isCut: boolean } {
  const count = layer.length;
  const farthest = new Int32Array(count).fill(-1);
  const back = new Int32Array(count).fill(-1);
  const { edges } = level;
  for (let n = 0; n < edges.length; n += 2) {
    const [from, to] = [edges[n]!, edges[n + 1]!];
    if (from === to) continue;
    if (layer[to]! > layer[from]!) farthest[from] = Math.max(farthest[from]!, layer[to]! - 1);
    else back[from] = back[from]! < 0 ? layer[to]! : Math.min(back[from]!, layer[to]!);
  }
  const chains: Chain[] = [];
  const add = (key: number, first: number, last: number) => first <= last && chains.push({ key, first, last });
  for (let box = 0; box < count; box++) {
    add(forwardKey(box), layer[box]! + 1, level.leaves?.[box] ? layers - 1 : farthest[box]!);
    if (back[box]! >= 0) add(backwardKey(box), back[box]!, layer[box]!);
  }
  level.entries.forEach((boxes, entry) =>
    add(entryKey(entry), 0, boxes.reduce((most, box) => Math.max(most, layer[box]!), 0) - 1),
  );
  const length = (chain: Chain) => chain.last - chain.first + 1;
  let room = count * LANES_EACH + LANES_FREE;
  if (chains.reduce((sum, chain) => sum + length(chain), 0) <= room) return { chains, isCut: false };
  return { chains: chains.sort((a, b) => length(a) - length(b)).filter((chain) => (room -= length(chain)) >= 0), isCut: true };
}

/** Boxes and lanes in layers. An item is a box, or, from the number of boxes on, a lane in one layer. */
class Grid {
  readonly y: Float64Array;
  readonly heights: Float64Array;
  readonly layers: number[][];
  readonly starts = new Map<number, number>();
  private readonly wished: Float64Array;
  private readonly links = new Links();

  constructor(
    private readonly level: Level,
    readonly layer: Int32Array,
    private readonly isConnected: Uint8Array,
    layers: number,
    readonly chains: Chain[],
  ) {
    const count = layer.length;
    const items = count + chains.reduce((sum, chain) => sum + chain.last - chain.first + 1, 0);
    this.y = new Float64Array(items);
    this.wished = new Float64Array(items);
    this.heights = new Float64Array(items);
    for (let box = 0; box < count; box++) this.heights[box] = level.heights[box]!;
    this.layers = Array.from({ length: layers }, () => []);
    for (let box = 0; box < count; box++) if (isConnected[box]) this.layers[layer[box]!]!.push(box);
    let item = count;
    for (const { key, first, last } of chains) {
      this.starts.set(key, item);
      for (let at = first; at <= last; at++, item++) {
        this.layers[at]!.push(item);
        if (at > first) this.links.add(item - 1, 0, item, 0, LANE_WEIGHT);
      }
    }
    this.linkEdges();
    this.links.seal(items);
  }

  private linkEdges(): void {
    const { edges, ports, heights, entries, leaves } = this.level;
    const isLinked = new Set<number>();
    const chained = (key: number, first: number, last: number): number | null => {
      const start = this.starts.get(key);
      return start === undefined || last < first ? null : start;
    };
    for (let n = 0; n < edges.length; n += 2) {
      const [from, to] = [edges[n]!, edges[n + 1]!];
      const [after, until] = [this.layer[from]!, this.layer[to]!];
      if (until <= after) continue;
      const leaving = ports ? ports[0][n / 2]! : heights[from]! / 2;
      const arriving = ports ? ports[1][n / 2]! : heights[to]! / 2;
      if (until === after + 1) {
        this.links.add(from, leaving, to, arriving);
        continue;
      }
      const start = chained(forwardKey(from), after + 1, until - 1);
      if (start === null) continue;
      if (!isLinked.has(from)) this.links.add(from, leaving, start, 0);
      isLinked.add(from);
      this.links.add(start + until - after - 2, 0, to, arriving);
    }
    for (let box = 0; box < this.layer.length; box++) {
      const start = this.starts.get(forwardKey(box));
      if (leaves?.[box] && start !== undefined && !isLinked.has(box)) this.links.add(box, heights[box]! / 2, start, 0);
    }
    entries.forEach((boxes, entry) => {
      const start = this.starts.get(entryKey(entry));
      if (start === undefined) return;
      for (const box of boxes) if (this.layer[box]! > 0) this.links.add(start + this.layer[box]! - 1, 0, box, heights[box]! / 2);
    });
  }

  private wish(item: number, side: Side): number {
    const wished = this.links.wish(item, side, this.y);
    return wished === wished ? wished : this.y[item]!;
  }

  private sort(items: number[]): void {
    const middle = (item: number) => this.wished[item]! + this.heights[item]! / 2;
    items.sort((a, b) => middle(a) - middle(b));
  }

  private sweep(side: Side, layers: number[][]): void {
    for (const items of layers) {
      for (const item of items) this.wished[item] = this.wish(item, side);
      this.sort(items);
      straighten(items, this.heights, this.wished, this.y);
    }
  }

  private ranks(): Float64Array | null {
    const { order } = this.level;
    if (!order) return null;
    const rank = new Float64Array(this.y.length);
    rank.set(Array.from(order.boxes));
    for (const { key, first, last } of this.chains) {
      const start = this.starts.get(key)!;
      const number = Math.floor(key / 3);
      rank.fill(key === entryKey(number) ? order.entries[number]! : order.boxes[number]!, start, start + last - first + 1);
    }
    return rank;
  }

  /** Orders by the middle of the neighbours, from both sides, again and again. */
  settle(): void {
    const rank = this.ranks();
    for (const items of this.layers) {
      if (rank) items.sort((a, b) => rank[a]! - rank[b]!);
      let at = 0;
      for (const item of items) {
        this.y[item] = at;
        at += this.heights[item]! + (this.heights[item] ? GAP : 0);
      }
    }
    const backwards = [...this.layers].reverse();
    for (let round = this.y.length > 6000 ? 3 : 6; round > 0; round--) {
      this.sweep("before", this.layers);
      this.sweep("behind", backwards);
    }
    this.sweep("before", this.layers);
  }

  /** Leaves everything where it was, and finds room for what is new; false if too much is new for that. */
  keep(old: Before): boolean {
    const count = this.layer.length;
    const was = this.formerly(old);
    let [known, all] = [0, 0];
    for (let box = 0; box < count; box++) {
      if (!this.isConnected[box]) continue;
      all++;
      if (was[box] === was[box]) known++;
    }
    if (!all || known < all * 0.6) return false;
    const isFixed = (item: number) => was[item] === was[item];
    for (let item = 0; item < was.length; item++) if (isFixed(item)) this.y[item] = was[item]!;
    for (let round = 0; round < 3; round++)
      for (const [side, layers] of [
        ["before", this.layers],
        ["behind", [...this.layers].reverse()],
      ] as const)
        for (const items of layers) for (const item of items) if (!isFixed(item)) this.y[item] = this.wish(item, side);
    for (const items of this.layers) this.insert(items, isFixed);
    return true;
  }

  /** Where each item was; NaN for what is new. */
  private formerly(old: Before): Float64Array {
    const count = this.layer.length;
    const was = new Float64Array(this.y.length).fill(NaN);
    for (let box = 0; box < count; box++) was[box] = old.y[box]!;
    for (const { key, first, last } of this.chains) {
      const start = this.starts.get(key)!;
      const lanes = old.lanes(key);
      // What leads back begins where it arrives: its other end is the one that stays.
      const skipped = key % 3 === 1 && lanes ? lanes.length - (last - first + 1) : 0;
      for (let n = 0; lanes && n <= last - first; n++) was[start + n] = lanes[n + skipped] ?? NaN;
    }
    return was;
  }

  /** Puts what is new among what stays. */
  private insert(items: number[], isFixed: (item: number) => boolean): void {
    const taken = items
      .filter((item) => isFixed(item))
      .map((item): [number, number] => [this.y[item]!, this.y[item]! + this.heights[item]!])
      .sort((a, b) => a[0] - b[0]);
    for (const item of items) {
      this.wished[item] = this.y[item]!;
      if (isFixed(item)) continue;
      const top = freePlace(this.y[item]!, this.heights[item]!, taken, FARTHEST);
      this.wished[item] = top;
      taken.push([top, top + this.heights[item]!]);
      taken.sort((a, b) => a[0] - b[0]);
    }
    this.sort(items);
    straighten(items, this.heights, this.wished, this.y);
  }

  /** How much room curves need behind each layer: more where they climb. */
  gaps(): number[] {
    return this.layers.map((items) => {
      let [climb, links] = [0, 0];
      for (const item of items) {
        const [own, number] = this.links.climb(item, this.y);
        climb += own;
        links += number;
      }
      const wanted = GAP_X + (links ? climb / links : 0) * 0.12;
      return Math.min(GAP_X_MOST, GAP_X + Math.floor((wanted - GAP_X) / GAP_X_STEP) * GAP_X_STEP);
    });
  }
}

function finish(level: Level, grid: Grid, isConnected: Uint8Array, isKept: boolean, isCut: boolean): Arranged {
  const count = level.widths.length;
  const x = new Float64Array(count);
  const [left, right]: [number[], number[]] = [[], []];
  const gaps = grid.gaps().map((gap, n) => (isKept && level.before!.gaps[n]) || gap);
  let [at, top] = [0, Infinity];
  grid.layers.forEach((items, n) => {
    let widest = 0;
    for (const item of items) {
      top = Math.min(top, grid.y[item]!);
      if (item < count) widest = Math.max(widest, level.widths[item]!);
    }
    for (const item of items) if (item < count) x[item] = at;
    left.push(at);
    right.push(at + widest);
    at += widest + gaps[n]!;
  });
  if (top === Infinity) top = 0;
  if (isCut) top -= HIGHWAY;
  let bottom = 0;
  for (const items of grid.layers)
    for (const item of items) {
      grid.y[item]! -= top;
      bottom = Math.max(bottom, grid.y[item]! + grid.heights[item]!);
    }
  const lanes = new Map<number, Lane>();
  for (const { key, first, last } of grid.chains) {
    const start = grid.starts.get(key)!;
    lanes.set(key, { first, y: Array.from(grid.y.subarray(start, start + last - first + 1)) });
  }
  const y = grid.y.slice(0, count);
  const width = right.length ? right.at(-1)! : 0;
  const size = fillRows(level, isConnected, isKept, x, y, width, bottom);
  return { x, y, layer: grid.layer, left, right, gaps, lanes, highway: isCut ? 0 : NaN, ...size };
}

/** What nothing is connected to fills rows below. */
function fillRows(
  level: Level,
  isConnected: Uint8Array,
  isKept: boolean,
  x: Float64Array,
  y: Float64Array,
  width: number,
  bottom: number,
): { width: number; height: number } {
  const { widths, heights, before } = level;
  const alone: number[] = [];
  for (let box = 0; box < widths.length; box++) if (!isConnected[box]) alone.push(box);
  if (before && (isKept || alone.length === widths.length)) {
    const isNew = (box: number) => Number(before.y[box] !== before.y[box]);
    alone.sort((a, b) => isNew(a) - isNew(b) || (isNew(a) ? a - b : before.y[a]! - before.y[b]! || before.x[a]! - before.x[b]!));
  }
  const area = alone.reduce((sum, box) => sum + (widths[box]! + GAP) * (heights[box]! + GAP), 0);
  const room = Math.max(width, Math.ceil((Math.sqrt(area) * 1.4) / 200) * 200);
  // Boxes that are much alike stand in columns.
  const all = alone.map((box) => widths[box]!);
  const cell = Math.max(...all) < Math.min(...all) * 1.5 ? Math.max(...all) : 0;
  let rowX = 0;
  let rowY = bottom ? bottom + GAP * 2 : 0;
  let rowHeight = 0;
  for (const box of alone) {
    if (rowX > 0 && rowX + Math.max(widths[box]!, cell) > room) {
      rowX = 0;
      rowY += rowHeight + GAP;
      rowHeight = 0;
    }
    x[box] = rowX;
    y[box] = rowY;
    width = Math.max(width, rowX + widths[box]!);
    rowX += Math.max(widths[box]!, cell) + GAP * 1.5;
    rowHeight = Math.max(rowHeight, heights[box]!);
    bottom = Math.max(bottom, rowY + rowHeight);
  }
  return { width, height: bottom };
}
