"""execute_job: runs a job as its executor says, and waits for its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.execution.reconstructable import ReconstructableJob
from weftwork.execution.results.job_result import JobExecutionResult
from weftwork.execution.runs.asked_run import AskedRun
from weftwork.execution.runs.execute_asked import execute_asked
from weftwork.execution.runs.reexecution import ReexecutionOptions
from weftwork.instance.instance import DagsterInstance
from weftwork.records.keys import AssetKey


def execute_job(
    job: ReconstructableJob,
    instance: DagsterInstance,
    run_config: Any = None,
    tags: Mapping[str, Any] | None = None,
    raise_on_error: bool = False,
    op_selection: Sequence[str] | None = None,
    reexecution_options: ReexecutionOptions | None = None,
    asset_selection: Sequence[AssetKey] | None = None,
) -> JobExecutionResult:
    """Run a job as its executor says, and wait for its end.

    Args:
        job: where its code is found, see ``reconstructable``.
        instance: where the run is recorded.
        run_config: its config; that of the run that is repeated if None.
        tags: tags of the run.
        raise_on_error: whether the exception of a step that runs in this process is raised here.
        op_selection: queries for the ops to run, as in ``execute_in_process``.
        reexecution_options: the run that is repeated, and what of it.
        asset_selection: the assets to make.

    Returns:
        What happened; inside ``with`` also the values of outputs, loaded by their IO managers.

    Raises:
        DagsterInvariantViolationError: if ops are selected and a run is repeated.
        DagsterUnmetExecutorRequirementsError: if the executor runs steps in other processes and values stay in this one.
        DagsterInvalidConfigError: if the config does not fit.

    Example:
        >>> with execute_job(reconstructable(nightly), instance=DagsterInstance.get()) as result:
        ...     result.output_for_node("load")
    """
    check_type(job, ReconstructableJob, "job")
    check_type(instance, DagsterInstance, "instance")
    check_type(reexecution_options, ReexecutionOptions, "reexecution_options", optional=True)
    if reexecution_options is not None and op_selection:
        raise DagsterInvariantViolationError(
            "A run that is repeated takes the ops of the first run: leave out op_selection, and name the steps to repeat in "
            "ReexecutionOptions(step_selection=...)."
        )
    definition = job.get_definition()
    definition.validate_resource_requirements_satisfied()
    asked = AskedRun(
        definition, instance, run_config=run_config, tags=tags, op_selection=op_selection,
        asset_selection=asset_selection, reexecution=reexecution_options,
    )  # fmt: skip
    driven = execute_asked(asked, job, raise_on_error=raise_on_error)
    if driven.error is not None and raise_on_error and driven.is_here:
        raise driven.error
    return JobExecutionResult(asked.job, driven.scope.run.with_status(driven.status), driven.scope)
