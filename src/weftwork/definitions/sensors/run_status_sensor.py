"""``@run_status_sensor`` and ``@run_failure_sensor``: sensors that look at runs whose state has changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import DagsterInvalidDefinitionError, RunStatusSensorExecutionError
from weftwork.definitions.instigators.skip_reason import SkipReason
from weftwork.definitions.instigators.target import is_executable
from weftwork.definitions.instigators.tick_function import TickFunction
from weftwork.definitions.sensors.decorator import with_names
from weftwork.definitions.sensors.run_status_context import RunStatusSensorContext
from weftwork.definitions.sensors.selectors import CodeLocationSelector, JobSelector, RepositorySelector
from weftwork.definitions.sensors.sensor_context import SensorEvaluationContext
from weftwork.definitions.sensors.sensor_definition import DefaultSensorStatus, SensorDefinition, SensorType
from weftwork.definitions.sensors.sensor_result import DagsterRunReaction, SensorResult
from weftwork.records.event_type import DagsterEventType
from weftwork.records.lookups.filters import EventRecordsFilter
from weftwork.records.metadata import RawMetadata
from weftwork.records.run_request import RunRequest
from weftwork.records.runs import DagsterRunStatus
from weftwork.records.tags import PARTITION_NAME_TAG

RUNS_PER_TICK = 50
REPOSITORY_TAG = ".dagster/repository"
_EVENT_OF_STATUS: Mapping[DagsterRunStatus, DagsterEventType] = {
    DagsterRunStatus.QUEUED: DagsterEventType.RUN_ENQUEUED,
    DagsterRunStatus.STARTING: DagsterEventType.RUN_STARTING,
    DagsterRunStatus.STARTED: DagsterEventType.RUN_START,
    DagsterRunStatus.SUCCESS: DagsterEventType.RUN_SUCCESS,
    DagsterRunStatus.FAILURE: DagsterEventType.RUN_FAILURE,
    DagsterRunStatus.CANCELING: DagsterEventType.RUN_CANCELING,
    DagsterRunStatus.CANCELED: DagsterEventType.RUN_CANCELED,
}


class RunStatusSensorDefinition(SensorDefinition):
    """Calls a function for each run that comes to a state.

    Args:
        name: its name.
        run_status: the state.
        run_status_sensor_fn: (context) -> what ``@sensor`` functions return.
        minimum_interval_seconds: seconds from one look to the next at least (default 30).
        description: text for people.
        monitored_jobs: the jobs whose runs are looked at (default: all of the code location).
        monitor_all_code_locations: whether runs of all code locations are looked at.
        default_status: whether it runs before anybody has started it (default: STOPPED).
        request_job: the job that it may start.
        request_jobs: several of these; each RunRequest then names its job.
        tags: tags of the sensor.
        metadata: name to value, for people.
        required_resource_keys: the resources that the function uses.

    Raises:
        DagsterInvalidDefinitionError: if no event says that a run comes to the state, or two arguments exclude each other.
    """

    def __init__(
        self,
        name: str,
        run_status: DagsterRunStatus,
        run_status_sensor_fn: Callable[..., Any],
        minimum_interval_seconds: int | None = None,
        description: str | None = None,
        monitored_jobs: Sequence[Any] | None = None,
        monitor_all_code_locations: bool | None = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        request_job: Any = None,
        request_jobs: Sequence[Any] | None = None,
        tags: Mapping[str, str] | None = None,
        metadata: RawMetadata | None = None,
        required_resource_keys: AbstractSet[str] | None = None,
    ) -> None:
        self.run_status: DagsterRunStatus = check_type(run_status, DagsterRunStatus, "run_status")
        if run_status not in _EVENT_OF_STATUS:
            raise DagsterInvalidDefinitionError(
                f"The sensor '{name}' cannot look at runs in state {run_status.value}: no event says that a run comes to it."
            )
        if monitored_jobs and monitor_all_code_locations:
            raise DagsterInvalidDefinitionError(
                f"Give sensor '{name}' monitored_jobs or monitor_all_code_locations, not both."
            )
        for job in monitored_jobs or ():
            if not is_executable(job) and not isinstance(
                job, (JobSelector, RepositorySelector, CodeLocationSelector)
            ):
                raise DagsterInvalidDefinitionError(
                    f"monitored_jobs of sensor '{name}' holds {job!r:.100}, which is no job."
                )
        self.monitored_jobs = list(monitored_jobs or ())
        self.monitor_all_code_locations = bool(monitor_all_code_locations)
        self._on_run = TickFunction(run_status_sensor_fn, "sensor")
        super().__init__(
            name, evaluation_fn=self._look, minimum_interval_seconds=minimum_interval_seconds, description=description,
            job=request_job, jobs=request_jobs, default_status=default_status, tags=tags, metadata=metadata,
            required_resource_keys=frozenset(required_resource_keys or ()) | frozenset(self._on_run.resource_params),
        )  # fmt: skip

    @property
    def sensor_type(self) -> SensorType:
        """The kind of sensor."""
        return SensorType.RUN_STATUS

    def _look(self, context: SensorEvaluationContext) -> Iterator[Any]:
        event_type = _EVENT_OF_STATUS[self.run_status]
        instance = context.instance
        if context.cursor is None:
            latest = instance.get_event_records(
                EventRecordsFilter(event_type=event_type), ascending=False, limit=1
            )
            context.update_cursor(_write_cursor(latest[0].storage_id if latest else 0))
            yield SkipReason(f"The sensor '{self.name}' has begun: it looks at runs from now on.")
            return
        wanted = EventRecordsFilter(event_type=event_type, after_cursor=_read_cursor(context.cursor))
        seen = 0
        given: list[Any] = []
        for record in instance.get_event_records(wanted, ascending=True, limit=RUNS_PER_TICK):
            run = instance.get_run_by_id(record.event_log_entry.run_id)
            if run is not None and self._watches(run, context):
                given.extend(self._react(run, record.event_log_entry.dagster_event, context))
                seen += 1
            context.update_cursor(_write_cursor(record.storage_id))
        reasons = [item for item in given if isinstance(item, SkipReason)]
        requests = [item for item in given if isinstance(item, RunRequest)]
        yield from (item for item in given if isinstance(item, DagsterRunReaction))
        yield from requests
        if reasons and not requests:
            yield SkipReason("\n".join(reason.skip_message or "" for reason in reasons))
        elif not seen:
            yield SkipReason(
                f"No run of these jobs came to state {self.run_status.value} since the last look."
            )

    def _react(self, run: Any, event: Any, tick: SensorEvaluationContext) -> list[Any]:
        context = RunStatusSensorContext(
            self.name, run, event, tick.instance, tick, tick.resource_defs, None, run.tags.get(PARTITION_NAME_TAG),
            tick.repository_def,
        )  # fmt: skip
        if self.run_status is DagsterRunStatus.FAILURE:
            context = context.for_run_failure()
        try:
            with context:
                result = self._on_run.call(context)
                items = (
                    list(result)
                    if hasattr(result, "__next__") or isinstance(result, (list, tuple))
                    else [result]
                )
        except Exception as error:  # noqa: BLE001 - user code: the other runs are looked at all the same
            failed = RunStatusSensorExecutionError(
                f"The function of sensor '{self.name}' raised {type(error).__name__} for run {run.run_id}: {error}",
                user_exception=error,
            )
            return [DagsterRunReaction(run, failed, self.run_status)]
        asked: list[Any] = []
        for item in items:
            if isinstance(item, SensorResult):
                asked.extend(item.run_requests or ([item.skip_reason] if item.skip_reason else []))
            elif item is not None:
                asked.append(item)
        return asked or [DagsterRunReaction(run, None, self.run_status)]

    def _watches(self, run: Any, context: SensorEvaluationContext) -> bool:
        if self.monitor_all_code_locations:
            return True
        if not self.monitored_jobs:
            repository = context.repository_def
            return repository is None or repository.has_job(run.job_name)
        return any(_is_job_of(run, job) for job in self.monitored_jobs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function directly, as a test does, with a context of ``build_run_status_sensor_context``."""
        failure = self.run_status is DagsterRunStatus.FAILURE
        if failure:
            args = tuple(_for_failure(arg) for arg in args)
            kwargs = {name: _for_failure(arg) for name, arg in kwargs.items()}
        return self._on_run.invoke(
            self.name, RunStatusSensorContext, self.required_resource_keys, args, kwargs
        )


