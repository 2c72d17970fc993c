// What is told of a run in a row.
import { Link } from "wouter-preact";
import { jobPath } from "../data/address";
import type { RunView } from "../data/contract";
import { Shape, toneOf, wordOf } from "../parts/status";
import { type Column } from "../parts/table";
import { now, Time } from "../parts/time";
import { duration, jobWord, shortId, toInstant } from "../text/words";

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

export function launchedBy({ tags }: RunView): string {
  for (const [tag, word] of [
    ["dagster/schedule_name", "schedule"],
    ["dagster/sensor_name", "sensor"],
    ["dagster/backfill", "backfill"],
  ] as const) {
    if (tags[tag]) return `${word} ${tags[tag]}`;
  }
  const who = tags["user"] ?? tags["weft/launched_by"];
  const what = tags["dagster/parent_run_id"] ? "re-execution" : "by hand";
  return who ? (what === "by hand" ? `by ${who}` : `${what} by ${who}`) : what;
}

export const COLUMNS: Column<RunView>[] = [
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
  {
    name: "tags",
    title: "Tags",
    width: "minmax(120px, 1.5fr)",
    isExtra: true,
    isOff: true,
    cell: (run) => {
      const tags = Object.entries(run.tags).filter(([name]) => !/^\.?(dagster|weft)\//.test(name));
      return <span title={tags.map((tag) => tag.join("=")).join("\n")}>{tags.map((tag) => tag.join("=")).join(", ")}</span>;
    },
  },
  {
    name: "location",
    title: "Code location",
    width: "minmax(80px, 1fr)",
    isExtra: true,
    isOff: true,
    cell: (run) => run.tags["dagster/code_location"],
  },
  {
    name: "started",
    title: "Started",
    width: "92px",
    isExtra: true,
    isOff: true,
    cell: (run) => <Time at={run.started_at} />,
  },
  { name: "created", title: "Created", width: "92px", cell: (run) => <Time at={run.created_at} /> },
  { name: "duration", title: "Duration", width: "96px", isNumber: true, cell: (run) => <RunDuration run={run} /> },
];
