// What a graph shows: items, groups that are folded into one node, and the edges among them.
import { sidesOf, type Sides } from "./layers";
import type { LayoutInput } from "./layout";

/** What a graph can show: assets, or the steps of a run. */
export interface GraphItem {
  key: string;
  /** "" for none. */
  group: string;
  /** The numbers of those that it depends on. */
  parents: number[];
  checkCount: number;
}

/** How an item stands. */
export interface GraphStanding {
  status: string;
  /** made, failed, in progress, all */
  partitions: [number, number, number, number] | null;
  /** passed, warned, failed */
  checks: [number, number, number] | null;
}

export interface Node {
  /** The item; null for a folded group. */
  number: number | null;
  /** The group; "" for none. */
  group: string;
  label: string;
  /** The items that it stands for. */
  members: number[];
}

export interface Scene {
  nodes: Node[];
  /** Pairs, one after the other: the second depends on the first. */
  edges: Int32Array;
  groups: string[];
  input: LayoutInput;
  /** Names the content, so that its layout is computed once. */
  key: string;
}

export const NODE_HEIGHT = 36;

/** Builds the scene of some items. */
export function buildScene(
  items: readonly GraphItem[],
  numbers: Iterable<number>,
  collapsed: ReadonlySet<string>,
  areGroupsShown: boolean,
): Scene {
  const nodes: Node[] = [];
  const at = new Int32Array(items.length).fill(-1);
  const folded = new Map<string, number>();
  const open = new Map<string, number>();
  const sorted = Array.from(Int32Array.from(numbers).sort());
  for (const number of sorted) {
    const asset = items[number]!;
    if (areGroupsShown && asset.group && collapsed.has(asset.group)) {
      let index = folded.get(asset.group);
      if (index === undefined) {
        folded.set(asset.group, (index = nodes.length));
        nodes.push({ number: null, group: asset.group, label: asset.group, members: [] });
      }
      nodes[index]!.members.push(number);
      at[number] = index;
    } else {
      if (areGroupsShown && asset.group && !open.has(asset.group)) open.set(asset.group, open.size);
      at[number] = nodes.length;
      nodes.push({ number, group: asset.group, label: asset.key, members: [number] });
    }
  }
  const edges = edgesOf(items, sorted, at, nodes);
  const widths = Float64Array.from(nodes, (node) =>
    Math.max(110, Math.min(260, node.label.length * (node.number === null ? 8 : 7.4) + (node.number === null ? 88 : 44))),
  );
  const group = Int32Array.from(nodes, (node) => (node.number === null || !areGroupsShown ? -1 : (open.get(node.group) ?? -1)));
  return {
    nodes,
    edges,
    groups: [...open.keys()],
    key: keyOf(nodes, group, edges),
    input: { widths, height: NODE_HEIGHT, edges, group, groupCount: open.size },
  };
}

/** The edges among the nodes; those of items that are folded together are one. */
function edgesOf(items: readonly GraphItem[], numbers: number[], at: Int32Array, nodes: Node[]): Int32Array {
  const edges: number[] = [];
  const seen = new Set<number>();
  for (const number of numbers) {
    const to = at[number]!;
    for (const parent of items[number]!.parents) {
      const from = at[parent]!;
      if (from < 0 || from === to) continue;
      if (nodes[from]!.number === null || nodes[to]!.number === null) {
        const pair = from * nodes.length + to;
        if (seen.has(pair)) continue;
        seen.add(pair);
      }
      edges.push(from, to);
    }
  }
  return Int32Array.from(edges);
}

/** A name for what is shown; two graphs have the same only if they are the same. */
function keyOf(nodes: Node[], group: Int32Array, edges: Int32Array): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  const mix = (value: number) => {
    a = Math.imul(a ^ value, 2_654_435_761);
    b = Math.imul(b ^ value, 1_597_334_677);
    a ^= a >>> 15;
    b ^= b >>> 13;
  };
  for (let n = 0; n < nodes.length; n++) {
    const { label, number } = nodes[n]!;
    mix(group[n]! * 2 + Number(number === null));
    for (let at = 0; at < label.length; at++) mix(label.charCodeAt(at));
  }
  for (let n = 0; n < edges.length; n++) mix(edges[n]!);
  return `${nodes.length} ${edges.length / 2} ${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`;
}

const neighbours = new WeakMap<Scene, { up: Sides; down: Sides }>();

/** What each node depends on, and what depends on it. */
export function neighboursOf(scene: Scene): { up: Sides; down: Sides } {
  let found = neighbours.get(scene);
  if (!found) {
    const count = scene.nodes.length;
    neighbours.set(scene, (found = { up: sidesOf(count, scene.edges, 1), down: sidesOf(count, scene.edges, 0) }));
  }
  return found;
}

/** Everything upstream and downstream of a node, itself included. */
export function kin(scene: Scene, node: number): Set<number> {
  const found = new Set([node]);
  for (const { start, list } of Object.values(neighboursOf(scene))) {
    const seen = new Set([node]);
    const rest = [node];
    while (rest.length) {
      const at = rest.pop()!;
      for (let n = start[at]!; n < start[at + 1]!; n++) {
        const next = list[n]!;
        if (seen.has(next)) continue;
        seen.add(next);
        found.add(next);
        rest.push(next);
      }
    }
  }
  return found;
}
