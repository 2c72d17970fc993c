// All runs: a live list with filters in the address, and what can be done to several at once.
import { useEffect, useMemo, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { jobPath, runPath, useQuery } from "../data/address";
import type { DagsterRunStatus, RunFacets, RunNews, RunPage as RunPageView, RunView, SearchIndex } from "../data/contract";
import { get, query } from "../data/http";
import { useResource } from "../data/resource";
import { subscribe } from "../data/stream";
import { Page } from "../frame/page";
import { useKeys } from "../parts/keys";
import { CompleteBox } from "../parts/complete-box";
import { Await, None } from "../parts/states";
import { Shape, toneOf, wordOf } from "../parts/status";
import { Table, type Column } from "../parts/table";
import { now, Time } from "../parts/time";
import { count, day, duration, jobWord, shortId, toInstant } from "../text/words";
import { FILTERS, offersOf, parseFilter, toCondition } from "./filter";
import { RunGrid } from "./grid";
import { RunsAction, type RunsActionName } from "./actions";

const STATUSES: DagsterRunStatus[] = ["QUEUED", "STARTING", "STARTED", "CANCELING", "SUCCESS", "FAILURE", "CANCELED"];
const PAGE = 100;

export function RunDuration({ run }: { run: RunView }) {
  const started = toInstant(run.started_at);
  if (run.duration_s !== null) return <>{duration(run.duration_s)}</>;
  if (started === null || run.ended_at) return <>–</>;
  return <>{duration(Math.max(0, now.value - started))}</>;
}

/** What a run is of: its assets, or its job. */
export function targetOf(run: RunView): string {
  if (!run.assets?.length) return jobWord(run.job_name);
  return run.assets.slice(0, 3).join(", ") + (run.assets.length > 3 ? ` and ${run.assets.length - 3} more` : "");
}

function Target({ run }: { run: RunView }) {
  if (!run.assets?.length)
    return (
      <Link class="name" href={jobPath(run.job_name)}>
        {targetOf(run)}
      </Link>
    );
  return (
    <span class="cut" title={run.assets.join("\n")}>
      {targetOf(run)}
    </span>
  );
}

export function launchedBy(run: RunView): string {
  const tags = run.tags;
  for (const [tag, word] of [
    ["dagster/schedule_name", "schedule"],
    ["dagster/sensor_name", "sensor"],
    ["dagster/backfill", "backfill"],
    ["user", "by"],
  ] as const) {
    if (tags[tag]) return `${word} ${tags[tag]}`;
  }
  return tags["dagster/parent_run_id"] ? "re-execution" : "by hand";
}

const COLUMNS: Column<RunView>[] = [
  {
    name: "run",
    title: "Run",
    width: "128px",
    cell: (run) => (
      <span class="row">
        <Shape tone={toneOf(run.status)} />
        <code>{shortId(run.run_id)}</code>
      </span>
    ),
  },
  { name: "target", title: "Target", width: "minmax(140px, 2fr)", cell: (run) => <Target run={run} /> },
  {
    name: "status",
    title: "Status",
    width: "112px",
    isExtra: true,
    cell: (run) => <span class={`is-${toneOf(run.status)}`}>{wordOf(run.status)}</span>,
  },
  {
    name: "partition",
    title: "Partition",
    width: "minmax(80px, 1fr)",
    isExtra: true,
    cell: (run) => <code>{run.partition}</code>,
  },
  { name: "by", title: "Started by", width: "minmax(90px, 1fr)", isExtra: true, cell: (run) => launchedBy(run) },
  { name: "created", title: "Created", width: "92px", cell: (run) => <Time at={run.created_at} /> },
  { name: "duration", title: "Duration", width: "96px", isNumber: true, cell: (run) => <RunDuration run={run} /> },
];

/** Pages of runs, newest first, kept up to date by news. */
function useRuns(filter: string): {
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
    const page = await get<RunPageView>(`${path}&cursor=${encodeURIComponent(cursor)}`).catch(() => null);
    if (page) setLater({ path, runs: [...own.runs, ...page.runs], cursor: page.cursor });
    setAsking(false);
  };
  return { runs, error: first.error, more: () => void more(), hasMore: cursor !== null, reload: first.reload };
}

