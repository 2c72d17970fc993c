// A step: its attempts, what it took in, what came out of it, what it made, and how to repeat it.
import { useMemo } from "preact/hooks";
import { Link } from "wouter-preact";
import { assetPath, withQuery } from "../data/address";
import type { LogEntries, LogEntry, LogNews, RunTimeline, Strategy } from "../data/contract";
import { query } from "../data/http";
import { useResource } from "../data/resource";
import { Metadata } from "../parts/metadata";
import { Side } from "../parts/side";
import { Await } from "../parts/states";
import { Shape, Status } from "../parts/status";
import { clock, count, duration } from "../text/words";
import { rootOf } from "../runs/frames";
import { statusOf, wordsOf } from "./steps";

const PARTS: [string, RegExp][] = [
  ["Error", /^(STEP_FAILURE|STEP_UP_FOR_RETRY)$/],
  ["Inputs", /^(LOADED_INPUT|STEP_INPUT)$/],
  ["Outputs", /^(STEP_OUTPUT|HANDLED_OUTPUT)$/],
  ["Made", /^(ASSET_MATERIALIZATION|ASSET_OBSERVATION|ASSET_CHECK_EVALUATION)$/],
  ["Expectations", /^STEP_EXPECTATION_RESULT$/],
];
const SHOWN = 12;

interface Props {
  runId: string;
  step: string;
  timeline: RunTimeline;
  onClose: () => void;
  /** null while it cannot be repeated. */
  onRepeat: ((how: Strategy) => void) | null;
}

export function StepSide({ runId, step, timeline, onClose, onRepeat }: Props) {
  const n = timeline.keys.indexOf(step);
  const log = useResource<LogEntries>(
    n < 0 ? null : `/runs/${runId}/log${query({ step, limit: 500 })}`,
    (change) => change.topic === "log" && runId in (change.data as unknown as LogNews).runs && timeline.statuses[n] === "RUNNING",
  );
  if (n < 0) {
    return (
      <Side label={step} title={<code class="grow cut">{step}</code>} onClose={onClose}>
        <p class="soft">
          {timeline.keys.some((key) => key.startsWith(`${step}[`))
            ? "These are the items of a map; the log shows all of them."
            : "This run has no such step."}
        </p>
      </Side>
    );
  }
  const started = timeline.launched[n];
  const attempts = timeline.attempts[n]!;
  return (
    <Side
      label={`Step ${step}`}
      onClose={onClose}
      title={
        <h2 class="grow cut mono" title={step}>
          {step}
        </h2>
      }
    >
      <div class="row wrap">
        <Status value={statusOf(timeline.statuses[n]!)} words={wordsOf(timeline.statuses[n]!)} />
        {started !== null && started !== undefined && attempts[0] && (
          <span class="soft">waited {duration(attempts[0][0] - started)} for a worker</span>
        )}
      </div>
      {attempts.length > 0 && (
        <section>
          <h2>{attempts.length > 1 ? `${attempts.length} attempts` : "Time"}</h2>
          <ol class="links">
            {attempts.map(([from, to, ok], each) => (
              <li key={each} class="row">
                <Shape tone={to === null ? "running" : ok ? "success" : "failure"} />
                <span class="mono">{clock(from)}</span>
                <span class="soft">
                  {to === null ? "so far" : ""} {duration((to ?? timeline.now) - from)}
                </span>
              </li>
            ))}
          </ol>
        </section>
      )}
      {onRepeat && (
        <div class="row wrap">
          <button onClick={() => onRepeat("selected")}>Re-execute this step</button>
          <button onClick={() => onRepeat("from_selected")}>…and all after it</button>
        </div>
      )}
      <Neighbours title="Waits for" keys={timeline.parents[n]!.map((parent) => timeline.keys[parent]!)} />
      <Neighbours title="Is waited for by" keys={timeline.keys.filter((_, other) => timeline.parents[other]!.includes(n))} />
      <Await of={log} lines={4}>
        {(page) => <Told entries={page.entries} />}
      </Await>
    </Side>
  );
}

function Neighbours({ title, keys }: { title: string; keys: string[] }) {
  if (!keys.length) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul class="links">
        {keys.slice(0, SHOWN).map((key) => (
          <li key={key}>
            <Link class="link cut mono" href={withQuery(location.pathname, { step: key })}>
              {key}
            </Link>
          </li>
        ))}
        {keys.length > SHOWN && <li class="soft">and {count(keys.length - SHOWN, "more step")}</li>}
      </ul>
    </section>
  );
}

function Told({ entries }: { entries: LogEntry[] }) {
  const parts = useMemo(
    () =>
      PARTS.map(([title, types]) => [title, entries.filter((entry) => types.test(entry.type))] as const).filter(
        ([, found]) => found.length,
      ),
    [entries],
  );
  return (
    <>
      {parts.map(([title, found]) => (
        <section key={title}>
          <h2>
            {title} {found.length > 1 && <span class="soft">{found.length.toLocaleString("en")}</span>}
          </h2>
          <ul class="links">
            {found.slice(0, SHOWN).map((entry) => (
              <li key={entry.id} class="told">
                <p class="break">
                  {entry.asset ? (
                    <>
                      <Link class="link" href={assetPath(entry.asset)}>
                        {entry.asset}
                      </Link>
                      {entry.partition && (
                        <>
                          {" "}
                          <code>{entry.partition}</code>
                        </>
                      )}
                    </>
                  ) : (
                    entry.message
                  )}
                </p>
                {entry.error && <p class="is-failure break">{rootOf(entry.error).message.trim().split("\n")[0]}</p>}
                {Object.keys(entry.metadata).length > 0 && <Metadata values={entry.metadata} />}
              </li>
            ))}
            {found.length > SHOWN && <li class="soft">and {(found.length - SHOWN).toLocaleString("en")} more</li>}
          </ul>
        </section>
      ))}
    </>
  );
}
