"""The schedule of a partitioned job: each tick asks for the latest partition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.definitions.instigators.skip_reason import SkipReason
from weftwork.definitions.instigators.target import is_job, is_unresolved_asset_job
from weftwork.definitions.instigators.tick_function import TickFunction
from weftwork.definitions.schedules.schedule_context import ScheduleEvaluationContext
from weftwork.definitions.schedules.schedule_definition import DefaultScheduleStatus, ScheduleDefinition
from weftwork.partitions.context import partition_loading_context
from weftwork.partitions.multi.definition import MultiPartitionsDefinition
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.partitions.time_window.definition import TimeWindowPartitionsDefinition
from weftwork.records.metadata import RawMetadata
from weftwork.records.run_request import RunRequest


class UnresolvedPartitionedAssetScheduleDefinition:
    """The schedule of an asset job whose partitions are not known before its assets are looked up.

    Args:
        name: its name.
        job: the asset job.
        arguments: what ``build_schedule_from_partitioned_job`` was given besides.
    """

    __slots__ = ("arguments", "job", "name")
    __weft_instigator__ = "schedules"

    def __init__(self, name: str, job: Any, arguments: Mapping[str, Any]) -> None:
        self.name = name
        self.job = job
        self.arguments = dict(arguments)

    @property
    def default_status(self) -> DefaultScheduleStatus:
        """Whether it runs before anybody has started it."""
        return self.arguments["default_status"]  # type: ignore[no-any-return]

    @property
    def metadata(self) -> RawMetadata:
        """Name to value, for people."""
        return self.arguments["metadata"] or {}

    def with_metadata(self, metadata: RawMetadata) -> UnresolvedPartitionedAssetScheduleDefinition:
        """Return the schedule with other metadata."""
        return UnresolvedPartitionedAssetScheduleDefinition(
            self.name, self.job, {**self.arguments, "metadata": metadata}
        )

    @property
    def target_jobs(self) -> Sequence[Any]:
        """The asset job."""
        return [self.job]

    @property
    def target_job_names(self) -> Sequence[str]:
        """The name of the asset job."""
        return [self.job.name]

    def resolve_target(self, location: Any) -> ScheduleDefinition:
        """Return the schedule, now that the job can be looked up in its code location."""
        return self.resolve(location.get_job(self.job.name))

    def resolve(self, resolved_job: Any) -> ScheduleDefinition:
        """Return the schedule, now that the job is known.

        Raises:
            DagsterInvalidDefinitionError: if the job's partitions are of no kind that a schedule can follow.
        """
        if resolved_job.partitions_def is None:
            raise DagsterInvalidDefinitionError(
                f"The schedule '{self.name}' follows the partitions of the job '{self.job.name}', whose assets have none."
            )
        return _build(self.name, resolved_job, self.job, self.arguments)


def build_schedule_from_partitioned_job(
    job: Any,
    description: str | None = None,
    name: str | None = None,
    minute_of_hour: int | None = None,
    hour_of_day: int | None = None,
    day_of_week: int | None = None,
    day_of_month: int | None = None,
    default_status: DefaultScheduleStatus = DefaultScheduleStatus.STOPPED,
    tags: Mapping[str, str] | None = None,
    cron_schedule: str | None = None,
    execution_timezone: str | None = None,
    metadata: RawMetadata | None = None,
    owners: Sequence[str] | None = None,
) -> ScheduleDefinition | UnresolvedPartitionedAssetScheduleDefinition:
    """Build a schedule that runs a partitioned job for its latest partition, whenever one has ended.

    Args:
        job: the job.
        description: text for people.
        name: its name (default: that of the job with "_schedule").
        minute_of_hour: the minute to run at (default: that of the partitions).
        hour_of_day: the hour to run at; for daily partitions and longer.
        day_of_week: the day to run on, 0 is Sunday; for weekly partitions.
        day_of_month: the day to run on; for monthly partitions.
        default_status: whether it runs before anybody has started it (default: STOPPED).
        tags: tags of each run.
        cron_schedule: when to run for all partitions; for static partitions, and only for these.
        execution_timezone: the time zone of ``cron_schedule``.
        metadata: name to value, for people.
        owners: who answers for it: e-mail addresses or "team:name".

    Raises:
        CheckError: if the job has no partitions, or they do not take an argument.
        DagsterInvalidDefinitionError: if its partitions are of no kind that a schedule can follow.
    """
    if not is_job(job):
        raise CheckError(f"build_schedule_from_partitioned_job takes a job, not {job!r:.200}.")
    arguments = {
        "description": description, "default_status": default_status, "tags": tags, "metadata": metadata, "owners": owners,
        "cron_schedule": cron_schedule, "execution_timezone": execution_timezone,
        "at": {"minute_of_hour": minute_of_hour, "hour_of_day": hour_of_day, "day_of_week": day_of_week,
               "day_of_month": day_of_month},
    }  # fmt: skip
    schedule_name = name or f"{job.name}_schedule"
    if job.partitions_def is None:
        if is_unresolved_asset_job(job):  # an asset job that takes its partitions from its assets
            return UnresolvedPartitionedAssetScheduleDefinition(schedule_name, job, arguments)
        raise CheckError(f"The job '{job.name}' has no partitions that a schedule could follow.")
    return _build(schedule_name, job, job, arguments)


def _build(name: str, job: Any, target: Any, arguments: Mapping[str, Any]) -> ScheduleDefinition:
    partitions_def = job.partitions_def
    cron, timezone = _find_cron(partitions_def, name, arguments)
    # Tags and config of a partition come from the job that is looked up when the tick is evaluated.
    return ScheduleDefinition(
        name, job=target, cron_schedule=cron, execution_timezone=timezone, description=arguments["description"],
        default_status=arguments["default_status"], metadata=arguments["metadata"], owners=arguments["owners"],
        execution_fn=TickFunction(_evaluator(job, partitions_def, arguments["tags"]), "schedule"),
    )  # fmt: skip


def _find_time_windows(partitions_def: Any) -> TimeWindowPartitionsDefinition | None:
    if isinstance(partitions_def, TimeWindowPartitionsDefinition):
        return partitions_def
    if isinstance(partitions_def, MultiPartitionsDefinition) and partitions_def.has_time_window_dimension:
        return partitions_def.time_window_partitions_def
    return None


def _find_cron(partitions_def: Any, name: str, arguments: Mapping[str, Any]) -> tuple[str, str | None]:
    windows = _find_time_windows(partitions_def)
    cron, timezone = arguments["cron_schedule"], arguments["execution_timezone"]
    if windows is not None:
        if cron or timezone:
            raise CheckError(
                f"The schedule '{name}' follows time windows, which say when it runs: leave cron_schedule and execution_timezone "
                f"out. To run later, give minute_of_hour, hour_of_day, day_of_week or day_of_month."
            )
        return windows.get_cron_schedule(**arguments["at"]), windows.timezone
    if not isinstance(partitions_def, StaticPartitionsDefinition):
        raise DagsterInvalidDefinitionError(
            f"The schedule '{name}' cannot follow {type(partitions_def).__name__}. It follows time windows, several dimensions of "
            f"which one is time windows, and static partitions."
        )
    if cron is None:
        raise CheckError(
            f"The schedule '{name}' follows static partitions, which do not say when it runs: give cron_schedule."
        )
    return cron, timezone


def _evaluator(
    job: Any, partitions_def: Any, tags: Mapping[str, str] | None
) -> Callable[[ScheduleEvaluationContext], Any]:
    def evaluate(context: ScheduleEvaluationContext) -> Iterator[RunRequest | SkipReason]:
        with partition_loading_context(context.find_time(), context._instance):
            keys = _latest_keys(partitions_def)
            if not keys:
                yield SkipReason("No partition has ended yet.")
            for key in keys:
                resolved = job
                if is_unresolved_asset_job(resolved):
                    resolved = context.repository_def.get_job(job.name)
                yield resolved.run_request_for_partition(partition_key=key, run_key=key, tags=tags)

    return evaluate


def _latest_keys(partitions_def: Any) -> Sequence[str]:
    if isinstance(partitions_def, MultiPartitionsDefinition):
        windows = partitions_def.time_window_partitions_def
        last = windows.get_last_partition_key()
        dimension = partitions_def.time_window_dimension.name
        return (
            []
            if last is None
            else list(partitions_def.get_multipartition_keys_with_dimension_value(dimension, last))
        )
    if isinstance(partitions_def, TimeWindowPartitionsDefinition):
        last = partitions_def.get_last_partition_key()
        return [] if last is None else [last]
    return list(partitions_def.get_partition_keys())
