// The timeline of a run, on a canvas: rows are steps, only those in view are drawn; zoom and pan like a map.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { RunTimeline } from "../data/contract";
import { toneOf } from "../parts/status";
import { count, duration, mark } from "../text/words";
import { criticalPath, niceStep, spanOf, toRows, type StepRow } from "./steps";

const ROW = 22;
const HEAD = 22;

interface Props {
  timeline: RunTimeline;
  isLive: boolean;
  selected: string;
  onSelect: (step: string) => void;
}

export function Timeline({ timeline, isLive, selected, onSelect }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [expanded, setExpanded] = useState<Set<string>>(new Set());
  const [showPath, setShowPath] = useState(false);
  const [tip, setTip] = useState<{ x: number; y: number; text: string } | null>(null);
  const view = useRef<{ from: number; to: number } | null>(null);
  const offset = useRef(timeline.now - Date.now() / 1000);
  offset.current = timeline.now - Date.now() / 1000;
  const rows = useMemo(() => toRows(timeline, expanded), [timeline, expanded]);
  const path = useMemo(() => (showPath ? criticalPath(timeline, timeline.now) : new Set<number>()), [timeline, showPath]);
  const height = Math.min(HEAD + rows.length * ROW + 6, Math.max(160, innerHeight * 0.38));

  const bounds = (): [number, number] => {
    const now = Date.now() / 1000 + offset.current;
    const end = timeline.ended_at ?? now;
    let start = timeline.started_at ?? timeline.created_at;
    for (const attempts of timeline.attempts) if (attempts[0]) start = Math.min(start, attempts[0][0]);
    return [start, Math.max(end, start + 0.01)];
  };
  const labelWidth = () => Math.min(260, Math.max(110, (box.current?.clientWidth ?? 800) * 0.24));
  const scale = () => {
    const [start, end] = bounds();
    const { from, to } = view.current ?? { from: start, to: end + (end - start) * 0.04 };
    const left = labelWidth();
    const width = (box.current?.clientWidth ?? 800) - left - 12;
    return {
      from,
      to,
      left,
      width,
      x: (at: number) => left + ((at - from) / (to - from)) * width,
      at: (x: number) => from + ((x - left) / width) * (to - from),
    };
  };

  const draw = () => {
    const [element, outer] = [canvas.current, box.current];
    if (!element || !outer) return;
    const ratio = devicePixelRatio || 1;
    const [width, tall] = [outer.clientWidth, outer.clientHeight];
    if (element.width !== Math.round(width * ratio) || element.height !== Math.round(tall * ratio)) {
      element.width = Math.round(width * ratio);
      element.height = Math.round(tall * ratio);
      element.style.width = `${width}px`;
      element.style.height = `${tall}px`;
    }
    const pen = element.getContext("2d")!;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, tall);
    const style = getComputedStyle(document.documentElement);
    const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const [ink, soft, border, hover] = [of("ink"), of("ink-soft"), of("border"), of("accent-wash")];
    const s = scale();
    const now = Date.now() / 1000 + offset.current;
    const [start] = bounds();
    pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
    pen.textBaseline = "middle";
    const top = outer.scrollTop;
    const first = Math.max(0, Math.floor(top / ROW));
    const last = Math.min(rows.length, Math.ceil((top + tall - HEAD) / ROW) + 1);
    for (let n = first; n < last; n++) drawRow(pen, rows[n]!, HEAD + n * ROW - top, { s, width, now, of, ink, soft, hover });
    pen.clearRect(0, 0, width, HEAD);
    const step = niceStep(s.to - s.from, s.width / 90);
    pen.strokeStyle = border;
    pen.fillStyle = soft;
    pen.textAlign = "center";
    for (let at = Math.ceil((s.from - start) / step) * step; start + at <= s.to; at += step) {
      const x = Math.round(s.x(start + at)) + 0.5;
      if (x < s.left) continue;
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
  };

  const drawRow = (
    pen: CanvasRenderingContext2D,
    row: StepRow,
    y: number,
    c: {
      s: ReturnType<typeof scale>;
      width: number;
      now: number;
      of: (name: string) => string;
      ink: string;
      soft: string;
      hover: string;
    },
  ) => {
    const isSelected = row.steps.some((step) => timeline.keys[step] === selected);
    if (isSelected) {
      pen.fillStyle = c.hover;
      pen.fillRect(0, y, c.width, ROW);
    }
    const worst = row.steps.map((step) => timeline.statuses[step]!).sort((a, b) => rank(b) - rank(a))[0]!;
    pen.fillStyle = c.of(toneOf(statusOf(worst)));
    pen.beginPath();
    pen.arc(14, y + ROW / 2, 3.5, 0, 7);
    pen.fill();
    pen.fillStyle = worst === "WAITING" || worst === "SKIPPED" ? c.soft : c.ink;
    pen.textAlign = "left";
    pen.fillText(fit(pen, row.label, c.s.left - 34), 24, y + ROW / 2 + 0.5);
    pen.save();
    pen.beginPath();
    pen.rect(c.s.left, y, c.width - c.s.left, ROW);
    pen.clip();
    for (const step of row.steps) {
      const attempts = timeline.attempts[step]!;
      const launched = timeline.launched[step];
      pen.globalAlpha = showPath && !path.has(step) ? 0.25 : row.steps.length > 1 ? 0.55 : 1;
      if (launched !== null && launched !== undefined && attempts[0]) {
        pen.fillStyle = c.of("border-strong");
        pen.fillRect(c.s.x(launched), y + ROW / 2 - 1, Math.max(0, c.s.x(attempts[0][0]) - c.s.x(launched)), 2);
      }
      attempts.forEach(([from, to, ok], n) => {
        const isLast = n === attempts.length - 1;
        const tone =
          to === null ? "running" : ok ? "success" : isLast && timeline.statuses[step] !== "RETRYING" ? "failure" : "warning";
        pen.fillStyle = c.of(tone);
        const left = c.s.x(from);
        pen.beginPath();
        pen.roundRect(left, y + 5, Math.max(3, c.s.x(to ?? c.now) - left), ROW - 10, 2);
        pen.fill();
      });
      pen.globalAlpha = 1;
      const span = row.steps.length === 1 ? spanOf(timeline, step, c.now) : null;
      if (span) {
        const right = c.s.x(span[1]) + 6;
        pen.fillStyle = c.soft;
        if (right + 60 < c.width)
          pen.fillText(
            duration(span[1] - span[0]) + (attempts.length > 1 ? `, ${attempts.length} attempts` : ""),
            right,
            y + ROW / 2 + 0.5,
          );
      }
    }
    pen.restore();
  };

  useEffect(() => {
    draw();
    const again = () => requestAnimationFrame(draw);
    const watch = new ResizeObserver(again);
    watch.observe(box.current!);
    addEventListener("themechange", again);
    const timer = isLive ? setInterval(again, matchMedia("(prefers-reduced-motion: reduce)").matches ? 1000 : 200) : null;
    return () => {
      watch.disconnect();
      removeEventListener("themechange", again);
      if (timer) clearInterval(timer);
    };
  });

  const rowAt = (event: MouseEvent): StepRow | null => {
    const area = box.current!.getBoundingClientRect();
    const y = event.clientY - area.top - HEAD + box.current!.scrollTop;
    return y < box.current!.scrollTop ? null : (rows[Math.floor(y / ROW)] ?? null);
  };
  const onWheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
    event.preventDefault();
    const s = scale();
    if (event.ctrlKey || event.metaKey) {
      const at = s.at(event.clientX - box.current!.getBoundingClientRect().left);
      const factor = Math.exp(event.deltaY * 0.004);
      view.current = { from: at - (at - s.from) * factor, to: at + (s.to - at) * factor };
    } else {
      const move = ((event.deltaX || event.deltaY) / s.width) * (s.to - s.from);
      view.current = { from: s.from + move, to: s.to + move };
    }
    requestAnimationFrame(draw);
  };
  const zoom = (factor: number) => {
    const s = scale();
    const middle = (s.from + s.to) / 2;
    view.current = { from: middle - ((s.to - s.from) / 2) * factor, to: middle + ((s.to - s.from) / 2) * factor };
    draw();
  };
  const drag = (event: PointerEvent) => {
    const s = scale();
    let isMoved = false;
    const move = (moved: PointerEvent) => {
      const by = moved.clientX - event.clientX;
      if (!isMoved && Math.abs(by) < 4) return;
      isMoved = true;
      const shift = (by / s.width) * (s.to - s.from);
      view.current = { from: s.from - shift, to: s.to - shift };
      requestAnimationFrame(draw);
    };
    const stop = () => {
      removeEventListener("pointermove", move);
      if (isMoved) return;
      const row = rowAt(event);
      if (!row) return;
      if (row.steps.length > 1) setExpanded(new Set(expanded).add(row.label.slice(0, row.label.lastIndexOf("["))));
      else onSelect(timeline.keys[row.steps[0]!] === selected ? "" : timeline.keys[row.steps[0]!]!);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", stop, { once: true });
  };
  const point = (event: MouseEvent) => {
    const row = rowAt(event);
    if (!row) return setTip(null);
    const area = box.current!.getBoundingClientRect();
    const now = Date.now() / 1000 + offset.current;
    const spans = row.steps
      .map((step) => spanOf(timeline, step, now))
      .filter((span) => span !== null)
      .map(([from, to]) => to - from)
      .sort((a, b) => a - b);
    const text =
      row.steps.length > 1
        ? `${row.label}: ${spans.length} started, ${duration(spans[0])} to ${duration(spans.at(-1))}, median ${duration(spans[spans.length >> 1])}. Click to show all.`
        : `${row.label}: ${statusWord(timeline.statuses[row.steps[0]!]!)}${spans.length ? `, ${duration(spans[0])}` : ""}`;
    setTip({ x: Math.min(event.clientX - area.left + 12, area.width - 240), y: event.clientY - area.top + 16, text });
  };
  return (
    <section class="timeline" aria-label="Timeline of steps">
      <div class="timeline-tools">
        <h2 class="grow">{count(timeline.keys.length, "step")}</h2>
        <button
          class="plain small"
          aria-pressed={showPath}
          title="The steps that decided how long the run took"
          onClick={() => setShowPath(!showPath)}
        >
          Critical path
        </button>
        <button class="plain small" aria-label="Zoom in" onClick={() => zoom(0.6)}>
          +
        </button>
        <button class="plain small" aria-label="Zoom out" onClick={() => zoom(1.6)}>
          −
        </button>
        <button
          class="plain small"
          onClick={() => {
            view.current = null;
            draw();
          }}
        >
          Fit
        </button>
      </div>
      <div
        class="timeline-box scroll"
        ref={box}
        style={{ height }}
        tabIndex={0}
        role="img"
        aria-label={`${timeline.keys.length} steps in time; choose "List" for them as a table`}
        onScroll={() => requestAnimationFrame(draw)}
        onWheel={onWheel}
        onPointerDown={drag}
        onPointerMove={point}
        onPointerLeave={() => setTip(null)}
      >
        <canvas ref={canvas} />
        <div style={{ height: HEAD + rows.length * ROW }} class="timeline-room" />
      </div>
      {tip && (
        <div class="tip" style={{ left: tip.x, top: tip.y }}>
          {tip.text}
        </div>
      )}
    </section>
  );
}

function rank(status: string): number {
  return ["SKIPPED", "WAITING", "SUCCESS", "RUNNING", "RETRYING", "FAILURE"].indexOf(status);
}

/** A step that waits is queued in the words of runs. */
export function statusOf(status: string): string {
  return status === "WAITING" ? "NOT_STARTED" : status === "RETRYING" ? "RETRY" : status;
}

function statusWord(status: string): string {
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
