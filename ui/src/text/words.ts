// Numbers, durations and instants as people read them.
import { loadWord } from "../data/stored";

/** Counts with their unit: 1 asset, 3 assets, 12,400 assets. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** A duration of seconds: 0.4 s, 12 s, 1 m 04 s, 2 h 05 m, 3 d 4 h. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–";
  if (seconds < 0.0995) return `${Math.max(0, Math.round(seconds * 1000))} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (n: number) => String(n).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${two(whole % 60)} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} m`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** How long ago, or in how long, an instant (seconds since 1970) is. */
export function ago(instant: number, now = Date.now() / 1000): string {
  const seconds = now - instant;
  const size = Math.abs(seconds);
  const words =
    size < 5
      ? null
      : size < 60
        ? `${Math.round(size)} s`
        : size < 3600
          ? `${Math.round(size / 60)} m`
          : size < 86_400
            ? `${Math.round(size / 3600)} h`
            : size < 86_400 * 60
              ? `${Math.round(size / 86_400)} d`
              : size < 86_400 * 700
                ? `${Math.round(size / 2_629_800)} months`
                : `${Math.round(size / 31_557_600)} years`;
  if (words === null) return "now";
  return seconds >= 0 ? `${words} ago` : `in ${words}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  let made = formats.get(key);
  if (!made) {
    const timeZone = loadWord("zone") ?? undefined;
    formats.set(key, (made = new Intl.DateTimeFormat("sv-SE", { ...options, timeZone })));
  }
  return made;
}

/** 2026-11-21 07:04:40 UTC+1 */
export function exact(instant: number): string {
  return format("exact", { dateStyle: "short", timeStyle: "long" }).format(instant * 1000);
}

/** 07:04:40.123 */
export function clock(instant: number): string {
  return format("clock", { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 })
    .format(instant * 1000)
    .replace(",", ".");
}

/** 2026-11-21 */
export function day(instant: number): string {
  return format("day", { dateStyle: "short" }).format(instant * 1000);
}

/** A mark on an axis of time that shows `span` seconds: the day, the minute or the second. */
export function moment(instant: number, span: number): string {
  if (span > 2 * 86_400) return span > 300 * 86_400 ? day(instant) : day(instant).slice(5);
  const time = clock(instant);
  return span > 600 ? time.slice(0, 5) : span > 5 ? time.slice(0, 8) : time.slice(3);
}

/** 1.4 MB */
export function bytes(size: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let step = 0;
  while (size >= 1000 && step < units.length - 1) {
    size /= 1000;
    step += 1;
  }
  return `${step === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[step]}`;
}

/** Seconds since 1970 of what the server sends: a number already, or ISO 8601. */
export function toInstant(value: number | string | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return value;
  const parsed = Date.parse(value);
  return Number.isNaN(parsed) ? null : parsed / 1000;
}

/** The name of a job as people know it; the one over all assets has a technical one. */
export const jobWord = (name: string): string => (name === "__ASSET_JOB" ? "Assets" : name);

/** A mark on a scale of seconds whose marks are `step` apart, without rounding two marks to one text. */
export function mark(seconds: number, step: number): string {
  if (step >= 1) return duration(Math.round(seconds));
  return step >= 0.1 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds * 1000)} ms`;
}

export const shortId = (id: string): string => id.slice(0, 8);

/** A text as one word of a shell. */
export const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
