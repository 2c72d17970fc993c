// What is wrong in a config, by place: for fields of the form, and for lines of the text.
import { isMap, isPair, isScalar, type Document } from "yaml";
import type { ConfigProblemView } from "../data/contract";

/** What is wrong at a path of the form, if anything is. */
export type ProblemAt = (path: string[], isEmpty?: boolean) => string | undefined;

/** Looks problems up by path; a field that is empty answers for what is missing above it. */
export function problemsAt(problems: ConfigProblemView[]): ProblemAt {
  const byPath = new Map(problems.map((each) => [JSON.stringify(each.path), each]));
  const missing = problems.filter((each) => each.reason.startsWith("MISSING"));
  return (path, isEmpty) => {
    const own = byPath.get(JSON.stringify(path));
    if (own) return inPlace(own.message);
    if (!isEmpty) return undefined;
    return missing.some((each) => each.path.every((key, place) => path[place] === key)) ? "Must be given." : undefined;
  };
}

/** A message without the path that it names, for where it stands at that place. */
export const inPlace = (message: string): string => message.replace(/ at root(:[^\s,]+)?(?=[\s,.])/, "");

/** Whether something is wrong at a path or below it. */
export const isWrongBelow = (problems: ConfigProblemView[], path: string[]): boolean =>
  problems.some((each) => path.every((key, place) => each.path[place] === key));

/** Where in a text a path stands: the offsets of its key and value; of what holds it, where it is missing. */
export function placeOf(document: Document, path: string[]): [number, number] | null {
  let node: unknown = document.contents;
  let found: [number, number] | null = null;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((each) => isPair(each) && isScalar(each.key) && String(each.key.value) === key);
      if (!pair) return found;
      const range = (pair.key as { range?: [number, number, number] }).range;
      if (range) found = [range[0], range[1]];
      node = pair.value;
    } else if (node && typeof node === "object" && "items" in node) {
      node = (node as { items: unknown[] }).items[Number(key)];
      const range = (node as { range?: [number, number, number] } | undefined)?.range;
      if (range) found = [range[0], range[1]];
    } else return found;
  }
  return found;
}

export const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;
