// The timeline of a run, on a canvas: rows are steps, only those in view are drawn; zoom and pan like a map.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { RunTimeline } from "../data/contract";
import { count, duration } from "../text/words";
import { toRows, type StepRow } from "./rows";
import { drawTimeline, HEAD, readiness, ROW, statusWord, type Scale } from "./timeline-draw";
import { criticalPath, spanOf } from "./steps";

interface Props {
  timeline: RunTimeline;
  isLive: boolean;
  selected: string;
  onSelect: (step: string) => void;
}

/** What passed before the first step could begin. */
function Waited({ of }: { of: RunTimeline }) {
  const launched = of.launched_at ?? of.started_at;
  const parts = [
    of.enqueued_at !== null && launched !== null && `${duration(launched - of.enqueued_at)} in the queue`,
    of.launched_at !== null && of.started_at !== null && `launched in ${duration(of.started_at - of.launched_at)}`,
  ].filter(Boolean);
  return parts.length ? <>{parts.join(", ")}</> : null;
}

export function Timeline({ timeline, isLive, selected, onSelect }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [showPath, setShowPath] = useState(false);
  const [tip, setTip] = useState<{ x: number; y: number; text: string } | null>(null);
  const view = useRef<{ from: number; to: number } | null>(null);
  const offset = useRef(timeline.now - Date.now() / 1000);
  offset.current = timeline.now - Date.now() / 1000;
  const rows = useMemo(() => toRows(timeline, toggled), [timeline, toggled]);
  const readyOf = useMemo(() => readiness(timeline), [timeline]);
  const toggle = (group: string) => {
    const next = new Set(toggled);
    next.has(group) ? next.delete(group) : next.add(group);
    setToggled(next);
  };
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
  const scale = (): Scale => {
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
    drawTimeline(
      element.getContext("2d")!,
      {
        timeline,
        rows,
        scale: scale(),
        start: bounds()[0],
        now: Date.now() / 1000 + offset.current,
        top: outer.scrollTop,
        width,
        tall,
        selected,
        isLive,
        readyOf,
        path: showPath ? path : null,
      },
      ratio,
    );
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
      if (row.group !== null) toggle(row.group);
      else onSelect(timeline.keys[row.steps[0]!] === selected ? "" : timeline.keys[row.steps[0]!]!);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", stop, { once: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const places = rows.flatMap((row, n) => (row.group === null ? [n] : []));
    const at = places.findIndex((n) => timeline.keys[rows[n]!.steps[0]!] === selected);
    const next = places[at < 0 ? 0 : at + (event.key === "ArrowDown" ? 1 : -1)];
    if (next === undefined) return;
    event.preventDefault();
    onSelect(timeline.keys[rows[next]!.steps[0]!]!);
    const area = box.current!;
    area.scrollTop = Math.min(next * ROW, Math.max(area.scrollTop, (next + 1) * ROW + HEAD - area.clientHeight));
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
      row.group !== null
        ? `${row.label}: ${spans.length ? `${spans.length.toLocaleString("en")} of ${count(row.steps.length, "step")} started, ${duration(spans[0])} to ${duration(spans.at(-1))}, median ${duration(spans[spans.length >> 1])}` : `${count(row.steps.length, "step")}, none started`}. Click to ${row.isOpen ? "fold" : "open"}.`
        : `${timeline.keys[row.steps[0]!]!}: ${statusWord(timeline.statuses[row.steps[0]!]!)}${spans.length ? `, ${duration(spans[0])}` : ""}`;
    setTip({ x: Math.min(event.clientX - area.left + 12, area.width - 240), y: event.clientY - area.top + 16, text });
  };
  return (
    <section class="timeline" aria-label="Timeline of steps">
      <div class="timeline-tools">
        <h2>{count(timeline.keys.length, "step")}</h2>
        <span class="soft grow cut">
          <Waited of={timeline} />
        </span>
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
        onKeyDown={onKeyDown}
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
