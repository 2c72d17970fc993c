// Runs by steps as rows: one for each step, or for each map with many items.
import type { RunGrid } from "../data/contract";
import { SHARED_FROM } from "../run/steps";

export interface Cell {
  status: string;
  /** Of all of its steps together. */
  durationS: number | null;
  count: number;
}

interface GridRow {
  step: string;
  /** For each run, oldest first; null where the run did not have the step. */
  cells: (Cell | null)[];
}

const WORST = ["SKIPPED", "SUCCESS", "CANCELED", "RUNNING", "RETRYING", "FAILURE"];

/** The row that a step stands in: its own, or that of its map, where that has many items. */
function rowNames(steps: string[]): string[] {
  const nodeOf = (step: string) => (step.includes("[") ? step.slice(0, step.indexOf("[")) : null);
  const sizes = new Map<string, number>();
  for (const step of steps) {
    const node = nodeOf(step);
    if (node) sizes.set(node, (sizes.get(node) ?? 0) + 1);
  }
  return steps.map((step) => {
    const node = nodeOf(step);
    return node && sizes.get(node)! >= SHARED_FROM ? `${node}[…]` : step;
  });
}

/** Turns the cells of each run into rows of steps, oldest run first; of the items of a map the worst counts. */
export function toRows(view: RunGrid): GridRow[] {
  const names = rowNames(view.steps);
  const rows = new Map<string, GridRow>();
  for (const name of names) if (!rows.has(name)) rows.set(name, { step: name, cells: view.runs.map(() => null) });
  view.cells.forEach((cells, run) =>
    cells.forEach(([step, number, , durationS]) => {
      const { cells: into } = rows.get(names[step]!)!;
      const place = view.runs.length - 1 - run;
      const status = view.statuses[number]!;
      const known = into[place];
      if (!known) into[place] = { status, durationS, count: 1 };
      else
        into[place] = {
          status: WORST.indexOf(status) > WORST.indexOf(known.status) ? status : known.status,
          durationS: known.durationS === null || durationS === null ? null : known.durationS + durationS,
          count: known.count + 1,
        };
    }),
  );
  return [...rows.values()];
}

/** Puts an older page of runs behind a newer one. */
export function joined(newer: RunGrid, older: RunGrid): RunGrid {
  const places = new Map(newer.steps.map((step, n) => [step, n]));
  const steps = [...newer.steps];
  const placeOf = (step: string) => places.get(step) ?? (places.set(step, steps.length), steps.push(step) - 1);
  const statuses = [...new Set([...newer.statuses, ...older.statuses])];
  const moved = older.cells.map((cells) =>
    cells.map(([step, status, start, took]): [number, number, number | null, number | null] => [
      placeOf(older.steps[step]!),
      statuses.indexOf(older.statuses[status]!),
      start,
      took,
    ]),
  );
  return {
    runs: [...newer.runs, ...older.runs],
    steps,
    statuses,
    cells: [...newer.cells, ...moved],
    has_more_steps: newer.has_more_steps || older.has_more_steps,
    cursor: older.cursor,
  };
}
