// Runs in time: a row for each job, a bar for each run, coloured by how it ended.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { runPath } from "../data/address";
import type { RunBars } from "../data/contract";
import { palette } from "../graph/draw";
import { Copy } from "../parts/copy";
import { toneOf, wordOf } from "../parts/status";
import { niceStep } from "../run/steps";
import { ago, clock, day, duration, jobWord } from "../text/words";

const ROW = 26;
const HEAD = 22;
const MOST = 40;

interface Props {
  bars: RunBars;
  hours: number;
  /** Up to when, in seconds since the epoch. */
  end: number;
}

export function RunBarsChart(props: Props) {
  return props.bars.ids.length ? (
    <Chart {...props} />
  ) : (
    <div class="body soft column">
      <p>Nothing ran in this time.</p>
      {props.end > Date.now() / 1000 - 3600 && (
        <div class="row">
          To make all assets, in the directory of your project: <code>weft materialize</code>
          <Copy text="weft materialize" />
        </div>
      )}
    </div>
  );
}

function Chart({ bars, hours, end }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [tip, setTip] = useState<{ x: number; y: number; text: string } | null>(null);
  const [, go] = useLocation();
  const rows = useMemo(() => {
    const byJob = new Map<number, number[]>();
    bars.job.forEach((job, n) => byJob.get(job)?.push(n) ?? byJob.set(job, [n]));
    return [...byJob]
      .sort(([a], [b]) => (bars.jobs[a]! < bars.jobs[b]! ? -1 : 1))
      .slice(0, MOST)
      .map(([job, runs]) => ({ label: jobWord(bars.jobs[job]!), runs }));
  }, [bars]);
  const height = HEAD + Math.max(1, rows.length) * ROW + 4;
  const left = () => Math.min(200, Math.max(84, (box.current?.clientWidth ?? 600) * 0.2));
  const toX = (at: number) =>
    left() + ((at - (end - hours * 3600)) / (hours * 3600)) * ((box.current?.clientWidth ?? 600) - left() - 16);
  const span = (n: number): [number, number] => {
    const from = bars.started[n] ?? bars.created[n]!;
    const x = toX(from);
    return [x, Math.max(5, toX(bars.ended[n] ?? end) - x)];
  };
  useEffect(() => {
    const draw = () => {
      const [element, area] = [canvas.current, box.current];
      if (!element || !area) return;
      const ratio = devicePixelRatio || 1;
      const width = area.clientWidth;
      element.width = width * ratio;
      element.height = height * ratio;
      element.style.width = `${width}px`;
      element.style.height = `${height}px`;
      const pen = element.getContext("2d")!;
      const of = palette();
      pen.scale(ratio, ratio);
      pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
      pen.textBaseline = "middle";
      const step = niceStep(hours * 3600, Math.max(2, (width - left()) / 100));
      pen.textAlign = "center";
      for (let at = Math.ceil((end - hours * 3600) / step) * step; at <= end; at += step) {
        const x = Math.round(toX(at)) + 0.5;
        pen.strokeStyle = of("border");
        pen.beginPath();
        pen.moveTo(x, HEAD);
        pen.lineTo(x, height);
        pen.stroke();
        pen.fillStyle = of("ink-soft");
        pen.fillText(hours > 48 ? day(at).slice(5) : clock(at).slice(0, 5), x, HEAD / 2);
      }
      rows.forEach((row, n) => {
        const y = HEAD + n * ROW;
        pen.fillStyle = of("ink");
        pen.textAlign = "left";
        pen.save();
        pen.beginPath();
        pen.rect(0, y, left() - 8, ROW);
        pen.clip();
        pen.fillText(row.label, 12, y + ROW / 2);
        pen.restore();
        for (const run of row.runs) {
          const [x, wide] = span(run);
          pen.fillStyle = of(toneOf(bars.statuses[bars.status[run]!]));
          pen.beginPath();
          pen.roundRect(x, y + 6, wide, ROW - 12, 2);
          pen.fill();
        }
      });
    };
    draw();
    const watch = new ResizeObserver(draw);
    watch.observe(box.current!);
    addEventListener("themechange", draw);
    return () => {
      watch.disconnect();
      removeEventListener("themechange", draw);
    };
  });
  const runAt = (event: MouseEvent): number | null => {
    const area = box.current!.getBoundingClientRect();
    const row = rows[Math.floor((event.clientY - area.top - HEAD) / ROW)];
    const x = event.clientX - area.left;
    return (
      row?.runs.find((run) => {
        const [from, wide] = span(run);
        return x >= from - 3 && x <= from + wide + 3;
      }) ?? null
    );
  };
  const words = (n: number) =>
    `${jobWord(bars.jobs[bars.job[n]!]!)}: ${wordOf(bars.statuses[bars.status[n]!])}, ${ago(bars.created[n]!)}${bars.started[n] && bars.ended[n] ? `, ${duration(bars.ended[n]! - bars.started[n]!)}` : ""}`;
  return (
    <div
      class="bars"
      ref={box}
      onPointerMove={(event) => {
        const n = runAt(event);
        const area = box.current!.getBoundingClientRect();
        box.current!.style.cursor = n === null ? "" : "pointer";
        setTip(
          n === null
            ? null
            : { x: Math.min(event.clientX - area.left + 12, area.width - 230), y: event.clientY - area.top + 16, text: words(n) },
        );
      }}
      onPointerLeave={() => setTip(null)}
      onClick={(event) => {
        const n = runAt(event);
        if (n !== null) go(runPath(bars.ids[n]!));
      }}
    >
      <canvas ref={canvas} role="img" aria-label={`${bars.ids.length} runs in time; the same are listed under Runs`} />
      {tip && (
        <div class="tip" style={{ left: tip.x, top: tip.y }}>
          {tip.text}
        </div>
      )}
      {!bars.is_complete && <p class="body soft">Older runs of this time are left out.</p>}
    </div>
  );
}
