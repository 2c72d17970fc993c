"""The steps that a run would have: what would run, in which order, what is left out and why."""

from __future__ import annotations

from weftwork.execution.runs.asked_run import AskedRun, plan_of
from weftwork.execution.runs.reexecution import build_repeat
from weftwork.planning.plan import PlanStep
from weftwork.planning.reexecution.repeat import Repeat
from weftwork.records.snapshots.requests import PlannedInput, PlannedStep


def list_planned_steps(asked: AskedRun) -> tuple[PlannedStep, ...]:
    """Return the steps that a run would have, each after those that it waits for.

    Raises:
        DagsterExecutionStepNotFoundError: if a query for steps to repeat names none.
    """
    plan = plan_of(asked.job)
    repeat: Repeat | None = None
    if asked.parent is not None and asked.reexecution is not None:
        repeat = build_repeat(plan, asked.instance, asked.parent, asked.reexecution)
    return tuple(_describe(step, repeat) for step in plan.steps)


def _describe(step: PlanStep, repeat: Repeat | None) -> PlannedStep:
    runs, why = _judge(step, repeat) if repeat is not None else (True, "")
    return PlannedStep(
        key=step.key,
        op=step.op.name,
        runs=runs,
        why=why,
        upstream=tuple(sorted({source.step for source in step.all_sources})),
        assets=tuple(out.asset_key for out in step.outputs if out.asset_key is not None and out.selected),
        checks=tuple(out.check_key for out in step.outputs if out.check_key is not None and out.selected),
        is_dynamic=bool(step.axes),
        collects=any(source.collects is not None for source in step.all_sources),
        inputs=tuple(
            PlannedInput(one.name, tuple(dict.fromkeys(source.step for source in one.sources)))
            for one in step.inputs
        ),
        outputs=tuple(out.name for out in step.outputs),
        pool=step.op.pool,
    )


def _judge(step: PlanStep, repeat: Repeat) -> tuple[bool, str]:
    known = repeat.list_known(step)
    if repeat.runs(step):
        kept = len(repeat.kept[step.index])
        return True, f"{kept} of {len(known)} items are taken from before." if kept else ""
    past = repeat.past.steps.get(step.key)
    if past is not None and past.status == "skipped":
        return False, f"It was skipped in run {past.run_id[:8]}."
    if past is not None:
        return False, f"What it made in run {past.run_id[:8]} is taken."
    return False, "What it made before is taken."
