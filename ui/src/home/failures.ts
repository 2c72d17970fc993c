// Failed runs, those that failed alike together.
import type { FailureReason, RunView } from "../data/contract";
import { targetOf } from "../runs/columns";

export interface FailureGroup {
  /** Newest first. */
  runs: RunView[];
  target: string;
  reason: FailureReason | undefined;
}

/** What runs failed of, each once: the same target, step, exception and message. */
export function groupFailures(runs: RunView[], reasons: Record<string, FailureReason>): FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const run of runs) {
    const reason = reasons[run.run_id];
    const target = targetOf(run);
    const alike = JSON.stringify([target, reason?.step, reason?.class_name, reason?.message]);
    const group = groups.get(alike);
    if (group) group.runs.push(run);
    else groups.set(alike, { runs: [run], target, reason });
  }
  return [...groups.values()];
}
