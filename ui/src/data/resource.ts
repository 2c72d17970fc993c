// What a page shows of the server: loading, there, or an error; never "empty" before the answer is known.
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, ServerError } from "./http";
import { subscribe, type Change } from "./stream";

export interface Resource<T> {
  /** The answer, also an old one while a newer one is fetched. */
  data: T | null;
  error: ServerError | null;
  /** Asks again, now. */
  reload: () => void;
}

const REMEMBERED = 60;
/** What is not answered by then is called unanswered, with a way to ask again. */
const ANSWER_WITHIN_MS = 30_000;
/** News is answered by asking again; what takes long to answer is asked for less often. */
const SOON_MS = 250;
const LATEST_MS = 5000;
const answers = new Map<string, unknown>();

function remember(path: string, data: unknown): void {
  answers.delete(path);
  answers.set(path, data);
  if (answers.size > REMEMBERED) answers.delete(answers.keys().next().value!);
}

/** What is shown and could not be asked again: it may be old. */
export const outdated = signal<ReadonlyMap<string, ServerError>>(new Map());

function note(path: string, error: ServerError | null): void {
  if (!error && !outdated.value.has(path)) return;
  const next = new Map(outdated.value);
  if (error) next.set(path, error);
  else next.delete(path);
  outdated.value = next;
}

/**
 * Follows the JSON at a path.
 *
 * @param path below /api/v1; null asks for nothing.
 * @param concerns whether a change on the server makes the answer old.
 */
export function useResource<T>(path: string | null, concerns?: (change: Change) => boolean): Resource<T> {
  const [, draw] = useState(0);
  const state = useRef<{ path: string | null; data: T | null; error: ServerError | null; reload: () => void }>({
    path: null,
    data: null,
    error: null,
    reload: () => {},
  });
  const concernsNow = useRef(concerns);
  concernsNow.current = concerns;

  useEffect(() => {
    state.current.error = null;
    if (path === null) return;
    const control = new AbortController();
    let timer: ReturnType<typeof setTimeout> | null = null;
    let isGone = false;
    let isAsking = false;
    let wants = false;
    let tookMs = 0;
    // While an answer is awaited, news only asks for one more: a question that was broken off with each piece of
    // news would never be answered by a busy server.
    const ask = async () => {
      wants = isAsking;
      if (isAsking) return;
      isAsking = true;
      const begun = performance.now();
      try {
        const data = await get<T>(path, AbortSignal.any([control.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]));
        if (isGone) return;
        remember(path, data);
        state.current.data = data;
        state.current.error = null;
        note(path, null);
      } catch (error) {
        if (isGone) return;
        state.current.error = error instanceof ServerError ? error : new ServerError(0, String(error), null, path);
        if (state.current.data !== null) note(path, state.current.error);
      } finally {
        isAsking = false;
        tookMs = performance.now() - begun;
      }
      draw((n) => n + 1);
      if (wants) soon();
    };
    const soon = () => {
      timer ??= setTimeout(
        () => {
          timer = null;
          void ask();
        },
        Math.min(LATEST_MS, Math.max(SOON_MS, tookMs * 4)),
      );
    };
    state.current.reload = () => void ask();
    void ask();
    const leave = subscribe((change) => {
      if (change.topic === "reset" || concernsNow.current?.(change)) soon();
    });
    return () => {
      isGone = true;
      note(path, null);
      control.abort();
      if (timer) clearTimeout(timer);
      leave();
    };
  }, [path]);

  if (state.current.path !== path) {
    state.current.path = path;
    state.current.data = path === null ? null : ((answers.get(path) as T | undefined) ?? null);
    state.current.error = null;
  }
  // What is shown is kept here, not only among the answers: those are forgotten when many others have come.
  const { data, error } = state.current;
  return { data, error: data === null ? error : null, reload: () => state.current.reload() };
}
