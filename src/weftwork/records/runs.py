"""A run, its states, and how runs are asked for."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

import msgspec

from weftwork.base.errors import CheckError
from weftwork.base.ids import new_id
from weftwork.records import tags as system_tags
from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.serde.record import Record, force_set


class DagsterRunStatus(Enum):
    """The state of a run."""

    QUEUED = "QUEUED"
    NOT_STARTED = "NOT_STARTED"
    MANAGED = "MANAGED"
    STARTING = "STARTING"
    STARTED = "STARTED"
    SUSPENDED = "SUSPENDED"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    CANCELING = "CANCELING"
    CANCELED = "CANCELED"


_S = DagsterRunStatus
FINISHED_STATUSES = frozenset({_S.SUCCESS, _S.FAILURE, _S.CANCELED})
IN_PROGRESS_STATUSES = frozenset({_S.STARTING, _S.STARTED, _S.CANCELING})
CANCELABLE_STATUSES = frozenset({_S.QUEUED, _S.NOT_STARTED, _S.STARTING, _S.STARTED})
ALLOWED_TRANSITIONS: Mapping[DagsterRunStatus, frozenset[DagsterRunStatus]] = {
    _S.NOT_STARTED: frozenset(
        {_S.QUEUED, _S.STARTING, _S.STARTED, _S.SUCCESS, _S.FAILURE, _S.CANCELING, _S.CANCELED}
    ),
    _S.QUEUED: frozenset({_S.NOT_STARTED, _S.STARTING, _S.STARTED, _S.FAILURE, _S.CANCELING, _S.CANCELED}),
    _S.MANAGED: frozenset({_S.STARTED, _S.SUCCESS, _S.FAILURE, _S.CANCELED}),
    _S.STARTING: frozenset({_S.STARTED, _S.SUCCESS, _S.FAILURE, _S.CANCELING, _S.CANCELED}),
    _S.STARTED: frozenset({_S.SUCCESS, _S.FAILURE, _S.CANCELING, _S.CANCELED, _S.SUSPENDED}),
    _S.SUSPENDED: frozenset({_S.STARTED, _S.FAILURE, _S.CANCELING, _S.CANCELED}),
    _S.CANCELING: frozenset({_S.CANCELED, _S.SUCCESS, _S.FAILURE}),
    _S.SUCCESS: frozenset(),
    _S.FAILURE: frozenset(),
    _S.CANCELED: frozenset(),
}


class DagsterRun(Record):
    """One execution of a job.

    Attributes:
        job_name: the job.
        run_id: its id, a UUID.
        run_config: the config it runs with.
        asset_selection: the assets it is restricted to; None for all of the job.
        asset_check_selection: the checks it is restricted to; None for those of its assets.
        op_selection: the selection queries it is restricted to.
        step_keys_to_execute: the steps it is restricted to.
        status: its state.
        tags: text to text.
        root_run_id: the first of the runs that it repeats.
        parent_run_id: the run that it repeats.
        secret_fields: where in its config fields stand whose type says that they hold secrets, each as the keys from
            the top; they are masked wherever the config is shown.
        code_origin: where its code is found; None for a run that only the process that made it can run.
    """

    job_name: str
    run_id: str = msgspec.field(default_factory=new_id)
    run_config: dict[str, Any] = {}
    asset_selection: frozenset[AssetKey] | None = None
    asset_check_selection: frozenset[AssetCheckKey] | None = None
    op_selection: list[str] | None = None
    resolved_op_selection: list[str] | None = None
    step_keys_to_execute: list[str] | None = None
    status: DagsterRunStatus = DagsterRunStatus.NOT_STARTED
    tags: dict[str, str] = {}
    root_run_id: str | None = None
    parent_run_id: str | None = None
    job_snapshot_id: str | None = None
    execution_plan_snapshot_id: str | None = None
    has_repository_load_data: bool = False
    code_origin: CodeOrigin | None = None
    secret_fields: list[list[str]] = []

    is_finished = property(lambda self: self.status in FINISHED_STATUSES)
    is_success = property(lambda self: self.status is DagsterRunStatus.SUCCESS)
    is_failure = property(lambda self: self.status is DagsterRunStatus.FAILURE)
    is_failure_or_canceled = property(
        lambda self: self.status in (DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED)
    )
    is_cancelable = property(lambda self: self.status in CANCELABLE_STATUSES)
    is_resume_retry = property(lambda self: self.tags.get(system_tags.RESUME_RETRY_TAG) == "true")
    previous_run_id = property(lambda self: self.parent_run_id)

    def with_status(self, status: DagsterRunStatus) -> DagsterRun:
        """Return the run in another state."""
        changed: DagsterRun = self.replace(status=status)
        return changed

    def with_tags(self, tags: Mapping[str, str]) -> DagsterRun:
        """Return the run with other tags."""
        changed: DagsterRun = self.replace(tags=dict(tags))
        return changed

    def tags_for_storage(self) -> dict[str, str]:
        """Return the tags under which the run is found."""
        return dict(self.tags)

    @staticmethod
    def tags_for_schedule(schedule: Any) -> dict[str, str]:
        """Return the tags of a run that a schedule asked for."""
        return {system_tags.SCHEDULE_NAME_TAG: schedule.name}

    @staticmethod
    def tags_for_sensor(sensor: Any) -> dict[str, str]:
        """Return the tags of a run that a sensor asked for."""
        return {system_tags.SENSOR_NAME_TAG: sensor.name}

    @staticmethod
    def tags_for_backfill_id(backfill_id: str) -> dict[str, str]:
        """Return the tags of a run of a backfill."""
        return {system_tags.BACKFILL_ID_TAG: backfill_id}

    @staticmethod
    def tags_for_tick_id(tick_id: str) -> dict[str, str]:
        """Return the tags of a run that a tick asked for."""
        return {system_tags.TICK_ID_TAG: tick_id}

    def get_parent_run_id(self) -> str | None:
        """Return the run that it repeats."""
        return self.parent_run_id

    def get_root_run_id(self) -> str | None:
        """Return the first of the runs that it repeats."""
        return self.root_run_id


class RunRecord(Record):
    """A run together with what the store knows of it.

    Attributes:
        storage_id: its number in the store.
        dagster_run: the run.
        create_timestamp: when it was created.
        update_timestamp: when it last changed.
        start_time: when it started, in seconds since the epoch; None if it did not.
        end_time: when it ended, in seconds since the epoch; None if it did not.
    """

    storage_id: int
    dagster_run: DagsterRun
    create_timestamp: datetime.datetime
    update_timestamp: datetime.datetime
    start_time: float | None = None
    end_time: float | None = None


class RunHeader(NamedTuple):
    """What the store knows of a run without reading what it was asked to do.

    Attributes:
        run_id: its id.
        job_name: its job.
        status: its state.
        created_at: when it was created, in seconds since the epoch.
        started_at: when it started; None if it did not.
        ended_at: when it ended; None if it did not.
    """

    run_id: str
    job_name: str
    status: DagsterRunStatus
    created_at: float
    started_at: float | None
    ended_at: float | None


class RunsFilter(Record, kw_only=False):
    """Which runs are asked for; every condition given must hold.

    Args:
        run_ids: runs with one of these ids.
        job_name: runs of this job.
        statuses: runs in one of these states.
        tags: runs with these tags; a list of values means any of them.
        snapshot_id: runs of this snapshot of a job.
        updated_after: runs that changed after this instant.
        updated_before: runs that changed before this instant.
        created_after: runs created after this instant.
        created_before: runs created before this instant.
        exclude_subruns: whether runs that belong to a backfill are left out.
    """

    run_ids: list[str] | None = None
    job_name: str | None = None
    statuses: list[DagsterRunStatus] = []
    tags: dict[str, str | list[str]] = {}
    snapshot_id: str | None = None
    updated_after: datetime.datetime | None = None
    updated_before: datetime.datetime | None = None
    created_after: datetime.datetime | None = None
    created_before: datetime.datetime | None = None
    exclude_subruns: bool | None = None

    def __post_init__(self) -> None:
        statuses = list(self.statuses or [])
        if not all(isinstance(status, DagsterRunStatus) for status in statuses):
            raise CheckError(f"The statuses of a RunsFilter are DagsterRunStatus members, not {statuses!r}.")
        force_set(self, "statuses", statuses)
        force_set(self, "tags", dict(self.tags or {}))
        if self.run_ids is not None:
            force_set(self, "run_ids", list(self.run_ids))

    @staticmethod
    def for_schedule(schedule: Any) -> RunsFilter:
        """Return the filter for the runs of a schedule."""
        return RunsFilter(tags={system_tags.SCHEDULE_NAME_TAG: schedule.name})

    @staticmethod
    def for_sensor(sensor: Any) -> RunsFilter:
        """Return the filter for the runs of a sensor."""
        return RunsFilter(tags={system_tags.SENSOR_NAME_TAG: sensor.name})

    @staticmethod
    def for_backfill(backfill_id: str) -> RunsFilter:
        """Return the filter for the runs of a backfill."""
        return RunsFilter(tags={system_tags.BACKFILL_ID_TAG: backfill_id})
