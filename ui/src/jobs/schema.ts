// JSON schemas of config as a form sees them: alternatives made plain, what a new value begins as.

export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  required?: string[];
  enum?: unknown[];
  const?: unknown;
  oneOf?: Schema[];
  anyOf?: Schema[];
  items?: Schema;
  default?: unknown;
  description?: string;
  title?: string;
}

/** A value may come from the environment instead: {"env": NAME}. */
const isEnvironment = (schema: Schema): boolean => Boolean(schema.properties && Object.keys(schema.properties).join() === "env");

/** The alternatives of a schema that people choose between; nested ones are one list. */
function alternatives(schema: Schema): Schema[] {
  const inner = schema.anyOf ?? schema.oneOf;
  if (!inner) return schema.type === "null" || isEnvironment(schema) ? [] : [schema];
  return inner.flatMap(alternatives);
}

/** The only alternative that a form can show; the schema itself where there are several. */
export function plain(schema: Schema): Schema {
  if (!schema.anyOf && !schema.oneOf) return schema;
  const all = alternatives(schema);
  const [only] = all;
  if (!only || all.length > 1) return schema;
  return { ...only, default: schema.default ?? only.default, description: schema.description ?? only.description };
}

/** The choices of a selector, where exactly one of several names is given: name to what stands under it. */
export function choicesOf(schema: Schema): Record<string, Schema> | null {
  const all = alternatives(schema);
  if (all.length < 2) return null;
  const named = all.map((each) => Object.entries(each.properties ?? {}));
  return named.every((each) => each.length === 1) ? Object.fromEntries(named.map((each) => each[0]!)) : null;
}

/** What the values of a mapping are, where its names are free; null where they are not, or may be anything. */
export function mappedOf(schema: Schema): Schema | null {
  const values = schema.additionalProperties;
  if (schema.properties && Object.keys(schema.properties).length) return null;
  return typeof values === "object" && Object.keys(values).length ? values : null;
}

/** What a new item or choice begins as, so that it is there before anything is typed. */
export function firstValue(schema: Schema): unknown {
  const of = plain(schema);
  if (of.default !== undefined) return of.default;
  if (of.enum) return of.enum[0];
  const type = [of.type].flat().find((each) => each !== "null");
  if (of.properties || mappedOf(of) || type === "object") return {};
  if (type === "array") return [];
  if (type === "boolean") return false;
  return type === "string" ? "" : null;
}
