// The one event stream of the server; pages subscribe to topics instead of polling.
import { signal } from "@preact/signals";
import { query } from "./http";
import { meet } from "./person";

/** What the server says has changed. `topic` is the kind of the event, `data` what the contract says. */
export interface Change {
  topic: string;
  data: Record<string, unknown>;
}

export type Connection = "opening" | "open" | "lost";

/** Whether what is shown is live. */
export const connection = signal<Connection>("opening");

const listeners = new Set<(change: Change) => void>();
const TOPICS = ["hello", "run", "log", "output", "asset", "location", "reset"];
let server = "";
let source: EventSource | null = null;
let lastId = "";
let waitMs = 500;

/** Opens the stream again, and has everything that is shown asked for again: after a login. */
export function restart(): void {
  waitMs = 500;
  open();
  tell({ topic: "reset", data: {} });
}

/** The runs whose output is followed, and by how many. */
const followed = new Map<string, number>();

function open(): void {
  source?.close();
  // The browser sends Last-Event-ID itself when it reconnects; after we have closed a source, the query carries it.
  source = new EventSource(`/api/v1/events${query({ after: lastId, output: [...followed.keys()] })}`);
  source.onopen = () => {
    const wasLost = connection.value === "lost";
    connection.value = "open";
    waitMs = 500;
    if (wasLost) tell({ topic: "reset", data: {} });
  };
  source.onerror = () => {
    connection.value = "lost";
    if (source?.readyState !== EventSource.CLOSED) return;
    source.close();
    // A stream that is refused does not say why; any other question does.
    void meet();
    setTimeout(() => source?.readyState === EventSource.CLOSED && open(), waitMs);
    waitMs = Math.min(waitMs * 2, 15_000);
  };
  for (const topic of TOPICS) source.addEventListener(topic, hear as EventListener);
}

function hear(event: MessageEvent<string>): void {
  if (event.lastEventId) lastId = event.lastEventId;
  const data = JSON.parse(event.data) as Record<string, unknown>;
  if (event.type === "hello") {
    const isOther = server !== "" && server !== data.server;
    server = String(data.server);
    if (isOther) tell({ topic: "reset", data });
    return;
  }
  tell({ topic: event.type, data });
}

function tell(change: Change): void {
  for (const listener of listeners) listener(change);
}

/** Calls back on every change until the returned function is called. */
export function subscribe(listener: (change: Change) => void): () => void {
  if (!source) open();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let reopening: ReturnType<typeof setTimeout> | null = null;

/** Asks for the same stream with what is followed now; nothing is missed in between. */
function reopen(): void {
  reopening ??= setTimeout(() => {
    reopening = null;
    if (!source) return;
    source.close();
    open();
  }, 0);
}

/** Has the stream tell how what a run prints grows, until the returned function is called. */
export function followOutput(runId: string): () => void {
  const add = (by: number) => {
    const number = (followed.get(runId) ?? 0) + by;
    const isNew = number > 0 !== followed.has(runId);
    if (number > 0) followed.set(runId, number);
    else followed.delete(runId);
    if (isNew) reopen();
  };
  add(1);
  return () => add(-1);
}
