"""An event of a run, a line of its log, and how they come back from the store."""

from __future__ import annotations

from typing import Any

from weftwork.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.event_data import DagsterEvent
from weftwork.records.event_type import DagsterEventType
from weftwork.serde.codec import register_upgrade
from weftwork.serde.record import RECORD_TYPES, TAG_FIELD, Record
from weftwork.serde.unread import let_be_unread

__all__ = ["DagsterEvent", "EventLogEntry", "EventLogRecord", "EventRecordsResult"]


class EventLogEntry(Record):
    """One entry of a run's log: an event, or a line that somebody logged.

    Attributes:
        error_info: the exception that was logged with a line.
        level: as in ``logging`` (10 debug … 50 critical).
        user_message: what was logged, or the event's message.
        run_id: the run; empty for events outside runs.
        timestamp: seconds since the epoch.
        step_key: the step.
        job_name: the job.
        dagster_event: the event; None for a line.
        log_metadata: the structured extras of a line.
    """

    error_info: SerializableErrorInfo | None = None
    level: int | str = 10
    user_message: str = ""
    run_id: str = ""
    timestamp: float = 0.0
    step_key: str | None = None
    job_name: str | None = None
    dagster_event: DagsterEvent | None = None
    log_metadata: dict[str, Any] = {}

    @property
    def is_dagster_event(self) -> bool:
        """Whether it is an event rather than a line."""
        return self.dagster_event is not None

    def get_dagster_event(self) -> DagsterEvent:
        """Return the event."""
        assert self.dagster_event is not None, "This log entry is a line, not an event."
        return self.dagster_event

    @property
    def dagster_event_type(self) -> DagsterEventType | None:
        """The kind of the event; None for a line."""
        return self.dagster_event.event_type if self.dagster_event else None

    @property
    def message(self) -> str:
        """What was logged, or the event's message with its error."""
        return self.user_message or (self.dagster_event.message if self.dagster_event else "")

    @property
    def asset_materialization(self) -> AssetMaterialization | None:
        """The materialization, if it is one."""
        event = self.dagster_event
        return event.materialization if event and event.is_step_materialization else None

    @property
    def asset_observation(self) -> AssetObservation | None:
        """The observation, if it is one."""
        event = self.dagster_event
        return event.asset_observation if event and event.is_asset_observation else None

    @property
    def asset_check_evaluation(self) -> AssetCheckEvaluation | None:
        """The check evaluation, if it is one."""
        event = self.dagster_event
        data = event.event_specific_data if event else None
        return data if isinstance(data, AssetCheckEvaluation) else None

    @property
    def tags(self) -> dict[str, str] | None:
        """The tags of the materialization or observation, if it is one."""
        told = self.asset_materialization or self.asset_observation
        return told.tags if told else None


class EventLogRecord(Record):
    """A log entry together with its place in the store.

    Attributes:
        storage_id: its number, growing over all runs.
        event_log_entry: the entry.
    """

    storage_id: int
    event_log_entry: EventLogEntry

    run_id = property(lambda self: self.event_log_entry.run_id)
    timestamp = property(lambda self: self.event_log_entry.timestamp)
    event_type = property(lambda self: self.event_log_entry.dagster_event_type)
    asset_materialization = property(lambda self: self.event_log_entry.asset_materialization)
    asset_observation = property(lambda self: self.event_log_entry.asset_observation)
    asset_event = property(
        lambda self: self.event_log_entry.asset_materialization or self.event_log_entry.asset_observation
    )
    asset_key = property(
        lambda self: self.event_log_entry.dagster_event and self.event_log_entry.dagster_event.asset_key
    )
    partition_key = property(
        lambda self: self.event_log_entry.dagster_event and self.event_log_entry.dagster_event.partition
    )


let_be_unread(EventLogRecord, "event_log_entry")


class EventRecordsResult(Record, kw_only=False):
    """A page of records.

    Attributes:
        records: the records.
        cursor: where the next page begins.
        has_more: whether there is a next page.
    """

    records: list[EventLogRecord]
    cursor: str
    has_more: bool


def _drop_unknown(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON of an event that a later version wrote, as far as this version can tell of it."""
    kind, data = raw.get("event_type_value"), raw.get("event_specific_data")
    name = data.get(TAG_FIELD) if isinstance(data, dict) else None
    if kind in DagsterEventType._value2member_map_ and (name is None or name in RECORD_TYPES):
        return raw
    said = raw.get("text") or raw.get("message")
    told = f" It said: {said}" if said else ""
    known = {key: value for key, value in raw.items() if key != "event_specific_data"}
    text = f"An event of kind {kind}, which this version does not know.{told}"
    return {**known, "event_type_value": DagsterEventType.ENGINE_EVENT.value, "text": text}


register_upgrade("DagsterEvent", _drop_unknown)
