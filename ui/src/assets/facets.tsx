// The facets of a table of assets: what there is of each kind, and how much.
import { useMemo } from "preact/hooks";
import { Some } from "../parts/some";
import { Shape, toneOf, wordOf } from "../parts/status";
import type { Row } from "./list";
import { quoted } from "./selection";

const BY_NAME = new Intl.Collator("en", { numeric: true });

function facetsOf(rows: Row[]): [string, string, [string, number][]][] {
  const counts: Record<string, Map<string, number>> = {
    status: new Map(),
    group: new Map(),
    kind: new Map(),
    owner: new Map(),
    code_location: new Map(),
    tag: new Map(),
  };
  const add = (facet: string, value: string) => value && counts[facet]!.set(value, (counts[facet]!.get(value) ?? 0) + 1);
  for (const { asset, standing } of rows) {
    add("status", standing.status);
    add("group", asset.group);
    asset.kinds.forEach((kind) => add("kind", kind));
    asset.owners.forEach((owner) => add("owner", owner));
    add("code_location", asset.location);
    asset.tags.forEach((tag) => add("tag", tag));
  }
  const titles: Record<string, string> = {
    status: "Status",
    group: "Group",
    kind: "Kind",
    owner: "Owner",
    code_location: "Code location",
    tag: "Tag",
  };
  return Object.entries(counts)
    .map(([name, values]): [string, string, [string, number][]] => [
      name,
      titles[name]!,
      [...values].sort((a, b) => b[1] - a[1] || BY_NAME.compare(a[0], b[0])),
    ])
    .filter(([name, , values]) => values.length > (name === "code_location" ? 1 : 0));
}

/** A facet as a term of the selection syntax. */
const termOf = (name: string, value: string): string =>
  name === "tag" ? `tag:${value.split("=").map(quoted).join("=")}` : `${name}:${quoted(value)}`;

/** A term where it stands whole: `group:raw` is no part of `group:raw_2`. */
const wholly = (term: string): string => `${term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?=[\\s)+,]|$)`;
export const hasTerm = (text: string, term: string): boolean => new RegExp(wholly(term)).test(text);

/** Puts a term into a selection, or takes it out again. */
export function toggleTerm(text: string, term: string): string {
  if (!hasTerm(text, term)) return text ? `${text} and ${term}` : term;
  return text
    .replace(new RegExp(`\\s*(and\\s+)?${wholly(term)}`), "")
    .replace(/^\s*and\s+/, "")
    .trim();
}

export function Facets({ rows, text, onToggle }: { rows: Row[]; text: string; onToggle: (term: string) => void }) {
  const facets = useMemo(() => facetsOf(rows), [rows]);
  return (
    <aside class="facets scroll" aria-label="Facets">
      {facets.map(([name, title, values]) => (
        <section key={name}>
          <h2>{title}</h2>
          <Some items={values}>
            {([value, number]) => (
              <button key={value} aria-pressed={hasTerm(text, termOf(name, value))} onClick={() => onToggle(termOf(name, value))}>
                {name === "status" && <Shape tone={toneOf(value)} />}
                <span class="cut" dir="auto">
                  {name === "status" ? wordOf(value) : value}
                </span>
                <span class="number">{number.toLocaleString("en")}</span>
              </button>
            )}
          </Some>
        </section>
      ))}
    </aside>
  );
}
