// The steps of a run: when they went on, and which of them decided how long it took.
import type { RunTimeline } from "../data/contract";

/** From how many items on a map is shown as one. */
export const SHARED_FROM = 12;

/** When a step began and ended; what goes on ends now. */
export function spanOf(timeline: RunTimeline, step: number, now: number): [number, number] | null {
  const attempts = timeline.attempts[step]!;
  if (!attempts.length) return null;
  return [attempts[0]![0], attempts.at(-1)![1] ?? now];
}

/** The steps that decided how long the run took: from the last that ended, back over whichever parent ended last. */
export function criticalPath(timeline: RunTimeline, now: number): Set<number> {
  const end = (step: number) => spanOf(timeline, step, now)?.[1] ?? -Infinity;
  let at = timeline.keys.reduce((best, _, step) => (best < 0 || end(step) > end(best) ? step : best), -1);
  const path = new Set<number>();
  while (at >= 0 && !path.has(at) && end(at) > -Infinity) {
    path.add(at);
    at = timeline.parents[at]!.reduce((best, parent) => (best < 0 || end(parent) > end(best) ? parent : best), -1);
  }
  return path;
}

/** A round step for a scale of about `count` marks. */
export function niceStep(span: number, count: number): number {
  const steps = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400,
    43_200, 86_400,
  ];
  return steps.find((step) => span / step <= count) ?? Math.ceil(span / count / 86_400) * 86_400;
}

/** When a step could have begun: when all that it waits for had ended; null if it waits for nothing. */
export function readyAt(timeline: RunTimeline, step: number): number | null {
  let ready: number | null = null;
  for (const parent of timeline.parents[step]!) {
    const end = timeline.attempts[parent]!.at(-1)?.[1];
    if (typeof end === "number") ready = Math.max(ready ?? end, end);
  }
  return ready;
}

/** The timeline of a run that has ended: what had not ended by then ended with it, and what had not begun did not run. */
export function settled(timeline: RunTimeline): RunTimeline {
  const end = timeline.ended_at;
  if (end === null) return timeline;
  return {
    ...timeline,
    statuses: timeline.statuses.map((status) =>
      status === "WAITING" ? "NOT_RUN" : status === "RUNNING" || status === "RETRYING" ? "CANCELED" : status,
    ),
    attempts: timeline.attempts.map((attempts) =>
      attempts.at(-1)?.[1] === null
        ? attempts.map(([from, to, isGood]): [number, number, number] => [from, to ?? Math.max(from, end), isGood])
        : attempts,
    ),
  };
}

/** The state of a step in the words of runs. */
export function statusOf(status: string): string {
  return { WAITING: "NOT_STARTED", RETRYING: "RETRY", NOT_RUN: "SKIPPED" }[status] ?? status;
}

/** What is said of a state where the words of runs do not fit. */
export function wordsOf(status: string): string | undefined {
  return { WAITING: "Waits", NOT_RUN: "Did not run" }[status];
}
