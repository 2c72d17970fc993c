// The runs of a stretch of time as rows of jobs; runs of a job that overlap get lanes of their own.
import type { RunBars } from "../data/contract";

export interface Bar {
  run: string;
  status: string;
  from: number;
  /** Null while it runs. */
  to: number | null;
  lane: number;
}

export interface JobRow {
  job: string;
  bars: Bar[];
  lanes: number;
}

const MOST_LANES = 4;

/** Rows of jobs, the one that ran last first. */
export function toJobRows(bars: RunBars, now: number): JobRow[] {
  const rows = new Map<string, JobRow & { ends: number[] }>();
  const order = bars.ids.map((_, n) => n).sort((a, b) => bars.created[a]! - bars.created[b]!);
  for (const n of order) {
    const job = bars.jobs[bars.job[n]!]!;
    let row = rows.get(job);
    if (!row) rows.set(job, (row = { job, bars: [], lanes: 0, ends: [] }));
    const from = bars.started[n] ?? bars.created[n]!;
    const to = bars.ended[n] ?? null;
    const free = row.ends.findIndex((end) => end <= from);
    const lane = free >= 0 ? free : Math.min(row.ends.length, MOST_LANES - 1);
    row.ends[lane] = Math.max(row.ends[lane] ?? 0, to ?? now);
    row.bars.push({ run: bars.ids[n]!, status: bars.statuses[bars.status[n]!]!, from, to, lane });
    row.lanes = row.ends.length;
  }
  return [...rows.values()].sort((a, b) => b.bars.at(-1)!.from - a.bars.at(-1)!.from);
}

/** The instants that an axis names, about `many` of them, on whole hours or days of the local time. */
export function marksOf(from: number, to: number, many: number): number[] {
  const hours = [1 / 12, 1 / 4, 1 / 2, 1, 2, 3, 6, 12, 24, 48, 168, 336, 720].find((each) => (to - from) / (each * 3600) <= Math.max(2, many)) ?? 1440;
  const step = hours * 3600;
  const shift = new Date(to * 1000).getTimezoneOffset() * 60;
  const marks: number[] = [];
  for (let at = Math.ceil((from - shift) / step) * step + shift; at <= to; at += step) marks.push(at);
  return marks;
}
