// The plan of a run that is not started yet: what would run, in which order, and what would not and why.
import type { LaunchCheck, PlannedStepView } from "../data/contract";
import { Shape } from "../parts/status";
import { count } from "../text/words";

const SHOWN = 300;

export function Plan({ check }: { check: LaunchCheck }) {
  const left = check.plan.filter((step) => !step.runs).length;
  return (
    <>
      {check.problems.map((each) => (
        <p key={each.path.join(".") + each.message} class="row top" role="alert">
          <Shape tone="failure" />
          <span>
            <code>{each.path.join(".") || "config"}</code> {each.message}
          </span>
        </p>
      ))}
      {check.problems.length === 0 && (
        <p class="row top">
          <Shape tone="success" />
          <span>
            The config fits. {count(check.steps.length, "step")} will run{left > 0 && <>, {left.toLocaleString("en")} will not</>}
            {check.executor && <span class="soft">, by the {check.executor} executor</span>}:
          </span>
        </p>
      )}
      <ol class="plan">
        {check.plan.slice(0, SHOWN).map((step) => (
          <Step key={step.key} step={step} />
        ))}
      </ol>
      {check.plan.length > SHOWN && <p class="soft">and {count(check.plan.length - SHOWN, "more step")}</p>}
    </>
  );
}

function Step({ step }: { step: PlannedStepView }) {
  return (
    <li class={step.runs ? "" : "soft"}>
      <span class="row">
        <Shape tone={step.runs ? "queued" : "skipped"} />
        <span class="cut mono" title={step.assets.join("\n") || step.op}>
          {step.key}
        </span>
        {step.is_dynamic && <span class="chip">each item</span>}
        {step.pool && (
          <span class="chip" title="The pool that limits how many run at once">
            {step.pool}
          </span>
        )}
      </span>
      {step.why && <p class="soft plan-why">{step.why}</p>}
    </li>
  );
}
