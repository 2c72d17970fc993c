// Draws a graph on a canvas: only what is in view, labels only where they can be read.
import { toneOf, type Tone } from "../parts/status";
import type { Layout } from "./layout";
import { drawMinimap } from "./minimap";
import type { View } from "./view";
import { neighboursOf, NODE_HEIGHT, type GraphItem, type GraphStanding, type Scene } from "./scene";

export interface Drawing {
  scene: Scene;
  layout: Layout;
  items: readonly GraphItem[];
  standings: readonly GraphStanding[];
  view: View;
  width: number;
  height: number;
  hovered: number | null;
  lit: Set<number> | null;
  selected: number | null;
  minimap: HTMLCanvasElement | null;
  isMoving: boolean;
}

const MANY_EDGES = 6000;
const ARROWS_FROM = 0.45;
const RANK: Tone[] = ["failure", "running", "warning", "stale", "missing", "queued", "success"];

/** The colours of the theme, read once for a drawing. */
export function palette(): (name: string) => string {
  const style = getComputedStyle(document.documentElement);
  const known = new Map<string, string>();
  return (name) => {
    let value = known.get(name);
    if (value === undefined) known.set(name, (value = style.getPropertyValue(`--${name}`).trim()));
    return value;
  };
}

/** The tone of a node; of a folded group the one that matters most. */
export function toneOfNode(d: Pick<Drawing, "scene" | "standings">, node: number): Tone {
  const { members } = d.scene.nodes[node]!;
  if (members.length === 1) return toneOf(d.standings[members[0]!]?.status);
  let worst = RANK.length - 1;
  for (const number of members) worst = Math.min(worst, Math.max(0, RANK.indexOf(toneOf(d.standings[number]?.status))));
  return RANK[worst]!;
}

export function draw(pen: CanvasRenderingContext2D, d: Drawing, ratio: number): void {
  const of = palette();
  const { view, layout, scene } = d;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, d.width, d.height);
  pen.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, -view.x * view.scale * ratio, -view.y * view.scale * ratio);
  const left = view.x;
  const top = view.y;
  const right = left + d.width / view.scale;
  const bottom = top + d.height / view.scale;
  const font = getComputedStyle(document.body).fontFamily;

  scene.groups.forEach((name, group) => {
    const [x, y, width, height] = layout.boxes.subarray(group * 4) as unknown as [number, number, number, number];
    if (!width || x > right || y - 70 > bottom || x + width < left || y + height < top) return;
    pen.fillStyle = of("raised");
    pen.strokeStyle = of("border");
    pen.lineWidth = 1;
    pen.beginPath();
    pen.roundRect(x, y, width, height, 8);
    pen.fill();
    pen.stroke();
    const size = Math.min(60, Math.max(12, 11 / view.scale));
    if (size > height) return;
    // From afar the name is larger than its place in the box, and stands above it.
    const isAbove = size > 20;
    pen.fillStyle = of("ink-soft");
    pen.font = `600 ${size}px ${font}`;
    pen.textBaseline = "top";
    pen.textAlign = "left";
    const room = width - (isAbove ? 4 : 20);
    let label = name;
    const wide = pen.measureText(label).width;
    if (wide > room) label = `${label.slice(0, Math.max(1, Math.floor((label.length * room) / wide) - 1))}…`;
    pen.fillText(label, x + (isAbove ? 2 : 10), isAbove ? y - size * 1.15 : y + (size > 14 ? 3 : 7));
  });

  drawEdges(pen, d, of, [left, top, right, bottom]);

  const isFar = view.scale < 0.35;
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  for (let node = 0; node < scene.nodes.length; node++) {
    const x = layout.x[node]!;
    const y = layout.y[node]!;
    const width = scene.input.widths[node]!;
    if (x > right || y > bottom || x + width < left || y + NODE_HEIGHT < top) continue;
    pen.globalAlpha = d.lit && !d.lit.has(node) ? 0.25 : 1;
    const tone = of(toneOfNode(d, node));
    if (isFar) {
      pen.fillStyle = tone;
      pen.fillRect(x, y, width, NODE_HEIGHT);
      continue;
    }
    drawNode(pen, d, node, x, y, width, tone, of, font);
  }
  pen.globalAlpha = 1;
  drawMinimap(pen, d, of, ratio);
}

