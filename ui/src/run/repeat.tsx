// Repeating a run: what of it, with which tags, and the plan of it before anything starts.
import { useEffect, useState } from "preact/hooks";
import { parseTags } from "../assets/typed";
import type { LaunchCheck, ReexecuteBody, Strategy } from "../data/contract";
import { post, ServerError } from "../data/http";
import { hindrance } from "../data/person";
import { Plan } from "../jobs/plan";
import { Dialog } from "../parts/dialog";
import { Failed, Loading } from "../parts/states";
import { shortId } from "../text/words";

interface Props {
  runId: string;
  step: string;
  hasFailed: boolean;
  onClose: () => void;
  onRepeat: (body: ReexecuteBody) => void;
}

export function RepeatDialog({ runId, step, hasFailed, onClose, onRepeat }: Props) {
  const [strategy, setStrategy] = useState<Strategy>(step ? "selected" : hasFailed ? "from_failure" : "all");
  const [steps, setSteps] = useState(step);
  const [tags, setTags] = useState("");
  const [answer, setAnswer] = useState<{ check: LaunchCheck } | { error: ServerError } | null>(null);
  const takesSteps = strategy === "selected" || strategy === "from_selected";
  const named = steps.split(/[,\s]+/).filter(Boolean);
  const body: ReexecuteBody = { run_id: runId, strategy, ...(takesSteps ? { steps: named } : {}), tags: parseTags(tags) };
  const asked = JSON.stringify(body);
  useEffect(() => {
    let isOld = false;
    setAnswer(null);
    if (takesSteps && !named.length) return;
    const timer = setTimeout(() => {
      post<LaunchCheck>("/runs/reexecute/check", body).then(
        (check) => !isOld && setAnswer({ check }),
        (error: ServerError) => !isOld && setAnswer({ error }),
      );
    }, 200);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [asked]);
  const refusal = hindrance("launch");
  const canGo =
    !refusal && answer !== null && "check" in answer && answer.check.problems.length === 0 && answer.check.steps.length > 0;
  const choices: [Strategy, string][] = [
    ["all", "All steps"],
    ["from_failure", "From failure"],
    ["selected", "Only these steps"],
    ["from_selected", "These steps and all after them"],
  ];
  return (
    <Dialog
      title={`Re-execute ${shortId(runId)}`}
      isWide
      onClose={onClose}
      footer={
        <>
          <button onClick={onClose}>Leave as it is</button>
          <button class="primary" disabled={!canGo} title={refusal ?? undefined} onClick={() => onRepeat(body)}>
            Re-execute
          </button>
        </>
      }
    >
      <div class="row wrap" role="radiogroup" aria-label="What is repeated">
        {choices.map(([value, words]) => (
          <label key={value} class="check">
            <input
              type="radio"
              name="strategy"
              disabled={value === "from_failure" && !hasFailed}
              checked={strategy === value}
              onChange={() => setStrategy(value)}
            />
            {words}
          </label>
        ))}
      </div>
      {takesSteps && (
        <label class="field">
          Steps
          <input class="mono" value={steps} placeholder="load, clean" onInput={(event) => setSteps(event.currentTarget.value)} />
        </label>
      )}
      <label class="field">
        More tags, one name=value a line
        <textarea class="code" rows={2} value={tags} onInput={(event) => setTags(event.currentTarget.value)} />
      </label>
      <section aria-label="Plan" class="column">
        {takesSteps && !named.length ? (
          <p class="soft">Say which steps.</p>
        ) : answer === null ? (
          <Loading lines={3} />
        ) : "error" in answer ? (
          <Failed error={answer.error} />
        ) : (
          <Plan check={answer.check} />
        )}
      </section>
    </Dialog>
  );
}
