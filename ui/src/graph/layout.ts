// A layered layout from left to right: groups are laid out inside, then as boxes among each other. Linear passes only.

export interface LayoutInput {
  /** Width of each node; heights are alike. */
  widths: number[];
  height: number;
  /** Pairs: the second depends on the first. */
  edges: [number, number][];
  /** The group of each node; -1 for none. */
  group: number[];
  groupCount: number;
}

export interface Layout {
  x: Float64Array;
  y: Float64Array;
  /** x, y, width, height of each group; width 0 where it has no node. */
  boxes: [number, number, number, number][];
  width: number;
  height: number;
}

const GAP_X = 56;
const GAP_Y = 12;
const PAD = 14;
const TITLE = 26;

interface Box {
  width: number;
  height: number;
}

/** Depth of each node by the longest path; edges that close a cycle are left out. */
export function layersOf(count: number, edges: [number, number][]): { layer: Int32Array; kept: [number, number][] } {
  const next: number[][] = Array.from({ length: count }, () => []);
  for (const [from, to] of edges) if (from !== to) next[from]!.push(to);
  const state = new Uint8Array(count);
  const order: number[] = [];
  const back = new Set<number>();
  for (let root = 0; root < count; root++) {
    if (state[root]) continue;
    const stack: [number, number][] = [[root, 0]];
    state[root] = 1;
    while (stack.length) {
      const top = stack[stack.length - 1]!;
      const [node, at] = top;
      if (at < next[node]!.length) {
        top[1]++;
        const to = next[node]![at]!;
        if (state[to] === 1) back.add(node * count + to);
        else if (!state[to]) {
          state[to] = 1;
          stack.push([to, 0]);
        }
      } else {
        state[node] = 2;
        order.push(node);
        stack.pop();
      }
    }
  }
  const kept = edges.filter(([from, to]) => from !== to && !back.has(from * count + to));
  const layer = new Int32Array(count);
  const forward: number[][] = Array.from({ length: count }, () => []);
  for (const [from, to] of kept) forward[from]!.push(to);
  for (let n = order.length - 1; n >= 0; n--)
    for (const to of forward[order[n]!]!) layer[to] = Math.max(layer[to]!, layer[order[n]!]! + 1);
  // A root stands just before the first that needs it, not far to the left.
  const hasParent = new Uint8Array(count);
  for (const [, to] of kept) hasParent[to] = 1;
  for (let node = 0; node < count; node++) {
    if (hasParent[node] || !forward[node]!.length) continue;
    let nearest = Infinity;
    for (const to of forward[node]!) nearest = Math.min(nearest, layer[to]!);
    layer[node] = nearest - 1;
  }
  return { layer, kept };
}

/** Places boxes of any size: layers left to right, order by the middle of the neighbours, then straightened. */
function place(boxes: Box[], edges: [number, number][]): { x: Float64Array; y: Float64Array; width: number; height: number } {
  const count = boxes.length;
  const { layer, kept } = layersOf(count, edges);
  const connected = new Uint8Array(count);
  const up: number[][] = Array.from({ length: count }, () => []);
  const down: number[][] = Array.from({ length: count }, () => []);
  for (const [from, to] of kept) {
    down[from]!.push(to);
    up[to]!.push(from);
    connected[from] = connected[to] = 1;
  }
  const alone: number[] = [];
  const layers: number[][] = [];
  for (let node = 0; node < count; node++) {
    if (!connected[node]) alone.push(node);
    else (layers[layer[node]!] ??= []).push(node);
  }
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  for (let n = 0; n < layers.length; n++) layers[n] ??= [];
  const settle = (nodes: number[]) => {
    let at = 0;
    for (const node of nodes) {
      y[node] = at;
      at += boxes[node]!.height + GAP_Y;
    }
  };
  layers.forEach(settle);
  const middle = (node: number) => y[node]! + boxes[node]!.height / 2;
  const wished = new Float64Array(count);
  const sweep = (sides: number[][], list: number[][]) => {
    for (const nodes of list) {
      for (const node of nodes) {
        const near = sides[node]!;
        let sum = 0;
        for (const other of near) sum += middle(other);
        wished[node] = near.length ? sum / near.length : middle(node);
      }
      nodes.sort((a, b) => wished[a]! - wished[b]!);
      straighten(nodes, boxes, wished, y);
    }
  };
  const rounds = count > 4000 ? 3 : 6;
  for (let round = 0; round < rounds; round++) {
    sweep(up, layers);
    sweep(down, [...layers].reverse());
  }
  sweep(up, layers);
  let left = 0;
  let top = Infinity;
  let bottom = 0;
  for (const nodes of layers) {
    let widest = 0;
    for (const node of nodes) {
      x[node] = left;
      widest = Math.max(widest, boxes[node]!.width);
      top = Math.min(top, y[node]!);
    }
    left += widest + GAP_X;
  }
  if (top === Infinity) top = 0;
  for (const nodes of layers)
    for (const node of nodes) {
      y[node]! -= top;
      bottom = Math.max(bottom, y[node]! + boxes[node]!.height);
    }
  let width = Math.max(0, left - GAP_X);
  // What nothing is connected to fills rows below.
  const room = Math.max(
    width,
    Math.sqrt(alone.reduce((sum, node) => sum + (boxes[node]!.width + GAP_Y) * (boxes[node]!.height + GAP_Y), 0)) * 1.4,
  );
  let rowX = 0;
  let rowY = bottom ? bottom + GAP_Y * 3 : 0;
  let rowHeight = 0;
  for (const node of alone) {
    if (rowX > 0 && rowX + boxes[node]!.width > room) {
      rowX = 0;
      rowY += rowHeight + GAP_Y;
      rowHeight = 0;
    }
    x[node] = rowX;
    y[node] = rowY;
    rowX += boxes[node]!.width + GAP_Y * 2;
    rowHeight = Math.max(rowHeight, boxes[node]!.height);
    width = Math.max(width, rowX - GAP_Y * 2);
    bottom = Math.max(bottom, rowY + rowHeight);
  }
  return { x, y, width, height: bottom };
}