function drawEdges(
  pen: CanvasRenderingContext2D,
  d: Drawing,
  of: (name: string) => string,
  [left, top, right, bottom]: [number, number, number, number],
): void {
  const { scene, view } = d;
  const { pieces, start, list } = d.layout;
  const isMany = scene.edges.length / 2 > MANY_EDGES;
  if (isMany && d.isMoving && view.scale < 0.12) return;
  const areStraight = view.scale < 0.3;
  const add = (path: Path2D, piece: number) => {
    const [x1, y1, x2, y2] = [pieces[piece]!, pieces[piece + 1]!, pieces[piece + 2]!, pieces[piece + 3]!];
    if (Math.max(x1, x2) < left || Math.min(x1, x2) > right || Math.max(y1, y2) < top || Math.min(y1, y2) > bottom) return;
    path.moveTo(x1, y1);
    if (areStraight || y1 === y2 || x1 === x2) path.lineTo(x2, y2);
    else path.bezierCurveTo((x1 + x2) / 2, y1, (x1 + x2) / 2, y2, x2, y2);
  };
  const quiet = new Path2D();
  for (let piece = 0; piece < pieces.length; piece += 4) add(quiet, piece);
  pen.lineWidth = Math.max(1, 0.6 / view.scale);
  pen.strokeStyle = of("border-strong");
  pen.globalAlpha = d.lit ? 0.3 : areStraight && isMany ? 0.25 : 0.75;
  pen.stroke(quiet);
  pen.globalAlpha = 1;
  if (view.scale > ARROWS_FROM) drawArrows(pen, d, of("ink-soft"), [left, top, right, bottom]);
  if (!d.lit) return;
  const lit = new Path2D();
  const seen = new Set<number>();
  for (let edge = 0; edge * 2 < scene.edges.length; edge++) {
    if (!d.lit.has(scene.edges[edge * 2]!) || !d.lit.has(scene.edges[edge * 2 + 1]!)) continue;
    for (let at = start[edge]!; at < start[edge + 1]!; at++) {
      if (seen.has(list[at]!)) continue;
      seen.add(list[at]!);
      add(lit, list[at]! * 4);
    }
  }
  pen.strokeStyle = of("accent");
  pen.lineWidth = Math.max(1.5, 1 / view.scale);
  pen.stroke(lit);
}

/** A small head where edges arrive. */
function drawArrows(
  pen: CanvasRenderingContext2D,
  d: Drawing,
  colour: string,
  [left, top, right, bottom]: [number, number, number, number],
): void {
  const { scene, layout } = d;
  const { start } = neighboursOf(scene).up;
  pen.fillStyle = colour;
  pen.beginPath();
  for (let node = 0; node < scene.nodes.length; node++) {
    if (start[node] === start[node + 1]) continue;
    const x = layout.x[node]!;
    const y = layout.y[node]! + NODE_HEIGHT / 2;
    if (x < left || x - 8 > right || y < top || y > bottom) continue;
    pen.moveTo(x, y);
    pen.lineTo(x - 6, y - 3.5);
    pen.lineTo(x - 6, y + 3.5);
  }
  pen.globalAlpha = d.lit ? 0.3 : 0.75;
  pen.fill();
  pen.globalAlpha = 1;
}

