// A job: its graph with what is nested in it, its runs, and how to launch it.
import { useMemo } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { assetPath, instigatorPath, jobPath, runPath, useQuery } from "../data/address";
import type { JobReport, NodeDefinitionView, RunNews, RunPage } from "../data/contract";
import { useResource } from "../data/resource";
import { Page } from "../frame/page";
import { useKeys } from "../parts/keys";
import { Metadata } from "../parts/metadata";
import { Await, None } from "../parts/states";
import { CodePlace } from "../parts/code-place";
import { Side } from "../parts/side";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { RunDuration } from "../runs/list";
import { partitionsWords } from "../text/cron";
import { jobWord } from "../text/words";
import { Markdown } from "../text/markdown";
import { Launch } from "./launch";
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

function NodeSide({
  node,
  assets,
  definition,
  onEnter,
  onClose,
}: {
  node: string;
  assets: string[];
  definition: NodeDefinitionView;
  onEnter: (() => void) | null;
  onClose: () => void;
}) {
  const ports = (title: string, list: NodeDefinitionView["inputs"]) =>
    list.length > 0 && (
      <section>
        <h3>{title}</h3>
        <dl class="facts">
          {list.map((port) => (
            <>
              <dt>
                <code>{port.name}</code>
              </dt>
              <dd>
                <code>{port.type_name}</code>
                {port.is_dynamic && " many"}
                {port.description && <p class="soft">{port.description}</p>}
              </dd>
            </>
          ))}
        </dl>
      </section>
    );
  return (
    <Side label={node} title={<h2 class="grow cut">{node}</h2>} onClose={onClose}>
      {definition.name !== node && (
        <p class="soft">
          uses <code>{definition.name}</code>
        </p>
      )}
      {definition.description && <Markdown text={definition.description} />}
      {onEnter && <button onClick={onEnter}>Open this graph</button>}
      {ports("Inputs", definition.inputs)}
      {ports("Outputs", definition.outputs)}
      {assets.length > 0 && (
        <section>
          <h3>Assets</h3>
          <ul class="links">
            {assets.map((key) => (
              <li key={key}>
                <Link class="link cut" href={assetPath(key)}>
                  {key}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <dl class="facts">
        {definition.resource_keys.length > 0 && (
          <>
            <dt>Resources</dt>
            <dd>
              <code>{definition.resource_keys.join(", ")}</code>
            </dd>
          </>
        )}
        {definition.pool && (
          <>
            <dt>Pool</dt>
            <dd>
              <code>{definition.pool}</code>
            </dd>
          </>
        )}
        {definition.source && (
          <>
            <dt>Code</dt>
            <dd>
              <CodePlace place={definition.source} isShort />
            </dd>
          </>
        )}
        {Object.entries(definition.tags).map(([name, value]) => (
          <>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              <code>{value}</code>
            </dd>
          </>
        ))}
      </dl>
    </Side>
  );
}

function JobRuns({ name }: { name: string }) {
  const page = useResource<RunPage>(
    `/runs?job=${encodeURIComponent(name)}&limit=50`,
    (change) => change.topic === "run" && (change.data as unknown as RunNews).run.job_name === name,
  );
  return (
    <div class="page scroll">
      <Await of={page}>
        {(data) =>
          data.runs.length === 0 ? (
            <None title="This job has never run" command={`weft job execute --job ${name}`} />
          ) : (
            <section class="panel">
              <table class="plain">
                <tbody>
                  {data.runs.map((run) => (
                    <tr key={run.run_id}>
                      <td>
                        <Status value={run.status} />
                      </td>
                      <td>
                        <Link class="link" href={runPath(run.run_id)}>
                          <code>{run.run_id.slice(0, 8)}</code>
                        </Link>
                      </td>
                      <td>
                        <Time at={run.created_at} />
                      </td>
                      <td class="number">
                        <RunDuration run={run} />
                      </td>
                      <td>
                        <code>{run.partition}</code>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <p class="body">
                <Link class="link" href={`/runs?q=${encodeURIComponent(`job:${name}`)}`}>
                  All runs of this job
                </Link>
              </p>
            </section>
          )
        }
      </Await>
    </div>
  );
}

function JobDefinition({ report }: { report: JobReport }) {
  const { job } = report;
  return (
    <div class="page scroll">
      {job.description && <Markdown text={job.description} />}
      <section class="panel">
        <header>
          <h2>Definition</h2>
        </header>
        <dl class="facts body">
          <dt>Code location</dt>
          <dd>
            {job.location} ({job.repository})
          </dd>
          {job.executor && (
            <>
              <dt>Executor</dt>
              <dd>
                <code>{job.executor}</code>
              </dd>
            </>
          )}
          {job.partitions && (
            <>
              <dt>Partitions</dt>
              <dd>{partitionsWords(job.partitions.description)}</dd>
            </>
          )}
          {job.owners.length > 0 && (
            <>
              <dt>Owners</dt>
              <dd>{job.owners.join(", ")}</dd>
            </>
          )}
          {report.resource_keys.length > 0 && (
            <>
              <dt>Resources</dt>
              <dd>
                <code>{report.resource_keys.join(", ")}</code>
              </dd>
            </>
          )}
          {[...job.schedules, ...job.sensors].map((name) => (
            <>
              <dt>Started by</dt>
              <dd>
                <Link class="link" href={instigatorPath(name, job.location)}>
                  {name}
                </Link>
              </dd>
            </>
          ))}
          {Object.entries(job.tags).map(([name, value]) => (
            <>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>
                <code>{value}</code>
              </dd>
            </>
          ))}
        </dl>
      </section>
      {Object.keys(report.metadata).length > 0 && (
        <section class="panel">
          <header>
            <h2>Metadata</h2>
          </header>
          <div class="body">
            <Metadata values={report.metadata} />
          </div>
        </section>
      )}
      {report.assets.length > 0 && (
        <section class="panel">
          <header>
            <h2>Assets</h2>
          </header>
          <ul class="body links">
            {report.assets.slice(0, 300).map((key) => (
              <li key={key}>
                <Link class="link" href={assetPath(key)}>
                  {key}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
