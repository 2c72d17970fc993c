// Status: nine tones, each a shape and a colour, and the words for what the server calls them.

export type Tone = "success" | "failure" | "warning" | "running" | "queued" | "skipped" | "canceled" | "missing" | "stale";

const TONES: Record<string, [Tone, string]> = {
  SUCCESS: ["success", "Succeeded"],
  SUCCEEDED: ["success", "Succeeded"],
  MATERIALIZED: ["success", "Materialized"],
  PASSED: ["success", "Passed"],
  FAILURE: ["failure", "Failed"],
  FAILED: ["failure", "Failed"],
  ERROR: ["failure", "Failed"],
  WARN: ["warning", "Warning"],
  WARNING: ["warning", "Warning"],
  DEGRADED: ["warning", "Degraded"],
  LATE: ["warning", "Late"],
  STARTED: ["running", "Running"],
  RUNNING: ["running", "Running"],
  LOADING: ["running", "Loading"],
  IN_PROGRESS: ["running", "Running"],
  STARTING: ["running", "Starting"],
  CANCELING: ["canceled", "Canceling"],
  CANCELED: ["canceled", "Canceled"],
  QUEUED: ["queued", "Queued"],
  NOT_STARTED: ["queued", "Not started"],
  MANAGED: ["queued", "Managed elsewhere"],
  REQUESTED: ["queued", "Requested"],
  RETRY: ["warning", "Waits to retry"],
  UP_FOR_RETRY: ["warning", "Waits to retry"],
  SKIPPED: ["skipped", "Skipped"],
  MISSING: ["missing", "Missing"],
  STALE: ["stale", "Stale"],
  FRESH: ["success", "Fresh"],
  LOADED: ["success", "Loaded"],
  OK: ["success", "OK"],
  UP: ["success", "Up"],
  DOWN: ["failure", "Down"],
  OBSERVED: ["success", "Observed"],
  UNKNOWN: ["missing", "Unknown"],
  NONE: ["missing", "None"],
  STOPPED: ["canceled", "Off"],
};

export function toneOf(status: string | null | undefined): Tone {
  return TONES[(status ?? "UNKNOWN").toUpperCase()]?.[0] ?? "missing";
}

export function wordOf(status: string | null | undefined): string {
  const known = TONES[(status ?? "UNKNOWN").toUpperCase()];
  return known ? known[1] : (status ?? "").toLowerCase().replaceAll("_", " ");
}

/** The shape of a tone. */
export function Shape({ tone }: { tone: Tone }) {
  const line = {
    fill: "none",
    stroke: "currentColor",
    "stroke-width": 1.8,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  } as const;
  return (
    <svg class={`shape is-${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      {tone === "success" && (
        <>
          <circle cx="8" cy="8" r="7" fill="currentColor" opacity="0.16" />
          <path d="m4.8 8.3 2.2 2.2 4.3-4.8" {...line} />
        </>
      )}
      {tone === "failure" && (
        <>
          <circle cx="8" cy="8" r="7" fill="currentColor" opacity="0.16" />
          <path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" {...line} />
        </>
      )}
      {tone === "warning" && <path d="M8 2.2 14.3 13.4H1.7zM8 6.4v3.2M8 11.5v.1" {...line} stroke-width={1.5} />}
      {tone === "running" && (
        <>
          <circle cx="8" cy="8" r="5.8" {...line} opacity="0.3" />
          <path class="turns" d="M8 2.2A5.8 5.8 0 0 1 13.8 8" {...line} />
        </>
      )}
      {tone === "queued" && (
        <>
          <circle cx="8" cy="8" r="6" {...line} stroke-width={1.5} />
          <path d="M8 4.8V8l2.2 1.4" {...line} stroke-width={1.5} />
        </>
      )}
      {tone === "skipped" && <path d="M3.5 8h9" {...line} />}
      {tone === "canceled" && <rect x="4" y="4" width="8" height="8" rx="1" fill="currentColor" />}
      {tone === "missing" && <circle cx="8" cy="8" r="5.4" {...line} stroke-width={1.5} stroke-dasharray="2.4 2.4" />}
      {tone === "stale" && (
        <>
          <circle cx="8" cy="8" r="5.8" {...line} stroke-width={1.5} />
          <path d="M8 2.2a5.8 5.8 0 0 1 0 11.6z" fill="currentColor" />
        </>
      )}
    </svg>
  );
}

/** A status with its words; `quiet` keeps the words for screen readers and the pointer. */
export function Status({ value, words, quiet }: { value: string | null | undefined; words?: string; quiet?: boolean }) {
  const tone = toneOf(value);
  const text = words ?? wordOf(value);
  return (
    <span class={`status is-${tone}`} title={quiet ? text : undefined}>
      <Shape tone={tone} />
      {quiet ? <span class="only-read">{text}</span> : text}
    </span>
  );
}
