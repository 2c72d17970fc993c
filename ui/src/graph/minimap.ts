// The minimap of a graph: all of it, small, with what is in view.
import { palette, toneOfNode, type Drawing } from "./draw";
import type { Layout } from "./layout";
import { NODE_HEIGHT } from "./scene";

const MINIMAP = { width: 168, height: 112, least: 28, margin: 12 };

/** Both scales of the minimap: one, but for graphs so long that nothing would be left of their other side. */
function minimapScale(layout: Layout): [number, number] {
  const scale = Math.min(MINIMAP.width / Math.max(1, layout.width), MINIMAP.height / Math.max(1, layout.height));
  return [
    Math.max(scale, MINIMAP.least / Math.max(1, layout.width)),
    Math.max(scale, MINIMAP.least / Math.max(1, layout.height)),
  ];
}

interface MinimapFrame {
  x: number;
  y: number;
  width: number;
  height: number;
  scaleX: number;
  scaleY: number;
}

/** Where the minimap stands and how it is scaled. */
export function minimapFrame(d: { layout: Layout; width: number; height: number }): MinimapFrame {
  const [scaleX, scaleY] = minimapScale(d.layout);
  const [width, height] = [d.layout.width * scaleX, d.layout.height * scaleY];
  return { x: d.width - width - MINIMAP.margin, y: d.height - height - MINIMAP.margin, width, height, scaleX, scaleY };
}

export function drawMinimap(pen: CanvasRenderingContext2D, d: Drawing, of: (name: string) => string, ratio: number): void {
  if (!d.minimap || d.width < 500) return;
  const frame = minimapFrame(d);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.fillStyle = of("ground");
  pen.strokeStyle = of("border-strong");
  pen.lineWidth = 1;
  pen.fillRect(frame.x - 4, frame.y - 4, frame.width + 8, frame.height + 8);
  pen.strokeRect(frame.x - 4.5, frame.y - 4.5, frame.width + 9, frame.height + 9);
  pen.drawImage(d.minimap, frame.x, frame.y, frame.width, frame.height);
  pen.strokeStyle = of("accent");
  const x = frame.x + Math.max(0, d.view.x) * frame.scaleX;
  const y = frame.y + Math.max(0, d.view.y) * frame.scaleY;
  const right = frame.x + Math.min(d.layout.width, d.view.x + d.width / d.view.scale) * frame.scaleX;
  const bottom = frame.y + Math.min(d.layout.height, d.view.y + d.height / d.view.scale) * frame.scaleY;
  if (right > x && bottom > y) pen.strokeRect(x, y, right - x, bottom - y);
}

/** The minimap, drawn once for a layout and a state. */
export function drawMini(d: Omit<Drawing, "minimap" | "view" | "width" | "height">): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  const [scaleX, scaleY] = minimapScale(d.layout).map((scale) => scale * 2) as [number, number];
  canvas.width = Math.max(1, Math.ceil(d.layout.width * scaleX));
  canvas.height = Math.max(1, Math.ceil(d.layout.height * scaleY));
  const pen = canvas.getContext("2d")!;
  const of = palette();
  d.scene.nodes.forEach((_, node) => {
    pen.fillStyle = of(toneOfNode(d, node));
    pen.fillRect(
      d.layout.x[node]! * scaleX,
      d.layout.y[node]! * scaleY,
      Math.max(1.5, d.scene.input.widths[node]! * scaleX),
      Math.max(1.5, NODE_HEIGHT * scaleY),
    );
  });
  return canvas;
}
