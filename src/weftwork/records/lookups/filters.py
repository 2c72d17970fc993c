"""Which events are asked for."""

from __future__ import annotations

from typing import Any

from weftwork.base.errors import ParameterCheckError
from weftwork.records.event_type import DagsterEventType
from weftwork.records.keys import AssetKey
from weftwork.records.lookups.pages import RUN_STATUS_CHANGE_EVENTS, RunShardedEventsCursor
from weftwork.serde.record import Record, force_set


def _check_event_type(value: Any, owner: str) -> None:
    if not isinstance(value, DagsterEventType):
        raise ParameterCheckError(f"The event_type of {owner} is a DagsterEventType, not {value!r}.")


def _check_asset_key(value: Any, owner: str) -> None:
    if not isinstance(value, AssetKey):
        raise ParameterCheckError(
            f"The asset_key of {owner} is an AssetKey, not {value!r}. Write AssetKey({value!r})."
        )


def _check_partitions(value: Any, owner: str) -> None:
    if value is not None and (isinstance(value, str) or not all(isinstance(key, str) for key in value)):
        raise ParameterCheckError(f"The asset_partitions of {owner} are a sequence of text, not {value!r}.")


class EventRecordsFilter(Record, kw_only=False):
    """Which events are asked for; every condition given must hold.

    Args:
        event_type: the kind of event.
        asset_key: events of this asset.
        asset_partitions: events of one of these partitions.
        after_cursor: events with a greater storage id.
        before_cursor: events with a smaller storage id.
        after_timestamp: events later than this, in seconds since the epoch.
        before_timestamp: events earlier than this, in seconds since the epoch.
        storage_ids: events with one of these storage ids.
    """

    event_type: DagsterEventType
    asset_key: AssetKey | None = None
    asset_partitions: list[str] | None = None
    after_cursor: int | RunShardedEventsCursor | None = None
    before_cursor: int | RunShardedEventsCursor | None = None
    after_timestamp: float | None = None
    before_timestamp: float | None = None
    storage_ids: list[int] | None = None

    def __post_init__(self) -> None:
        _check_event_type(self.event_type, "an EventRecordsFilter")
        if self.asset_key is not None:
            _check_asset_key(self.asset_key, "an EventRecordsFilter")
        _check_partitions(self.asset_partitions, "an EventRecordsFilter")

    @staticmethod
    def get_cursor_params(
        cursor: str | None = None, ascending: bool = False
    ) -> tuple[int | None, int | None]:
        """Return what to give as ``before_cursor`` and ``after_cursor`` to go on from a cursor."""
        if not cursor:
            return None, None
        return (None, int(cursor)) if ascending else (int(cursor), None)


class AssetRecordsFilter(Record, kw_only=False):
    """Which events of an asset are asked for; every condition given must hold.

    Args:
        asset_key: the asset.
        asset_partitions: events of one of these partitions.
        after_timestamp: events later than this, in seconds since the epoch.
        before_timestamp: events earlier than this, in seconds since the epoch.
        after_storage_id: events with a greater storage id.
        before_storage_id: events with a smaller storage id.
        storage_ids: events with one of these storage ids.
    """

    asset_key: AssetKey
    asset_partitions: list[str] | None = None
    after_timestamp: float | None = None
    before_timestamp: float | None = None
    after_storage_id: int | None = None
    before_storage_id: int | None = None
    storage_ids: list[int] | None = None

    def __post_init__(self) -> None:
        _check_asset_key(self.asset_key, "an AssetRecordsFilter")
        _check_partitions(self.asset_partitions, "an AssetRecordsFilter")

    def to_event_records_filter(self, event_type: DagsterEventType) -> EventRecordsFilter:
        """Return the same conditions for events of one kind."""
        return EventRecordsFilter(
            event_type, self.asset_key, self.asset_partitions, self.after_storage_id, self.before_storage_id,
            self.after_timestamp, self.before_timestamp, self.storage_ids,
        )  # fmt: skip


class RunStatusChangeRecordsFilter(Record, kw_only=False):
    """Which changes of the states of runs are asked for; every condition given must hold.

    Args:
        event_type: the kind of change, for example ``DagsterEventType.RUN_SUCCESS``.
        after_timestamp: changes later than this, in seconds since the epoch.
        before_timestamp: changes earlier than this, in seconds since the epoch.
        after_storage_id: changes with a greater storage id.
        before_storage_id: changes with a smaller storage id.
        storage_ids: changes with one of these storage ids.
        job_names: changes of runs of one of these jobs.
    """

    event_type: DagsterEventType
    after_timestamp: float | None = None
    before_timestamp: float | None = None
    after_storage_id: int | None = None
    before_storage_id: int | None = None
    storage_ids: list[int] | None = None
    job_names: list[str] | None = None

    def __post_init__(self) -> None:
        _check_event_type(self.event_type, "a RunStatusChangeRecordsFilter")
        if self.event_type not in RUN_STATUS_CHANGE_EVENTS:
            allowed = ", ".join(sorted(kind.value for kind in RUN_STATUS_CHANGE_EVENTS))
            raise ParameterCheckError(
                f"{self.event_type.value} does not change the state of a run. Expected one of {allowed}."
            )
        if self.job_names is not None:
            force_set(self, "job_names", list(self.job_names))

    def to_event_records_filter_without_job_names(
        self, cursor: str | None = None, ascending: bool = False
    ) -> EventRecordsFilter:
        """Return the same conditions, without those on jobs, going on from a cursor."""
        before, after = EventRecordsFilter.get_cursor_params(cursor, ascending)
        return EventRecordsFilter(
            self.event_type,
            after_cursor=after if after is not None else self.after_storage_id,
            before_cursor=before if before is not None else self.before_storage_id,
            after_timestamp=self.after_timestamp,
            before_timestamp=self.before_timestamp,
            storage_ids=self.storage_ids,
        )
