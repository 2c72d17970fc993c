// How partitions and checks of an asset stand, small enough for a row.
import { Shape } from "../parts/status";
import { count } from "../text/words";

/** A number in at most five signs: 9,999, 12.3k, 1.0M. */
const short = (number: number): string =>
  number < 10_000
    ? number.toLocaleString("en")
    : number < 1_000_000
      ? `${number < 100_000 ? (number / 1000).toFixed(1) : Math.round(number / 1000)}k`
      : `${(number / 1_000_000).toFixed(1)}M`;

export function PartitionsThin({ of }: { of: [number, number, number, number] }) {
  const [made, failed, running, all] = of;
  const part = (number: number) => `${all ? (number / all) * 100 : 0}%`;
  return (
    <span
      class="row"
      title={`${made.toLocaleString("en")} of ${count(all, "partition")} made, ${failed.toLocaleString("en")} failed, ${running.toLocaleString("en")} in progress`}
    >
      <span class="thin">
        <i class="bg-success" style={{ width: part(made) }} />
        <i class="bg-failure" style={{ width: part(failed) }} />
        <i class="bg-running" style={{ width: part(running) }} />
      </span>
      <span class="number">
        {short(made)}/{short(all)}
      </span>
    </span>
  );
}

export function ChecksShort({ of, all }: { of: [number, number, number] | null; all: number }) {
  if (!all && !of) return null;
  const [passed, warned, failed] = of ?? [0, 0, 0];
  const tone = failed ? "failure" : warned ? "warning" : passed ? "success" : "missing";
  return (
    <span class="status" title={`${passed} passed, ${warned} warned, ${failed} failed of ${count(all, "check")}`}>
      <Shape tone={tone} />
      {passed}/{Math.max(all, passed + warned + failed)}
    </span>
  );
}
