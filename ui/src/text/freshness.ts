// Freshness policies as people say them.
import { cronWords } from "./cron";
import { duration } from "./words";

/** Seconds of an ISO 8601 duration: "P1DT30S". */
export function secondsOf(text: string): number {
  const [, days, hours, minutes, seconds] =
    /^P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text) ?? [];
  return Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
}

const period = (text: string): string => duration(secondsOf(text)).replace(/ 0?0 [smh]$/, "");

/** How often an asset is to be made. */
export function freshnessWords(policy: Record<string, unknown>): string {
  const cron = policy["deadline_cron"];
  if (typeof cron === "string") {
    const zone = policy["timezone"];
    return `made before its deadline, ${cronWords(cron)}${zone && zone !== "UTC" ? `, ${zone}` : ""}`;
  }
  const fail = policy["fail_window"];
  if (typeof fail !== "string") return "has a freshness policy";
  const warn = policy["warn_window"];
  const soon = typeof warn === "string" ? `, better every ${period(warn)}` : "";
  return `made at least every ${period(fail)}${soon}`;
}
