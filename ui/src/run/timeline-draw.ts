// Draws the steps of a run in time on a canvas: only the rows in view.
import type { RunTimeline } from "../data/contract";
import { palette } from "../graph/draw";
import { toneOf } from "../parts/status";
import { duration, mark } from "../text/words";
import { densityOf, type StepRow } from "./rows";
import { niceStep, readyAt, spanOf, statusOf } from "./steps";

export const ROW = 22;
export const HEAD = 22;

export interface Scale {
  from: number;
  to: number;
  /** Where time begins, and how wide it is, in pixels. */
  left: number;
  width: number;
  x: (at: number) => number;
  at: (x: number) => number;
}

export interface Drawing {
  timeline: RunTimeline;
  rows: StepRow[];
  scale: Scale;
  /** When the run began, and how late it is, in seconds since the epoch. */
  start: number;
  now: number;
  /** How far is scrolled, and how much is seen, in pixels. */
  top: number;
  width: number;
  tall: number;
  selected: string;
  isLive: boolean;
  /** When a step could have begun. */
  readyOf: (step: number) => number | null;
  /** The critical path, where it is shown. */
  path: Set<number> | null;
}

type Colour = (name: string) => string;

export function drawTimeline(pen: CanvasRenderingContext2D, d: Drawing, ratio: number): void {
  const { rows, scale, start, top, width, tall } = d;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, tall);
  const of = palette();
  pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  pen.textBaseline = "middle";
  const first = Math.max(0, Math.floor(top / ROW));
  const last = Math.min(rows.length, Math.ceil((top + tall - HEAD) / ROW) + 1);
  for (let n = first; n < last; n++) drawRow(pen, d, rows[n]!, HEAD + n * ROW - top, of);
  pen.clearRect(0, 0, width, HEAD);
  const step = niceStep(scale.to - scale.from, scale.width / 90);
  pen.strokeStyle = of("border");
  pen.fillStyle = of("ink-soft");
  pen.textAlign = "center";
  for (let at = Math.ceil((scale.from - start) / step) * step; start + at <= scale.to; at += step) {
    const x = Math.round(scale.x(start + at)) + 0.5;
    if (x < scale.left) continue;
    pen.globalAlpha = 0.6;
    pen.beginPath();
    pen.moveTo(x, HEAD);
    pen.lineTo(x, tall);
    pen.stroke();
    pen.globalAlpha = 1;
    if (x + 26 < width) pen.fillText(at === 0 ? "0" : mark(at, step), x, HEAD / 2);
  }
  pen.beginPath();
  pen.moveTo(0, HEAD - 0.5);
  pen.lineTo(width, HEAD - 0.5);
  pen.stroke();
}

const INDENT = 14;

function drawRow(pen: CanvasRenderingContext2D, d: Drawing, row: StepRow, y: number, of: Colour): void {
  const { timeline, scale } = d;
  const isSelected = d.selected !== "" && row.steps.some((step) => timeline.keys[step] === d.selected);
  if (isSelected && (row.group === null || !row.isOpen)) {
    pen.fillStyle = of("accent-wash");
    pen.fillRect(0, y, d.width, ROW);
  }
  drawLabel(pen, d, row, y, of);
  pen.save();
  pen.beginPath();
  pen.rect(scale.left, y, d.width - scale.left, ROW);
  pen.clip();
  if (row.group === null) drawStep(pen, d, row.steps[0]!, y, of);
  else drawGroup(pen, d, row, y, of);
  pen.globalAlpha = 1;
  pen.restore();
}

function drawLabel(pen: CanvasRenderingContext2D, d: Drawing, row: StepRow, y: number, of: Colour): void {
  const { timeline, scale } = d;
  const left = 14 + row.depth * INDENT;
  let worst = timeline.statuses[row.steps[0]!]!;
  for (const step of row.steps) if (rank(timeline.statuses[step]!) > rank(worst)) worst = timeline.statuses[step]!;
  pen.fillStyle = of(toneOf(statusOf(worst)));
  pen.beginPath();
  if (row.group === null) pen.arc(left, y + ROW / 2, 3.5, 0, 7);
  else {
    const [x, middle] = [left, y + ROW / 2];
    pen.moveTo(x - (row.isOpen ? 4 : 2.5), middle - (row.isOpen ? 2.5 : 4));
    pen.lineTo(x + (row.isOpen ? 4 : 3), middle - (row.isOpen ? 2.5 : 0));
    pen.lineTo(x - (row.isOpen ? 0 : 2.5), middle + (row.isOpen ? 3 : 4));
    pen.closePath();
  }
  pen.fill();
  pen.fillStyle = ["WAITING", "SKIPPED", "NOT_RUN"].includes(worst) ? of("ink-soft") : of("ink");
  pen.textAlign = "left";
  const font = pen.font;
  if (row.group !== null) pen.font = `600 ${font}`;
  pen.fillText(fit(pen, row.label, scale.left - left - 20), left + 10, y + ROW / 2 + 0.5);
  pen.font = font;
}

