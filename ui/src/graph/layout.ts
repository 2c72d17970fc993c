// A layered layout from left to right: groups are laid out inside, then as boxes among each other; edges run between boxes.
import { arrange, backwardKey, entryKey, forwardKey, type Arranged, type Before, type Lane, type Level } from "./arrange";
import { TrackLayer, type Tracks } from "./tracks";

/** What a layout has to know of an earlier one to be like it. */
export interface Memory {
  /** The unit of each node (its group, or the node alone), and its number in it. */
  unit: Int32Array;
  inner: Int32Array;
  outer: LevelMemory;
  /** The inside of each unit; null for a single node. */
  inside: (LevelMemory | null)[];
}

interface LevelMemory {
  x: Float64Array;
  y: Float64Array;
  lanes: Map<number, Lane>;
  gaps: number[];
  /** The number of each bundle of edges that comes in, by where it comes from (see `bundleOf`). */
  bundles: Map<number, number>;
}

/** An earlier layout. */
export interface Former {
  memory: Memory;
  /** The number that each node had; -1 for those that are new. */
  number: Int32Array;
}

export interface LayoutInput {
  /** Width of each node; heights are alike. */
  widths: Float64Array;
  height: number;
  /** Pairs, one after the other: the second depends on the first. */
  edges: Int32Array;
  /** The group of each node; -1 for none. */
  group: Int32Array;
  groupCount: number;
  /** What is to move as little as possible. */
  former?: Former | null;
}

export interface Layout extends Tracks {
  x: Float64Array;
  y: Float64Array;
  /** x, y, width, height of each group, one after the other; width 0 where it has no node. */
  boxes: Float64Array;
  width: number;
  height: number;
}

const PAD = 14;
const TITLE = 26;
const TURN = 14;
const SINGLE_UP_TO = 8;
const STRAIGHT_UP_TO = 20;

/** A group or a single node, as a box among others. */
interface Unit {
  nodes: number[];
  isGroup: boolean;
  /** The nodes or units that its nodes depend on, numbered as bundles of edges that come in. */
  bundles: Map<number, number>;
  entries: number[][];
  inside: Arranged | null;
}

/** Larger graphs are not worth a second look: nobody follows single edges there. */
const ADAPTED_UP_TO = 3000;
const isAdapted = ({ widths }: LayoutInput): boolean => widths.length <= ADAPTED_UP_TO;

/** Lays a graph out. */
export function layOut(input: LayoutInput): Layout & { memory: Memory } {
  const plan = new Plan(input);
  return { ...plan.finish(), memory: plan.memory() };
}

class Plan {
  private readonly units: Unit[] = [];
  private readonly unit: Int32Array;
  private readonly inner: Int32Array;
  private outer: Arranged;

  constructor(private readonly input: LayoutInput) {
    const count = input.widths.length;
    this.unit = new Int32Array(count);
    this.inner = new Int32Array(count);
    this.divide();
    this.countSources();
    const leaves = this.bundle();
    this.units.forEach((unit) => {
      if (unit.isGroup) unit.inside = arrange(this.insideOf(unit, leaves));
    });
    this.outer = arrange(this.outside());
    if (!input.former && isAdapted(input)) this.outer = this.adapt(leaves);
  }

  /** Orders the inside of groups once more: from left to right by where edges come from, in the first by where they go. */
  private adapt(leaves: Uint8Array): Arranged {
    const { edges } = this.input;
    const [incoming, outgoing] = [new Map<number, number[]>(), new Map<number, number[]>()];
    const note = (of: Map<number, number[]>, unit: number, edge: number) => {
      if (this.units[unit]!.isGroup) of.get(unit)?.push(edge) ?? of.set(unit, [edge]);
    };
    for (let n = 0; n < edges.length; n += 2) {
      const [from, to] = [this.unit[edges[n]!]!, this.unit[edges[n + 1]!]!];
      if (from === to) continue;
      note(incoming, to, n);
      note(outgoing, from, n);
    }
    const inOrder = [...incoming.keys()].sort((a, b) => this.outer.layer[a]! - this.outer.layer[b]!);
    for (const unit of inOrder) this.reorder(unit, incoming.get(unit)!, 0, leaves);
    for (const [unit, out] of outgoing) if (!incoming.has(unit)) this.reorder(unit, out, 1, leaves);
    return arrange(this.outside());
  }

