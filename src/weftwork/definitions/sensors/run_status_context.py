"""What the function of a run status sensor is told about the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.definitions.instigators.tick_context import TickContext
from weftwork.records.event_type import DagsterEventType


class RunStatusSensorContext(TickContext):
    """What the function of a run status sensor is told about the run.

    Args:
        sensor_name: the name of the sensor.
        dagster_run: the run.
        dagster_event: the event that changed its state.
        instance: the instance.
        context: the context of the tick, whose log is used.
        resource_defs: key to resource definition or value.
        logger: accepted for compatibility.
        partition_key: the partition that the run is for.
        repository_def: the definitions of the code location.
    """

    __slots__ = ("_tick", "dagster_event", "dagster_run", "partition_key", "sensor_name")

    def __init__(
        self,
        sensor_name: str,
        dagster_run: Any,
        dagster_event: Any,
        instance: Any,
        context: Any = None,
        resource_defs: Mapping[str, Any] | None = None,
        logger: Any = None,
        partition_key: str | None = None,
        repository_def: Any = None,
    ) -> None:
        facts = {"sensor_name": sensor_name, "run_id": dagster_run.run_id, "job_name": dagster_run.job_name}
        super().__init__(instance, repository_def, resource_defs, "build_run_status_sensor_context", facts)
        self.sensor_name = sensor_name
        self.dagster_run = dagster_run
        self.dagster_event = dagster_event
        self.partition_key = partition_key
        self._tick = context

    @property
    def log(self) -> Any:
        """A log whose lines are kept with the tick."""
        return self._tick.log if self._tick is not None else super().log

    @property
    def repository_def(self) -> Any:
        """The definitions of the code location, or None."""
        return self._repository_def

    def for_run_failure(self) -> RunFailureSensorContext:
        """Return the context for a function that deals with failures."""
        return self._copy(RunFailureSensorContext)  # type: ignore[no-any-return]

    def merge_resources(self, resources_dict: Mapping[str, Any]) -> RunStatusSensorContext:
        """Return the context with more resources."""
        return self._copy(type(self), {**self._resource_defs, **resources_dict})  # type: ignore[no-any-return]

    def _copy(self, kind: type, resources: Mapping[str, Any] | None = None) -> Any:
        return kind(
            self.sensor_name, self.dagster_run, self.dagster_event, self._instance, self._tick,
            self._resource_defs if resources is None else resources, None, self.partition_key, self._repository_def,
        )  # fmt: skip


class RunFailureSensorContext(RunStatusSensorContext):
    """What the function of a run failure sensor is told about the run."""

    __slots__ = ()

    @property
    def failure_event(self) -> Any:
        """The event that says that the run failed."""
        return self.dagster_event

    def get_step_failure_events(self) -> Sequence[Any]:
        """Return the events of the steps that failed."""
        records = self.instance.get_records_for_run(
            run_id=self.dagster_run.run_id, of_type=DagsterEventType.STEP_FAILURE
        ).records
        return [record.event_log_entry.dagster_event for record in records]


def build_run_status_sensor_context(
    sensor_name: str,
    dagster_event: Any,
    dagster_instance: Any,
    dagster_run: Any,
    context: Any = None,
    resources: Mapping[str, Any] | None = None,
    partition_key: str | None = None,
    *,
    repository_def: Any = None,
) -> RunStatusSensorContext:
    """Build the context for evaluating a run status sensor in a test.

    Args:
        sensor_name: the name of the sensor.
        dagster_event: the event that changed the state of the run.
        dagster_instance: the instance.
        dagster_run: the run.
        context: the context of a tick, whose log is used.
        resources: key to resource definition or value.
        partition_key: the partition that the run is for.
        repository_def: the definitions of the code location.

    Raises:
        DagsterInvariantViolationError: if there is no event or run.

    Example:
        >>> result = my_job.execute_in_process(instance=instance, raise_on_error=False)
        >>> context = build_run_status_sensor_context("alarm", result.get_run_failure_event(), instance, result.dagster_run)
        >>> alarm(context.for_run_failure())
    """
    if dagster_event is None or dagster_run is None:
        raise DagsterInvariantViolationError(
            "build_run_status_sensor_context() needs a dagster_event and a dagster_run."
        )
    return RunStatusSensorContext(
        sensor_name,
        dagster_run,
        dagster_event,
        dagster_instance,
        context,
        resources,
        None,
        partition_key,
        repository_def,
    )
