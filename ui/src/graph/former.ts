// Where the nodes of a graph were in an earlier layout.
import type { Former, Memory } from "./layout";

export interface LaidOut {
  /** The names of the nodes, one a line. */
  labels: string;
  memory: Memory;
}

/** What is known of the nodes with these names from earlier; null if that is too little. */
export function formerOf(old: LaidOut, labels: string, count: number): Former | null {
  const numbers = new Map(old.labels.split("\n").map((label, n) => [label, n]));
  const names = labels.split("\n");
  if (names.length !== count || numbers.size !== old.memory.unit.length) return null;
  const number = Int32Array.from(names, (name) => numbers.get(name) ?? -1);
  return number.filter((each) => each >= 0).length * 2 > count ? { memory: old.memory, number } : null;
}