export function RunsPage() {
  const [text, setText] = useQuery("q");
  const [status, setStatus] = useQuery("status");
  const [view, setView] = useQuery("view", "list");
  const [typed, setTyped] = useState(text);
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const [action, setAction] = useState<RunsActionName | null>(null);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => setText(typed), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  const filter = parseFilter(text);
  const statuses = status ? status.split(",") : [];
  const condition = toCondition(filter);
  const index = useResource<SearchIndex>("/search/index", (change) => change.topic === "location");
  const offers = useMemo(
    () =>
      offersOf(
        index.data
          ? ["__ASSET_JOB", ...index.data.names.filter((_, n) => index.data!.kinds[index.data!.kind[n]!] === "job")]
          : [],
        day(Date.now() / 1000),
      ),
    [index.data],
  );
  const { runs, error, more, hasMore, reload } = useRuns(query({ ...condition, status: statuses }));
  const facets = useResource<RunFacets>(`/runs/facets${query(condition)}`, (change) => change.topic === "run");
  useKeys([
    { keys: "f", label: "Filter", run: () => document.getElementById("filter")?.focus() },
    { keys: "v", label: "List or grid", run: () => setView(view === "grid" ? "list" : "grid", false) },
    ...(selected.size ? [{ keys: "Escape", label: "Select nothing", run: () => setSelected(new Set()) }] : []),
  ]);
  const toggle = (value: string) =>
    setStatus((statuses.includes(value) ? statuses.filter((each) => each !== value) : [...statuses, value]).join(","), false);
  const chosen = (runs ?? []).filter((run) => selected.has(run.run_id));
  const none =
    text || status ? (
      <None title="No run fits this filter">
        <button
          onClick={() => {
            setText("");
            setStatus("");
            setTyped("");
          }}
        >
          Show all runs
        </button>
      </None>
    ) : (
      <None title="Nothing has run yet" command="weft materialize">
        Runs appear here as soon as they are started, by hand, by a schedule or by a sensor. In the directory of your project:
      </None>
    );
  return (
    <Page
      title="Runs"
      chips={facets.data && <span>{count(facets.data.total, "run")}</span>}
      actions={
        <span class="row" role="group" aria-label="View">
          {[
            ["list", "List"],
            ["grid", "Grid"],
          ].map(([name, label]) => (
            <button
              key={name}
              aria-pressed={view === name}
              title={name === "grid" ? "Runs beside each other, step by step" : undefined}
              onClick={() => setView(name!, false)}
            >
              {label}
            </button>
          ))}
        </span>
      }
    >
      <div class="bar">
        <CompleteBox
          value={typed}
          onChange={setTyped}
          offers={offers}
          label="Filter runs"
          placeholder="job:daily tag:team=core after:2026-11-01 id:3f2a"
          error={filter.rest.length ? filter.rest.join(", ") : null}
        />
        <span class="row wrap" role="group" aria-label="Status">
          {STATUSES.filter((each) => statuses.includes(each) || facets.data?.by_status[each]).map((each) => (
            <button key={each} class="small" aria-pressed={statuses.includes(each)} onClick={() => toggle(each)}>
              <Shape tone={toneOf(each)} />
              {wordOf(each)} <span class="number">{(facets.data?.by_status[each] ?? 0).toLocaleString("en")}</span>
            </button>
          ))}
        </span>
        {filter.rest.length > 0 && (
          <span role="alert" class="is-failure">
            {filter.rest.join(", ")}: there are {FILTERS.map((name) => `${name}:`).join(" ")}, with days as 2026-11-01
          </span>
        )}
      </div>
      {view === "grid" ? (
        <RunGrid filter={query({ job: filter.job, tag: filter.tag, status: statuses })} none={none} />
      ) : (
        <Await of={{ data: runs, error, reload }}>
          {(all) =>
            all.length === 0 ? (
              none
            ) : (
              <Table
                label="Runs"
                storedAs="runs"
                rows={all}
                columns={COLUMNS}
                id={(run) => run.run_id}
                href={(run) => runPath(run.run_id)}
                selected={selected}
                onSelect={setSelected}
                onEnd={more}
                foot={
                  selected.size ? (
                    <div class="row wrap grow">
                      <strong>{count(selected.size, "run")} selected</strong>
                      <button onClick={() => setAction("cancel")}>Cancel</button>
                      <button onClick={() => setAction("reexecute")}>Re-execute</button>
                      <button onClick={() => setAction("delete")}>Delete</button>
                      {selected.size === 2 && (
                        <Link class="button" href={`/diff/${[...selected].join("/")}`}>
                          Compare
                        </Link>
                      )}
                      <button class="plain" onClick={() => setSelected(new Set())}>
                        Select nothing
                      </button>
                    </div>
                  ) : hasMore ? (
                    "Older runs come as you scroll."
                  ) : undefined
                }
              />
            )
          }
        </Await>
      )}
      {action && (
        <RunsAction
          action={action}
          runs={chosen}
          onClose={() => setAction(null)}
          onDone={() => {
            setSelected(new Set());
            reload();
            facets.reload();
          }}
        />
      )}
    </Page>
  );
}
