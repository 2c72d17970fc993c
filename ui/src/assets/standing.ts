// How several assets stand together.

const WORST_FIRST = ["FAILED", "IN_PROGRESS", "STALE", "MISSING", "UNKNOWN", "MATERIALIZED"];

/** The state that people want to know of first. */
export function worstOf(statuses: (string | undefined)[]): string {
  let worst = WORST_FIRST.length - 1;
  for (const status of statuses) worst = Math.min(worst, Math.max(0, WORST_FIRST.indexOf(status ?? "UNKNOWN")));
  return WORST_FIRST[worst]!;
}
