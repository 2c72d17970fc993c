// Actions on runs: what will be touched is said before, what became of it after.
import { useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { runPath } from "../data/address";
import type { Launched, ReexecuteBody, RunOutcomes, RunView, Strategy } from "../data/contract";
import { post } from "../data/http";
import { hindrance } from "../data/person";
import { Dialog } from "../parts/dialog";
import { Status } from "../parts/status";
import { RECORD, tell, tellError } from "../parts/toast";
import { count, jobWord, shortId } from "../text/words";

export type RunsActionName = "cancel" | "reexecute" | "delete";

const ENDED = new Set(["SUCCESS", "FAILURE", "CANCELED"]);

/** Starts a run once more and says where it is. */
export async function reexecute(body: ReexecuteBody): Promise<string | null> {
  try {
    const launched = await post<Launched>("/runs/reexecute", body);
    return launched.run_ids[0] ?? null;
  } catch (error) {
    tellError(error);
    return null;
  }
}

/** Re-executes and opens the new run. */
export function useReexecute(): (body: ReexecuteBody) => Promise<void> {
  const [, go] = useLocation();
  return async (body) => {
    const id = await reexecute(body);
    if (!id) return;
    tell(`Run ${shortId(id)} was started`, runPath(id));
    go(runPath(id));
  };
}

export function RunsAction({
  action,
  runs,
  onClose,
  onDone,
}: {
  action: RunsActionName;
  runs: RunView[];
  onClose: () => void;
  onDone: () => void;
}) {
  const [force, setForce] = useState(false);
  const [strategy, setStrategy] = useState<Strategy>("from_failure");
  const [isBusy, setBusy] = useState(false);
  const fits = (run: RunView) =>
    action === "cancel"
      ? !ENDED.has(run.status)
      : ENDED.has(run.status) && !(action === "reexecute" && strategy === "from_failure" && run.status === "SUCCESS");
  const touched = runs.filter(fits);
  const left = runs.length - touched.length;
  const verb = { cancel: "Cancel", reexecute: "Re-execute", delete: "Delete" }[action];
  const refusal = hindrance(action === "delete" ? "edit" : "launch");
  const go = async () => {
    setBusy(true);
    try {
      const ids = touched.map((run) => run.run_id);
      if (action === "reexecute") {
        const made = (await Promise.all(ids.map((id) => reexecute({ run_id: id, strategy })))).filter(Boolean) as string[];
        if (made.length) tell(`${count(made.length, "run")} started`, made.length === 1 ? runPath(made[0]!) : "/runs");
      } else {
        const { results } = await post<RunOutcomes>(
          `/runs/${action}`,
          action === "cancel" ? { run_ids: ids, force } : { run_ids: ids },
        );
        const refused = results.filter((result) => !result.is_done);
        const done = results.length - refused.length;
        if (done) tell(action === "cancel" ? `${count(done, "run")} asked to end` : `${count(done, "run")} deleted`, RECORD);
        refused.forEach((result) => tellError(`${shortId(result.run_id)}: ${result.message}`));
      }
      onDone();
      onClose();
    } catch (error) {
      tellError(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={`${verb} ${count(touched.length, "run")}`}
      onClose={onClose}
      footer={
        <>
          <button onClick={onClose}>Leave as it is</button>
          <button
            class={action === "reexecute" ? "primary" : "danger"}
            disabled={isBusy || !touched.length || Boolean(refusal)}
            title={refusal ?? undefined}
            onClick={() => void go()}
          >
            {verb} {count(touched.length, "run")}
          </button>
        </>
      }
    >
      {action === "delete" && (
        <p>The records of these runs, with their logs, are removed. What they stored stays. This cannot be undone.</p>
      )}
      {action === "cancel" && (
        <>
          <p>Running steps are told to stop and may clean up.</p>
          <label class="check">
            <input type="checkbox" checked={force} onChange={(event) => setForce(event.currentTarget.checked)} />
            Kill the processes and record the runs as canceled at once
          </label>
        </>
      )}
      {action === "reexecute" && (
        <div class="row wrap" role="radiogroup" aria-label="What is repeated">
          <label class="check">
            <input
              type="radio"
              name="strategy"
              checked={strategy === "from_failure"}
              onChange={() => setStrategy("from_failure")}
            />
            From failure
          </label>
          <label class="check">
            <input type="radio" name="strategy" checked={strategy === "all"} onChange={() => setStrategy("all")} />
            All steps
          </label>
        </div>
      )}
      {refusal && <p class="is-failure">{refusal}</p>}
      {left > 0 && (
        <p class="soft">
          {count(left, "selected run")} left out: {action === "cancel" ? "already ended" : "not ended, or nothing failed"}.
        </p>
      )}
      <table class="plain">
        <tbody>
          {touched.slice(0, 100).map((run) => (
            <tr key={run.run_id}>
              <td>
                <Status value={run.status} />
              </td>
              <td>
                <code>{shortId(run.run_id)}</code>
              </td>
              <td>{jobWord(run.job_name)}</td>
              <td>
                <code>{run.partition}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {touched.length > 100 && <p class="soft">and {count(touched.length - 100, "more run")}</p>}
    </Dialog>
  );
}
