// Places the items of a layer as near to where they wish to be as their order and the gaps between them allow.

/** Between two boxes, between a box and a lane, and between two lanes. */
export const GAP = 16;
const LANE_GAP = 5;

const gap = (a: number, b: number): number => (a && b ? GAP : a || b ? GAP / 2 : LANE_GAP);

/**
 * Neighbours that would touch share the mean of their wishes.
 *
 * @param items in their order.
 * @param heights of all items; 0 for a lane, which is a line that passes through the layer.
 * @param wished where the top of each item wishes to be.
 * @param y takes where it comes to be.
 */
export function straighten(items: ArrayLike<number>, heights: ArrayLike<number>, wished: Float64Array, y: Float64Array): void {
  const starts: number[] = [];
  const sums: number[] = [];
  const counts: number[] = [];
  const sizes: number[] = [];
  const sizeAt = (n: number) => {
    const own = heights[items[n]!]!;
    return n + 1 < items.length ? own + gap(own, heights[items[n + 1]!]!) : own;
  };
  for (let n = 0; n < items.length; n++) {
    starts.push(n);
    sums.push(wished[items[n]!]!);
    counts.push(1);
    sizes.push(sizeAt(n));
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
    const end = starts[block + 1] ?? items.length;
    for (let n = start; n < end; n++) {
      y[items[n]!] = at;
      at += sizeAt(n);
    }
  });
}

/** The place nearest to a wish where a box fits between others that keep theirs; the wish itself where none is near. */
export function freePlace(wish: number, height: number, taken: [top: number, bottom: number][], farthest: number): number {
  const margin = height ? GAP : GAP / 2;
  let best = Infinity;
  const offer = (top: number) => {
    if (Math.abs(top - wish) < Math.abs(best - wish)) best = top;
  };
  let from = -Infinity;
  for (const [top, bottom] of [...taken, [Infinity, Infinity] as [number, number]]) {
    const [least, most] = [from + margin, top - margin - height];
    if (most >= least) offer(Math.min(most, Math.max(least, wish)));
    from = Math.max(from, bottom);
  }
  return Math.abs(best - wish) <= farthest ? best : wish;
}
