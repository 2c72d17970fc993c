// The steps of a run as a graph: what waits for what, and how each stands; the items of a map are one node until it is opened.
import { useMemo, useState } from "preact/hooks";
import type { RunTimeline } from "../data/contract";
import type { Resource } from "../data/resource";
import { GraphCanvas } from "../graph/canvas";
import type { GraphItem, GraphStanding } from "../graph/scene";
import { Await, None } from "../parts/states";
import { SHARED_FROM, statusOf } from "./steps";

const OPEN_UP_TO = 250;

/** The items of a map with many of them belong together. */
function mapsOf(timeline: RunTimeline): Set<string> {
  const sizes = new Map<string, number>();
  timeline.nodes.forEach((node, n) => timeline.keys[n]!.includes("[") && sizes.set(node, (sizes.get(node) ?? 0) + 1));
  return new Set([...sizes].filter(([, size]) => size >= SHARED_FROM).map(([node]) => node));
}

/** The region that a step stands in: its map, the group of its assets, or its graph, unless that has a map in it. */
function groupOf(timeline: RunTimeline, step: number, maps: ReadonlySet<string>): string {
  const node = timeline.nodes[step]!;
  if (maps.has(node)) return node;
  const graph = node.split(".").slice(0, -1).join(".");
  return timeline.groups[step] || ([...maps].some((map) => map.startsWith(`${graph}.`)) ? "" : graph);
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
  const shape = timeline.keys.map((key, n) => `${key} ${timeline.parents[n]}`).join("\n");
  const maps = useMemo(() => mapsOf(timeline), [shape]);
  const items = useMemo(
    () =>
      timeline.keys.map((key, n): GraphItem => ({
        key,
        group: groupOf(timeline, n, maps),
        parents: timeline.parents[n]!,
        checkCount: 0,
      })),
    [shape],
  );
  const standings = useMemo(
    () => timeline.statuses.map((status): GraphStanding => ({ status: statusOf(status), partitions: null, checks: null })),
    [timeline],
  );
  const numbers = useMemo(() => items.map((_, n) => n), [items]);
  // Maps are folded at first, and all groups where there are many steps.
  const collapsed = useMemo(() => {
    const isMany = items.length > OPEN_UP_TO;
    const groups = new Set(items.map((item) => item.group).filter(Boolean));
    return new Set([...groups].filter((group) => toggled.has(group) !== (isMany || maps.has(group))));
  }, [items, maps, toggled]);
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
