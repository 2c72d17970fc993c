// How schedules and sensors are told: what they are, when they look, where they stand.
import type { InstigatorView } from "../data/contract";
import type { Tone } from "../parts/status";
import { cronWords } from "../text/cron";
import { duration, toInstant } from "../text/words";

const SENSORS: Record<string, string> = {
  STANDARD: "Sensor",
  ASSET: "Asset sensor",
  MULTI_ASSET: "Multi-asset sensor",
  RUN_STATUS: "Run status sensor",
  AUTOMATION: "Automation sensor",
};

export function kindOf(one: InstigatorView): string {
  if (one.kind === "SCHEDULE") return "Schedule";
  return SENSORS[one.sensor_kind ?? ""] ?? "Sensor";
}

export function rhythmOf(one: InstigatorView): string {
  if (one.kind === "SCHEDULE") return one.cron_schedules.map(cronWords).join("; ");
  return one.interval_s === null ? "" : `every ${one.interval_s < 60 ? `${one.interval_s} s` : duration(one.interval_s)}`;
}

/** On, off, or on and failing. */
export function standOf(one: InstigatorView): [Tone, string] {
  if (!one.is_running) return ["canceled", "Off"];
  return one.last_tick?.status === "FAILURE" ? ["failure", "On, last tick failed"] : ["success", "On"];
}

export function nextOf(one: InstigatorView): number | null {
  return one.is_running ? toInstant(one.next_ticks[0]) : null;
}
