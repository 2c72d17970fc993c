// What people type for partitions and tags.
import type { AssetPartitions, PartitionRange } from "../data/contract";

/** Reads `key` or `first...last`. */
export function parseRange(text: string): { partition_key?: string; partition_range?: [string, string] } {
  const trimmed = text.trim().replace(/^\[(.*\.\.\..*)\]$/, "$1");
  if (!trimmed) return {};
  const [first, last] = trimmed.split(/\.\.\.|…/).map((part) => part.trim());
  return last ? { partition_range: [first!, last] } : { partition_key: trimmed };
}

type Asked = ReturnType<typeof parseRange>;

const STATES: Record<string, PartitionRange["status"][]> = {
  missing: ["MISSING"],
  failed: ["FAILED"],
  "missing or failed": ["MISSING", "FAILED"],
};

/** Whether the text is a word for partitions rather than a key. */
export const isPartitionWord = (text: string): boolean =>
  text.trim().toLowerCase() === "latest" || text.trim().toLowerCase() in STATES;

/**
 * Reads what was typed for partitions: a key, `first...last`, or a word: `latest`, `missing`, `failed`.
 *
 * @returns one for each run to start; empty where a word finds nothing.
 */
export function parsePartitions(text: string, known: AssetPartitions | null): Asked[] {
  const word = text.trim().toLowerCase();
  if (!known || !isPartitionWord(text)) return [parseRange(text)];
  if (word === "latest") return known.dimensions[0]?.last ? [{ partition_key: known.dimensions[0].last }] : [];
  return (known.rows[0]?.ranges ?? [])
    .filter((range) => STATES[word]!.includes(range.status))
    .map((range) =>
      range.first === range.last ? { partition_key: range.first } : { partition_range: [range.first, range.last] },
    );
}

/** Reads `name=value` lines. */
export function parseTags(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean)
      .map((line) => {
        const at = line.indexOf("=");
        return at < 0 ? [line, ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
      }),
  );
}
