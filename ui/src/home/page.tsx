// Home: what needs attention, what runs, what comes; then the runs of the last hours in time.
import { useMemo, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { assetPath, instigatorPath, runPath, useQuery } from "../data/address";
import type { HomeView, RunBars } from "../data/contract";
import { query } from "../data/http";
import { useResource } from "../data/resource";
import { load, save } from "../data/stored";
import { Page } from "../frame/page";
import { Await } from "../parts/states";
import { Shape, Status } from "../parts/status";
import { Time } from "../parts/time";
import { targetOf } from "../runs/columns";
import { ago, count, exact, jobWord, shortId, toInstant } from "../text/words";
import { RunBarsChart } from "./bars";

/** Up to when failures are known to the person; moves only when they say so. */
function useSeen(): [string | null, (until: string) => void] {
  const [seen, setSeen] = useState(() => load<string | null>("seen", null));
  return [
    seen,
    (until) => {
      save("seen", until);
      setSeen(until);
    },
  ];
}

export function HomePage() {
  const [since, markSeen] = useSeen();
  const [hours, setHours] = useQuery("hours", "24");
  const [until, setUntil] = useQuery("until");
  const [isAll, setAll] = useQuery("since");
  const home = useResource<HomeView>(`/home${query({ hours, since: isAll ? null : since })}`, (change) =>
    ["run", "location", "asset"].includes(change.topic),
  );
  const summary = useMemo(() => {
    if (!home.data) return null;
    const { failed_runs, failing_checks, waiting, broken_locations } = home.data;
    return failed_runs.length + failing_checks.length + waiting.length + broken_locations.length;
  }, [home.data]);
  return (
    <Page
      title="Home"
      chips={
        home.data && (
          <>
            {summary === 0 ? (
              <Status value="OK" words="Nothing needs attention" />
            ) : (
              <Status value="FAILED" words={`${count(summary!, "thing")} ${summary === 1 ? "needs" : "need"} attention`} />
            )}
            <Link href="/runs?status=STARTED,STARTING">{home.data.running} running</Link>
            <Link href="/runs?status=QUEUED">{home.data.queued} queued</Link>
          </>
        )
      }
    >
      <div class="page scroll">
        <Await of={home}>
          {(data) => (
            <>
              {data.broken_locations.map((each) => (
                <Item
                  key={each.name}
                  tone="failure"
                  href="/system"
                  title={`Code location ${each.name} cannot be loaded`}
                  text={each.error?.message.split("\n")[0]}
                />
              ))}
              {data.failed_runs.length > 0 && (
                <section class="panel">
                  <header>
                    <Shape tone="failure" />
                    <h2 class="grow">
                      {count(data.failed_runs.length, "failed run")} since {ago(toInstant(data.since)!)}
                    </h2>
                    {!isAll && since && (
                      <button class="small" onClick={() => setAll("all")}>
                        Show older
                      </button>
                    )}
                    <button
                      class="small"
                      onClick={() => {
                        markSeen(data.now);
                        setAll("");
                      }}
                    >
                      Mark as seen
                    </button>
                  </header>
                  <ul class="items">
                    {data.failed_runs.slice(0, 12).map((run) => (
                      <li key={run.run_id} class="item">
                        <Link class="row grow cut" href={runPath(run.run_id)}>
                          <code>{shortId(run.run_id)}</code>
                          <strong class="cut" title={run.assets?.join("\n")}>
                            {targetOf(run)}
                          </strong>
                          {run.partition && <code class="cut">{run.partition}</code>}
                        </Link>
                        <Time at={run.ended_at ?? run.created_at} />
                      </li>
                    ))}
                  </ul>
                  {data.failed_runs.length > 12 && (
                    <p class="body">
                      <Link class="link" href="/runs?status=FAILURE">
                        All failed runs
                      </Link>
                    </p>
                  )}
                </section>
              )}
              {data.failing_checks.length > 0 && (
                <section class="panel">
                  <header>
                    <Shape tone="warning" />
                    <h2>{count(data.failing_checks.length, "check does", "checks do")} not pass</h2>
                  </header>
                  <ul class="items">
                    {data.failing_checks.slice(0, 12).map((check) => (
                      <li key={`${check.asset} ${check.name}`} class="item">
                        <Link class="row grow cut" href={assetPath(check.asset, "checks")}>
                          <Status value={check.severity === "WARN" ? "WARN" : "FAILED"} quiet />
                          <strong class="cut">{check.name}</strong>
                          <span class="soft cut">
                            of {check.asset}
                            {check.description && `: ${check.description}`}
                          </span>
                        </Link>
                        <Time at={check.timestamp} />
                      </li>
                    ))}
                  </ul>
                </section>
              )}
              {data.waiting.length > 0 && (
                <section class="panel">
                  <header>
                    <Shape tone="queued" />
                    <h2>{count(data.waiting.length, "run")} waiting</h2>
                  </header>
                  <ul class="items">
                    {data.waiting.slice(0, 12).map(({ run, reason }) => (
                      <li key={run.run_id} class="item">
                        <Link class="row grow cut" href={runPath(run.run_id)}>
                          <code>{shortId(run.run_id)}</code>
                          <strong class="cut">{jobWord(run.job_name)}</strong>
                          <span class="soft cut">{reason}</span>
                        </Link>
                        <Time at={run.created_at} />
                      </li>
                    ))}
                  </ul>
                </section>
              )}
              <section class="panel">
                <TimelineHead hours={hours} onHours={setHours} end={until} onEnd={setUntil} />
                {until ? (
                  <Past end={toInstant(until)!} hours={Number(hours)} />
                ) : (
                  <RunBarsChart bars={data.timeline} hours={Number(hours)} end={toInstant(data.now)!} />
                )}
              </section>
              {data.next_ticks.length > 0 && (
                <section class="panel">
                  <header>
                    <h2>Next</h2>
                  </header>
                  <ul class="items">
                    {data.next_ticks.slice(0, 8).map((tick) => (
                      <li key={`${tick.schedule} ${tick.at}`} class="item">
                        <Link class="grow cut" href={instigatorPath(tick.schedule, tick.location)}>
                          {tick.schedule}
                        </Link>
                        <Time at={tick.at} />
                      </li>
                    ))}
                  </ul>
                </section>
              )}
            </>
          )}
        </Await>
      </div>
    </Page>
  );
}

const WINDOWS = [
  ["1", "1 h"],
  ["6", "6 h"],
  ["24", "24 h"],
  ["168", "7 d"],
] as const;

/** Which hours are shown: how many, and up to when; "" is now. */
function TimelineHead({
  hours,
  onHours,
  end,
  onEnd,
}: {
  hours: string;
  onHours: (hours: string) => void;
  end: string;
  onEnd: (end: string) => void;
}) {
  const move = (by: number) => {
    const next = (toInstant(end || null) ?? Date.now() / 1000) + by * Number(hours) * 3600 * 0.75;
    onEnd(next >= Date.now() / 1000 ? "" : new Date(next * 1000).toISOString().slice(0, 19) + "Z");
  };
  return (
    <header class="row wrap">
      <h2 class="grow">Runs{end && <span class="soft"> until {exact(toInstant(end)!)}</span>}</h2>
      <span class="row" role="group" aria-label="Which hours">
        <button class="small" aria-label="Earlier" onClick={() => move(-1)}>
          ‹
        </button>
        <button class="small" aria-label="Later" disabled={!end} onClick={() => move(1)}>
          ›
        </button>
        <button class="small" disabled={!end} onClick={() => onEnd("")}>
          Now
        </button>
      </span>
      <span class="row" role="group" aria-label="How many hours">
        {WINDOWS.map(([value, label]) => (
          <button key={value} class="small" aria-pressed={hours === value} onClick={() => onHours(value)}>
            {label}
          </button>
        ))}
      </span>
    </header>
  );
}

/** Hours that are over. */
function Past({ end, hours }: { end: number; hours: number }) {
  const instant = (seconds: number) => new Date(seconds * 1000).toISOString();
  const bars = useResource<RunBars>(`/runs/bars${query({ begin: instant(end - hours * 3600), end: instant(end) })}`);
  return (
    <Await of={bars} lines={3}>
      {(data) => <RunBarsChart bars={data} hours={hours} end={end} />}
    </Await>
  );
}

function Item({ tone, href, title, text }: { tone: "failure" | "warning"; href: string; title: string; text?: string }) {
  return (
    <Link class={`panel attention is-bad-${tone}`} href={href}>
      <Shape tone={tone} />
      <strong>{title}</strong>
      {text && <span class="soft cut grow">{text}</span>}
    </Link>
  );
}
