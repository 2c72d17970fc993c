// The ticks of a schedule or sensor: a strip of how they ended, then each with what it asked for or why not.
import { useEffect, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { runPath, useQuery, withQuery } from "../data/address";
import type { InstigatorView, TickPage, TickStatus, TickView } from "../data/contract";
import { get, query } from "../data/http";
import { useResource } from "../data/resource";
import { Copy } from "../parts/copy";
import { Await } from "../parts/states";
import { Shape, Status, toneOf, wordOf } from "../parts/status";
import { Time } from "../parts/time";
import { tellError } from "../parts/toast";
import { ErrorCard } from "../runs/error-card";
import { count, duration, exact, shortId, toInstant } from "../text/words";
import { useNextTick } from "./list";
import { nextOf } from "./words";

const STATUSES: TickStatus[] = ["SUCCESS", "SKIPPED", "FAILURE", "STARTED"];
const RUNS = 6;

export const tickWords = (status: TickStatus): string => (status === "SUCCESS" ? "Asked for runs" : wordOf(status));

export function Ticks({ of: one }: { of: InstigatorView }) {
  const [status, setStatus] = useQuery("status");
  const [open, setOpen] = useQuery("tick");
  const path = `/ticks${query({ name: one.name, location: one.location, repository: one.repository, status: status ? status.split(",") : [] })}`;
  const first = useResource<TickPage>(path, (change) => change.topic === "run" || change.topic === "location");
  const [older, setOlder] = useState<TickPage | null>(null);
  useEffect(() => setOlder(null), [first.data]);
  useNextTick(nextOf(one), first.reload);
  const more = async (cursor: string) => {
    try {
      const page = await get<TickPage>(`${path}&cursor=${encodeURIComponent(cursor)}`);
      setOlder({ ticks: [...(older?.ticks ?? []), ...page.ticks], cursor: page.cursor });
    } catch (error) {
      tellError(error);
    }
  };
  const statuses = status ? status.split(",") : [];
  const toggle = (value: string) =>
    setStatus((statuses.includes(value) ? statuses.filter((each) => each !== value) : [...statuses, value]).join(","), false);
  return (
    <section class="panel" aria-label="Ticks">
      <header class="row wrap">
        <h2 class="grow">Ticks</h2>
        <span class="row wrap" role="group" aria-label="How they ended">
          {STATUSES.map((each) => (
            <button key={each} class="small" aria-pressed={statuses.includes(each)} onClick={() => toggle(each)}>
              <Shape tone={toneOf(each)} />
              {tickWords(each)}
            </button>
          ))}
        </span>
        <button class="small" onClick={first.reload}>
          Ask again <kbd>r</kbd>
        </button>
      </header>
      <Await of={first} lines={5}>
        {(page) => {
          const ticks = [...page.ticks, ...(older?.ticks ?? [])];
          const cursor = older ? older.cursor : page.cursor;
          if (!ticks.length)
            return (
              <p class="body soft">
                {status ? (
                  <>
                    No tick ended like this.{" "}
                    <button class="small" onClick={() => setStatus("")}>
                      Show all
                    </button>
                  </>
                ) : one.is_running ? (
                  "It has not looked yet since it was switched on."
                ) : (
                  "It has never looked: it is off. Preview shows what it would ask for."
                )}
              </p>
            );
          return (
            <>
              <Strip ticks={ticks} open={open} />
              <ol class="ticks">
                {ticks.map((tick) => (
                  <Tick
                    key={tick.id}
                    tick={tick}
                    isOpen={String(tick.id) === open}
                    onToggle={() => setOpen(String(tick.id) === open ? "" : String(tick.id))}
                  />
                ))}
              </ol>
              {cursor && (
                <button class="more" onClick={() => void more(cursor)}>
                  Show older
                </button>
              )}
            </>
          );
        }}
      </Await>
    </section>
  );
}

function Strip({ ticks, open }: { ticks: TickView[]; open: string }) {
  return (
    <div class="strip" aria-label="The latest ticks, oldest first">
      {ticks
        .slice(0, 100)
        .reverse()
        .map((tick) => (
          <Link
            key={tick.id}
            href={withQuery("/automation/one", { tick: String(tick.id) })}
            class={`strip-${toneOf(tick.status)}`}
            aria-current={String(tick.id) === open ? "true" : undefined}
            title={`${tickWords(tick.status)}, ${exact(toInstant(tick.started_at)!)}`}
            aria-label={`${tickWords(tick.status)}, ${exact(toInstant(tick.started_at)!)}`}
          />
        ))}
    </div>
  );
}

function Tick({ tick, isOpen, onToggle }: { tick: TickView; isOpen: boolean; onToggle: () => void }) {
  const [from, to] = [toInstant(tick.started_at), toInstant(tick.ended_at)];
  const say = tick.skip_reason ?? tick.error?.message.trim().split("\n")[0] ?? "";
  return (
    <li>
      <div class="row wrap tick">
        <button class="plain small" aria-expanded={isOpen} aria-label={`${tickWords(tick.status)}: details`} onClick={onToggle}>
          {isOpen ? "▾" : "▸"}
        </button>
        <Time at={tick.started_at} />
        <Status
          value={tick.status}
          words={tick.run_ids.length ? `Asked for ${count(tick.run_ids.length, "run")}` : tickWords(tick.status)}
        />
        <span class="grow cut soft" title={say} dir="auto">
          {say}
        </span>
        {tick.run_ids.slice(0, RUNS).map((id) => (
          <Link key={id} class="chip" href={runPath(id)}>
            <code>{shortId(id)}</code>
          </Link>
        ))}
        {tick.run_ids.length > RUNS && <span class="soft">and {tick.run_ids.length - RUNS} more</span>}
        <span class="number soft">{to !== null && from !== null ? duration(to - from) : ""}</span>
      </div>
      {isOpen && (
        <div class="tick-details column">
          {tick.error && <ErrorCard error={tick.error} title="This tick failed" />}
          <dl class="facts">
            <dt>Began</dt>
            <dd>{exact(from!)}</dd>
            {tick.skip_reason && (
              <>
                <dt>Skipped</dt>
                <dd>{tick.skip_reason}</dd>
              </>
            )}
            {tick.run_ids.length > 0 && (
              <>
                <dt>Runs</dt>
                <dd class="row wrap">
                  {tick.run_ids.map((id, n) => (
                    <Link key={id} class="chip" href={runPath(id)}>
                      <code>{shortId(id)}</code>
                      {tick.run_keys[n] && <span class="cut">{tick.run_keys[n]}</span>}
                    </Link>
                  ))}
                </dd>
              </>
            )}
            {tick.cursor !== null && (
              <>
                <dt>Cursor left</dt>
                <dd class="row">
                  <code>{tick.cursor}</code>
                  <Copy text={tick.cursor} label="Copy cursor" />
                </dd>
              </>
            )}
          </dl>
        </div>
      )}
    </li>
  );
}
