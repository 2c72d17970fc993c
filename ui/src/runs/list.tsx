// All runs: a live list with filters in the address, and what can be done to several at once.
import { useEffect, useMemo, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { runPath, useQuery } from "../data/address";
import type { DagsterRunStatus, Permission, RunFacets, SearchIndex } from "../data/contract";
import { query } from "../data/http";
import { hindrance } from "../data/person";
import { useResource } from "../data/resource";
import { Page } from "../frame/page";
import { useKeys } from "../parts/keys";
import { CompleteBox } from "../parts/complete-box";
import { Await, None } from "../parts/states";
import { Shape, toneOf, wordOf } from "../parts/status";
import { Table } from "../parts/table";
import { count, day } from "../text/words";
import { Copy } from "../parts/copy";
import { commandOf, FILTERS, offersOf, parseFilter, toCondition } from "./filter";
import { RunGrid } from "./grid";
import { COLUMNS } from "./columns";
import { useRuns } from "./use-runs";
import { RunsAction, type RunsActionName } from "./actions";

const STATUSES: DagsterRunStatus[] = ["QUEUED", "STARTING", "STARTED", "CANCELING", "SUCCESS", "FAILURE", "CANCELED"];

/** What can be done to several runs at once, and what one needs for it. */
const BULK: [RunsActionName, string, Permission][] = [
  ["cancel", "Cancel", "launch"],
  ["reexecute", "Re-execute", "launch"],
  ["delete", "Delete", "edit"],
];

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
        {(text || status) && filter.rest.length === 0 && (
          <Copy text={commandOf(filter, statuses)} label="Copy as command" isNamed />
        )}
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
                      {BULK.map(([name, label, permission]) => (
                        <button
                          key={name}
                          disabled={Boolean(hindrance(permission))}
                          title={hindrance(permission) ?? undefined}
                          onClick={() => setAction(name)}
                        >
                          {label}
                        </button>
                      ))}
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
