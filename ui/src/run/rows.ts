// The rows of a timeline: steps in the order in which they began, grouped by graph, asset group or map.
import type { RunTimeline } from "../data/contract";
import { SHARED_FROM } from "./steps";

/** A step, or the head of those that belong together. */
export interface StepRow {
  label: string;
  /** Numbers of the steps in the timeline; all of those that a head stands for. */
  steps: number[];
  /** How many heads stand above it. */
  depth: number;
  /** What a head stands for; null for a step. */
  group: string | null;
  isOpen: boolean;
}

/** From how many steps on groups are folded at first. */
const FOLDED_FROM = 400;

interface Group {
  /** Unlike that of any other. */
  name: string;
  label: string;
  kind: "graph" | "assets" | "map";
  children: (Group | number)[];
  steps: number[];
}

/** The graphs around a step, and the map that it is an item of, from the outside. */
function pathOf(timeline: RunTimeline, step: number): { kind: Group["kind"]; label: string }[] {
  const key = timeline.keys[step]!;
  const parts = timeline.nodes[step]!.split(".");
  const path: { kind: Group["kind"]; label: string }[] = timeline.groups[step]
    ? [{ kind: "assets", label: timeline.groups[step]! }]
    : parts.slice(0, -1).map((label) => ({ kind: "graph", label }));
  if (key.includes("[")) path.push({ kind: "map", label: key.slice(0, key.indexOf("[")).split(".").at(-1)! });
  return path;
}

function treeOf(timeline: RunTimeline): Group {
  const root: Group = { name: "", label: "", kind: "graph", children: [], steps: [] };
  const known = new Map<string, Group>();
  timeline.keys.forEach((_, step) => {
    let at = root;
    for (const { kind, label } of pathOf(timeline, step)) {
      const name = `${at.name}/${kind[0]}:${label}`;
      let group = known.get(name);
      if (!group) {
        known.set(name, (group = { name, label, kind, children: [], steps: [] }));
        at.children.push(group);
      }
      group.steps.push(step);
      at = group;
    }
    at.children.push(step);
  });
  return root;
}

/** Whether a group says more than its steps do. */
function isWorthAHead(group: Group, parent: Group): boolean {
  if (group.kind === "map") return group.steps.length >= SHARED_FROM;
  return group.steps.length > 1 && parent.children.length > 1;
}

/**
 * Builds the rows.
 *
 * @param toggled the groups that are not as they are at first: maps are folded, and all where there are many steps.
 */
export function toRows(timeline: RunTimeline, toggled: ReadonlySet<string>): StepRow[] {
  const rows: StepRow[] = [];
  const isFolded = timeline.keys.length > FOLDED_FROM;
  const add = (group: Group, depth: number, labels: string): void => {
    for (const child of group.children) {
      if (typeof child === "number") {
        const key = timeline.keys[child]!;
        rows.push({
          label: labels && key.startsWith(labels) ? key.slice(labels.length) : key,
          steps: [child],
          depth,
          group: null,
          isOpen: false,
        });
        continue;
      }
      const inner = child.kind === "graph" ? `${labels}${child.label}.` : labels;
      if (!isWorthAHead(child, group)) {
        add(child, depth, depth ? labels : "");
        continue;
      }
      const isOpen = toggled.has(child.name) === (child.kind === "map" || isFolded);
      rows.push({
        label: `${child.label}${child.kind === "map" ? `[${child.steps.length}]` : ""}`,
        steps: child.steps,
        depth,
        group: child.name,
        isOpen,
      });
      if (isOpen) add(child, depth + 1, inner);
    }
  };
  add(treeOf(timeline), 0, "");
  return rows;
}

/** How many of some steps went on at once in each of so many parts of a time, and how many of them failed there. */
export function densityOf(
  timeline: RunTimeline,
  steps: readonly number[],
  from: number,
  to: number,
  parts: number,
  now: number,
): { running: Int32Array; failed: Int32Array } {
  const change = new Int32Array(parts + 1);
  const failed = new Int32Array(parts);
  const partOf = (at: number) => Math.floor(((at - from) / (to - from)) * parts);
  for (const step of steps) {
    const attempts = timeline.attempts[step]!;
    attempts.forEach(([begin, end, isGood], n) => {
      const first = partOf(begin);
      const last = partOf(end ?? now);
      if (last < 0 || first >= parts) return;
      change[Math.max(0, first)]!++;
      change[Math.min(parts, last + 1)]!--;
      if (!isGood && end !== null && n === attempts.length - 1 && last < parts) failed[last]!++;
    });
  }
  const running = new Int32Array(parts);
  let sum = 0;
  for (let part = 0; part < parts; part++) running[part] = sum += change[part]!;
  return { running, failed };
}
