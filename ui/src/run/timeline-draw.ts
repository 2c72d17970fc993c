// Draws the steps of a run in time on a canvas: only the rows in view.
import type { RunTimeline } from "../data/contract";
import { palette } from "../graph/draw";
import { toneOf } from "../parts/status";
import { duration, mark } from "../text/words";
import { niceStep, spanOf, type StepRow } from "./steps";

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
    pen.fillText(at === 0 ? "0" : mark(at, step), x, HEAD / 2);
  }
  pen.beginPath();
  pen.moveTo(0, HEAD - 0.5);
  pen.lineTo(width, HEAD - 0.5);
  pen.stroke();
}

function drawRow(pen: CanvasRenderingContext2D, d: Drawing, row: StepRow, y: number, of: Colour): void {
  const { timeline, scale } = d;
  const isSelected = row.steps.some((step) => timeline.keys[step] === d.selected);
  if (isSelected) {
    pen.fillStyle = of("accent-wash");
    pen.fillRect(0, y, d.width, ROW);
  }
  const worst = row.steps.map((step) => timeline.statuses[step]!).sort((a, b) => rank(b) - rank(a))[0]!;
  pen.fillStyle = of(toneOf(statusOf(worst)));
  pen.beginPath();
  pen.arc(14, y + ROW / 2, 3.5, 0, 7);
  pen.fill();
  pen.fillStyle = worst === "WAITING" || worst === "SKIPPED" ? of("ink-soft") : of("ink");
  pen.textAlign = "left";
  pen.fillText(fit(pen, row.label, scale.left - 34), 24, y + ROW / 2 + 0.5);
  pen.save();
  pen.beginPath();
  pen.rect(scale.left, y, d.width - scale.left, ROW);
  pen.clip();
  for (const step of row.steps) {
    const attempts = timeline.attempts[step]!;
    const launched = timeline.launched[step];
    pen.globalAlpha = d.path && !d.path.has(step) ? 0.25 : row.steps.length > 1 ? 0.55 : 1;
    if (launched !== null && launched !== undefined && attempts[0]) {
      pen.fillStyle = of("border-strong");
      pen.fillRect(scale.x(launched), y + ROW / 2 - 1, Math.max(0, scale.x(attempts[0][0]) - scale.x(launched)), 2);
    }
    attempts.forEach(([from, to, ok], n) => {
      const isLast = n === attempts.length - 1;
      const tone =
        to === null ? "running" : ok ? "success" : isLast && timeline.statuses[step] !== "RETRYING" ? "failure" : "warning";
      pen.fillStyle = of(tone);
      const left = scale.x(from);
      pen.beginPath();
      pen.roundRect(left, y + 5, Math.max(3, scale.x(to ?? d.now) - left), ROW - 10, 2);
      pen.fill();
    });
    pen.globalAlpha = 1;
    const span = row.steps.length === 1 ? spanOf(timeline, step, d.now) : null;
    if (span) {
      const right = scale.x(span[1]) + 6;
      pen.fillStyle = of("ink-soft");
      if (right + 60 < d.width)
        pen.fillText(
          duration(span[1] - span[0]) + (attempts.length > 1 ? `, ${attempts.length} attempts` : ""),
          right,
          y + ROW / 2 + 0.5,
        );
    }
  }
  pen.restore();
}

function rank(status: string): number {
  return ["SKIPPED", "WAITING", "SUCCESS", "RUNNING", "RETRYING", "FAILURE"].indexOf(status);
}

/** A step that waits is queued in the words of runs. */
export function statusOf(status: string): string {
  return status === "WAITING" ? "NOT_STARTED" : status === "RETRYING" ? "RETRY" : status;
}

export function statusWord(status: string): string {
  return (
    {
      WAITING: "waits",
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
