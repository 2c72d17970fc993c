"""What the function of a schedule is told about its tick."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterInvariantViolationError
from weftwork.definitions.instigators.tick_context import TickContext


class ScheduleEvaluationContext(TickContext):
    """What the function of a schedule is told about its tick.

    Args:
        instance_ref: accepted for compatibility; pass ``instance``.
        scheduled_execution_time: the time that the tick is for.
        log_key: accepted for compatibility.
        repository_name: the name of the repository.
        schedule_name: the name of the schedule.
        resources: key to resource definition or value.
        repository_def: the definitions of the code location.
        instance: the instance.
    """

    __slots__ = ("_repository_name", "_schedule_name", "_time")

    def __init__(
        self,
        instance_ref: Any = None,
        scheduled_execution_time: datetime.datetime | None = None,
        log_key: Any = None,
        repository_name: str | None = None,
        schedule_name: str | None = None,
        resources: Mapping[str, Any] | None = None,
        repository_def: Any = None,
        *,
        instance: Any = None,
    ) -> None:
        check_type(scheduled_execution_time, datetime.datetime, "scheduled_execution_time", optional=True)
        super().__init__(
            instance if instance is not None else instance_ref, repository_def, resources, "build_schedule_context",
            {"schedule_name": schedule_name},
        )  # fmt: skip
        self._time = scheduled_execution_time
        self._repository_name = repository_name
        self._schedule_name = schedule_name

    @property
    def scheduled_execution_time(self) -> datetime.datetime:
        """The time that the tick is for.

        Raises:
            CheckError: if none was given.
        """
        if self._time is None:
            raise CheckError(
                "This context has no time: give one with build_schedule_context(scheduled_execution_time=...)."
            )
        return self._time

    def find_time(self) -> datetime.datetime | None:
        """Return the time that the tick is for, or None."""
        return self._time

    @property
    def repository_def(self) -> Any:
        """The definitions of the code location.

        Raises:
            DagsterInvariantViolationError: if none were given.
        """
        if self._repository_def is None:
            raise DagsterInvariantViolationError(
                "This context has no repository: give one with repository_def=."
            )
        return self._repository_def

    def find_repository(self) -> Any:
        """Return the definitions of the code location, or None."""
        return self._repository_def

    def merge_resources(self, resources_dict: Mapping[str, Any]) -> ScheduleEvaluationContext:
        """Return the context with more resources."""
        return ScheduleEvaluationContext(
            None, self._time, None, self._repository_name, self._schedule_name,
            {**self._resource_defs, **resources_dict}, self._repository_def, instance=self._instance,
        )  # fmt: skip


def build_schedule_context(
    instance: Any = None,
    scheduled_execution_time: datetime.datetime | None = None,
    resources: Mapping[str, Any] | None = None,
    repository_def: Any = None,
    instance_ref: Any = None,
) -> ScheduleEvaluationContext:
    """Build the context for evaluating a schedule in a test.

    Args:
        instance: the instance.
        scheduled_execution_time: the time that the tick is for.
        resources: key to resource definition or value.
        repository_def: the definitions of the code location.
        instance_ref: accepted for compatibility; pass ``instance``.

    Example:
        >>> daily(build_schedule_context(scheduled_execution_time=datetime(2024, 1, 1)))
    """
    return ScheduleEvaluationContext(
        instance_ref,
        scheduled_execution_time,
        resources=resources,
        repository_def=repository_def,
        instance=instance,
    )