/** Puts nodes as near to their wishes as order and gaps allow: neighbours that touch share the mean of their wishes. */
function straighten(nodes: number[], boxes: Box[], wished: Float64Array, y: Float64Array): void {
  const starts: number[] = [];
  const sums: number[] = [];
  const counts: number[] = [];
  const sizes: number[] = [];
  for (let n = 0; n < nodes.length; n++) {
    const node = nodes[n]!;
    starts.push(n);
    sums.push(wished[node]! - boxes[node]!.height / 2);
    counts.push(1);
    sizes.push(boxes[node]!.height + GAP_Y);
    while (starts.length > 1) {
      const last = starts.length - 1;
      const before = last - 1;
      if (sums[before]! / counts[before]! + sizes[before]! <= sums[last]! / counts[last]!) break;
      sums[before]! += sums[last]! - counts[last]! * sizes[before]!;
      counts[before]! += counts[last]!;
      sizes[before]! += sizes[last]!;
      starts.pop();
      sums.pop();
      counts.pop();
      sizes.pop();
    }
  }
  starts.forEach((start, block) => {
    let at = sums[block]! / counts[block]!;
    const end = starts[block + 1] ?? nodes.length;
    for (let n = start; n < end; n++) {
      y[nodes[n]!] = at;
      at += boxes[nodes[n]!]!.height + GAP_Y;
    }
  });
}

/** Lays a graph out. */
export function layOut({ widths, height, edges, group, groupCount }: LayoutInput): Layout {
  const count = widths.length;
  const members: number[][] = Array.from({ length: groupCount }, () => []);
  const unit = new Int32Array(count);
  const units: Box[] = [];
  const inner = new Int32Array(count);
  group.forEach((own, node) => {
    if (own >= 0) {
      inner[node] = members[own]!.length;
      members[own]!.push(node);
    } else {
      unit[node] = units.length;
      units.push({ width: widths[node]!, height });
    }
  });
  const within: [number, number][][] = members.map(() => []);
  for (const [from, to] of edges)
    if (group[from]! >= 0 && group[from] === group[to]) within[group[from]!]!.push([inner[from]!, inner[to]!]);
  const insides = members.map((nodes, own) =>
    nodes.length
      ? place(
          nodes.map((node) => ({ width: widths[node]!, height })),
          within[own]!,
        )
      : null,
  );
  const unitOfGroup = insides.map((inside, own) => {
    if (!inside) return -1;
    for (const node of members[own]!) unit[node] = units.length;
    units.push({ width: inside.width + PAD * 2, height: inside.height + PAD + TITLE });
    return units.length - 1;
  });
  const seen = new Set<number>();
  const between: [number, number][] = [];
  for (const [from, to] of edges) {
    const [a, b] = [unit[from]!, unit[to]!];
    const pair = a * units.length + b;
    if (a === b || seen.has(pair)) continue;
    seen.add(pair);
    between.push([a, b]);
  }
  const outer = place(units, between);
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  for (let node = 0; node < count; node++) {
    const inside = group[node]! >= 0 ? insides[group[node]!]! : null;
    x[node] = outer.x[unit[node]!]! + (inside ? PAD + inside.x[inner[node]!]! : 0);
    y[node] = outer.y[unit[node]!]! + (inside ? TITLE + inside.y[inner[node]!]! : 0);
  }
  const boxes = unitOfGroup.map((own): [number, number, number, number] =>
    own < 0 ? [0, 0, 0, 0] : [outer.x[own]!, outer.y[own]!, units[own]!.width, units[own]!.height],
  );
  return { x, y, boxes, width: outer.width, height: outer.height };
}
