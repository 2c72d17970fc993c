"""The steps of a run in time: one row for each, as columns, small enough for 10,000 steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from weftwork.api.run_plan import PlannedParents, find_outline, node_of
from weftwork.api.runs import resolve_run_id
from weftwork.api.view import View
from weftwork.instance.instance import DagsterInstance
from weftwork.records.event_data import ComputeLogsCaptureData, PlanOutline
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent, EventLogEntry
from weftwork.records.runs import DagsterRunStatus

_T = DagsterEventType
_KINDS = (
    _T.STEP_WORKER_STARTING, _T.STEP_START, _T.STEP_RESTARTED, _T.STEP_SUCCESS, _T.STEP_FAILURE, _T.STEP_SKIPPED,
    _T.STEP_UP_FOR_RETRY, _T.LOADED_INPUT, _T.ASSET_MATERIALIZATION_PLANNED, _T.ASSET_MATERIALIZATION,
    _T.LOGS_CAPTURED, _T.RUN_ENQUEUED, _T.RUN_STARTING,
)  # fmt: skip
_ENDS = {
    _T.STEP_SUCCESS: "SUCCESS",
    _T.STEP_FAILURE: "FAILURE",
    _T.STEP_SKIPPED: "SKIPPED",
    _T.STEP_UP_FOR_RETRY: "RETRYING",
}


class RunTimeline(View):
    """The steps of a run as columns: the n-th entry of each list is of the n-th step.

    Steps that have begun come first, in that order, then those that have not, as they are planned. Of a step that is
    there for each item of a dynamic output, and has none yet, there is one with the key "op[?]" while the run goes on.

    Attributes:
        run_id: the run.
        status: its state.
        created_at: when it was created, in seconds since the epoch.
        enqueued_at: when it was queued; None if it was not.
        launched_at: when its process was asked for; None if that is not known.
        started_at: when it started; None if it has not.
        ended_at: when it ended; None if it has not.
        now: the time at the server, for what still goes on, in seconds since the epoch.
        cursor: the last entry of the log that is in it; follow the log from there.
        keys: the keys of the steps.
        nodes: the op or graph of each, names from the outside joined by ".".
        statuses: "WAITING", "RUNNING", "SUCCESS", "FAILURE", "SKIPPED" or "RETRYING".
        launched: when the process of each was asked for, in seconds since the epoch; None if none was.
        attempts: for each the attempts: [start, end or null, 1 if it succeeded else 0].
        parents: for each the numbers of the steps that it waits for, as planned, or whose outputs it loaded.
        assets: for each the assets that it made, or was to make.
        groups: for each the group of these assets, as the code has it now; empty for none.
        has_output: whether what each printed was captured.
    """

    run_id: str
    status: DagsterRunStatus
    created_at: float
    enqueued_at: float | None
    launched_at: float | None
    started_at: float | None
    ended_at: float | None
    now: float
    cursor: str | None
    keys: list[str]
    nodes: list[str]
    statuses: list[str]
    launched: list[float | None]
    attempts: list[list[tuple[float, float | None, int]]]
    parents: list[list[int]]
    assets: list[list[str]]
    groups: list[str]
    has_output: list[bool]


class _Row:
    __slots__ = ("assets", "attempts", "has_output", "launched", "node", "parents", "status")

    def __init__(self) -> None:
        self.status = "WAITING"
        self.node = ""
        self.launched: float | None = None
        self.attempts: list[tuple[float, float | None, int]] = []
        self.parents: set[str] = set()
        self.assets: list[str] = []
        self.has_output = False

    def note(self, kind: DagsterEventType, event: DagsterEvent, timestamp: float) -> None:
        if event.node_path and not self.node:
            self.node = ".".join(event.node_path)
        if kind is _T.STEP_WORKER_STARTING:
            self.launched = timestamp if self.launched is None else self.launched
        elif kind in (_T.STEP_START, _T.STEP_RESTARTED):
            self.status = "RUNNING"
            self.attempts.append((timestamp, None, 0))
        elif kind in _ENDS:
            self._end(_ENDS[kind], timestamp)
        elif kind is _T.LOADED_INPUT:
            upstream = getattr(event.event_specific_data, "upstream_step_key", None)
            if upstream:
                self.parents.add(upstream)
        elif kind is _T.LOGS_CAPTURED:
            self.has_output = True
        elif event.asset_key is not None:
            name = event.asset_key.to_user_string()
            if name not in self.assets:
                self.assets.append(name)

    def _end(self, status: str, timestamp: float) -> None:
        self.status = status
        if self.attempts and self.attempts[-1][1] is None:
            self.attempts[-1] = (self.attempts[-1][0], timestamp, int(status == "SUCCESS"))


def _no_group(_asset: str) -> str:
    return ""


def get_run_timeline(
    instance: DagsterInstance, run_id: str, *, now: float, group_of: Callable[[str], str] = _no_group
) -> RunTimeline:
    """Return the steps of a run in time.

    Args:
        instance: where it is recorded.
        run_id: its id, or the beginning of it.
        now: the time, in seconds since the epoch.
        group_of: finds the group of an asset by its key; empty for none.

    Raises:
        DagsterRunNotFoundError: if there is no such run, or more than one.
    """
    run_id = resolve_run_id(instance, run_id)
    record = instance.get_run_record_by_id(run_id)
    assert record is not None
    page = instance.get_records_for_run(run_id, of_type=set(_KINDS))
    rows, moments = _read(entry.event_log_entry for entry in page.records)
    outline = find_outline(instance, run_id)
    rows = _order(rows, outline, with_items_to_come=not record.dagster_run.is_finished)
    numbers = {key: number for number, key in enumerate(rows)}
    planned = PlannedParents(outline or PlanOutline(keys=[], parents=[]), numbers)
    ordered = list(rows.values())
    return RunTimeline(
        run_id=run_id,
        status=record.dagster_run.status,
        created_at=record.create_timestamp.timestamp(),
        enqueued_at=moments.get(_T.RUN_ENQUEUED),
        launched_at=moments.get(_T.RUN_STARTING),
        started_at=record.start_time,
        ended_at=record.end_time,
        now=now,
        cursor=page.cursor or None,
        keys=list(rows),
        nodes=[row.node or node_of(key) for key, row in rows.items()],
        statuses=[row.status for row in ordered],
        launched=[row.launched for row in ordered],
        attempts=[row.attempts for row in ordered],
        parents=[
            sorted({*planned.list(key), *(numbers[each] for each in row.parents if each in numbers)})
            for key, row in rows.items()
        ],
        assets=[row.assets for row in ordered],
        groups=[group_of(row.assets[0]) if row.assets else "" for row in ordered],
        has_output=[row.has_output for row in ordered],
    )


def _read(entries: Iterable[EventLogEntry]) -> tuple[dict[str, _Row], dict[DagsterEventType, float]]:
    rows: dict[str, _Row] = {}
    moments: dict[DagsterEventType, float] = {}
    for entry in entries:
        event = entry.get_dagster_event()
        kind = event.event_type
        if kind in (_T.RUN_ENQUEUED, _T.RUN_STARTING):
            moments.setdefault(kind, entry.timestamp)
            continue
        for key in _steps_of(event):
            row = rows.get(key)
            if row is None:
                row = rows[key] = _Row()
            row.note(kind, event, entry.timestamp)
    return rows, moments


def _order(
    rows: dict[str, _Row], outline: PlanOutline | None, *, with_items_to_come: bool
) -> dict[str, _Row]:
    """Return the steps in the order in which they began, with those that are planned."""
    planned = list(outline.keys) if outline is not None else []
    begun = {node_of(key) for key in rows}
    all_rows = dict(rows)
    for key in planned:
        if key not in rows and ("[" not in key or (with_items_to_come and node_of(key) not in begun)):
            all_rows[key] = _Row()
    places = {node_of(key): place for place, key in enumerate(planned)}

    def rank(key: str) -> tuple[float, int]:
        attempts = all_rows[key].attempts
        return attempts[0][0] if attempts else float("inf"), places.get(node_of(key), 0)

    return {key: all_rows[key] for key in sorted(all_rows, key=rank)}


def _steps_of(event: DagsterEvent) -> Sequence[str]:
    if event.step_key is not None:
        return (event.step_key,)
    data = event.event_specific_data
    return data.step_keys if isinstance(data, ComputeLogsCaptureData) and data.is_of_attempt else ()