  /** Arranges the inside of a group anew, begun in the order of the other ends of some edges. */
  private reorder(number: number, edges: number[], side: 0 | 1, leaves: Uint8Array): void {
    const unit = this.units[number]!;
    const mean = () => ({ sum: 0, times: 0 });
    const boxes = unit.nodes.map(mean);
    const entries = unit.entries.map(mean);
    for (const n of edges) {
      const [other, own] = [this.input.edges[n + side]!, this.input.edges[n + 1 - side]!];
      const ends = [boxes[this.inner[own]!]!];
      if (side === 0) ends.push(entries[unit.bundles.get(this.bundleOf(other, number))!]!);
      const unitThere = this.unit[other]!;
      const port = side ? this.arrivingAt(other, this.bundleOf(own, unitThere)) : this.leavingAt(other);
      for (const end of ends) {
        end.sum += this.outer.y[unitThere]! + port;
        end.times++;
      }
    }
    const order = {
      boxes: boxes.map(({ sum, times }, n) => (times ? sum / times : this.middleOf(unit.nodes[n]!))),
      entries: entries.map(({ sum, times }) => (times ? sum / times : 0)),
    };
    unit.inside = arrange({ ...this.insideOf(unit, leaves), order });
  }

  private middleOf(node: number): number {
    const unit = this.unit[node]!;
    const { inside } = this.units[unit]!;
    return this.outer.y[unit]! + (inside ? TITLE + inside.y[this.inner[node]!]! : 0) + this.input.height / 2;
  }

  /** Puts the nodes into units, in the order in which they come. */
  private divide(): void {
    const { group, groupCount } = this.input;
    const unitOfGroup = new Int32Array(groupCount).fill(-1);
    for (let node = 0; node < group.length; node++) {
      const own = group[node]!;
      let unit = own < 0 ? -1 : unitOfGroup[own]!;
      if (unit < 0) {
        unit = this.units.push({ nodes: [], isGroup: own >= 0, bundles: new Map(), entries: [], inside: null }) - 1;
        if (own >= 0) unitOfGroup[own] = unit;
      }
      this.unit[node] = unit;
      this.inner[node] = this.units[unit]!.nodes.push(node) - 1;
    }
  }

  private readonly sources = new Map<number, Set<number>>();

  /** How many nodes of others a group depends on decides whether their edges come in one by one, or bundled by unit. */
  private countSources(): void {
    const { edges } = this.input;
    for (let n = 0; n < edges.length; n += 2) {
      const [from, to] = [this.unit[edges[n]!]!, this.unit[edges[n + 1]!]!];
      if (from === to || !this.units[to]!.isGroup) continue;
      const known = this.sources.get(to);
      if (known) known.add(edges[n]!);
      else this.sources.set(to, new Set([edges[n]!]));
    }
  }

  /** What an edge into a group is bundled by: the node that it comes from, or, below zero, the unit of that. */
  private bundleOf(from: number, to: number): number {
    return (this.sources.get(to)?.size ?? 0) <= SINGLE_UP_TO ? from : -1 - this.unit[from]!;
  }

  /** Finds out which nodes have edges that leave their group, and what comes into each group from where. */
  private bundle(): Uint8Array {
    const { edges } = this.input;
    const leaves = new Uint8Array(this.unit.length);
    for (let n = 0; n < edges.length; n += 2) {
      const [from, to] = [this.unit[edges[n]!]!, this.unit[edges[n + 1]!]!];
      if (from === to) continue;
      leaves[edges[n]!] = 1;
      const { bundles, entries, isGroup } = this.units[to]!;
      if (!isGroup) continue;
      const bundle = this.bundleOf(edges[n]!, to);
      let entry = bundles.get(bundle);
      if (entry === undefined) bundles.set(bundle, (entry = entries.push([]) - 1));
      entries[entry]!.push(this.inner[edges[n + 1]!]!);
    }
    return leaves;
  }

  private insideOf(unit: Unit, leaves: Uint8Array): Level {
    const { widths, height, former } = this.input;
    const { nodes } = unit;
    const edges = this.insideEdges.get(this.unit[nodes[0]!]!) ?? [];
    return {
      widths: nodes.map((node) => widths[node]!),
      heights: nodes.map(() => height),
      edges,
      ports: null,
      leaves: Uint8Array.from(nodes, (node) => leaves[node]!),
      entries: unit.entries,
      before: former ? this.insideBefore(unit, former) : null,
      order: null,
    };
  }

  private edgesInside: Map<number, number[]> | null = null;

  /** The edges within each unit, by their numbers inside. */
  private get insideEdges(): Map<number, number[]> {
    if (this.edgesInside) return this.edgesInside;
    const { edges } = this.input;
    const found = new Map<number, number[]>();
    for (let n = 0; n < edges.length; n += 2) {
      const [from, to] = [edges[n]!, edges[n + 1]!];
      const unit = this.unit[from]!;
      if (unit !== this.unit[to] || from === to) continue;
      const pair = [this.inner[from]!, this.inner[to]!];
      found.get(unit)?.push(...pair) ?? found.set(unit, pair);
    }
    return (this.edgesInside = found);
  }

