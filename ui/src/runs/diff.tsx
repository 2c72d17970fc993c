// Two runs side by side: config, tags, durations of steps, errors.
import { Link } from "wouter-preact";
import { runPath } from "../data/address";
import { differences, flatten } from "../data/differences";
import type { RunReport, RunTimeline } from "../data/contract";
import { useResource } from "../data/resource";
import { Page } from "../frame/page";
import { Await, None } from "../parts/states";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { duration, jobWord, shortId } from "../text/words";
import { RunDuration } from "./list";
import { spanOf } from "../run/steps";

function durations(timeline: RunTimeline): Map<string, number> {
  return new Map(timeline.keys.flatMap((key, n) => {
    const span = spanOf(timeline, n, timeline.now);
    return span ? [[key, span[1] - span[0]] as const] : [];
  }));
}

function Changes({ title, rows }: { title: string; rows: [string, string | null, string | null][] }) {
  return (
    <section class="panel"><header><h2>{title}</h2></header>
      {rows.length ? <table class="plain diff"><tbody>{rows.map(([name, left, right]) => <tr key={name}><td><code>{name}</code></td><td class={left === null ? "soft" : "is-failure"}>{left ?? "not there"}</td><td class={right === null ? "soft" : "is-success"}>{right ?? "not there"}</td></tr>)}</tbody></table> : <p class="body soft">No difference.</p>}
    </section>
  );
}

export default function DiffPage({ a, b }: { a: string; b: string }) {
  const left = useResource<RunReport>(`/runs/${a}`);
  const right = useResource<RunReport>(`/runs/${b}`);
  const before = useResource<RunTimeline>(`/runs/${a}/timeline`);
  const after = useResource<RunTimeline>(`/runs/${b}/timeline`);
  return (
    <Page title={`${shortId(a)} and ${shortId(b)}`} path={[["Runs", "/runs"]]}>
      <div class="page scroll" tabIndex={0}>
        <Await of={left}>{(one) => <Await of={right}>{(other) => {
          const steps = before.data && after.data ? compare(durations(before.data), durations(after.data)) : null;
          return (
            <>
              <section class="panel"><table class="plain diff"><thead><tr><th /><th><Link class="link" href={runPath(a)}>{shortId(a)}</Link></th><th><Link class="link" href={runPath(b)}>{shortId(b)}</Link></th></tr></thead><tbody>
                <tr><td>Status</td><td><Status value={one.run.status} /></td><td><Status value={other.run.status} /></td></tr>
                <tr><td>Job</td><td>{jobWord(one.run.job_name)}</td><td>{jobWord(other.run.job_name)}</td></tr>
                <tr><td>Created</td><td><Time at={one.run.created_at} /></td><td><Time at={other.run.created_at} /></td></tr>
                <tr><td>Duration</td><td><RunDuration run={one.run} /></td><td><RunDuration run={other.run} /></td></tr>
                <tr><td>Error</td><td>{one.failures[0]?.error?.message ?? "–"}</td><td>{other.failures[0]?.error?.message ?? "–"}</td></tr>
              </tbody></table></section>
              <Changes title="Config" rows={differences(flatten(one.run_config), flatten(other.run_config))} />
              <Changes title="Tags" rows={differences(flatten(one.run.tags), flatten(other.run.tags))} />
              <section class="panel"><header><h2>Durations of steps, largest change first</h2></header>
                {steps?.length ? <table class="plain diff"><tbody>{steps.map(([key, x, y]) => <tr key={key}><td><code>{key}</code></td><td>{duration(x)}</td><td>{duration(y)}</td><td class="number">{x !== null && y !== null ? `${y >= x ? "+" : "−"}${duration(Math.abs(y - x))}` : ""}</td></tr>)}</tbody></table> : <None title="No step has run in both" />}
              </section>
            </>
          );
        }}</Await>}</Await>
      </div>
    </Page>
  );
}

function compare(a: Map<string, number>, b: Map<string, number>): [string, number | null, number | null][] {
  return [...new Set([...a.keys(), ...b.keys()])]
    .map((key): [string, number | null, number | null] => [key, a.get(key) ?? null, b.get(key) ?? null])
    .sort(([, x, y], [, p, q]) => Math.abs((q ?? 0) - (p ?? 0)) - Math.abs((y ?? 0) - (x ?? 0)))
    .slice(0, 200);
}
