// Home: what needs attention, what runs, what comes; then the runs of the last hours in time.
import { useMemo, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { instigatorPath, useQuery } from "../data/address";
import type { HomeView, RunBars } from "../data/contract";
import { query } from "../data/http";
import { useResource } from "../data/resource";
import { load, save } from "../data/stored";
import { Page } from "../frame/page";
import { Await } from "../parts/states";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { count, exact, toInstant } from "../text/words";
import { Attention } from "./attention";
import { RunBarsChart } from "./bars";
import { groupFailures } from "./failures";

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
  const groups = useMemo(() => (home.data ? groupFailures(home.data.failed_runs, home.data.reasons) : []), [home.data]);
  const summary =
    home.data &&
    groups.length +
      home.data.failing_checks.length +
      home.data.late.length +
      home.data.waiting.length +
      home.data.broken_locations.length;
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
      <div class={`page scroll home ${summary === 0 ? "is-calm" : ""}`}>
        <Await of={home}>
          {(data) => (
            <>
              <Attention
                data={data}
                groups={groups}
                isOlderHidden={!isAll && since !== null}
                onOlder={() => setAll("all")}
                onSeen={() => {
                  markSeen(data.now);
                  setAll("");
                }}
              />
              <div class="column rest">
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
              </div>
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