function drawNode(
  pen: CanvasRenderingContext2D,
  d: Drawing,
  index: number,
  x: number,
  y: number,
  width: number,
  tone: string,
  of: (name: string) => string,
  font: string,
): void {
  const node = d.scene.nodes[index]!;
  const isGroup = node.number === null;
  const asset = isGroup ? null : d.items[node.number!]!;
  const standing = isGroup ? null : d.standings[node.number!];
  const isSelected = node.number !== null && node.number === d.selected;
  pen.fillStyle = isSelected ? of("accent-wash") : of("ground");
  pen.strokeStyle = isSelected || index === d.hovered ? of("accent") : of("border-strong");
  pen.lineWidth = isSelected ? 2 : 1;
  if (isGroup) {
    pen.beginPath();
    pen.roundRect(x + 3, y - 3, width, NODE_HEIGHT, 5);
    pen.stroke();
  }
  pen.beginPath();
  pen.roundRect(x, y, width, NODE_HEIGHT, 5);
  pen.fill();
  pen.stroke();
  drawShape(pen, isGroup ? toneOfNode(d, index) : toneOf(standing?.status), x + 14, y + NODE_HEIGHT / 2, tone);
  pen.fillStyle = of("ink");
  pen.font = `${isGroup ? "600 " : ""}12px ${font}`;
  const room = width - 36 - (isGroup ? 34 : 8);
  let label = node.label;
  const wide = pen.measureText(label).width;
  if (wide > room) {
    const letters = Math.max(4, Math.floor((label.length * room) / wide) - 1);
    label = `${label.slice(0, Math.ceil(letters * 0.35))}…${label.slice(-Math.floor(letters * 0.65))}`;
  }
  pen.fillText(label, x + 26, y + NODE_HEIGHT / 2 + 0.5);
  if (isGroup) {
    pen.fillStyle = of("ink-soft");
    pen.textAlign = "right";
    pen.fillText(String(node.members.length), x + width - 10, y + NODE_HEIGHT / 2 + 0.5);
    pen.textAlign = "left";
    return;
  }
  if (standing?.partitions) {
    const [made, failed, running, all] = standing.partitions;
    let at = x + 5;
    const full = width - 10;
    pen.fillStyle = of("sunken");
    pen.fillRect(at, y + NODE_HEIGHT - 5, full, 3);
    for (const [number, name] of [
      [made, "success"],
      [failed, "failure"],
      [running, "running"],
    ] as const) {
      pen.fillStyle = of(name);
      const part = all ? (number / all) * full : 0;
      pen.fillRect(at, y + NODE_HEIGHT - 5, part, 3);
      at += part;
    }
  }
  if (asset!.checkCount || standing?.checks) {
    const [passed, warned, failed] = standing?.checks ?? [0, 0, 0];
    pen.fillStyle = of(failed ? "failure" : warned ? "warning" : passed ? "success" : "border-strong");
    pen.beginPath();
    pen.arc(x + width - 9, y + 9, 3, 0, 7);
    pen.fill();
  }
}

/** The shapes of the status scale, small. */
function drawShape(pen: CanvasRenderingContext2D, tone: Tone, x: number, y: number, colour: string): void {
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 1.8;
  pen.beginPath();
  switch (tone) {
    case "success":
      pen.moveTo(x - 4, y + 0.5);
      pen.lineTo(x - 1, y + 3.5);
      pen.lineTo(x + 4.5, y - 3.5);
      break;
    case "failure":
      pen.moveTo(x - 3.5, y - 3.5);
      pen.lineTo(x + 3.5, y + 3.5);
      pen.moveTo(x + 3.5, y - 3.5);
      pen.lineTo(x - 3.5, y + 3.5);
      break;
    case "warning":
      pen.moveTo(x, y - 4.5);
      pen.lineTo(x + 5, y + 4);
      pen.lineTo(x - 5, y + 4);
      pen.closePath();
      break;
    case "running":
      pen.arc(x, y, 4.5, -1.5, 3.4);
      break;
    case "stale":
      pen.arc(x, y, 4.5, 0, 6.3);
      pen.stroke();
      pen.beginPath();
      pen.arc(x, y, 4.5, -1.57, 1.57);
      pen.fill();
      break;
    case "queued":
      pen.arc(x, y, 4.5, 0, 6.3);
      pen.moveTo(x, y - 2.5);
      pen.lineTo(x, y);
      pen.lineTo(x + 2, y + 1);
      break;
    case "skipped":
      pen.moveTo(x - 4, y);
      pen.lineTo(x + 4, y);
      break;
    case "missing":
      pen.setLineDash([2, 2]);
      pen.arc(x, y, 4.5, 0, 6.3);
      break;
    default:
      pen.arc(x, y, 4.5, 0, 6.3);
  }
  pen.stroke();
  pen.setLineDash([]);
}
