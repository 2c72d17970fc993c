"""An event of a run, a line of its log, and how they come back from the store."""

from __future__ import annotations

from typing import Any

from weftwork.base.warnings import warn_user
from weftwork.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.event_data import (
    AssetCheckEvaluationPlanned,
    AssetFailedToMaterializeData,
    AssetMaterializationPlannedData,
    AssetObservationData,
    AssetWipedData,
    EventData,
    StepMaterializationData,
)
from weftwork.records.event_message import describe_event
from weftwork.records.event_type import FAILURE_EVENTS, HOOK_EVENTS, RUN_EVENTS, STEP_EVENTS, DagsterEventType
from weftwork.records.keys import AssetKey, NodeHandle
from weftwork.serde.codec import register_upgrade
from weftwork.serde.record import RECORD_TYPES, TAG_FIELD, Record


class DagsterEvent(Record):
    """One thing that happened in a run.

    Attributes:
        event_type_value: the kind, as stored text.
        job_name: the job.
        step_key: the step it happened in; None for the run as a whole.
        node_path: the names of the step's node, from the outermost graph inwards.
        step_kind_value: "COMPUTE" for a step's event.
        event_specific_data: what it tells besides its kind.
        text: its message, where the message does not follow from the rest.
        pid: the process it happened in.
        timestamp: seconds since the epoch.
    """

    event_type_value: str
    job_name: str = ""
    step_key: str | None = None
    node_path: tuple[str, ...] | None = None
    step_kind_value: str | None = None
    event_specific_data: EventData | None = None
    text: str | None = None
    pid: int | None = None
    timestamp: float = 0.0

    @property
    def event_type(self) -> DagsterEventType:
        """The kind."""
        return DagsterEventType(self.event_type_value)

    @property
    def message(self) -> str:
        """What happened, in a sentence."""
        return self.text if self.text is not None else describe_event(self)

    @property
    def pipeline_name(self) -> str:
        """The job, under its earlier name."""
        warn_user("DagsterEvent.pipeline_name is deprecated. Write job_name.", DeprecationWarning)
        return self.job_name

    @property
    def solid_handle(self) -> NodeHandle | None:
        """The node of the step, under its earlier name."""
        warn_user("DagsterEvent.solid_handle is deprecated. Write node_handle.", DeprecationWarning)
        return self.node_handle

    @property
    def node_handle(self) -> NodeHandle | None:
        """The handle of the step's node."""
        return NodeHandle.from_path(self.node_path) if self.node_path else None

    @property
    def node_name(self) -> str:
        """The name of the step's node in its graph."""
        assert self.node_path
        return self.node_path[-1]

    @property
    def step_kind(self) -> str | None:
        """The kind of the step."""
        return self.step_kind_value

    @property
    def logging_tags(self) -> dict[str, str]:
        """What loggers are told about the place of the event."""
        if self.step_key is None:
            return {}
        return {
            "job_name": self.job_name,
            "step_key": self.step_key,
            "op_name": self.node_path[-1] if self.node_path else "",
        }

    def _is(self, *kinds: DagsterEventType) -> bool:
        return self.event_type_value in kinds

    is_step_event = property(lambda self: self.event_type_value in STEP_EVENTS)
    is_hook_event = property(lambda self: self.event_type_value in HOOK_EVENTS)
    is_job_event = property(lambda self: self.event_type_value in RUN_EVENTS)
    is_failure = property(lambda self: self.event_type_value in FAILURE_EVENTS)
    is_step_start = property(lambda self: self._is(DagsterEventType.STEP_START))
    is_step_success = property(lambda self: self._is(DagsterEventType.STEP_SUCCESS))
    is_step_failure = property(lambda self: self._is(DagsterEventType.STEP_FAILURE))
    is_step_skipped = property(lambda self: self._is(DagsterEventType.STEP_SKIPPED))
    is_step_up_for_retry = property(lambda self: self._is(DagsterEventType.STEP_UP_FOR_RETRY))
    is_step_restarted = property(lambda self: self._is(DagsterEventType.STEP_RESTARTED))
    is_successful_output = property(lambda self: self._is(DagsterEventType.STEP_OUTPUT))
    is_step_materialization = property(lambda self: self._is(DagsterEventType.ASSET_MATERIALIZATION))
    is_asset_observation = property(lambda self: self._is(DagsterEventType.ASSET_OBSERVATION))
    is_expectation_result = property(lambda self: self._is(DagsterEventType.STEP_EXPECTATION_RESULT))
    is_asset_materialization_planned = property(
        lambda self: self._is(DagsterEventType.ASSET_MATERIALIZATION_PLANNED)
    )
    is_asset_failed_to_materialize = property(
        lambda self: self._is(DagsterEventType.ASSET_FAILED_TO_MATERIALIZE)
    )
    is_handled_output = property(lambda self: self._is(DagsterEventType.HANDLED_OUTPUT))
    is_loaded_input = property(lambda self: self._is(DagsterEventType.LOADED_INPUT))
    is_engine_event = property(lambda self: self._is(DagsterEventType.ENGINE_EVENT))
    is_resource_init_failure = property(lambda self: self._is(DagsterEventType.RESOURCE_INIT_FAILURE))
    is_job_success = property(lambda self: self._is(DagsterEventType.RUN_SUCCESS))
    is_job_failure = property(lambda self: self._is(DagsterEventType.RUN_FAILURE))
    is_run_failure = is_job_failure

    step_materialization_data = property(lambda self: self.event_specific_data)
    asset_observation_data = property(lambda self: self.event_specific_data)
    asset_materialization_planned_data = property(lambda self: self.event_specific_data)
    asset_check_evaluation_data = property(lambda self: self.event_specific_data)
    asset_check_planned_data = property(lambda self: self.event_specific_data)
    asset_failed_to_materialize_data = property(lambda self: self.event_specific_data)
    asset_wiped_data = property(lambda self: self.event_specific_data)
    step_input_data = property(lambda self: self.event_specific_data)
    step_output_data = property(lambda self: self.event_specific_data)
    step_success_data = property(lambda self: self.event_specific_data)
    step_failure_data = property(lambda self: self.event_specific_data)
    step_retry_data = property(lambda self: self.event_specific_data)
    step_expectation_result_data = property(lambda self: self.event_specific_data)
    engine_event_data = property(lambda self: self.event_specific_data)
    job_failure_data = property(lambda self: self.event_specific_data)
    job_canceled_data = property(lambda self: self.event_specific_data)
    hook_errored_data = property(lambda self: self.event_specific_data)
    hook_completed_data = property(lambda self: self.event_specific_data)
    hook_skipped_data = property(lambda self: self.event_specific_data)
    run_enqueued_data = property(lambda self: self.event_specific_data)
    logs_captured_data = property(lambda self: self.event_specific_data)
    loaded_input_data = property(lambda self: self.event_specific_data)
    handled_output_data = property(lambda self: self.event_specific_data)

    @property
    def materialization(self) -> AssetMaterialization:
        """The materialization of an ASSET_MATERIALIZATION event."""
        assert isinstance(self.event_specific_data, StepMaterializationData)
        return self.event_specific_data.materialization

    @property
    def asset_observation(self) -> AssetObservation:
        """The observation of an ASSET_OBSERVATION event."""
        assert isinstance(self.event_specific_data, AssetObservationData)
        return self.event_specific_data.asset_observation

    @property
    def asset_check_evaluation(self) -> AssetCheckEvaluation:
        """The evaluation of an ASSET_CHECK_EVALUATION event."""
        assert isinstance(self.event_specific_data, AssetCheckEvaluation)
        return self.event_specific_data

    @property
    def asset_key(self) -> AssetKey | None:
        """The asset that the event is about, or None."""
        data = self.event_specific_data
        if isinstance(data, StepMaterializationData):
            return data.materialization.asset_key
        if isinstance(data, AssetObservationData):
            return data.asset_observation.asset_key
        if isinstance(data, _WITH_ASSET_KEY):
            return data.asset_key
        return None

    @property
    def partition(self) -> str | None:
        """The partition that the event is about, or None."""
        data = self.event_specific_data
        if isinstance(data, StepMaterializationData):
            return data.materialization.partition
        if isinstance(data, AssetObservationData):
            return data.asset_observation.partition
        return getattr(data, "partition", None)


_WITH_ASSET_KEY = (
    AssetMaterializationPlannedData, AssetCheckEvaluationPlanned, AssetCheckEvaluation, AssetFailedToMaterializeData,
    AssetWipedData,
)  # fmt: skip


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
