// What a graph shows: items, groups that are folded into one node, and the edges among them.
import type { Layout, LayoutInput } from "./layout";

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
  edges: [number, number][];
  groups: string[];
  input: LayoutInput;
  /** Names the content, so that its layout is computed once. */
  key: string;
  up: number[][];
  down: number[][];
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
  const at = new Map<number, number>();
  const folded = new Map<string, number>();
  const open = new Map<string, number>();
  const sorted = [...numbers].sort((a, b) => a - b);
  for (const number of sorted) {
    const asset = items[number]!;
    if (areGroupsShown && asset.group && collapsed.has(asset.group)) {
      let index = folded.get(asset.group);
      if (index === undefined) {
        folded.set(asset.group, (index = nodes.length));
        nodes.push({ number: null, group: asset.group, label: asset.group, members: [] });
      }
      nodes[index]!.members.push(number);
      at.set(number, index);
    } else {
      if (areGroupsShown && asset.group && !open.has(asset.group)) open.set(asset.group, open.size);
      at.set(number, nodes.length);
      nodes.push({ number, group: asset.group, label: asset.key, members: [number] });
    }
  }
  const seen = new Set<number>();
  const edges: [number, number][] = [];
  for (const number of sorted) {
    const to = at.get(number)!;
    for (const parent of items[number]!.parents) {
      const from = at.get(parent);
      if (from === undefined || from === to) continue;
      const pair = from * nodes.length + to;
      if (seen.has(pair)) continue;
      seen.add(pair);
      edges.push([from, to]);
    }
  }
  const up: number[][] = nodes.map(() => []);
  const down: number[][] = nodes.map(() => []);
  for (const [from, to] of edges) {
    down[from]!.push(to);
    up[to]!.push(from);
  }
  const widths = nodes.map((node) =>
    Math.max(110, Math.min(260, node.label.length * (node.number === null ? 8 : 7.4) + (node.number === null ? 88 : 44))),
  );
  const group = nodes.map((node) => (node.number === null || !areGroupsShown ? -1 : (open.get(node.group) ?? -1)));
  let hash = 5381;
  const mix = (text: string) => {
    for (let n = 0; n < text.length; n++) hash = (hash * 33 + text.charCodeAt(n)) >>> 0;
  };
  nodes.forEach((node, n) => mix(`${node.number === null ? "g" : "a"}${group[n]} ${node.label}\n`));
  edges.forEach(([from, to]) => {
    hash = (hash * 31 + from * 65_537 + to) >>> 0;
  });
  return {
    nodes,
    edges,
    groups: [...open.keys()],
    up,
    down,
    key: `${nodes.length} ${edges.length} ${hash}`,
    input: { widths, height: NODE_HEIGHT, edges, group, groupCount: open.size },
  };
}

/** Everything upstream and downstream of a node, itself included. */
export function kin(scene: Scene, node: number): Set<number> {
  const found = new Set([node]);
  for (const sides of [scene.up, scene.down]) {
    const seen = new Set([node]);
    const rest = [node];
    while (rest.length)
      for (const next of sides[rest.pop()!]!)
        if (!seen.has(next)) {
          seen.add(next);
          found.add(next);
          rest.push(next);
        }
  }
  return found;
}

const layouts = new Map<string, Promise<Layout>>();
const waiting = new Map<number, (layout: Layout) => void>();
let worker: Worker | null = null;
let lastId = 0;

/** The layout of a scene, computed in a worker and remembered by content. */
export function layoutOf(scene: Scene): Promise<Layout> {
  const known = layouts.get(scene.key);
  if (known) return known;
  if (!worker) {
    worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = (event: MessageEvent<{ id: number; layout: Layout }>) => {
      waiting.get(event.data.id)?.(event.data.layout);
      waiting.delete(event.data.id);
    };
  }
  const id = ++lastId;
  const made = new Promise<Layout>((resolve) => {
    waiting.set(id, resolve);
    worker!.postMessage({ id, input: scene.input });
  });
  layouts.set(scene.key, made);
  if (layouts.size > 20) layouts.delete(layouts.keys().next().value!);
  return made;
}