/** What a group did: how many of its steps went on at once, as an area, and where some failed. */
function drawGroup(pen: CanvasRenderingContext2D, d: Drawing, row: StepRow, y: number, of: Colour): void {
  const { timeline, scale } = d;
  const part = 2;
  const parts = Math.max(1, Math.floor(scale.width / part));
  const { running, failed } = densityOf(timeline, row.steps, scale.from, scale.to, parts, d.now);
  let most = 0;
  for (const number of running) most = Math.max(most, number);
  if (!most) return;
  const tall = ROW - 8;
  const isLit = !d.path || row.steps.some((step) => d.path!.has(step));
  pen.globalAlpha = isLit ? (row.isOpen ? 0.5 : 0.85) : 0.25;
  pen.fillStyle = of(row.steps.some((step) => timeline.statuses[step] === "RUNNING") ? "running" : "success");
  pen.beginPath();
  for (let n = 0; n < parts; n++) {
    if (!running[n]) continue;
    const height = Math.max(2, (running[n]! / most) * tall);
    pen.rect(scale.left + n * part, y + ROW - 4 - height, part, height);
  }
  pen.fill();
  pen.fillStyle = of("failure");
  for (let n = 0; n < parts; n++) if (failed[n]) pen.fillRect(scale.left + n * part - 1, y + 3, 3, ROW - 6);
}

function drawStep(pen: CanvasRenderingContext2D, d: Drawing, step: number, y: number, of: Colour): void {
  const { timeline, scale } = d;
  const attempts = timeline.attempts[step]!;
  const launched = timeline.launched[step];
  pen.globalAlpha = d.path && !d.path.has(step) ? 0.25 : 1;
  const first = attempts[0];
  const begun = first ? first[0] : d.isLive ? d.now : null;
  if (begun !== null) {
    // What waited for its turn is a thin line, what was being launched a thicker one.
    const asked = launched ?? begun;
    const ready = d.readyOf(step);
    pen.fillStyle = of("queued");
    if (ready !== null && ready < asked) pen.fillRect(scale.x(ready), y + ROW / 2 - 0.5, scale.x(asked) - scale.x(ready), 1);
    pen.fillStyle = of("border-strong");
    if (asked < begun) pen.fillRect(scale.x(asked), y + ROW / 2 - 2, scale.x(begun) - scale.x(asked), 4);
  }
  attempts.forEach(([from, to, isGood], n) => {
    const isLast = n === attempts.length - 1;
    const tone = to === null ? "running" : isGood ? "success" : isLast ? lastTone(timeline.statuses[step]!) : "warning";
    pen.fillStyle = of(tone);
    const left = scale.x(from);
    pen.beginPath();
    pen.roundRect(left, y + 5, Math.max(3, scale.x(to ?? d.now) - left), ROW - 10, 2);
    pen.fill();
  });
  pen.globalAlpha = 1;
  const span = spanOf(timeline, step, d.now);
  if (!span) return;
  const right = scale.x(span[1]) + 6;
  pen.fillStyle = of("ink-soft");
  if (right + 60 < d.width)
    pen.fillText(
      duration(span[1] - span[0]) + (attempts.length > 1 ? `, ${attempts.length} attempts` : ""),
      right,
      y + ROW / 2 + 0.5,
    );
}

const lastTone = (status: string): string => (status === "RETRYING" ? "warning" : status === "CANCELED" ? "canceled" : "failure");

/** Finds when steps could have begun, each once. */
export function readiness(timeline: RunTimeline): (step: number) => number | null {
  const known = new Map<number, number | null>();
  return (step) => {
    let ready = known.get(step);
    if (ready === undefined) known.set(step, (ready = readyAt(timeline, step) ?? timeline.started_at));
    return ready;
  };
}

function rank(status: string): number {
  return ["SKIPPED", "NOT_RUN", "WAITING", "SUCCESS", "CANCELED", "RUNNING", "RETRYING", "FAILURE"].indexOf(status);
}

export function statusWord(status: string): string {
  return (
    {
      WAITING: "waits",
      NOT_RUN: "did not run",
      CANCELED: "ended with the run",
      RUNNING: "runs",
      SUCCESS: "succeeded",
      FAILURE: "failed",
      SKIPPED: "skipped",
      RETRYING: "waits to retry",
    }[status] ?? status.toLowerCase()
  );
}

const widths = new Map<string, string>();

function fit(pen: CanvasRenderingContext2D, text: string, width: number): string {
  const key = `${Math.round(width)} ${text}`;
  const known = widths.get(key);
  if (known) return known;
  let fitted = text;
  if (pen.measureText(text).width > width) {
    const letters = Math.max(4, Math.floor((text.length * width) / pen.measureText(text).width) - 1);
    fitted = `${text.slice(0, Math.ceil(letters / 2))}…${text.slice(-Math.floor(letters / 2))}`;
  }
  if (widths.size > 20_000) widths.clear();
  widths.set(key, fitted);
  return fitted;
}