def _for_failure(argument: Any) -> Any:
    return argument.for_run_failure() if isinstance(argument, RunStatusSensorContext) else argument


def _is_job_of(run: Any, job: Any) -> bool:
    repository, _, location = run.tags.get(REPOSITORY_TAG, "").partition("@")
    if isinstance(job, CodeLocationSelector):
        return bool(location == job.location_name)
    if isinstance(job, RepositorySelector):
        return (repository, location) == (job.repository_name, job.location_name)
    if isinstance(job, JobSelector):
        return bool(run.job_name == job.job_name) and location in ("", job.location_name)
    return bool(run.job_name == job.name)


def _write_cursor(record_id: int) -> str:
    return json.dumps({"record_id": record_id})


def _read_cursor(cursor: str) -> int:
    return int(json.loads(cursor)["record_id"])


def run_status_sensor(
    run_status: DagsterRunStatus,
    name: str | None = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    monitored_jobs: Sequence[Any] | None = None,
    job_selection: Sequence[Any] | None = None,
    monitor_all_code_locations: bool | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    request_job: Any = None,
    request_jobs: Sequence[Any] | None = None,
    monitor_all_repositories: bool | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: RawMetadata | None = None,
) -> Callable[[Callable[..., Any]], RunStatusSensorDefinition]:
    """Make a sensor of a function (context) that is called for each run that comes to a state.

    Args:
        run_status: the state.
        name: its name (default: that of the function).
        minimum_interval_seconds: seconds from one look to the next at least (default 30).
        description: text for people (default: the docstring).
        monitored_jobs: the jobs whose runs are looked at (default: all of the code location).
        job_selection: the same (older name).
        monitor_all_code_locations: whether runs of all code locations are looked at.
        default_status: whether it runs before anybody has started it (default: STOPPED).
        request_job: the job that it may start.
        request_jobs: several of these; each RunRequest then names its job.
        monitor_all_repositories: the same as ``monitor_all_code_locations`` (older name).
        tags: tags of the sensor.
        metadata: name to value, for people.

    Example:
        >>> @run_status_sensor(run_status=DagsterRunStatus.SUCCESS, monitored_jobs=[load], request_job=report)
        ... def after_load(context):
        ...     return RunRequest(run_key=context.dagster_run.run_id)
    """

    def decorate(function: Callable[..., Any]) -> RunStatusSensorDefinition:
        made: RunStatusSensorDefinition = with_names(
            RunStatusSensorDefinition(
                name or function.__name__, run_status, function, minimum_interval_seconds,
                description or getattr(function, "__doc__", None), monitored_jobs or job_selection,
                monitor_all_code_locations or monitor_all_repositories, default_status, request_job, request_jobs, tags, metadata,
            ),
            function,
        )  # fmt: skip
        return made

    return decorate


