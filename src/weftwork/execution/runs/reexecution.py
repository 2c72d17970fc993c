"""Running a run again: which one, which of its steps, and what it left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import DagsterInvariantViolationError, DagsterRunNotFoundError, ParameterCheckError
from weftwork.planning.plan import Plan
from weftwork.planning.reexecution.past_run import PastRun, read_past_run
from weftwork.planning.reexecution.repeat import Repeat, repeat_failed
from weftwork.planning.reexecution.selected_steps import repeat_selected
from weftwork.records.runs import DagsterRun
from weftwork.serde.record import Record


class ReexecutionOptions(Record, kw_only=False):
    """Which run is repeated, and what of it.

    Args:
        parent_run_id: the run.
        step_selection: queries for the steps that run again: ``op``, ``*op``, ``op+``, ``op*``; ``op[a]`` is one item of a
            mapped op and ``op[?]`` all of them. Empty for all steps.

    Example:
        >>> execute_job(job, instance, reexecution_options=ReexecutionOptions.from_failure(run_id, instance))
    """

    parent_run_id: str
    step_selection: Sequence[str] = []

    def __post_init__(self) -> None:
        check_type(self.parent_run_id, str, "parent_run_id")
        if isinstance(self.step_selection, str):
            raise ParameterCheckError(
                f"step_selection must be a list of queries, not text: write [{self.step_selection!r}]."
            )

    @property
    def is_from_failure(self) -> bool:
        """Whether what failed is repeated."""
        return False

    @staticmethod
    def from_failure(run_id: str, instance: Any) -> ReexecutionOptions:
        """Return options that run the steps again that failed, and all that is downstream of them.

        Args:
            run_id: the run, which must have failed or been canceled when it is repeated.
            instance: where it is recorded.
        """
        return _FromFailure(run_id)


class _FromFailure(ReexecutionOptions):
    """What failed, and all that is downstream of it."""

    @property
    def is_from_failure(self) -> bool:
        """Whether what failed is repeated."""
        return True


def options_of(run: DagsterRun) -> ReexecutionOptions | None:
    """Return what a recorded run repeats; None if it repeats nothing."""
    if run.parent_run_id is None:
        return None
    if run.is_resume_retry:
        return ReexecutionOptions.from_failure(run.parent_run_id, None)
    return ReexecutionOptions(run.parent_run_id, list(run.step_keys_to_execute or ()))


def get_parent_run(instance: Any, options: ReexecutionOptions) -> DagsterRun:
    """Return the run that is repeated.

    Raises:
        DagsterRunNotFoundError: if there is none of that id.
        DagsterInvariantViolationError: if what failed is asked for, and the run did not fail.
    """
    parent: DagsterRun | None = instance.get_run_by_id(options.parent_run_id)
    if parent is None:
        raise DagsterRunNotFoundError(
            f"There is no run {options.parent_run_id} to run again in this instance.",
            invalid_run_id=options.parent_run_id,
        )
    if isinstance(options, _FromFailure) and not parent.is_failure_or_canceled:
        raise DagsterInvariantViolationError(
            f"Run {parent.run_id} of job '{parent.job_name}' cannot be run again from its failure: it neither failed nor was "
            f"canceled, it is {parent.status.value}. Leave out from_failure to run it again as a whole."
        )
    return parent


def build_repeat(plan: Plan, instance: Any, parent: DagsterRun, options: ReexecutionOptions) -> Repeat | None:
    """Return what of a run is repeated; None for everything.

    Raises:
        DagsterExecutionStepNotFoundError: if a query names no step.
    """
    if isinstance(options, _FromFailure):
        return repeat_failed(plan, load_past_run(instance, parent, plan))
    if options.step_selection:
        return repeat_selected(plan, load_past_run(instance, parent, plan), options.step_selection)
    return None


def load_past_run(instance: Any, run: DagsterRun, plan: Plan) -> PastRun:
    """Return what a run left, and those that it repeated where it did not run a step itself.

    Args:
        instance: where they are recorded.
        run: the run.
        plan: the plan of its job.
    """
    line = [run]
    while _is_partial(line[-1]) and line[-1].parent_run_id is not None:
        parent = instance.get_run_by_id(line[-1].parent_run_id)
        if parent is None:
            break
        line.append(parent)
    past: PastRun | None = None
    for one in reversed(line):
        entries = instance.all_logs(one.run_id)
        events = (entry.dagster_event for entry in entries if entry.dagster_event is not None)
        past = read_past_run(one.run_id, events, _find_step_keys(one, plan, past), past)
    assert past is not None
    return past


def _is_partial(run: DagsterRun) -> bool:
    return run.step_keys_to_execute is not None or run.is_resume_retry


def _find_step_keys(run: DagsterRun, plan: Plan, past: PastRun | None) -> list[str] | None:
    """Return the steps that a run was restricted to; one that was launched may say it by queries."""
    keys = run.step_keys_to_execute
    if past is None:
        return keys
    if keys is None:
        return list(repeat_failed(plan, past).step_keys())
    is_query = any(sign in key for key in keys for sign in "*+")
    return list(repeat_selected(plan, past, keys).step_keys()) if is_query else keys
