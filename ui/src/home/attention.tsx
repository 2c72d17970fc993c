// What needs attention: broken code, failed runs, failing checks, runs that wait, each with what to do.
import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import { assetPath, runPath } from "../data/address";
import type { HomeView } from "../data/contract";
import { hindrance } from "../data/person";
import { Shape, toneOf, wordOf, type Tone } from "../parts/status";
import { Time } from "../parts/time";
import { useReexecute } from "../runs/actions";
import { launchedBy, RunDuration, Target } from "../runs/list";
import { count, shortId } from "../text/words";

const MOST = 12;

function Section({ title, tone, all, href, children }: { title: string; tone: Tone; all: number; href?: string; children: ComponentChildren }) {
  return (
    <section class="panel attention">
      <header><Shape tone={tone} /><h2 class="grow">{title}</h2>{href && <Link class="link" href={href}>{all > MOST ? `Show all ${all.toLocaleString("en")}` : "Show as a table"}</Link>}</header>
      <ul>{children}</ul>
    </section>
  );
}

function FailedRun({ run }: { run: HomeView["failed_runs"][number] }) {
  const again = useReexecute(run.run_id);
  const refusal = hindrance("launch");
  return (
    <li class="row wrap">
      <Link class="name" href={runPath(run.run_id)}><code>{shortId(run.run_id)}</code></Link>
      <span class="grow cut"><Target run={run} /></span>
      {run.partition && <code>{run.partition}</code>}
      <span class="soft">{launchedBy(run)}</span>
      <span class="soft">after <RunDuration run={run} /></span>
      <Time at={run.ended_at ?? run.created_at} />
      <button class="small" disabled={Boolean(refusal)} title={refusal ?? "Repeat what failed and what comes after it"} onClick={() => void again("from_failure")}>Re-execute from failure</button>
    </li>
  );
}

/** How many things need attention; failing checks that only warn count too. */
export function countOf(home: HomeView): number {
  return home.broken_locations.length + home.failed_runs.length + home.failing_checks.length + home.waiting.length;
}

export function Attention({ home }: { home: HomeView }) {
  const { broken_locations: broken, failed_runs: failed, failing_checks: checks, waiting } = home;
  const isBad = checks.some((check) => check.severity === "ERROR");
  return (
    <>
      {broken.length > 0 && (
        <Section title={`${count(broken.length, "code location")} could not be loaded`} tone="failure" all={broken.length} href="/system">
          {broken.map((location) => (
            <li key={location.name} class="row wrap">
              <Link class="name" href={`/system?at=${encodeURIComponent(location.name)}`}>{location.name}</Link>
              <code class="grow cut" title={location.error?.message}>{location.error?.message.trim().split("\n").at(-1)}</code>
              <span class="soft">{location.loaded_at ? "what was loaded before still runs" : "nothing of it can run"}</span>
              <Time at={location.changed_at} />
            </li>
          ))}
        </Section>
      )}
      {failed.length > 0 && (
        <Section title={`${count(failed.length, "run")} failed`} tone="failure" all={failed.length} href="/runs?status=FAILURE">
          {failed.slice(0, MOST).map((run) => <FailedRun key={run.run_id} run={run} />)}
        </Section>
      )}
      {checks.length > 0 && (
        <Section title={`${count(checks.length, "check")} ${checks.length === 1 ? "does" : "do"} not pass`} tone={isBad ? "failure" : "warning"} all={checks.length}>
          {checks.slice(0, MOST).map((check) => (
            <li key={`${check.asset} ${check.name}`} class="row wrap">
              <Shape tone={toneOf(check.severity)} /><span class="only-read">{wordOf(check.severity)}</span>
              <Link class="name" href={assetPath(check.asset, "checks")}>{check.asset}: {check.name}</Link>
              <span class="grow cut soft" title={check.description ?? undefined} dir="auto">{check.description}</span>
              {check.run_id && <Link class="name" href={runPath(check.run_id)}><code>{shortId(check.run_id)}</code></Link>}
              <Time at={check.timestamp} />
            </li>
          ))}
          {checks.length > MOST && <li class="soft">and {count(checks.length - MOST, "more check")}</li>}
        </Section>
      )}
      {waiting.length > 0 && (
        <Section title={`${count(waiting.length, "run")} ${waiting.length === 1 ? "waits" : "wait"}`} tone="queued" all={waiting.length} href="/runs?status=QUEUED,STARTING">
          {waiting.slice(0, MOST).map(({ run, reason }) => (
            <li key={run.run_id} class="row wrap">
              <Shape tone={toneOf(run.status)} />
              <Link class="name" href={runPath(run.run_id)}><code>{shortId(run.run_id)}</code></Link>
              <span class="cut"><Target run={run} /></span>
              <span class="grow soft">{reason}</span>
              <Time at={run.created_at} />
            </li>
          ))}
        </Section>
      )}
    </>
  );
}