def run_failure_sensor(
    name: Any = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    monitored_jobs: Sequence[Any] | None = None,
    job_selection: Sequence[Any] | None = None,
    monitor_all_code_locations: bool | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    request_job: Any = None,
    request_jobs: Sequence[Any] | None = None,
    monitor_all_repositories: bool | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: RawMetadata | None = None,
) -> Any:
    """Make a sensor of a function (RunFailureSensorContext) that is called for each run that fails; with or without brackets.

    Args:
        name: its name (default: that of the function).
        minimum_interval_seconds: seconds from one look to the next at least (default 30).
        description: text for people (default: the docstring).
        monitored_jobs: the jobs whose runs are looked at (default: all of the code location).
        job_selection: the same (older name).
        monitor_all_code_locations: whether runs of all code locations are looked at.
        default_status: whether it runs before anybody has started it (default: STOPPED).
        request_job: the job that it may start.
        request_jobs: several of these; each RunRequest then names its job.
        monitor_all_repositories: the same as ``monitor_all_code_locations`` (older name).
        tags: tags of the sensor.
        metadata: name to value, for people.

    Example:
        >>> @run_failure_sensor
        ... def alarm(context):
        ...     send(f"{context.dagster_run.job_name}: {context.failure_event.message}")
    """
    function = name if callable(name) else None
    decorate = run_status_sensor(
        DagsterRunStatus.FAILURE, None if function else name, minimum_interval_seconds, description, monitored_jobs,
        job_selection, monitor_all_code_locations, default_status, request_job, request_jobs, monitor_all_repositories, tags,
        metadata,
    )  # fmt: skip
    return decorate(function) if function else decorate
