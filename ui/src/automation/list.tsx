// All schedules and sensors: whether they are on, when they look next, how the last look ended.
import { useEffect, useMemo, useState } from "preact/hooks";
import { instigatorPath, useQuery } from "../data/address";
import type { InstigatorList, InstigatorView } from "../data/contract";
import { hindrance } from "../data/person";
import { useResource } from "../data/resource";
import { Page } from "../frame/page";
import { useKeys } from "../parts/keys";
import { Await, None } from "../parts/states";
import { Undefined } from "../parts/undefined";
import { Shape, Status } from "../parts/status";
import { Table, type Column } from "../parts/table";
import { Time } from "../parts/time";
import { toInstant } from "../text/words";
import { Switch, switchAll } from "./switch";
import { kindOf, nextOf, rhythmOf, standOf } from "./words";
import "../style/automation.css";

const FILTERS: [string, string, string][] = [
  ["kind", "SCHEDULE", "Schedules"],
  ["kind", "SENSOR", "Sensors"],
  ["state", "on", "On"],
  ["state", "off", "Off"],
  ["state", "failing", "Failing"],
];

const idOf = (one: InstigatorView) => `${one.location} ${one.repository} ${one.name}`;

function fits(one: InstigatorView, text: string, kind: string, state: string): boolean {
  if (kind && (one.kind === "SCHEDULE") !== (kind === "SCHEDULE")) return false;
  if (state === "on" && !one.is_running) return false;
  if (state === "off" && one.is_running) return false;
  if (state === "failing" && one.last_tick?.status !== "FAILURE") return false;
  const hay = [
    one.name,
    one.location,
    ...one.jobs,
    ...one.owners,
    one.selection ?? "",
    ...Object.entries(one.tags).map((pair) => pair.join("=")),
  ]
    .join(" ")
    .toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
}

/** Asks again when the next schedule has fired; ticks have no news of their own. */
export function useNextTick(next: number | null, reload: () => void): void {
  useEffect(() => {
    if (next === null) return;
    const timer = setTimeout(reload, Math.min(2 ** 31 - 1, Math.max(5000, (next - Date.now() / 1000) * 1000 + 3000)));
    return () => clearTimeout(timer);
  }, [next]);
}

