// What the log of a run is made of: its entries, and what its steps printed; both live.
import { useEffect, useState } from "preact/hooks";
import type { CapturedFiles, LogEntries, LogNews, OutputChunk } from "../data/contract";
import { get, type ServerError } from "../data/http";
import { subscribe } from "../data/stream";
import { toLine, type Line } from "./log-lines";

const PAGE = 1000;
const KEPT = 60_000;
const OUTPUT_BYTES = 400_000;
const MOST_FILES = 40;
const NOTHING: Printed[] = [];

interface Printed {
  file: CapturedFiles["files"][number];
  stream: string;
  text: string;
  offset: number;
}

/** All entries of the log, and those that come. */
export function useEntries(runId: string) {
  const [state, setState] = useState<{ lines: Line[]; isAll: boolean; error: ServerError | null }>({
    lines: [],
    isAll: false,
    error: null,
  });
  useEffect(() => {
    let isGone = false;
    let isAsking = false;
    let wants = false;
    let cursor: string | null = null;
    let lines: Line[] = [];
    const ask = async () => {
      if (isAsking) return void (wants = true);
      isAsking = true;
      try {
        do {
          wants = false;
          const page: LogEntries = await get(
            `/runs/${runId}/log?limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
          );
          if (isGone) return;
          cursor = page.cursor ?? cursor;
          if (page.entries.length) lines = [...lines, ...page.entries.map(toLine)].slice(-KEPT);
          setState({ lines, isAll: !page.has_more, error: null });
          wants ||= page.has_more;
        } while (wants);
      } catch (error) {
        if (!isGone) setState({ lines, isAll: false, error: error as ServerError });
      } finally {
        isAsking = false;
      }
    };
    void ask();
    const leave = subscribe((change) => {
      if (change.topic === "reset" || (change.topic === "log" && runId in (change.data as unknown as LogNews).runs)) void ask();
    });
    return () => {
      isGone = true;
      leave();
    };
  }, [runId]);
  return state;
}

/** What was printed, when it is wanted; while the run goes on, only what has come since is asked for. */
export function useOutputs(runId: string, isWanted: boolean, step: string, isLive: boolean) {
  const [outputs, setOutputs] = useState<Printed[]>([]);
  useEffect(() => {
    if (!isWanted) return;
    let isGone = false;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const known = new Map<string, Printed>();
    const ask = async () => {
      const { files } = await get<CapturedFiles>(`/runs/${runId}/output`).catch((): CapturedFiles => ({ files: [] }));
      const wanted = files.filter((file) => !step || file.step_keys.includes(step)).slice(0, MOST_FILES);
      const grown = await Promise.all(
        wanted.flatMap((file) =>
          (["stdout", "stderr"] as const).map(async (stream) => {
            const key = `${stream} ${file.name}`;
            const before = known.get(key) ?? { file, stream, text: "", offset: 0 };
            if (file[`${stream}_bytes`] <= before.offset || before.offset >= OUTPUT_BYTES) return false;
            const chunk = await get<OutputChunk>(
              `/runs/${runId}/output/${encodeURIComponent(file.name)}/${stream}?offset=${before.offset}&limit=${OUTPUT_BYTES}`,
            ).catch(() => null);
            if (!chunk) return false;
            known.set(key, { file, stream, text: before.text + chunk.text, offset: chunk.next_offset });
            return true;
          }),
        ),
      );
      if (isGone) return;
      if (grown.some(Boolean)) setOutputs([...known.values()]);
      if (isLive) timer = setTimeout(() => void ask(), document.hidden ? 10_000 : 1500);
    };
    setOutputs([]);
    void ask();
    return () => {
      isGone = true;
      if (timer) clearTimeout(timer);
    };
  }, [runId, isWanted, step, isLive]);
  return isWanted ? outputs : NOTHING;
}
