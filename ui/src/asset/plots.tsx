// Numbers that an asset told with its materializations, over time.
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { AssetEventPage, AssetEventView } from "../data/contract";
import { query } from "../data/http";
import { useResource } from "../data/resource";
import { moment } from "../text/words";
import { seriesOf } from "./series";
import type uPlot from "uplot";

const MOST_EVENTS = 100;
const PLOTS = 6;

/** How many materializations are asked for: as many as come to about a megabyte, none where the last told no number. */
function eventsFor(last: AssetEventView | null): number {
  if (!last || !Object.values(last.metadata).some((view) => typeof view.value === "number")) return 0;
  return Math.max(10, Math.min(MOST_EVENTS, Math.floor(1_000_000 / JSON.stringify(last.metadata).length)));
}

export function Plots({ assetKey, last }: { assetKey: string; last: AssetEventView | null }) {
  const limit = useMemo(() => eventsFor(last), [last?.id]);
  const { data } = useResource<AssetEventPage>(
    limit ? `/asset/events${query({ key: assetKey, type: "materialization", limit })}` : null,
  );
  const series = useMemo(() => (data ? seriesOf(data.events).slice(0, PLOTS) : []), [data]);
  if (!series.length) return null;
  return (
    <section class="panel">
      <header>
        <h2>Over time</h2>
      </header>
      <div class="body plots">
        {series.map((each) => (
          <Plot key={each.name} {...each} />
        ))}
      </div>
    </section>
  );
}

export function Plot({ name, at, values }: { name: string; at: number[]; values: (number | null)[] }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let chart: uPlot | null = null;
    let isGone = false;
    const draw = async () => {
      const [{ default: Chart }] = await Promise.all([import("uplot"), import("uplot/dist/uPlot.min.css")]);
      if (isGone || !box.current) return;
      chart?.destroy();
      const style = getComputedStyle(document.documentElement);
      const span = at.at(-1)! - at[0]!;
      const soft = style.getPropertyValue("--ink-soft");
      const axis = {
        stroke: soft,
        grid: { stroke: style.getPropertyValue("--border"), width: 1 },
        ticks: { show: false },
        font: "11px system-ui",
      };
      chart = new Chart(
        {
          width: box.current.clientWidth,
          height: 120,
          padding: [8, 28, 0, 0],
          legend: { show: false },
          cursor: { y: false },
          axes: [
            { ...axis, space: 84, size: 24, values: (_: uPlot, marks: number[]) => marks.map((mark) => moment(mark, span)) },
            { ...axis, size: 56 },
          ],
          series: [{}, { stroke: style.getPropertyValue("--accent"), width: 1.5, points: { size: 4 } }],
        },
        [at, values],
        box.current,
      );
    };
    void draw();
    const again = () => void draw();
    const watch = new ResizeObserver(
      () => chart && box.current && chart.setSize({ width: box.current.clientWidth, height: 120 }),
    );
    watch.observe(box.current!);
    addEventListener("themechange", again);
    return () => {
      isGone = true;
      chart?.destroy();
      watch.disconnect();
      removeEventListener("themechange", again);
    };
  }, [at, values]);
  return (
    <figure>
      <figcaption class="row">
        <span class="grow cut" dir="auto">
          {name}
        </span>
        <span class="mono">{values.at(-1)?.toLocaleString("en")}</span>
      </figcaption>
      <div ref={box} class="plot" />
    </figure>
  );
}
