// The steps of a run as rows of a timeline: dynamic ones share a row, and the path that took longest is known.
import type { PlannedStepView, RunTimeline } from "../data/contract";

export interface StepRow {
  label: string;
  /** Numbers of the steps in the timeline; several when a row stands for the items of a map. */
  steps: number[];
}

/** From how many items on a map is shown as one. */
export const SHARED_FROM = 12;

/** Builds rows in start order; many steps of one node become one row unless it is expanded. */
export function toRows(timeline: RunTimeline, expanded: Set<string>): StepRow[] {
  const mates = new Map<string, number[]>();
  timeline.keys.forEach((key, n) => {
    if (!key.includes("[")) return;
    const node = key.slice(0, key.indexOf("["));
    mates.get(node)?.push(n) ?? mates.set(node, [n]);
  });
  const rows: StepRow[] = [];
  const done = new Set<string>();
  timeline.keys.forEach((key, n) => {
    const node = key.includes("[") ? key.slice(0, key.indexOf("[")) : null;
    const shared = node === null ? null : mates.get(node)!;
    if (!shared || shared.length < SHARED_FROM || expanded.has(node!)) rows.push({ label: key, steps: [n] });
    else if (!done.has(node!)) {
      done.add(node!);
      rows.push({ label: `${node}[${shared.length}]`, steps: shared });
    }
  });
  return rows;
}

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

/** The node of a step; of one that has not begun only its key is known. */
export const nodeOf = (timeline: RunTimeline, step: number): string =>
  timeline.nodes[step] || timeline.keys[step]!.replace(/\[[^\]]*\]$/, "");

const itemOf = (key: string): string => (key.includes("[") ? key.slice(key.indexOf("[")) : "");

/**
 * What each step waits for: what it has loaded, as it is recorded, and what the plan says of steps that have loaded nothing.
 * An item of a map waits for the same item of the node before it, where that is mapped too.
 */
export function parentsOf(timeline: RunTimeline, plan: PlannedStepView[] | null): number[][] {
  const planned = new Map((plan ?? []).map((step) => [step.key, step]));
  const byNode = new Map<string, number[]>();
  timeline.keys.forEach((_, n) => byNode.get(nodeOf(timeline, n))?.push(n) ?? byNode.set(nodeOf(timeline, n), [n]));
  return timeline.keys.map((key, n) => {
    const parents = new Set(timeline.parents[n]!);
    for (const place of planned.get(nodeOf(timeline, n))?.upstream ?? []) {
      const steps = byNode.get(plan![place]!.key) ?? [];
      const same = steps.filter((step) => itemOf(timeline.keys[step]!) === itemOf(key));
      for (const step of itemOf(key) && same.length ? same : steps) if (step !== n) parents.add(step);
    }
    return [...parents];
  });
}
