// The steps of a run as a graph: what waits for what, and how each stands; the items of a map are one node until it is opened.
import { useEffect, useMemo, useState } from "preact/hooks";
import type { LaunchCheck, PlannedStepView, ReexecuteBody, RunTimeline } from "../data/contract";
import { post } from "../data/http";
import type { Resource } from "../data/resource";
import { GraphCanvas } from "../graph/canvas";
import type { GraphItem, GraphStanding } from "../graph/scene";
import { Await, None } from "../parts/states";
import { nodeOf, parentsOf, SHARED_FROM } from "./steps";
import { statusOf } from "./timeline-draw";

/** The items of a map with many of them belong together. */
function mapsOf(timeline: RunTimeline): Set<string> {
  const sizes = new Map<string, number>();
  timeline.keys.forEach(
    (key, n) => key.includes("[") && sizes.set(nodeOf(timeline, n), (sizes.get(nodeOf(timeline, n)) ?? 0) + 1),
  );
  return new Set([...sizes].filter(([, size]) => size >= SHARED_FROM).map(([node]) => node));
}

/** The plan of the run; null until it is known, or where the code cannot tell it any more. */
function usePlan(runId: string): PlannedStepView[] | null {
  const [plan, setPlan] = useState<PlannedStepView[] | null>(null);
  useEffect(() => {
    let isGone = false;
    post<LaunchCheck>("/runs/reexecute/check", { run_id: runId, strategy: "all" } satisfies ReexecuteBody).then(
      (check) => !isGone && setPlan(check.plan),
      () => {},
    );
    return () => void (isGone = true);
  }, [runId]);
  return plan;
}

export function StepGraph({
  timeline,
  selected,
  onSelect,
}: {
  timeline: Resource<RunTimeline>;
  selected: string;
  onSelect: (step: string) => void;
}) {
  return (
    <Await of={timeline}>
      {(data) =>
        data.keys.length ? (
          <Canvas timeline={data} selected={selected} onSelect={onSelect} />
        ) : (
          <None title="No step is planned yet">Steps appear here as soon as the run has begun.</None>
        )
      }
    </Await>
  );
}

function Canvas({ timeline, selected, onSelect }: { timeline: RunTimeline; selected: string; onSelect: (step: string) => void }) {
  const [toggled, setToggled] = useState<Set<string>>(new Set());
  const plan = usePlan(timeline.run_id);
  const shape = timeline.keys.map((key, n) => `${key} ${timeline.parents[n]}`).join("\n");
  const maps = useMemo(() => mapsOf(timeline), [shape]);
  const items = useMemo(() => {
    const parents = parentsOf(timeline, plan);
    return timeline.keys.map((key, n): GraphItem => {
      const node = nodeOf(timeline, n);
      return { key, group: maps.has(node) ? node : "", parents: parents[n]!, checkCount: 0 };
    });
  }, [shape, plan]);
  const standings = useMemo(
    () => timeline.statuses.map((status): GraphStanding => ({ status: statusOf(status), partitions: null, checks: null })),
    [timeline],
  );
  const numbers = useMemo(() => items.map((_, n) => n), [items]);
  const collapsed = useMemo(
    () => new Set([...maps].filter((node) => !toggled.has(node)).concat([...toggled].filter((group) => !maps.has(group)))),
    [maps, toggled],
  );
  const toggle = (group: string) =>
    setToggled((now) => {
      const next = new Set(now);
      next.has(group) ? next.delete(group) : next.add(group);
      return next;
    });
  const at = timeline.keys.indexOf(selected);
  return (
    <GraphCanvas
      items={items}
      standings={standings}
      numbers={numbers}
      collapsed={collapsed}
      areGroupsShown
      place={`run ${timeline.run_id}`}
      selected={at < 0 ? null : at}
      onSelect={(n) => onSelect(n === null ? "" : timeline.keys[n]!)}
      onToggle={toggle}
      onFocus={(n) => onSelect(timeline.keys[n]!)}
    />
  );
}
