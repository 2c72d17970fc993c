// What people type for partitions and tags.

/** Reads `key` or `first...last`. */
export function parseRange(text: string): { partition_key?: string; partition_range?: [string, string] } {
  const trimmed = text.trim().replace(/^\[(.*\.\.\..*)\]$/, "$1");
  if (!trimmed) return {};
  const [first, last] = trimmed.split(/\.\.\.|…/).map((part) => part.trim());
  return last ? { partition_range: [first!, last] } : { partition_key: trimmed };
}

/** Reads `name=value` lines. */
export function parseTags(text: string): Record<string, string> {
  return Object.fromEntries(text.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
    const at = line.indexOf("=");
    return at < 0 ? [line, ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  }));
}