  private outside(): Level {
    const { widths, height, edges, former } = this.input;
    const pairs = new Map<number, number>();
    const [flat, from, to, times]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let n = 0; n < edges.length; n += 2) {
      const [a, b] = [this.unit[edges[n]!]!, this.unit[edges[n + 1]!]!];
      if (a === b) continue;
      const key = a * this.units.length + b;
      let pair = pairs.get(key);
      if (pair === undefined) {
        pairs.set(key, (pair = times.push(0) - 1));
        flat.push(a, b);
        from.push(0);
        to.push(0);
      }
      times[pair]!++;
      from[pair]! += this.leavingAt(edges[n]!);
      to[pair]! += this.arrivingAt(edges[n + 1]!, this.bundleOf(edges[n]!, b));
    }
    return {
      widths: this.units.map(({ nodes, inside }) => (inside ? inside.width + PAD * 2 : widths[nodes[0]!]!)),
      heights: this.units.map(({ inside }) => (inside ? inside.height + PAD + TITLE : height)),
      edges: flat,
      // Straight edges are worth it among a few groups; a long chain of groups would climb ever further by them.
      ports:
        this.units.length > STRAIGHT_UP_TO
          ? null
          : [Float64Array.from(from, (sum, n) => sum / times[n]!), Float64Array.from(to, (sum, n) => sum / times[n]!)],
      leaves: null,
      entries: [],
      before: former ? this.outsideBefore(former) : null,
      order: null,
    };
  }

  /** The earlier number of a unit; -1 for one that is new. */
  private formerUnit({ nodes, isGroup }: Unit, { memory, number }: Former): number {
    for (const node of nodes) {
      const unit = number[node]! < 0 ? -1 : memory.unit[number[node]!]!;
      if (unit >= 0 && isGroup === (memory.inside[unit] !== null)) return unit;
    }
    return -1;
  }

  private insideBefore(unit: Unit, former: Former): Before | null {
    const own = this.formerUnit(unit, former);
    const memory = former.memory.inside[own];
    if (!memory) return null;
    const places = unit.nodes.map((node) => {
      const number = former.number[node]!;
      return number >= 0 && former.memory.unit[number] === own ? former.memory.inner[number]! : -1;
    });
    const sources = new Map([...unit.bundles].map(([from, entry]) => [entry, from]));
    return {
      x: places.map((place) => memory.x[place] ?? NaN),
      y: places.map((place) => memory.y[place] ?? NaN),
      gaps: memory.gaps,
      lanes: (key) => {
        const number = Math.floor(key / 3);
        if (key !== entryKey(number)) return memory.lanes.get(places[number]! * 3 + (key % 3))?.y;
        const source = sources.get(number)!;
        const entry = memory.bundles.get(
          source < 0 ? -1 - this.formerUnit(this.units[-1 - source]!, former) : former.number[source]!,
        );
        return entry === undefined ? undefined : memory.lanes.get(entryKey(entry))?.y;
      },
    };
  }

  private outsideBefore(former: Former): Before {
    const { outer } = former.memory;
    const places = this.units.map((unit) => this.formerUnit(unit, former));
    return {
      x: places.map((place) => outer.x[place] ?? NaN),
      y: places.map((place) => outer.y[place] ?? NaN),
      gaps: outer.gaps,
      lanes: (key) => outer.lanes.get(places[Math.floor(key / 3)]! * 3 + (key % 3))?.y,
    };
  }

  memory(): Memory {
    const levelOf = ({ x, y, lanes, gaps }: Arranged, bundles: Map<number, number>): LevelMemory => ({
      x,
      y,
      lanes,
      gaps,
      bundles,
    });
    return {
      unit: this.unit,
      inner: this.inner,
      outer: levelOf(this.outer, new Map()),
      inside: this.units.map(({ inside, bundles }) => inside && levelOf(inside, bundles)),
    };
  }

  /** How far below the top of its unit an edge of a node leaves to the right. */
  private leavingAt(node: number): number {
    const { inside } = this.units[this.unit[node]!]!;
    const middle = this.input.height / 2;
    if (!inside) return middle;
    const own = this.inner[node]!;
    if (inside.layer[own] === inside.right.length - 1) return TITLE + inside.y[own]! + middle;
    return TITLE + (inside.lanes.get(forwardKey(own))?.y.at(-1) ?? inside.highway);
  }

  /** How far below the top of the unit of a node an edge from another unit comes in. */
  private arrivingAt(node: number, bundle: number): number {
    const { inside, bundles } = this.units[this.unit[node]!]!;
    const middle = this.input.height / 2;
    if (!inside) return middle;
    const own = this.inner[node]!;
    if (inside.layer[own] === 0) return TITLE + inside.y[own]! + middle;
    return TITLE + (inside.lanes.get(entryKey(bundles.get(bundle)!))?.y[0] ?? inside.highway);
  }

  finish(): Layout {
    const { widths, edges, group, groupCount } = this.input;
    const { outer, units } = this;
    const x = new Float64Array(widths.length);
    const y = new Float64Array(widths.length);
    const boxes = new Float64Array(groupCount * 4);
    for (let node = 0; node < widths.length; node++) {
      const unit = this.unit[node]!;
      const { inside } = units[unit]!;
      x[node] = outer.x[unit]! + (inside ? PAD + inside.x[this.inner[node]!]! : 0);
      y[node] = outer.y[unit]! + (inside ? TITLE + inside.y[this.inner[node]!]! : 0);
      if (inside)
        boxes.set([outer.x[unit]!, outer.y[unit]!, inside.width + PAD * 2, inside.height + PAD + TITLE], group[node]! * 4);
    }
    const tracks = new TrackLayer();
    for (let n = 0; n < edges.length; n += 2) tracks.add(this.way(edges[n]!, edges[n + 1]!, x, y));
    return { x, y, boxes, width: outer.width, height: outer.height, ...tracks.finish() };
  }

  /** The way from a node to one that depends on it: between boxes from layer to layer. */
  private way(from: number, to: number, x: Float64Array, y: Float64Array): number[] {
    const { widths, height } = this.input;
    const { outer, units } = this;
    const [a, b] = [this.unit[from]!, this.unit[to]!];
    const way = [x[from]! + widths[from]!, y[from]! + height / 2];
    const end: [number, number] = [x[to]!, y[to]! + height / 2];
    const origin = (unit: number): [number, number] => [outer.x[unit]! + PAD, outer.y[unit]! + TITLE];
    const own = this.inner[from]!;
    const [left, right] = [units[a]!.inside, units[b]!.inside];
    if (a === b) {
      if (left) follow(way, left, origin(a), forwardKey(own), left.layer[own]!, left.layer[this.inner[to]!]!);
      way.push(...end);
      return way;
    }
    if (left) follow(way, left, origin(a), forwardKey(own), left.layer[own]!, left.right.length);
    const leaves = outer.y[a]! + this.leavingAt(from);
    const bundle = this.bundleOf(from, b);
    const arrives = outer.y[b]! + this.arrivingAt(to, bundle);
    way.push(outer.right[outer.layer[a]!]!, leaves);
    if (outer.layer[b]! > outer.layer[a]!) follow(way, outer, [0, 0], forwardKey(a), outer.layer[a]!, outer.layer[b]!);
    else turnBack(way, outer, a, b, arrives);
    way.push(outer.left[outer.layer[b]!]!, arrives);
    if (right) follow(way, right, origin(b), entryKey(units[b]!.bundles.get(bundle)!), -1, right.layer[this.inner[to]!]!);
    way.push(...end);
    return way;
  }
}

