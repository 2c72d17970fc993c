// The steps of a run as a graph: what waits for what, and how each stands; the items of a map are one node until it is opened.
import { useMemo, useState } from "preact/hooks";
import { board, useBoard, type Board } from "../assets/board";
import type { RunTimeline } from "../data/contract";
import type { Resource } from "../data/resource";
import { GraphCanvas } from "../graph/canvas";
import type { GraphItem, GraphStanding } from "../graph/scene";
import { Await, None } from "../parts/states";
import { SHARED_FROM } from "./steps";
import { statusOf } from "./timeline-draw";

/** The items of a map with many of them belong together. */
function itemsOf(timeline: RunTimeline, board: Board | null): { items: GraphItem[]; maps: Set<string> } {
  const sizes = new Map<string, number>();
  timeline.keys.forEach((key, n) => key.includes("[") && sizes.set(timeline.nodes[n]!, (sizes.get(timeline.nodes[n]!) ?? 0) + 1));
  const maps = new Set([...sizes].filter(([, size]) => size >= SHARED_FROM).map(([node]) => node));
  const makers = new Map(timeline.assets.flatMap((keys, n) => keys.map((key): [string, number] => [key, n])));
  /** What a step loaded is recorded; that it only waits for another is known from its assets. */
  const parentsOf = (n: number): number[] => {
    const known = new Set(timeline.parents[n]!);
    for (const key of timeline.assets[n]!) {
      for (const parent of board?.byKey.get(key)?.parents ?? []) {
        const maker = makers.get(board!.assets[parent]!.key);
        if (maker !== undefined && maker !== n) known.add(maker);
      }
    }
    return [...known];
  };
  const items = timeline.keys.map((key, n): GraphItem => {
    const node = timeline.nodes[n]!;
    return { key, group: maps.has(node) ? node : "", parents: parentsOf(n), checkCount: 0 };
  });
  return { items, maps };
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
  useBoard();
  const { items, maps } = useMemo(() => itemsOf(timeline, board.value), [shape, board.value]);
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
      selected={at < 0 ? null : at}
      onSelect={(n) => onSelect(n === null ? "" : timeline.keys[n]!)}
      onToggle={toggle}
      onFocus={(n) => onSelect(timeline.keys[n]!)}
    />
  );
}
