// Which layer each node stands in: behind all that it depends on.

/** The neighbours of each node in one array: those of node n are `list[start[n]]` to `list[start[n + 1] - 1]`. */
export interface Sides {
  start: Int32Array;
  list: Int32Array;
}

/** Follows edges (pairs, one after the other) from their `side`: 0 gives what depends on a node, 1 what it depends on. */
export function sidesOf(count: number, edges: ArrayLike<number>, side: 0 | 1): Sides {
  const start = new Int32Array(count + 1);
  for (let n = side; n < edges.length; n += 2) start[edges[n]! + 1]!++;
  for (let n = 0; n < count; n++) start[n + 1]! += start[n]!;
  const next = start.slice();
  const list = new Int32Array(edges.length / 2);
  for (let n = 0; n < edges.length; n += 2) list[next[edges[n + side]!]!++] = edges[n + 1 - side]!;
  return { start, list };
}

/** The depth of each node by the longest path; edges that close a cycle do not count. */
export function layersOf(count: number, edges: ArrayLike<number>): Int32Array {
  const { start, list } = sidesOf(count, edges, 0);
  const state = new Uint8Array(count);
  const order: number[] = [];
  const at = start.slice();
  const isBack = new Uint8Array(list.length);
  for (let root = 0; root < count; root++) {
    if (state[root]) continue;
    const stack = [root];
    state[root] = 1;
    while (stack.length) {
      const node = stack[stack.length - 1]!;
      if (at[node]! < start[node + 1]!) {
        const edge = at[node]!++;
        const to = list[edge]!;
        if (state[to] === 1) isBack[edge] = 1;
        else if (!state[to]) {
          state[to] = 1;
          stack.push(to);
        }
      } else {
        state[node] = 2;
        order.push(node);
        stack.pop();
      }
    }
  }
  const layer = new Int32Array(count);
  const hasParent = new Uint8Array(count);
  for (let n = order.length - 1; n >= 0; n--) {
    const node = order[n]!;
    for (let edge = start[node]!; edge < start[node + 1]!; edge++) {
      if (isBack[edge]) continue;
      const to = list[edge]!;
      hasParent[to] = 1;
      layer[to] = Math.max(layer[to]!, layer[node]! + 1);
    }
  }
  // A root stands just before the first that needs it, not far to the left.
  for (let node = 0; node < count; node++) {
    if (hasParent[node]) continue;
    let nearest = Infinity;
    for (let edge = start[node]!; edge < start[node + 1]!; edge++)
      if (!isBack[edge]) nearest = Math.min(nearest, layer[list[edge]!]!);
    if (nearest !== Infinity) layer[node] = nearest - 1;
  }
  return layer;
}
