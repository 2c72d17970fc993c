// One log of a run: events, what was logged and what was printed, merged and filtered.
import type { CapturedFile, LogEntry, RunTimeline } from "../data/contract";

export type Source = "event" | "log" | "output" | "engine";

export interface Line {
  id: string;
  source: Source;
  /** When; null for the lines of an output, which has no times of its own. */
  at: number | null;
  level: string;
  step: string | null;
  type: string;
  text: string;
  entry: LogEntry | null;
}

const ENGINE =
  /^(ENGINE_EVENT|RESOURCE_INIT|HANDLED_OUTPUT|LOADED_INPUT|LOGS_CAPTURED|STEP_WORKER|STEP_INPUT|STEP_OUTPUT|OBJECT_STORE|ASSET_MATERIALIZATION_PLANNED|ASSET_CHECK_EVALUATION_PLANNED|RUN_(ENQUEUED|DEQUEUED|STARTING)|PIPELINE_(ENQUEUED|DEQUEUED|STARTING)|HOOK_(COMPLETED|SKIPPED))/;

export function toLine(entry: LogEntry): Line {
  const source = entry.type === "LOG" ? "log" : ENGINE.test(entry.type) && entry.error === null ? "engine" : "event";
  return {
    id: `e${entry.id}`,
    source,
    at: entry.timestamp,
    level: entry.level,
    step: entry.step,
    type: entry.type,
    text: entry.message,
    entry,
  };
}

// What the console logger wrote of events that are in the log already, and the lines that go on with it.
const ECHO = /^(\x1b\[\d+m)?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} - \S+ - (DEBUG|INFO|WARNING|ERROR|CRITICAL) - /;
const MESSAGE_LINES = 12;
const ECHO_GOES_ON = /^(\s|$|Stack Trace:|Caused by:|The above exception|[\w.]*(Error|Exception|Interrupt|Failure)\b)/;

/** Which lines of an output repeat the log. */
export function echoes(lines: string[]): boolean[] {
  let isEcho = false;
  return lines.map((line, n) => (isEcho = ECHO.test(line) || (isEcho && (ECHO_GOES_ON.test(line) || isBeforeTrace(lines, n)))));
}

/** Whether a message of several lines goes on here: a stack follows it soon. */
function isBeforeTrace(lines: string[], n: number): boolean {
  for (const line of lines.slice(n + 1, n + 1 + MESSAGE_LINES)) {
    if (ECHO.test(line)) return false;
    if (/^(Stack Trace:|Traceback |Caused by:|\s+File ")/.test(line)) return true;
  }
  return false;
}

/** Puts what the steps printed before the event that ended them, or at the end while they run. */
export function merge(
  entries: Line[],
  outputs: { file: CapturedFile; stream: string; text: string }[],
  timeline: RunTimeline | null,
): Line[] {
  if (!outputs.some((output) => output.text)) return entries;
  const ends = new Map<string, number>();
  timeline?.keys.forEach((key, step) => {
    const end = timeline.attempts[step]!.at(-1)?.[1];
    if (typeof end === "number") ends.set(key, end);
  });
  const blocks = outputs
    .map(({ file, stream, text }) => {
      const step = file.step_keys.length === 1 ? file.step_keys[0]! : null;
      const end = Math.max(
        ...file.step_keys.map((key) => ends.get(key) ?? Infinity),
        file.step_keys.length ? -Infinity : Infinity,
      );
      const texts = text.replace(/\n$/, "").split("\n");
      const isEcho = echoes(texts);
      const lines = texts.map((line, n): Line => ({
        id: `${stream}:${file.name}:${n}`,
        source: isEcho[n] ? "engine" : "output",
        at: null,
        level: stream === "stderr" ? "WARNING" : "INFO",
        step: step ?? file.name,
        type: stream,
        text: line,
        entry: null,
      }));
      return { end, lines };
    })
    .filter((block) => block.lines.some((line) => line.text))
    .sort((a, b) => a.end - b.end);
  const merged: Line[] = [];
  let next = 0;
  for (const line of entries) {
    while (
      next < blocks.length &&
      line.at !== null &&
      (line.at > blocks[next]!.end || (line.at >= blocks[next]!.end && /SUCCESS|FAILURE/.test(line.type)))
    )
      merged.push(...blocks[next++]!.lines);
    merged.push(line);
  }
  while (next < blocks.length) merged.push(...blocks[next++]!.lines);
  return merged;
}

const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];

export interface Filter {
  sources: Set<string>;
  step: string;
  level: string;
  text: string;
}

/** Keeps the lines that fit; case does not count. */
export function keep(lines: Line[], filter: Filter): Line[] {
  const least = LEVELS.indexOf(filter.level);
  const text = filter.text.toLowerCase();
  return lines.filter(
    (line) =>
      filter.sources.has(line.source) &&
      (!filter.step || line.step === filter.step || (line.step ?? "").startsWith(`${filter.step}[`)) &&
      (least <= 0 || LEVELS.indexOf(line.level) >= least || line.source === "output") &&
      (!text || `${line.text} ${line.step ?? ""} ${line.type} ${line.entry?.asset ?? ""}`.toLowerCase().includes(text)),
  );
}

export const isError = (line: Line): boolean => line.level === "ERROR" || line.level === "CRITICAL" || Boolean(line.entry?.error);

/** The type of an event as words. */
export function typeWords(type: string): string {
  return type
    .replace(/^PIPELINE_/, "RUN_")
    .toLowerCase()
    .replaceAll("_", " ");
}
