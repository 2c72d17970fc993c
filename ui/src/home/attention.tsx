// What needs attention: code that cannot be loaded, runs that failed and why, checks, late assets, runs that wait.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { assetPath, runPath } from "../data/address";
import type { ErrorView, HomeView, LocationView } from "../data/contract";
import { Shape, Status, type Tone } from "../parts/status";
import { Time } from "../parts/time";
import { freshnessWords } from "../text/freshness";
import { count, exact, jobWord, shortId, toInstant } from "../text/words";
import type { FailureGroup } from "./failures";

interface Props {
  data: HomeView;
  groups: FailureGroup[];
  /** Whether failures that were seen are left out. */
  isOlderHidden: boolean;
  onOlder: () => void;
  onSeen: () => void;
}

export function Attention({ data, groups, isOlderHidden, onOlder, onSeen }: Props) {
  const { broken_locations, failed_runs, failing_checks, late, waiting } = data;
  if (!broken_locations.length && !failed_runs.length && !failing_checks.length && !late.length && !waiting.length) return null;
  return (
    <div class="column needs">
      {broken_locations.map((each) => (
        <Broken key={each.name} location={each} />
      ))}
      {failed_runs.length > 0 && (
        <Listed
          tone="failure"
          title={
            <>
              {count(failed_runs.length, "failed run")}{" "}
              <span class="soft together" title={exact(toInstant(data.since)!)}>
                {isOlderHidden ? "not seen yet" : `since ${exact(toInstant(data.since)!).slice(0, 16)}`}
              </span>
            </>
          }
          actions={
            <>
              {isOlderHidden && (
                <button class="small" onClick={onOlder}>
                  Show older
                </button>
              )}
              <button class="small" onClick={onSeen}>
                Mark as seen
              </button>
            </>
          }
          items={groups}
          more={
            <Link class="link" href="/runs?status=FAILURE">
              All failed runs
            </Link>
          }
        >
          {(group) => <Failure key={group.runs[0]!.run_id} {...group} />}
        </Listed>
      )}
      {failing_checks.length > 0 && (
        <Listed
          tone={failing_checks.some((check) => check.severity !== "WARN") ? "failure" : "warning"}
          title={`${count(failing_checks.length, "check does", "checks do")} not pass`}
          items={failing_checks}
        >
          {(check) => (
            <li key={`${check.asset} ${check.name}`} class="item">
              <Link class="row grow item-main" href={assetPath(check.asset, "checks")}>
                <Status
                  value={check.severity === "WARN" ? "WARN" : "FAILED"}
                  words={check.severity === "CRASHED" ? "Could not be evaluated" : undefined}
                  quiet
                />
                <strong class="cut">{check.name}</strong>
                <span class="soft cut item-why" title={check.description ?? undefined}>
                  of {check.asset}
                  {check.severity === "CRASHED" && ", could not be evaluated"}
                  {check.description && `: ${check.description}`}
                </span>
              </Link>
              <Time at={check.timestamp} />
            </li>
          )}
        </Listed>
      )}
      {late.length > 0 && (
        <Listed tone="warning" title={`${count(late.length, "asset is", "assets are")} late`} items={late}>
          {(one) => (
            <li key={one.asset} class="item">
              <Link class="row grow item-main" href={assetPath(one.asset)}>
                <Status value={one.judgement === "WARN" ? "LATE" : "FAILED"} words="Late" quiet />
                <strong class="cut" dir="auto">
                  {one.asset}
                </strong>
                <span class="soft cut item-why">is to be {freshnessWords(one.policy)}; was made</span>
              </Link>
              <Time at={one.materialized_at} />
            </li>
          )}
        </Listed>
      )}
      {waiting.length > 0 && (
        <Listed
          tone="queued"
          title={`${count(waiting.length, "run waits", "runs wait")}`}
          items={waiting}
          more={
            <Link class="link" href="/runs?status=QUEUED">
              All that are queued
            </Link>
          }
        >
          {({ run, reason }) => (
            <li key={run.run_id} class="item">
              <Link class="row grow item-main" href={runPath(run.run_id)}>
                <Status value={run.status} quiet />
                <code>{shortId(run.run_id)}</code>
                <strong class="cut">{jobWord(run.job_name)}</strong>
                <span class="soft cut item-why" title={reason}>
                  {reason}
                </span>
              </Link>
              <Time at={run.created_at} />
            </li>
          )}
        </Listed>
      )}
    </div>
  );
}

const SHOWN = 6;

/** A panel of things of one sort; a long list begins with a few. */
function Listed<Item>({
  tone,
  title,
  actions,
  items,
  more,
  children,
}: {
  tone: Tone;
  title: ComponentChildren;
  actions?: ComponentChildren;
  items: Item[];
  more?: ComponentChildren;
  children: (item: Item) => ComponentChildren;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <section class="panel">
      <header>
        <Shape tone={tone} />
        <h2 class="grow">{title}</h2>
        {actions}
      </header>
      <ul class="items">{(isOpen ? items : items.slice(0, SHOWN)).map(children)}</ul>
      {items.length > SHOWN && (
        <p class="row items-more">
          <button class="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? "Show fewer" : `Show ${items.length - SHOWN} more`}
          </button>
          {more}
        </p>
      )}
    </section>
  );
}

function Failure({ runs, target, reason }: FailureGroup) {
  const [run, ...others] = runs;
  return (
    <li class="item">
      <Link class="row grow item-main" href={runPath(run!.run_id)}>
        <code>{shortId(run!.run_id)}</code>
        <strong class="cut" title={run!.assets?.join("\n")}>
          {target}
        </strong>
        {run!.partition && <code class="cut">{run!.partition}</code>}
        {reason && (
          <span class="soft cut item-why" title={`${reason.class_name} ${reason.message}`}>
            {reason.step && reason.step !== target && <>{reason.step}: </>}
            <span class="is-failure">{reason.class_name}</span> {reason.message}
          </span>
        )}
      </Link>
      {others.length > 0 && (
        <details class="alike">
          <summary class="chip" title={`${count(runs.length, "run")} failed in the same way`}>
            ×{runs.length}
          </summary>
          <ul>
            {others.slice(0, 20).map((other) => (
              <li key={other.run_id} class="row">
                <Link class="link" href={runPath(other.run_id)}>
                  <code>{shortId(other.run_id)}</code>
                </Link>
                {other.partition && <code class="cut">{other.partition}</code>}
                <Time at={other.ended_at ?? other.created_at} />
              </li>
            ))}
          </ul>
        </details>
      )}
      <Time at={run!.ended_at ?? run!.created_at} />
    </li>
  );
}

/** The exception that everything else followed from. */
function firstOf(error: ErrorView): ErrorView {
  return error.cause ? firstOf(error.cause) : error;
}

function Broken({ location }: { location: LocationView }) {
  const error = location.error && firstOf(location.error);
  const frame = error?.frames.filter((each) => each.is_user).at(-1);
  return (
    <Link class="panel attention is-bad-failure" href="/system">
      <Shape tone="failure" />
      <strong class="cut">Code location {location.name} cannot be loaded</strong>
      {error && (
        <span class="soft cut item-why" title={error.message}>
          {error.message.split("\n")[0]}
          {frame && ` (${frame.file.split("/").at(-1)}:${frame.line})`}
        </span>
      )}
    </Link>
  );
}
