// Pages of runs, kept up to date by news.
import { useEffect, useMemo, useState } from "preact/hooks";
import type { RunNews, RunPage as RunPageView, RunView } from "../data/contract";
import { get } from "../data/http";
import { useResource } from "../data/resource";
import { subscribe } from "../data/stream";

const PAGE = 100;
/** Who scrolls on wants many. */
const NEXT_PAGE = 500;

/** Pages of runs, newest first, kept up to date by news. */
export function useRuns(filter: string): {
  runs: RunView[] | null;
  error: ReturnType<typeof useResource>["error"];
  more: () => void;
  hasMore: boolean;
  reload: () => void;
} {
  const path = `/runs${filter}${filter ? "&" : "?"}limit=${PAGE}`;
  const first = useResource<RunPageView>(path);
  const [later, setLater] = useState<{ path: string; runs: RunView[]; cursor: string | null }>({ path, runs: [], cursor: null });
  const [news, setNews] = useState<Map<string, RunView>>(new Map());
  const [isAsking, setAsking] = useState(false);
  useEffect(
    () =>
      subscribe((change) => {
        if (change.topic !== "run") return;
        const { run } = change.data as unknown as RunNews;
        setNews((known) => new Map(known).set(run.run_id, run));
        if (!filter) return;
        first.reload();
      }),
    [path],
  );
  const own = later.path === path ? later : { path, runs: [], cursor: null };
  const cursor = own.runs.length ? own.cursor : (first.data?.cursor ?? null);
  const runs = useMemo(() => {
    if (!first.data) return null;
    const byId = new Map<string, RunView>();
    for (const run of [...first.data.runs, ...own.runs]) byId.set(run.run_id, news.get(run.run_id) ?? run);
    if (filter) return [...byId.values()];
    const fresh = [...news.values()].filter(
      (run) => !byId.has(run.run_id) && run.created_at >= (first.data!.runs.at(-1)?.created_at ?? ""),
    );
    return [...fresh.sort((a, b) => (a.created_at < b.created_at ? 1 : -1)), ...byId.values()];
  }, [first.data, own.runs, news, filter]);
  const more = async () => {
    if (!cursor || isAsking) return;
    setAsking(true);
    const page = await get<RunPageView>(
      `/runs${filter}${filter ? "&" : "?"}limit=${NEXT_PAGE}&cursor=${encodeURIComponent(cursor)}`,
    ).catch(() => null);
    if (page) setLater({ path, runs: [...own.runs, ...page.runs], cursor: page.cursor });
    setAsking(false);
  };
  return { runs, error: first.error, more: () => void more(), hasMore: cursor !== null, reload: first.reload };
}
