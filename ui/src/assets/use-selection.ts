// A selection as it is typed, evaluated against the board.
import { useDeferredValue } from "preact/compat";
import { useEffect, useMemo, useState } from "preact/hooks";
import { board, standings } from "./board";
import { select } from "./selection";

/** Evaluates a selection; while it is wrong, what was selected last stays. */
export function useSelection(text: string): { numbers: Set<number> | null; error: string | null } {
  const late = useDeferredValue(text);
  const usesStatus = /status\s*:/i.test(late);
  const [last, setLast] = useState<Set<number> | null>(null);
  const result = useMemo(() => {
    if (!board.value) return { numbers: null, error: null };
    try {
      return { numbers: select(late, board.value, standings.value), error: null };
    } catch (error) {
      return { numbers: null, error: (error as Error).message };
    }
  }, [late, board.value, usesStatus ? standings.value : null]);
  useEffect(() => {
    if (result.numbers) setLast(result.numbers);
  }, [result]);
  return result.error ? { numbers: last, error: result.error } : result;
}
