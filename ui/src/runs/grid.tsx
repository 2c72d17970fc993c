// Runs beside each other: a column for each run, a row for each step, so that what fails again and again is seen at once.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { runPath } from "../data/address";
import type { RunGrid as RunGridView, RunView } from "../data/contract";
import { get } from "../data/http";
import { useResource } from "../data/resource";
import { Rows } from "../parts/rows";
import { Await } from "../parts/states";
import { Shape, toneOf, wordOf } from "../parts/status";
import { tellError } from "../parts/toast";
import { joined, toRows, type Cell } from "./grid-rows";
import { ago, count, duration, jobWord, shortId, toInstant } from "../text/words";

const RUNS = 25;

export function RunGrid({ filter, none }: { filter: string; none: preact.ComponentChildren }) {
  const path = `/runs/grid${filter}${filter ? "&" : "?"}limit=${RUNS}`;
  const first = useResource<RunGridView>(path, (change) => change.topic === "run");
  const [older, setOlder] = useState<RunGridView | null>(null);
  useEffect(() => setOlder(null), [path]);
  const view = useMemo(() => (first.data && older ? joined(first.data, older) : first.data), [first.data, older]);
  const more = async () => {
    try {
      const page = await get<RunGridView>(`${path}&cursor=${encodeURIComponent(view!.cursor!)}`);
      setOlder(older ? joined(older, page) : page);
    } catch (error) {
      tellError(error);
    }
  };
  return (
    <Await of={{ ...first, data: view }}>
      {(data) => (data.runs.length ? <Matrix view={data} onMore={() => void more()} /> : none)}
    </Await>
  );
}

function Matrix({ view, onMore }: { view: RunGridView; onMore: () => void }) {
  const rows = useMemo(() => toRows(view), [view]);
  const runs = useMemo(() => [...view.runs].reverse(), [view]);
  const longest = Math.max(...runs.map((run) => run.duration_s ?? 0), 0.001);
  const scroller = useRef<HTMLDivElement>(null);
  // The newest runs are at the right: that is where one begins.
  useEffect(() => {
    if (scroller.current) scroller.current.scrollLeft = scroller.current.scrollWidth;
  }, [runs.at(-1)?.run_id]);
  const columns = { gridTemplateColumns: `var(--grid-label) repeat(${runs.length}, 26px)` };
  return (
    <div class="table run-grid" role="table" aria-label="Runs by steps" aria-rowcount={rows.length + 1}>
      <div class="grid-scroll scroll" ref={scroller}>
        <div class="grid-row grid-head" role="row" style={columns}>
          <span role="columnheader" class="grid-label soft">
            <span class="grow">{count(runs.length, "run")}</span>
            {view.cursor && (
              <button class="small" onClick={onMore}>
                Older
              </button>
            )}
          </span>
          {runs.map((run) => (
            <RunHead key={run.run_id} run={run} longest={longest} />
          ))}
        </div>
        <Rows class="grid-body" itemSize={26} role="rowgroup">
          {rows.map((row, n) => (
            <div key={row.step} class="grid-row" role="row" aria-rowindex={n + 2} style={columns}>
              <span role="rowheader" class="grid-label cut mono" title={row.step}>
                {row.step}
              </span>
              {row.cells.map((cell, at) => (
                <span role="cell" key={runs[at]!.run_id}>
                  {cell && <GridCell cell={cell} step={row.step} run={runs[at]!} />}
                </span>
              ))}
            </div>
          ))}
        </Rows>
      </div>
      {view.has_more_steps && <div class="table-foot">There are more than 2,000 steps; the others are left out.</div>}
    </div>
  );
}

function RunHead({ run, longest }: { run: RunView; longest: number }) {
  const words = `${jobWord(run.job_name)} ${shortId(run.run_id)}: ${wordOf(run.status)}, ${ago(toInstant(run.created_at)!)}, ${duration(run.duration_s)}`;
  return (
    <span role="columnheader">
      <Link class="grid-run" href={runPath(run.run_id)} title={words} aria-label={words}>
        <i
          class={`bg-${toneOf(run.status)}`}
          style={{ height: `${Math.max(4, Math.round(((run.duration_s ?? 0) / longest) * 36))}px` }}
        />
        <Shape tone={toneOf(run.status)} />
      </Link>
    </span>
  );
}

function GridCell({ cell, step, run }: { cell: Cell; step: string; run: RunView }) {
  const words = `${step}: ${cell.count > 1 ? `${count(cell.count, "step")}, ` : ""}${wordOf(cell.status === "RETRYING" ? "RETRY" : cell.status)}${cell.durationS === null ? "" : `, ${duration(cell.durationS)}`}`;
  return (
    <Link
      class="grid-cell"
      href={`${runPath(run.run_id)}?step=${encodeURIComponent(step.replace("[…]", ""))}`}
      title={words}
      aria-label={`${words}, run ${shortId(run.run_id)}`}
    >
      <Shape tone={toneOf(cell.status === "RETRYING" ? "RETRY" : cell.status)} />
    </Link>
  );
}
