"""What the store knows of an asset, of its partitions and of its checks."""

from __future__ import annotations

from enum import Enum

from weftwork.records.events import EventLogEntry, EventLogRecord
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.serde.record import Record
from weftwork.serde.unread import let_be_unread


class AssetPartitionStatus(Enum):
    """The state of one partition of an asset."""

    MATERIALIZED = "MATERIALIZED"
    IN_PROGRESS = "IN_PROGRESS"
    FAILED = "FAILED"


class AssetEntry(Record, kw_only=False):
    """The latest events of an asset.

    Attributes:
        asset_key: the asset.
        last_materialization_record: the latest materialization.
        last_run_id: the run of the latest event; empty if it was reported outside of runs.
        last_observation_record: the latest observation.
        last_failed_to_materialize_record: the latest event that says that it was not made.
        last_planned_materialization_storage_id: the latest event that says that a run means to make it.
        last_planned_materialization_run_id: that run.
    """

    asset_key: AssetKey
    last_materialization_record: EventLogRecord | None = None
    last_run_id: str | None = None
    last_observation_record: EventLogRecord | None = None
    last_failed_to_materialize_record: EventLogRecord | None = None
    last_planned_materialization_storage_id: int | None = None
    last_planned_materialization_run_id: str | None = None

    @property
    def last_materialization(self) -> EventLogEntry | None:
        """The latest materialization as an entry of the log."""
        return _entry(self.last_materialization_record)

    @property
    def last_materialization_storage_id(self) -> int | None:
        """The storage id of the latest materialization."""
        return _storage_id(self.last_materialization_record)

    @property
    def last_observation(self) -> EventLogEntry | None:
        """The latest observation as an entry of the log."""
        return _entry(self.last_observation_record)

    @property
    def last_observation_storage_id(self) -> int | None:
        """The storage id of the latest observation."""
        return _storage_id(self.last_observation_record)

    @property
    def last_failed_to_materialize_entry(self) -> EventLogEntry | None:
        """The latest failure as an entry of the log."""
        return _entry(self.last_failed_to_materialize_record)

    @property
    def last_failed_to_materialize_storage_id(self) -> int | None:
        """The storage id of the latest failure."""
        return _storage_id(self.last_failed_to_materialize_record)

    @property
    def last_event_storage_id(self) -> int | None:
        """The storage id of the latest of these events."""
        ids = (
            self.last_materialization_storage_id,
            self.last_observation_storage_id,
            self.last_failed_to_materialize_storage_id,
            self.last_planned_materialization_storage_id,
        )
        return max((number for number in ids if number is not None), default=None)


def _entry(record: EventLogRecord | None) -> EventLogEntry | None:
    return record.event_log_entry if record is not None else None


def _storage_id(record: EventLogRecord | None) -> int | None:
    return record.storage_id if record is not None else None


class AssetHead(Record, kw_only=False):
    """How an asset stands, in numbers: what is read of its latest events without what they tell.

    Attributes:
        asset_key: the asset.
        materialization_id: the storage id of the latest materialization.
        materialized_at: when that was, in seconds since the epoch.
        materialized_by: its run; empty if it was reported outside of runs.
        failure_id: the storage id of the latest event that says that it was not made.
        planned_id: the storage id of the latest event that says that a run means to make it.
        planned_by: that run.
    """

    asset_key: AssetKey
    materialization_id: int | None = None
    materialized_at: float | None = None
    materialized_by: str | None = None
    failure_id: int | None = None
    planned_id: int | None = None
    planned_by: str | None = None


class AssetRecord(Record, kw_only=False):
    """An asset's latest events together with its number in the store."""

    storage_id: int
    asset_entry: AssetEntry


let_be_unread(AssetRecord, "asset_entry")


class AssetCheckExecutionRecordStatus(Enum):
    """What became of an evaluation that was planned or done."""

    PLANNED = "PLANNED"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class AssetCheckExecutionRecord(Record, kw_only=False):
    """One evaluation of a check.

    Attributes:
        key: the check.
        id: its number in the store.
        run_id: the run; empty if it was reported outside of runs.
        status: what became of it.
        event: the evaluation as an entry of the log; None while it is only planned.
        create_timestamp: when it was planned or reported, in seconds since the epoch.
        partition: the partition that was checked.
    """

    key: AssetCheckKey
    id: int
    run_id: str
    status: AssetCheckExecutionRecordStatus
    event: EventLogEntry | None
    create_timestamp: float
    partition: str | None = None
