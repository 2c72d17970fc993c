// What differs between two nested values, leaf by leaf.

/** The leaves of nested data, by path. */
export function flatten(value: unknown, path = "", into: Map<string, string> = new Map()): Map<string, string> {
  if (value !== null && typeof value === "object" && Object.keys(value).length) {
    for (const [key, inner] of Object.entries(value)) flatten(inner, path ? `${path}.${key}` : key, into);
  } else if (path) into.set(path, typeof value === "string" ? value : JSON.stringify(value));
  return into;
}

/** What differs: name, left, right. */
export function differences(a: Map<string, string>, b: Map<string, string>): [string, string | null, string | null][] {
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((key) => a.get(key) !== b.get(key))
    .sort()
    .map((key) => [key, a.get(key) ?? null, b.get(key) ?? null]);
}
