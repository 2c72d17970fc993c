// What went wrong in a run, first of all: the errors of its steps, and the attempts before and after it.
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { runPath } from "../data/address";
import type { RunReport, SameError } from "../data/contract";
import { useResource } from "../data/resource";
import { Metadata } from "../parts/metadata";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { ErrorCard } from "../runs/error-card";
import { count, shortId } from "../text/words";

export function Failures({
  data,
  onLog,
  onRepeat,
  refusal,
}: {
  data: RunReport;
  onLog: (step: string) => void;
  onRepeat: () => void;
  refusal: string | null;
}) {
  const [isAll, setAll] = useState(false);
  const final = data.failures.filter((failure) => failure.is_final);
  const failures = final.length ? final : data.is_finished ? data.failures : [];
  const shown = isAll ? failures : failures.slice(0, 1);
  if (!failures.length && !data.error) return null;
  return (
    <>
      {data.error && !failures.length && <ErrorCard error={data.error} title="The run failed as a whole" />}
      {shown.map((failure, n) => (
        <ErrorCard
          key={failure.step_key}
          error={failure.error}
          title={
            <>
              Step <code>{failure.step_key}</code> failed
              {data.run.partition && (
                <>
                  {" "}
                  for partition <code>{data.run.partition}</code>
                </>
              )}
              {failure.label && <>: {failure.label}</>}
            </>
          }
        >
          {failure.description && <p class="grow">{failure.description}</p>}
          {Object.keys(failure.metadata).length > 0 && <Metadata values={failure.metadata} />}
          {n === 0 && <SameBefore runId={data.run.run_id} />}
          {n === 0 && data.is_finished && (
            <button class="primary" disabled={Boolean(refusal)} title={refusal ?? undefined} onClick={onRepeat}>
              Re-execute from failure <kbd>r</kbd>
            </button>
          )}
          <button onClick={() => onLog(failure.step_key)}>Open log of this step</button>
        </ErrorCard>
      ))}
      {failures.length > 1 && !isAll && (
        <button class="plain more" onClick={() => setAll(true)}>
          {count(failures.length - 1, "more failed step")}
        </button>
      )}
    </>
  );
}

/** Whether it failed like this before. */
function SameBefore({ runId }: { runId: string }) {
  const { data: same } = useResource<SameError>(`/runs/${runId}/same-error`);
  if (!same?.class_name) return null;
  if (!same.count)
    return (
      <p class="soft whole-row">
        {same.looked_at
          ? `None of the ${count(same.looked_at, "failed run")} before failed like this.`
          : "No run of this job failed before."}
      </p>
    );
  return (
    <p class="row wrap whole-row">
      <strong>
        {same.in_a_row > 1
          ? `Same error in the ${same.in_a_row} runs before`
          : same.in_a_row === 1
            ? "Same error in the run before"
            : `Same error in ${same.count} of ${count(same.looked_at, "failed run")} before`}
      </strong>
      {same.first && same.count > 1 && (
        <span class="soft">
          first <Time at={same.first.created_at} />
        </span>
      )}
      {same.latest.slice(0, 3).map((run) => (
        <Link key={run.run_id} class="chip" href={runPath(run.run_id)}>
          <code>{shortId(run.run_id)}</code> <Time at={run.created_at} />
        </Link>
      ))}
      {same.latest[0] && (
        <Link class="link" href={`/diff/${same.latest[0].run_id}/${runId}`}>
          Compare
        </Link>
      )}
    </p>
  );
}

export function Repeats({ data, id }: { data: RunReport; id: string }) {
  return (
    <div class="repeats row wrap">
      <span class="soft">Attempts</span>
      {data.repeats.map((run, n) => (
        <Link key={run.run_id} class="chip" href={runPath(run.run_id)} aria-current={run.run_id === id ? "page" : undefined}>
          <Status value={run.status} quiet />
          {n + 1} <code>{shortId(run.run_id)}</code>
        </Link>
      ))}
    </div>
  );
}
