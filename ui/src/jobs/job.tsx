// A job: its graph with what is nested in it, its runs, and how to launch it.
import { useMemo } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { jobPath, useQuery } from "../data/address";
import type { JobReport } from "../data/contract";
import { useResource } from "../data/resource";
import { Page } from "../frame/page";
import { useKeys } from "../parts/keys";
import { Await, None } from "../parts/states";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { jobWord } from "../text/words";
import { JobDefinition } from "./job-definition";
import { JobRuns } from "./job-runs";
import { Launch } from "./launch";
import { NodeSide } from "./node-side";
import { OpGraph } from "./op-graph";

export default function JobPage() {
  const [name] = useQuery("name");
  const [place] = useQuery("location");
  const [view] = useQuery("view", "graph");
  const [, go] = useLocation();
  const report = useResource<JobReport>(
    `/job?name=${encodeURIComponent(name)}${place ? `&location=${encodeURIComponent(place)}` : ""}`,
    (change) => change.topic === "location",
  );
  useKeys([{ keys: "m", label: "Launch", run: () => go(jobPath(name, place, "launch")) }]);
  const last = report.data?.job.latest_runs[0];
  return (
    <Page
      title={jobWord(name)}
      path={[["Jobs", "/jobs"]]}
      chips={
        last && (
          <>
            <Status value={last.status} />
            <Time at={last.created_at} />
          </>
        )
      }
      actions={
        view !== "launch" && (
          <Link class="button primary-link" href={jobPath(name, place, "launch")}>
            Launch
          </Link>
        )
      }
    >
      <nav class="tabs" aria-label="Views">
        {[
          ["graph", "Graph"],
          ["launch", "Launch"],
          ["runs", "Runs"],
          ["definition", "Definition"],
        ].map(([each, label]) => (
          <Link
            key={each}
            href={jobPath(name, place, each === "graph" ? null! : each)}
            aria-current={view === each ? "page" : undefined}
          >
            {label}
          </Link>
        ))}
      </nav>
      <Await of={report}>
        {(data) =>
          view === "launch" ? (
            <Launch report={data} />
          ) : view === "runs" ? (
            <JobRuns name={name} />
          ) : view === "definition" ? (
            <JobDefinition report={data} />
          ) : (
            <Structure report={data} />
          )
        }
      </Await>
    </Page>
  );
}

function Structure({ report }: { report: JobReport }) {
  const [at, setAt] = useQuery("at");
  const [path, setPath] = useQuery("in");
  const inside = path ? path.split(".") : [];
  const graph = useMemo(
    () =>
      inside.reduce((graph, name) => {
        const nested = graph?.nodes.find((node) => node.name === name)?.graph;
        return nested === null || nested === undefined ? graph : report.graphs[nested];
      }, report.graphs[0]),
    [report, path],
  );
  const node = graph?.nodes.find((each) => each.name === at);
  const definition = report.definitions.find((each) => each.name === node?.definition);
  if (!graph?.nodes.length) return <None title="This job has no ops" />;
  return (
    <div class="with-side">
      <div class="column grow graph-holder">
        {inside.length > 0 && (
          <div class="bar">
            <button class="plain" onClick={() => setPath("", false)}>
              {jobWord(report.job.name)}
            </button>
            {inside.map((name, n) => (
              <>
                <span class="soft">/</span>
                <button class="plain" onClick={() => setPath(inside.slice(0, n + 1).join("."), false)}>
                  {name}
                </button>
              </>
            ))}
          </div>
        )}
        <OpGraph
          graph={graph}
          definitions={report.definitions}
          selected={at}
          onSelect={setAt}
          onEnter={(name) => setPath([...inside, name].join("."), false)}
        />
      </div>
      {node && definition && (
        <NodeSide
          onClose={() => setAt("")}
          node={node.name}
          assets={node.assets}
          definition={definition}
          onEnter={node.graph === null ? null : () => setPath([...inside, node.name].join("."), false)}
        />
      )}
    </div>
  );
}
