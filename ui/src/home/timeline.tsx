// What ran, on a canvas: a row for each job, a bar for each run, and where schedules fire next.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { jobPath, runPath } from "../data/address";
import type { HomeView } from "../data/contract";
import { toneOf, wordOf } from "../parts/status";
import { now as pageNow } from "../parts/time";
import { ago, clock, count, day, duration, shortId } from "../text/words";
import { marksOf, toJobRows, type Bar, type JobRow } from "./lanes";

const HEAD = 24;
const ROW = 30;
const LEAST = 3;
const MOST_ROWS = 40;

export const jobWords = (job: string): string => (job === "__ASSET_JOB" ? "Assets" : job);

interface Tip {
  x: number;
  y: number;
  text: string;
}

export function Timeline({ home, hours }: { home: HomeView; hours: number }) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [tip, setTip] = useState<Tip | null>(null);
  const [, go] = useLocation();
  const offset = useMemo(() => Date.parse(home.now) / 1000 - Date.now() / 1000, [home]);
  const rows = useMemo(() => toJobRows(home.timeline, Date.parse(home.now) / 1000), [home]);
  const shown = rows.slice(0, MOST_ROWS);
  const height = HEAD + shown.length * ROW + 1;

  const scale = () => {
    const at = Math.max(pageNow.value, Date.now() / 1000) + offset;
    const [from, to] = [at - hours * 3600, at + hours * 3600 * 0.06];
    const width = box.current?.clientWidth ?? 600;
    return { now: at, from, to, width, x: (instant: number) => ((instant - from) / (to - from)) * width };
  };
  const place = (bar: Bar, row: JobRow, n: number, s: ReturnType<typeof scale>) => {
    const left = Math.max(0, s.x(bar.from));
    const tall = Math.max(3, Math.floor((ROW - 12) / Math.max(1, row.lanes)));
    return { left, width: Math.max(LEAST, s.x(bar.to ?? s.now) - left), top: HEAD + n * ROW + 6 + bar.lane * tall, tall: row.lanes > 1 ? tall - 1 : tall };
  };

  const draw = () => {
    const element = canvas.current;
    if (!element || !box.current) return;
    const s = scale();
    const ratio = devicePixelRatio || 1;
    element.width = Math.round(s.width * ratio);
    element.height = Math.round(height * ratio);
    const pen = element.getContext("2d")!;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
    pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    drawAxis(pen, s, height, colour);
    shown.forEach((row, n) => {
      pen.fillStyle = colour("border");
      pen.fillRect(0, HEAD + n * ROW, s.width, 1);
      for (const bar of row.bars) {
        const { left, width, top, tall } = place(bar, row, n, s);
        if (left > s.width || (bar.to !== null && bar.to < s.from)) continue;
        const tone = toneOf(bar.status);
        pen.fillStyle = colour(tone);
        pen.globalAlpha = tone === "success" ? 0.75 : 1;
        pen.beginPath();
        pen.roundRect(left, top, width, tall, Math.min(2, width / 2));
        pen.fill();
        pen.globalAlpha = 1;
        // Failure has a shape beside its colour: a notch above the bar.
        if (tone === "failure") {
          pen.beginPath();
          pen.moveTo(left + width / 2 - 4, HEAD + n * ROW + 1);
          pen.lineTo(left + width / 2 + 4, HEAD + n * ROW + 1);
          pen.lineTo(left + width / 2, HEAD + n * ROW + 6);
          pen.fill();
        }
      }
    });
  };
  useEffect(draw);
  useEffect(() => {
    const watch = new ResizeObserver(draw);
    watch.observe(box.current!);
    addEventListener("themechange", draw);
    return () => {
      watch.disconnect();
      removeEventListener("themechange", draw);
    };
  });
  pageNow.value;

  const find = (event: MouseEvent): { bar: Bar; row: JobRow; x: number; y: number } | null => {
    const area = canvas.current!.getBoundingClientRect();
    const [x, y] = [event.clientX - area.left, event.clientY - area.top];
    const n = Math.floor((y - HEAD) / ROW);
    const row = shown[n];
    if (!row) return null;
    const s = scale();
    const hit = row.bars.findLast((bar) => {
      const at = place(bar, row, n, s);
      return x >= at.left - 2 && x <= at.left + at.width + 2 && (row.lanes < 2 || (y >= at.top - 1 && y <= at.top + at.tall + 1));
    });
    return hit ? { bar: hit, row, x, y: HEAD + (n + 1) * ROW } : null;
  };
  const onMove = (event: MouseEvent) => {
    const hit = find(event);
    canvas.current!.style.cursor = hit ? "pointer" : "default";
    if (!hit) return setTip(null);
    const { bar, row } = hit;
    const s = scale();
    setTip({ x: Math.min(hit.x, s.width - 230), y: hit.y, text: `${wordOf(bar.status)}, ${shortId(bar.run)}\n${jobWords(row.job)}\nbegan ${ago(bar.from, s.now)}, ${bar.to === null ? "so far" : "took"} ${duration((bar.to ?? s.now) - bar.from)}` });
  };
  const onClick = (event: MouseEvent) => {
    const hit = find(event);
    if (!hit) return;
    if (event.metaKey || event.ctrlKey || event.button === 1) open(runPath(hit.bar.run), "_blank");
    else go(runPath(hit.bar.run));
  };
  return (
    <div>
      <div class="bars">
        <ul class="bars-jobs" style={{ paddingTop: HEAD }}>
          {shown.map((row) => (
            <li key={row.job} style={{ height: ROW }}>
              <Link class="name cut" href={row.job === "__ASSET_JOB" ? "/runs" : jobPath(row.job)} title={row.job}>{jobWords(row.job)}</Link>
              <span class="number soft" title={count(row.bars.length, "run")}>{row.bars.length.toLocaleString("en")}</span>
            </li>
          ))}
        </ul>
        <div class="bars-box" ref={box}>
          <canvas ref={canvas} style={{ width: "100%", height }} role="img" aria-label={summary(rows)} onMouseMove={onMove} onMouseLeave={() => setTip(null)} onClick={onClick} onAuxClick={onClick} />
          {tip && <pre class="bars-tip" style={{ left: tip.x, top: tip.y }}>{tip.text}</pre>}
        </div>
      </div>
      {(rows.length > MOST_ROWS || !home.timeline.is_complete) && (
        <p class="soft bars-foot">
          {rows.length > MOST_ROWS && `${count(rows.length - MOST_ROWS, "more job")} ran. `}
          {!home.timeline.is_complete && `Only the latest ${count(home.timeline.ids.length, "run")} of this time are drawn. `}
          <Link class="link" href="/runs">Show all runs</Link>
        </p>
      )}
    </div>
  );
}

function drawAxis(pen: CanvasRenderingContext2D, s: { now: number; from: number; to: number; width: number; x: (at: number) => number }, height: number, colour: (name: string) => string): void {
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  for (const at of marksOf(s.from, s.to, s.width / 84)) {
    const x = Math.round(s.x(at));
    pen.fillStyle = colour("border");
    pen.fillRect(x, 0, 1, height);
    const time = clock(at).slice(0, 5);
    const words = time === "00:00" ? day(at).slice(5) : time;
    pen.fillStyle = colour("ink-soft");
    if (x + pen.measureText(words).width + 8 < s.width) pen.fillText(words, x + 5, HEAD / 2);
  }
  pen.fillStyle = colour("accent");
  pen.fillRect(Math.round(s.x(s.now)), 0, 1, height);
}

function summary(rows: JobRow[]): string {
  const all = rows.flatMap((row) => row.bars);
  const failed = all.filter((bar) => toneOf(bar.status) === "failure").length;
  return `${count(all.length, "run")} of ${count(rows.length, "job")}, ${failed} failed. The same runs are a table under Runs.`;
}
