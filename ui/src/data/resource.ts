// What a page shows of the server: loading, there, or an error; never "empty" before the answer is known.
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
const answers = new Map<string, unknown>();

function remember(path: string, data: unknown): void {
  answers.delete(path);
  answers.set(path, data);
  if (answers.size > REMEMBERED) answers.delete(answers.keys().next().value!);
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
    let control: AbortController | null = null;
    let timer: ReturnType<typeof setTimeout> | null = null;
    let isGone = false;
    const ask = async () => {
      control?.abort();
      const mine = (control = new AbortController());
      try {
        const data = await get<T>(path, mine.signal);
        if (isGone || mine.signal.aborted) return;
        remember(path, data);
        state.current.data = data;
        state.current.error = null;
      } catch (error) {
        if (isGone || mine.signal.aborted) return;
        state.current.error = error instanceof ServerError ? error : new ServerError(0, String(error), null, path);
      }
      draw((n) => n + 1);
    };
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = null;
        void ask();
      }, 250);
    };
    state.current.reload = () => void ask();
    void ask();
    const leave = subscribe((change) => {
      if (change.topic === "reset" || concernsNow.current?.(change)) soon();
    });
    return () => {
      isGone = true;
      control?.abort();
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
