// Values in a nested config, by path; a place in a list is its number as text.

export type Data = Record<string, unknown>;

export const isObject = (value: unknown): value is Data => typeof value === "object" && value !== null && !Array.isArray(value);

/** Sets or, with undefined, takes out a value at a path; objects that become empty go too, items of lists stay. */
export function withValue(data: Data, path: string[], value: unknown): Data {
  return set(data, path, value) as Data;
}

function set(holder: unknown, [key, ...rest]: string[], value: unknown): unknown {
  const isList = Array.isArray(holder);
  const next: Data = isList ? ([...(holder as unknown[])] as unknown as Data) : { ...(isObject(holder) ? holder : {}) };
  const before = next[key!];
  const after = rest.length ? set(before, rest, value) : value;
  const isGone = after === undefined || (rest.length > 0 && value === undefined && isObject(after) && !Object.keys(after).length);
  if (!isGone) next[key!] = after;
  else if (isList) next[key!] = rest.length ? after : null;
  else delete next[key!];
  return next;
}

export function valueAt(data: unknown, path: string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isObject(value) ? value[key] : Array.isArray(value) ? (value as unknown[])[Number(key)] : undefined),
    data,
  );
}
