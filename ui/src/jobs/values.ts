// Values in a nested config, by path.

export type Data = Record<string, unknown>;

const isObject = (value: unknown): value is Data => typeof value === "object" && value !== null && !Array.isArray(value);

/** Sets or, with undefined, takes out a value at a path; objects that become empty go too. */
export function withValue(data: Data, [key, ...rest]: string[], value: unknown): Data {
  const next = { ...data };
  if (!rest.length) {
    if (value === undefined) delete next[key!];
    else next[key!] = value;
    return next;
  }
  const inner = withValue(isObject(data[key!]) ? (data[key!] as Data) : {}, rest, value);
  if (value === undefined && !Object.keys(inner).length) delete next[key!];
  else next[key!] = inner;
  return next;
}

export function valueAt(data: unknown, path: string[]): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), data);
}
