// Schedules and sensors in one list: whether they run, what their last tick did, when the next one is.
import { useMemo } from "preact/hooks";
import { instigatorPath, useQuery } from "../data/address";
import type { InstigatorList, InstigatorView } from "../data/contract";
import { post } from "../data/http";
import { hindrance } from "../data/person";
import { useResource } from "../data/resource";
import { Page } from "../frame/page";
import { Await, None } from "../parts/states";
import { Shape, Status } from "../parts/status";
import { Table, type Column } from "../parts/table";
import { Time } from "../parts/time";
import { tellError } from "../parts/toast";
import { count, duration } from "../text/words";

export function when(each: InstigatorView): string {
  if (each.kind === "SCHEDULE") return each.cron_schedules.join(", ") + (each.timezone ? ` ${each.timezone}` : "");
  return each.interval_s === null ? "" : `every ${duration(each.interval_s)} at least`;
}

export async function switchTo(each: InstigatorView, to: "running" | "stopped" | "default"): Promise<void> {
  try {
    await post("/instigators/switch", { name: each.name, location: each.location, repository: each.repository, to });
  } catch (error) {
    tellError(error);
  }
}

/** Starts and stops a schedule or sensor. */
export function Switch({ of, onDone }: { of: InstigatorView; onDone: () => void }) {
  const refusal = hindrance("edit") && hindrance("launch");
  return <button role="switch" class="switch" aria-checked={of.is_running} aria-label={`${of.name} runs`} disabled={Boolean(refusal)} title={refusal ?? (of.is_running ? "Stop" : "Start")} onClick={() => void switchTo(of, of.is_running ? "stopped" : "running").then(onDone)}><i /></button>;
}

const kindWord = (each: InstigatorView): string => (each.kind === "SCHEDULE" ? "schedule" : each.sensor_kind && each.sensor_kind !== "STANDARD" ? `${each.sensor_kind.toLowerCase().replaceAll("_", " ")} sensor` : "sensor");

export default function AutomationPage() {
  const [text, setText] = useQuery("q");
  const [sort, setSort] = useQuery("sort", "name");
  const list = useResource<InstigatorList>("/instigators", (change) => change.topic === "location" || change.topic === "run");
  const rows = useMemo(() => list.data?.instigators.filter((each) => `${each.name} ${each.jobs.join(" ")}`.toLowerCase().includes(text.toLowerCase())) ?? [], [list.data, text]);
  const columns: Column<InstigatorView>[] = [
    { name: "name", title: "Name", width: "minmax(150px, 2fr)", order: (each) => each.name, cell: (each) => <span class="row">{each.last_tick ? <Status value={each.last_tick.status} quiet /> : <Shape tone="missing" />}<span class="cut">{each.name}</span></span> },
    { name: "on", title: "On", width: "56px", order: (each) => Number(!each.is_running), cell: (each) => <Switch of={each} onDone={list.reload} /> },
    { name: "kind", title: "Kind", width: "minmax(80px, 1fr)", isExtra: true, order: kindWord, cell: kindWord },
    { name: "when", title: "When", width: "minmax(120px, 1fr)", isExtra: true, cell: (each) => <code>{when(each)}</code> },
    { name: "starts", title: "Starts", width: "minmax(100px, 1fr)", isExtra: true, cell: (each) => each.jobs.join(", ") || each.selection },
    { name: "last", title: "Last tick", width: "96px", isExtra: true, order: (each) => each.last_tick?.started_at ?? null, cell: (each) => <Time at={each.last_tick?.started_at} /> },
    { name: "next", title: "Next", width: "90px", order: (each) => (each.is_running ? (each.next_ticks[0] ?? null) : null), cell: (each) => (each.is_running && each.next_ticks[0] ? <Time at={each.next_ticks[0]} /> : <span class="soft">{each.is_running ? "–" : "off"}</span>) },
  ];
  return (
    <Page title="Automation" chips={list.data && <><span>{count(rows.length, "schedule or sensor", "schedules and sensors")}</span><span>{rows.filter((each) => each.is_running).length} on</span></>}>
      <div class="bar"><input type="search" aria-label="Filter" placeholder="Part of a name" value={text} onInput={(event) => setText(event.currentTarget.value)} /></div>
      <Await of={list}>
        {() => rows.length ? <Table label="Schedules and sensors" storedAs="automation" rows={rows} columns={columns} id={(each) => `${each.location} ${each.name}`} href={(each) => instigatorPath(each.name, each.location)} sort={sort} onSort={setSort} />
          : text ? <None title="Nothing has this in its name"><button onClick={() => setText("")}>Show all</button></None>
          : <None title="There are no schedules or sensors" command={'@dg.schedule(cron_schedule="0 6 * * *", target="*")\ndef every_morning():\n    return dg.RunRequest()'}>They start runs by themselves, at times or when something happens:</None>}
      </Await>
    </Page>
  );
}