/** Adds the lanes between two layers, in the direction of reading; or the highway, where there are none. */
function follow(way: number[], of: Arranged, [x, y]: [number, number], key: number, after: number, until: number): void {
  if (after >= 0) way.push(x + of.right[after]!, way.at(-1)!);
  if (until <= after + 1) return;
  const lane = of.lanes.get(key);
  if (!lane) way.push(x + of.left[after + 1]!, y + of.highway, x + of.right[until - 1]!, y + of.highway);
  else
    for (let at = after + 1; at < until; at++) {
      const height = y + lane.y[at - lane.first]!;
      way.push(x + of.left[at]!, height, x + of.right[at]!, height);
    }
}

/** Adds the way against the direction of reading, from the right of one unit around to the left of another. */
function turnBack(way: number[], of: Arranged, from: number, to: number, arrives: number): void {
  const [first, last] = [of.layer[from]!, of.layer[to]!];
  const lane = of.lanes.get(backwardKey(from));
  const heightAt = (at: number) => (lane ? lane.y[at - lane.first]! : of.highway);
  const [right, left] = [of.right[first]! + TURN, of.left[last]! - TURN];
  way.push(right, way.at(-1)!, right, heightAt(first));
  for (let at = first; at >= last; at--) way.push(of.right[at]!, heightAt(at), of.left[at]!, heightAt(at));
  way.push(left, heightAt(last), left, arrives);
}
