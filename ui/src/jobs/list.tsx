// All jobs: what starts them, and how their last runs ended.
import { useMemo } from "preact/hooks";
import { Link } from "wouter-preact";
import { instigatorPath, jobPath, runPath, useQuery } from "../data/address";
import type { JobList, JobView, RunView } from "../data/contract";
import { useResource } from "../data/resource";
import { Page } from "../frame/page";
import { Await, None } from "../parts/states";
import { Undefined } from "../parts/undefined";
import { Shape, toneOf, wordOf } from "../parts/status";
import { Table, type Column } from "../parts/table";
import { Time } from "../parts/time";
import { ago, count, duration, toInstant } from "../text/words";

export function LastRuns({ runs }: { runs: RunView[] }) {
  return (
    <span class="row last-runs">
      {[...runs].reverse().map((run) => (
        <Link
          key={run.run_id}
          href={runPath(run.run_id)}
          title={`${wordOf(run.status)} ${ago(toInstant(run.created_at)!)}${run.duration_s === null ? "" : `, ${duration(run.duration_s)}`}`}
          aria-label={`${wordOf(run.status)} run`}
        >
          <Shape tone={toneOf(run.status)} />
        </Link>
      ))}
    </span>
  );
}

const COLUMNS: Column<JobView>[] = [
  {
    name: "name",
    title: "Job",
    width: "minmax(160px, 2fr)",
    order: (job) => job.name,
    cell: (job) => (
      <span class="row">
        <span class="cut">{job.is_implicit ? "All assets" : job.name}</span>
      </span>
    ),
  },
  {
    name: "what",
    title: "What",
    width: "110px",
    isExtra: true,
    order: (job) => job.asset_count,
    cell: (job) => (job.makes_assets ? count(job.asset_count, "asset") : "Ops"),
  },
  {
    name: "started",
    title: "Started by",
    width: "minmax(100px, 1.5fr)",
    isExtra: true,
    cell: (job) => (
      <span class="row">
        {[...job.schedules, ...job.sensors].map((name) => (
          <Link key={name} class="link cut" href={instigatorPath(name, job.location)}>
            {name}
          </Link>
        ))}
      </span>
    ),
  },
  {
    name: "location",
    title: "Location",
    width: "minmax(90px, 1fr)",
    isExtra: true,
    order: (job) => job.location,
    cell: (job) => job.location,
  },
  {
    name: "last",
    title: "Last run",
    width: "96px",
    order: (job) => (job.latest_runs[0] ? -toInstant(job.latest_runs[0].created_at)! : null),
    cell: (job) => (job.latest_runs[0] ? <Time at={job.latest_runs[0].created_at} /> : <span class="soft">never</span>),
  },
  { name: "runs", title: "Last runs", width: "132px", cell: (job) => <LastRuns runs={job.latest_runs} /> },
];

export default function JobsPage() {
  const [text, setText] = useQuery("q");
  const [sort, setSort] = useQuery("sort", "name");
  const jobs = useResource<JobList>("/jobs", (change) => change.topic === "run" || change.topic === "location");
  const rows = useMemo(
    () =>
      jobs.data?.jobs.filter(
        (job) => !job.is_anonymous && `${job.name} ${job.location}`.toLowerCase().includes(text.toLowerCase()),
      ) ?? [],
    [jobs.data, text],
  );
  return (
    <Page title="Jobs" chips={jobs.data && <span>{count(rows.length, "job")}</span>}>
      <div class="bar">
        <input
          type="search"
          aria-label="Filter jobs"
          placeholder="Part of a name"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <Await of={jobs}>
        {() =>
          rows.length ? (
            <Table
              label="Jobs"
              storedAs="jobs"
              rows={rows}
              columns={COLUMNS}
              id={(job) => `${job.location} ${job.name}`}
              href={(job) => jobPath(job.name, job.location)}
              sort={sort}
              onSort={setSort}
            />
          ) : text ? (
            <None title="No job has this in its name">
              <button onClick={() => setText("")}>Show all jobs</button>
            </None>
          ) : (
            <Undefined title="There are no jobs" command={"@dg.job\ndef daily():\n    load()"}>
              A job is a graph of ops, or a selection of assets, that is run as a whole:
            </Undefined>
          )
        }
      </Await>
    </Page>
  );
}
