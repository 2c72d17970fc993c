// The selection syntax of assets, evaluated here so that a table of 10,000 follows while one types.
import type { Asset, Board, Standing } from "./board";

/** What is wrong in a selection, and where. */
export class SelectionError extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

interface Token {
  kind: "word" | "text" | "(" | ")" | "+" | "," | ":" | "=";
  text: string;
  at: number;
}

const TOKEN = /\s+|"((?:[^"\\]|\\.)*)"|([()+,:=])|([^\s()+,:="]+)/gy;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new SelectionError("A quote is not closed.", at);
    if (match[1] !== undefined) tokens.push({ kind: "text", text: match[1].replace(/\\(.)/g, "$1"), at });
    else if (match[2]) tokens.push({ kind: match[2] as Token["kind"], text: match[2], at });
    else if (match[3]) tokens.push({ kind: "word", text: match[3], at });
  }
  return tokens;
}

function like(pattern: string): (text: string) => boolean {
  const low = pattern.toLowerCase();
  if (!low.includes("*")) return (text) => text.toLowerCase() === low;
  const expression = new RegExp(
    `^${low
      .split("*")
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
  );
  return (text) => expression.test(text.toLowerCase());
}

const ATTRIBUTES: Record<string, (value: string, standing: (asset: Asset) => Standing) => (asset: Asset) => boolean> = {
  key: (value) => {
    const fits = like(value);
    return (asset) => fits(asset.key);
  },
  group: (value) => {
    const fits = like(value);
    return (asset) => fits(asset.group);
  },
  kind: (value) => {
    const fits = like(value);
    return (asset) => asset.kinds.some(fits);
  },
  owner: (value) => {
    const fits = like(value);
    return (asset) => asset.owners.some(fits) || asset.owners.some((owner) => fits(owner.replace(/^team:/, "")));
  },
  tag: (value) => {
    const fits = like(value);
    return (asset) => asset.tags.some((tag) => fits(tag) || (!value.includes("=") && fits(tag.split("=")[0]!)));
  },
  code_location: (value) => {
    const fits = like(value);
    return (asset) => fits(asset.location);
  },
  column: (value) => {
    const fits = like(value);
    return (asset) => asset.columns.some(fits);
  },
  status: (value, standing) => {
    const fits = like(value.replaceAll(" ", "_"));
    return (asset) => fits(standing(asset).status);
  },
};

export const KEYS = Object.keys(ATTRIBUTES);

/** Evaluates a selection such as `group:raw and not tag:team=core` or `1+key:"raw/users"+`; an empty one is everything. */
export function select(text: string, { assets }: Board, standings: Standing[]): Set<number> {
  const tokens = tokenize(text);
  const all = new Set(assets.map((asset) => asset.number));
  if (!tokens.length) return all;
  const standing = (asset: Asset) => standings[asset.number]!;
  let at = 0;
  const peek = () => tokens[at];
  const stop = (message: string): never => {
    throw new SelectionError(message, peek()?.at ?? text.length);
  };
  const isWord = (word: string) => peek()?.kind === "word" && peek()!.text.toLowerCase() === word;

  const filter = (test: (asset: Asset) => boolean): Set<number> => new Set(assets.filter(test).map((asset) => asset.number));
  const walk = (from: Set<number>, edges: "parents" | "children", depth: number): Set<number> => {
    const seen = new Set(from);
    let edge = [...from];
    for (let step = 0; step < depth && edge.length; step++) {
      edge = edge.flatMap((number) => assets[number]![edges]).filter((number) => !seen.has(number) && seen.add(number));
    }
    return seen;
  };
  const value = (): string => {
    const token = peek();
    if (token?.kind !== "word" && token?.kind !== "text") return stop("A value is missing here.");
    at++;
    return token.text;
  };

  const atom = (): Set<number> => {
    const token = peek();
    if (!token) return stop("A selection is missing here.");
    if (token.kind === "(") {
      at++;
      const inner = either();
      if (peek()?.kind !== ")") stop("A closing parenthesis is missing here.");
      at++;
      return inner;
    }
    if (token.kind === "text") {
      at++;
      return filter(ATTRIBUTES.key!(`*${token.text}*`, standing));
    }
    if (token.kind !== "word") return stop(`"${token.text}" cannot stand here.`);
    const word = token.text.toLowerCase();
    if (word === "and" || word === "or") return stop(`"${token.text}" stands between two selections.`);
    at++;
    if ((word === "sinks" || word === "roots") && peek()?.kind === "(") {
      at++;
      const inner = either();
      if (peek()?.kind !== ")") stop("A closing parenthesis is missing here.");
      at++;
      return new Set(
        [...inner].filter(
          (number) => !assets[number]![word === "sinks" ? "children" : "parents"].some((other) => inner.has(other)),
        ),
      );
    }
    if (peek()?.kind === ":") {
      const attribute = ATTRIBUTES[word];
      if (!attribute) throw new SelectionError(`There is no attribute "${token.text}". There are ${KEYS.join(", ")}.`, token.at);
      at++;
      let wanted = value();
      if (peek()?.kind === "=") {
        at++;
        wanted += `=${value()}`;
      }
      if (word !== "key" && word !== "status" && wanted.includes("*"))
        throw new SelectionError(`"*" stands for anything only in key:…, not in ${word}:${wanted}.`, token.at);
      return filter(attribute(wanted, standing));
    }
    if (token.text === "*") return all;
    return filter(ATTRIBUTES.key!(token.text.includes("*") ? token.text : `*${token.text}*`, standing));
  };
  const walked = (): Set<number> => {
    let up = 0;
    if (peek()?.kind === "+") {
      at++;
      up = Infinity;
    } else if (peek()?.kind === "word" && /^\d+$/.test(peek()!.text) && tokens[at + 1]?.kind === "+") {
      up = Number(peek()!.text);
      at += 2;
    }
    const base = atom();
    let down = 0;
    if (peek()?.kind === "+") {
      at++;
      down = Infinity;
      if (peek()?.kind === "word" && /^\d+$/.test(peek()!.text)) {
        down = Number(peek()!.text);
        at++;
      }
    }
    const result = new Set(base);
    if (up) walk(base, "parents", up).forEach((number) => result.add(number));
    if (down) walk(base, "children", down).forEach((number) => result.add(number));
    return result;
  };
  const not = (): Set<number> => {
    if (!isWord("not")) return walked();
    at++;
    const inner = not();
    return new Set([...all].filter((number) => !inner.has(number)));
  };
  const both: () => Set<number> = () => {
    let result = not();
    while (peek() && !isWord("or") && peek()!.kind !== ")" && peek()!.kind !== ",") {
      if (isWord("and")) at++;
      const next = not();
      result = new Set([...result].filter((number) => next.has(number)));
    }
    return result;
  };
  function either(): Set<number> {
    const result = both();
    while (isWord("or") || peek()?.kind === ",") {
      at++;
      both().forEach((number) => result.add(number));
    }
    return result;
  }
  const result = either();
  if (peek()) stop(`"${peek()!.text}" cannot stand here.`);
  return result;
}

/** Writes a value so that the selection reads it as one. */
export function quoted(value: string): string {
  return /^[^\s()+,:="]+$/.test(value) && !["and", "or", "not"].includes(value.toLowerCase())
    ? value
    : `"${value.replace(/["\\]/g, "\\$&")}"`;
}
