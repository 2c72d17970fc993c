// The filter of runs as people type it.
import type { Offer } from "../parts/complete-box";
import { shellWord } from "../text/words";

export interface RunFilter {
  job: string;
  tag: string[];
  id: string;
  /** Created at or after this day or instant. */
  after: string;
  before: string;
  /** What is no filter. */
  rest: string[];
}

/** What can stand before the colon. */
export const FILTERS = ["job", "tag", "id", "after", "before"] as const;

/** Reads `job:daily tag:team=core id:3f2a after:2026-11-01` and plain words, which are jobs. */
export function parseFilter(text: string): RunFilter {
  const filter: RunFilter = { job: "", tag: [], id: "", after: "", before: "", rest: [] };
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const [, key, value] = /^(\w+):(.+)$/.exec(word) ?? [];
    const name = FILTERS.find((each) => each === key?.toLowerCase());
    if (name === "tag") filter.tag.push(value!);
    else if (name === "after" || name === "before")
      Number.isNaN(Date.parse(value!)) ? filter.rest.push(word) : (filter[name] = value!);
    else if (name) filter[name] = value!;
    else if (key) filter.rest.push(word);
    else if (/^[0-9a-f-]{6,36}$/i.test(word)) filter.id = word.toLowerCase();
    else filter.job = word;
  }
  return filter;
}

/** A filter as the query of the server. */
export function toCondition({ job, tag, id, after, before }: RunFilter): Record<string, string | string[]> {
  const instant = (text: string) => (text ? new Date(text).toISOString() : "");
  return { job, tag, id, created_after: instant(after), created_before: instant(before) };
}

/** A filter as the command that lists the same. */
export function commandOf({ job, tag, id, after, before }: RunFilter, statuses: string[]): string {
  if (id) return `weft run show ${shellWord(id)}`;
  const utc = (text: string) => new Date(text).toISOString().slice(0, 19).replace("T00:00:00", "");
  return [
    "weft run list",
    ...(job ? [`--job ${shellWord(job)}`] : []),
    ...tag.map((each) => `--tag ${shellWord(each)}`),
    ...statuses.map((each) => `--status ${each.toLowerCase()}`),
    ...(after ? [`--after ${utc(after)}`] : []),
    ...(before ? [`--before ${utc(before)}`] : []),
  ].join(" ");
}

const SHOWN = 12;

/** What may stand where the caret is. */
export function offersOf(jobs: string[], today: string): (text: string, caret: number) => Offer[] {
  return (text, caret) => {
    const head = text.slice(0, caret).replace(/\S*$/, "");
    const word = text.slice(head.length, caret);
    const rest = text.slice(caret);
    const [, key, part] = /^(\w+):(.*)$/.exec(word) ?? [];
    const offer = (label: string) => ({ label, text: `${head}${label}${rest}` });
    if (key === "job")
      return jobs
        .filter((job) => job.toLowerCase().includes(part!.toLowerCase()))
        .slice(0, SHOWN)
        .map((job) => offer(`job:${job}`));
    if (key === "after" || key === "before") return part ? [] : [offer(`${key}:${today}`)];
    if (key) return [];
    const low = word.toLowerCase();
    return [
      ...FILTERS.filter((name) => name.startsWith(low)).map((name) => offer(`${name}:`)),
      ...(low
        ? jobs
            .filter((job) => job.toLowerCase().includes(low))
            .slice(0, SHOWN)
            .map((job) => offer(`job:${job}`))
        : []),
    ];
  };
}
