"""``@schedule``: a schedule of a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from weftwork.base.arguments import check_callable
from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.definitions.instigators.tick_function import TickFunction
from weftwork.definitions.schedules.schedule_definition import DefaultScheduleStatus, ScheduleDefinition
from weftwork.records.metadata import RawMetadata


def schedule(
    cron_schedule: str | Sequence[str],
    *,
    job_name: str | None = None,
    name: str | None = None,
    tags: Mapping[str, str] | None = None,
    tags_fn: Callable[..., Any] | None = None,
    metadata: RawMetadata | None = None,
    should_execute: Callable[..., Any] | None = None,
    environment_vars: Mapping[str, str] | None = None,
    execution_timezone: str | None = None,
    description: str | None = None,
    job: Any = None,
    default_status: DefaultScheduleStatus = DefaultScheduleStatus.STOPPED,
    required_resource_keys: AbstractSet[str] | None = None,
    target: Any = None,
    owners: Sequence[str] | None = None,
) -> Callable[[Callable[..., Any]], ScheduleDefinition]:
    """Make a schedule of a function that says what to run at a time.

    The function takes a ScheduleEvaluationContext, or nothing, and resources as parameters. It returns or yields
    RunRequests (with a run_key if there are several), a SkipReason, a dict of run config, or None to skip.

    Args:
        cron_schedule: five fields, "@daily" and the like, or several of these.
        job_name: the name of the job, where the job itself is not at hand.
        name: its name (default: that of the function).
        tags: tags of the runs that are given as a dict of run config.
        tags_fn: (context) -> the same.
        metadata: name to value, for people.
        should_execute: (context) -> whether to call the function.
        environment_vars: accepted for compatibility.
        execution_timezone: the time zone of the cron expression (default: UTC).
        description: text for people (default: the docstring).
        job: the job or graph.
        default_status: whether it runs before anybody has started it (default: STOPPED).
        required_resource_keys: the resources that the function uses.
        target: the job, the assets or the selection of assets.
        owners: who answers for it: e-mail addresses or "team:name".

    Raises:
        DagsterInvalidDefinitionError: if an argument is invalid.

    Example:
        >>> @schedule("0 6 * * *", job=report)
        ... def morning(context):
        ...     return RunRequest(run_config={"ops": {"load": {"config": {"day": str(context.scheduled_execution_time)}}}})
    """
    if tags and tags_fn:
        raise DagsterInvalidDefinitionError("Give a schedule tags or tags_fn, not both.")

    def decorate(function: Callable[..., Any]) -> ScheduleDefinition:
        check_callable(function, "fn")
        made = TickFunction(function, "schedule")
        definition = ScheduleDefinition(
            name or made.name, cron_schedule=cron_schedule, job_name=job_name, tags=tags, tags_fn=tags_fn, metadata=metadata,
            should_execute=should_execute, environment_vars=environment_vars, execution_timezone=execution_timezone,
            execution_fn=made, description=description or getattr(function, "__doc__", None), job=job,
            default_status=default_status, required_resource_keys=required_resource_keys, target=target, owners=owners,
        )  # fmt: skip
        definition.__name__ = made.name  # type: ignore[attr-defined]
        definition.__doc__ = getattr(function, "__doc__", None)
        return definition

    return decorate