export default function AutomationPage() {
  const list = useResource<InstigatorList>("/instigators", (change) => change.topic === "run" || change.topic === "location");
  const [text, setText] = useQuery("q");
  const [kind, setKind] = useQuery("kind");
  const [state, setState] = useQuery("state");
  const [sort, setSort] = useQuery("sort");
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const all = list.data?.instigators ?? null;
  const rows = useMemo(() => all?.filter((one) => fits(one, text, kind, state)) ?? [], [all, text, kind, state]);
  const soonest = useMemo(
    () =>
      (all ?? []).reduce<number | null>((least, one) => {
        const next = nextOf(one);
        return next === null ? least : Math.min(least ?? next, next);
      }, null),
    [all],
  );
  useNextTick(soonest, list.reload);
  useKeys([
    { keys: "f", label: "Filter", run: () => document.getElementById("filter")?.focus() },
    { keys: "r", label: "Ask again", run: list.reload },
    ...(selected.size ? [{ keys: "Escape", label: "Select nothing", run: () => setSelected(new Set()) }] : []),
  ]);
  const columns = useMemo<Column<InstigatorView>[]>(
    () => [
      {
        name: "name",
        title: "Name",
        width: "minmax(150px, 2fr)",
        order: (one) => one.name,
        cell: (one) => (
          <span class="row" title={one.description ?? one.name}>
            <Shape tone={standOf(one)[0]} />
            <span class="cut" dir="auto">
              {one.name}
            </span>
          </span>
        ),
      },
      {
        name: "on",
        title: "On",
        width: "56px",
        order: (one) => Number(!one.is_running),
        cell: (one) => <Switch of={one} onChange={list.reload} />,
      },
      { name: "kind", title: "What it is", width: "136px", isExtra: true, order: kindOf, cell: kindOf },
      {
        name: "when",
        title: "When it looks",
        width: "minmax(120px, 1.5fr)",
        isExtra: true,
        cell: (one) => (
          <span title={[...one.cron_schedules, one.timezone].filter(Boolean).join(" · ")}>
            {rhythmOf(one)}
            {one.timezone && one.timezone !== "UTC" && <span class="soft"> {one.timezone}</span>}
          </span>
        ),
      },
      {
        name: "target",
        title: "Starts",
        width: "minmax(100px, 1.5fr)",
        isExtra: true,
        order: (one) => one.jobs.join() || null,
        cell: (one) =>
          one.jobs.join(", ") ||
          (one.selection === "*" ? "assets with conditions" : one.selection && <code>{one.selection}</code>),
      },
      { name: "next", title: "Next", width: "84px", order: nextOf, cell: (one) => <Time at={nextOf(one)} /> },
      {
        name: "last",
        title: "Last tick",
        width: "150px",
        isExtra: true,
        order: (one) => {
          const at = toInstant(one.last_tick?.started_at);
          return at === null ? null : -at;
        },
        cell: (one) =>
          one.last_tick ? (
            <span class="row" title={one.last_tick.skip_reason ?? one.last_tick.error?.message}>
              <Status value={one.last_tick.status} />
              <Time at={one.last_tick.started_at} />
            </span>
          ) : (
            <span class="soft">never</span>
          ),
      },
    ],
    [list.data],
  );
  const chosen = rows.filter((one) => selected.has(idOf(one)));
  const flip = async (to: "running" | "stopped") => {
    await switchAll(
      chosen.filter((one) => one.is_running !== (to === "running")),
      to,
      list.reload,
    );
    setSelected(new Set());
    list.reload();
  };
  const [off, on] = [chosen.filter((one) => !one.is_running).length, chosen.filter((one) => one.is_running).length];
  const refusal = hindrance("edit");
  const failing = all?.filter((one) => one.is_running && one.last_tick?.status === "FAILURE").length ?? 0;
  return (
    <Page
      title="Automation"
      chips={
        all && (
          <>
            <span>
              {all.filter((one) => one.is_running).length.toLocaleString("en")} of {all.length.toLocaleString("en")} on
            </span>
            {failing > 0 && (
              <span class="status is-failure">
                <Shape tone="failure" />
                {failing} failing
              </span>
            )}
          </>
        )
      }
    >
      <div class="bar">
        <input
          id="filter"
          type="search"
          aria-label="Filter schedules and sensors"
          placeholder="name, job, owner, tag"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <span class="row wrap" role="group" aria-label="Kind and state">
          {FILTERS.map(([name, value, words]) => {
            const [now, set] = name === "kind" ? [kind, setKind] : [state, setState];
            return (
              <button
                key={value}
                class="small"
                aria-pressed={now === value}
                onClick={() => set(now === value ? "" : value, false)}
              >
                {words}
              </button>
            );
          })}
        </span>
      </div>
      <Await of={list}>
        {({ instigators }) =>
          !instigators.length ? (
            <Undefined
              title="There are no schedules or sensors"
              command={'@dg.schedule(cron_schedule="0 6 * * *", job=my_job)\ndef every_morning():\n    return {}'}
            >
              A schedule starts runs at set times, a sensor when something has happened. This is a schedule:
            </Undefined>
          ) : !rows.length ? (
            <None title="No schedule or sensor fits this filter">
              <button
                onClick={() => {
                  setText("");
                  setKind("");
                  setState("");
                }}
              >
                Show all {instigators.length.toLocaleString("en")}
              </button>
            </None>
          ) : (
            <Table
              label="Schedules and sensors"
              storedAs="automation"
              rows={rows}
              columns={columns}
              id={idOf}
              href={(one) => instigatorPath(one.name, one.location)}
              sort={sort}
              onSort={setSort}
              selected={selected}
              onSelect={setSelected}
              foot={
                selected.size ? (
                  <div class="row wrap grow">
                    <strong>{chosen.length.toLocaleString("en")} selected</strong>
                    <button disabled={!off || Boolean(refusal)} title={refusal ?? undefined} onClick={() => void flip("running")}>
                      Switch {off.toLocaleString("en")} on
                    </button>
                    <button disabled={!on || Boolean(refusal)} title={refusal ?? undefined} onClick={() => void flip("stopped")}>
                      Switch {on.toLocaleString("en")} off
                    </button>
                    <button class="plain" onClick={() => setSelected(new Set())}>
                      Select nothing
                    </button>
                  </div>
                ) : undefined
              }
            />
          )
        }
      </Await>
    </Page>
  );
}
