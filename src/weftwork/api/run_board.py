"""The state of a run and of its steps, followed event by event: live, or from its log."""

from __future__ import annotations

from collections.abc import Iterable

from weftwork.records.asset_events import AssetCheckEvaluation, AssetMaterialization
from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.event_data import EngineEventData, StepFailureData, StepRetryData, UserFailureData
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent
from weftwork.records.keys import AssetKey
from weftwork.records.values.metadata_value import IntMetadataValue, MetadataValue, TextMetadataValue

ROW_COUNT = "dagster/row_count"
PARTITION_ROW_COUNT = "dagster/partition_row_count"
_T = DagsterEventType
BOARD_EVENTS = frozenset({
    _T.STEP_START, _T.STEP_RESTARTED, _T.STEP_SUCCESS, _T.STEP_FAILURE, _T.STEP_SKIPPED, _T.STEP_UP_FOR_RETRY,
    _T.ASSET_MATERIALIZATION, _T.ASSET_CHECK_EVALUATION, _T.RUN_FAILURE, _T.RUN_CANCELED, _T.ENGINE_EVENT,
})  # fmt: skip
"""The kinds of events that change a board; others need not be read for it."""


class RowCounts:
    """How many rows were made, as materializations tell it.

    A run over many partitions tells the rows of each (they add up), or the same number for all (it counts once).
    """

    __slots__ = ("_by_partition", "_whole")

    def __init__(self) -> None:
        self._whole: dict[AssetKey, int] = {}
        self._by_partition: dict[AssetKey, int] = {}

    def note(self, made: AssetMaterialization) -> None:
        """Take in what a materialization tells."""
        if not made.metadata:
            return
        part = _whole_number(made.metadata.get(PARTITION_ROW_COUNT))
        if part is not None:
            self._by_partition[made.asset_key] = self._by_partition.get(made.asset_key, 0) + part
        whole = _whole_number(made.metadata.get(ROW_COUNT))
        if whole is not None:
            self._whole[made.asset_key] = whole

    def find(self, key: AssetKey) -> int | None:
        """Return the rows of an asset; None if it did not tell."""
        return self._by_partition.get(key, self._whole.get(key))

    @property
    def total(self) -> int | None:
        """The rows of all assets; None if none told."""
        counts = {**self._whole, **self._by_partition}
        return sum(counts.values()) if counts else None


def _whole_number(value: MetadataValue | None) -> int | None:
    return value.value if isinstance(value, IntMetadataValue) else None


class StepState:
    """What is known of one step.

    Attributes:
        key: the step.
        status: "RUNNING", "SUCCESS", "FAILURE", "SKIPPED" or "RETRYING".
        start_s: when it first started, in seconds since the epoch; None if it did not.
        end_s: when it ended.
        attempts: how often it started.
        error: why it failed or is tried again.
        failure: what the user said of the failure.
        reason: why it ran, or did not, where only what is not up to date is made.
        rows: what it made, in rows.
    """

    __slots__ = ("attempts", "end_s", "error", "failure", "key", "reason", "rows", "start_s", "status")

    def __init__(self, key: str) -> None:
        self.key = key
        self.status = "RUNNING"
        self.start_s: float | None = None
        self.end_s: float | None = None
        self.attempts = 0
        self.error: SerializableErrorInfo | None = None
        self.failure: UserFailureData | None = None
        self.reason: str | None = None
        self.rows = RowCounts()

    @property
    def duration_s(self) -> float | None:
        """From its first start to its end; None while it has not ended."""
        return None if self.start_s is None or self.end_s is None else max(0.0, self.end_s - self.start_s)


_STATUS_OF_END = {
    _T.STEP_SUCCESS: "SUCCESS",
    _T.STEP_FAILURE: "FAILURE",
    _T.STEP_SKIPPED: "SKIPPED",
    _T.STEP_UP_FOR_RETRY: "RETRYING",
}


class RunBoard:
    """What a run has done so far.

    Attributes:
        steps: its steps, in the order in which they first did something.
        checks: what its checks found, in order.
        made: the assets that it made, with the partitions of each (None for the asset as a whole).
        latest: the latest materialization of each asset that it made.
        rows: how many rows it made.
        error: why it failed as a whole.
    """

    def __init__(self) -> None:
        self.steps: dict[str, StepState] = {}
        self._reasons: dict[str, str] = {}
        self._kept: dict[str, str] = {}
        self.checks: list[AssetCheckEvaluation] = []
        self.made: dict[AssetKey, list[str | None]] = {}
        self.latest: dict[AssetKey, AssetMaterialization] = {}
        self.rows = RowCounts()
        self.error: SerializableErrorInfo | None = None

    def note_all(self, events: Iterable[DagsterEvent]) -> RunBoard:
        """Take in events, oldest first, and return the board."""
        for event in events:
            self.note(event)
        return self

    def note(self, event: DagsterEvent) -> StepState | None:
        """Take in an event.

        Returns:
            The step, if the event says that it starts, ends, or will be tried again.
        """
        kind = event.event_type
        if kind not in BOARD_EVENTS:
            return None
        if kind is _T.ASSET_MATERIALIZATION:
            self._note_made(event)
        elif kind is _T.ASSET_CHECK_EVALUATION:
            self.checks.append(event.asset_check_evaluation)
        elif event.step_key is not None and kind is not _T.ENGINE_EVENT:
            return self._note_step(event, kind)
        else:
            data = event.event_specific_data
            self.error = getattr(data, "error", None) or self.error
            if event.step_key is not None and isinstance(data, EngineEventData):
                self._note_reason(event.step_key, data)
        return None

    def _note_reason(self, step_key: str, data: EngineEventData) -> None:
        reason = data.metadata.get("reason")
        if isinstance(reason, TextMetadataValue) and ("asset" in data.metadata or "check" in data.metadata):
            self._reasons.setdefault(step_key, reason.value or "")

    def _note_kept(self, step: StepState) -> None:
        """Give all steps of a node that stays as it is the reason that its first one was skipped for."""
        node = step.key.partition(".")[0]
        if step.reason is not None:
            self._kept[node] = step.reason
        step.reason = self._kept.get(node)

    def _note_made(self, event: DagsterEvent) -> None:
        made = event.materialization
        self.made.setdefault(made.asset_key, []).append(made.partition)
        self.latest[made.asset_key] = made
        self.rows.note(made)
        if event.step_key is not None:
            self._step(event.step_key).rows.note(made)

    def _note_step(self, event: DagsterEvent, kind: DagsterEventType) -> StepState:
        assert event.step_key is not None
        step = self._step(event.step_key)
        if kind in (_T.STEP_START, _T.STEP_RESTARTED):
            step.status, step.end_s = "RUNNING", None
            step.attempts += 1
            if step.start_s is None:
                step.start_s = event.timestamp
            return step
        step.status = _STATUS_OF_END[kind]
        if kind is _T.STEP_SKIPPED:
            self._note_kept(step)
        step.end_s = event.timestamp
        data = event.event_specific_data
        if isinstance(data, (StepFailureData, StepRetryData)):
            step.error = data.error
        if isinstance(data, StepFailureData):
            step.failure = data.user_failure_data
        return step

    def _step(self, key: str) -> StepState:
        step = self.steps.get(key)
        if step is None:
            step = self.steps[key] = StepState(key)
            step.reason = self._reasons.get(key)
        return step
