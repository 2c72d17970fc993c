// Numbers that events of an asset told, as series.
import type { AssetEventPage } from "../data/contract";

/** The series of numbers in events, oldest first; only those with at least three values that are not all alike. */
export function seriesOf(events: AssetEventPage["events"]): { name: string; at: number[]; values: (number | null)[] }[] {
  const ordered = [...events].reverse();
  const names = new Set(
    ordered.flatMap((event) =>
      Object.entries(event.metadata)
        .filter(([, view]) => (view.kind === "int" || view.kind === "float") && typeof view.value === "number")
        .map(([name]) => name),
    ),
  );
  return [...names]
    .map((name) => {
      const points = ordered.filter((event) => typeof event.metadata[name]?.value === "number");
      return {
        name,
        at: points.map((event) => event.timestamp),
        values: points.map((event) => event.metadata[name]!.value as number),
      };
    })
    .filter(({ values }) => values.length >= 3);
}
