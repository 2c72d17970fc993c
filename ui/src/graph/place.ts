// Keeps what is looked at where it is when a graph changes.
import type { View } from "./view";
import type { Layout } from "./layout";
import type { Scene } from "./scene";

interface Laid {
  scene: Scene;
  layout: Layout;
}

function placesOf({ scene, layout }: Laid): Map<number, [number, number]> {
  return new Map(
    scene.nodes.flatMap((node, n) =>
      node.members.map((member): [number, [number, number]] => [member, [layout.x[n]!, layout.y[n]!]]),
    ),
  );
}

/** The view in which the item nearest to the middle stays in its place; null if what is shown is something else now. */
export function keepPlace(before: Laid, after: Laid, view: View, width: number, height: number): View | null {
  const [old, now] = [placesOf(before), placesOf(after)];
  const [few, many] = [before.scene.nodes.length, after.scene.nodes.length].sort((a, b) => a - b) as [number, number];
  if (now.size > old.size * 2 || many > few * 4) return null;
  const [middleX, middleY] = [view.x + width / view.scale / 2, view.y + height / view.scale / 2];
  let nearest = Infinity;
  let kept: View | null = null;
  for (const [member, [x, y]] of old) {
    const place = now.get(member);
    if (!place) return null;
    const distance = (x - middleX) ** 2 + (y - middleY) ** 2;
    if (distance >= nearest) continue;
    nearest = distance;
    kept = { scale: view.scale, x: view.x + place[0] - x, y: view.y + place[1] - y };
  }
  return kept;
}
