// What the log of a run is made of: its entries, and what its steps printed; both live.
import { useEffect, useRef, useState } from "preact/hooks";
import type { LogEntries, LogNews, OutputNews } from "../data/contract";
import { get, type ServerError } from "../data/http";
import { followOutput, subscribe } from "../data/stream";
import { OutputReader, type Printed } from "./output-reader";
import { toLine, type Line } from "./log-lines";

const PAGE = 1000;
/** Far more than anybody reads; what came before is in the export. */
const KEPT = 150_000;
const NOTHING: { outputs: Printed[]; left: number } = { outputs: [], left: 0 };

/** All entries of the log, and those that come. */
export function useEntries(runId: string) {
  const [state, setState] = useState<{ lines: Line[]; isAll: boolean; dropped: number; error: ServerError | null }>({
    lines: [],
    isAll: false,
    dropped: 0,
    error: null,
  });
  useEffect(() => {
    let isGone = false;
    let isAsking = false;
    let wants = false;
    let cursor: string | null = null;
    let lines: Line[] = [];
    let dropped = 0;
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
          if (page.entries.length) {
            const all = lines.concat(page.entries.map(toLine));
            dropped += Math.max(0, all.length - KEPT);
            lines = all.slice(-KEPT);
          }
          setState({ lines, isAll: !page.has_more, dropped, error: null });
          wants ||= page.has_more;
        } while (wants);
      } catch (error) {
        if (!isGone) setState({ lines, isAll: false, dropped, error: error as ServerError });
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

/** What was printed, when it is wanted; while the run goes on, what the stream says has come is asked for. */
export function useOutputs(runId: string, isWanted: boolean, step: string, isLive: boolean) {
  const [outputs, setOutputs] = useState<Printed[]>([]);
  const [left, setLeft] = useState(0);
  const reader = useRef<OutputReader | null>(null);
  useEffect(() => {
    if (!isWanted) return;
    setOutputs([]);
    setLeft(0);
    const own = (reader.current = new OutputReader(runId, step, (all, others) => {
      setOutputs(all);
      setLeft(others);
    }));
    void own.readAll();
    return () => own.close();
  }, [runId, isWanted, step]);
  useEffect(() => {
    if (!isWanted || !isLive) return;
    const leave = followOutput(runId);
    const unsubscribe = subscribe((change) => {
      const news = change.data as unknown as OutputNews;
      if (change.topic === "output" && news.run_id === runId) reader.current?.take(news.files);
    });
    return () => {
      leave();
      unsubscribe();
      // What came between the last news and the end of the run.
      void reader.current?.readAll();
    };
  }, [runId, isWanted, isLive]);
  return isWanted ? { outputs, left } : NOTHING;
}
