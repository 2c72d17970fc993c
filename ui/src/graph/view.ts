// What part of a graph is seen, and how large.
import type { Layout } from "./layout";

export interface View {
  x: number;
  y: number;
  scale: number;
}

/** From this scale on labels can be read. */
const READABLE = 0.45;
const MARGIN = 24;
/** As much of a graph stays in sight, in pixels, however far it is moved. */
const IN_SIGHT = 80;

/** All of a graph; one that could not be read as a whole is begun at its left, where its first nodes are, or at its top. */
export function fitView(layout: Layout, width: number, height: number, isFirst: boolean): View {
  const wide = (width - MARGIN * 2) / Math.max(1, layout.width);
  const tall = (height - MARGIN * 2) / Math.max(1, layout.height);
  const whole = Math.min(1, wide, tall);
  const scale = isFirst && whole < READABLE ? Math.min(1, Math.max(whole, Math.max(wide, tall), READABLE + 0.1)) : whole;
  const from = (length: number, room: number) =>
    length * scale > room - MARGIN ? -MARGIN / scale : length / 2 - room / scale / 2;
  const view = { scale, x: from(layout.width, width), y: from(layout.height, height) };
  if (layout.width * scale > width - MARGIN) {
    const right = view.x + width / scale;
    const tops = layout.y.filter((_, node) => layout.x[node]! < right).sort();
    if (tops.length) {
      const [first, last] = [tops[0]!, tops.at(-1)!];
      const isSeen = (last - first) * scale < height - MARGIN * 4;
      view.y = isSeen ? (first + last) / 2 - height / scale / 2 : first - (MARGIN * 2) / scale;
    }
  }
  return view;
}

/** A view that has some of the graph in it. */
export function inSight(view: View, layout: Layout, width: number, height: number): View {
  const within = (at: number, length: number, room: number) => {
    const rest = Math.min(IN_SIGHT, (length * view.scale) / 2) / view.scale;
    return Math.max(rest - room / view.scale, Math.min(length - rest, at));
  };
  return { scale: view.scale, x: within(view.x, layout.width, width), y: within(view.y, layout.height, height) };
}

/** A view in which a box is seen: the same, if it is already, else one with the box in its middle. */
export function revealing(
  view: View,
  box: { x: number; y: number; width: number; height: number },
  width: number,
  height: number,
): View {
  const [right, bottom] = [view.x + width / view.scale, view.y + height / view.scale];
  if (box.x >= view.x && box.x + box.width <= right && box.y >= view.y && box.y + box.height <= bottom) return view;
  return {
    scale: view.scale,
    x: box.x + box.width / 2 - width / view.scale / 2,
    y: box.y + box.height / 2 - height / view.scale / 2,
  };
}
