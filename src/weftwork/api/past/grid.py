"""The latest runs side by side: runs by steps, with the state and the duration of each step in each run."""

from __future__ import annotations

from collections.abc import Sequence

from weftwork.api.run_query import RunQuery
from weftwork.api.runs import RunView, view_run
from weftwork.api.view import View
from weftwork.instance.instance import DagsterInstance
from weftwork.records.event_type import DagsterEventType
from weftwork.records.lookups.pages import StepMark
from weftwork.records.runs import DagsterRunStatus, RunRecord

_MAX_RUNS = 100
_MAX_STEPS = 2000
_T = DagsterEventType
_STATUSES = ("RUNNING", "SUCCESS", "FAILURE", "SKIPPED", "RETRYING", "CANCELED")
_NUMBER = {name: number for number, name in enumerate(_STATUSES)}
_STATUS_OF = {
    _T.STEP_START: "RUNNING",
    _T.STEP_RESTARTED: "RUNNING",
    _T.STEP_SUCCESS: "SUCCESS",
    _T.STEP_FAILURE: "FAILURE",
    _T.STEP_SKIPPED: "SKIPPED",
    _T.STEP_UP_FOR_RETRY: "RETRYING",
}
_STOPPED = {DagsterRunStatus.FAILURE: "FAILURE", DagsterRunStatus.CANCELED: "CANCELED"}


class RunGridQuery(RunQuery):
    """Which runs are side by side; as for a page of runs, but for fewer.

    Attributes:
        limit: how many runs, 100 at most.
    """

    limit: int = 25


class RunGrid(View):
    """Runs by steps.

    Attributes:
        runs: the runs, newest first.
        steps: the keys of all steps that any of them had, in the order in which the newest began them.
        statuses: table of states: "RUNNING", "SUCCESS", "FAILURE", "SKIPPED", "RETRYING", "CANCELED".
        cells: for each run its steps: the number of the step, the number of its state, when it started in seconds
            since the epoch, and for how many seconds it ran (None while it does, or if it did not).
        has_more_steps: whether steps are left out because there are more than 2,000.
        cursor: where the next page begins; None if there is none.
    """

    runs: list[RunView]
    steps: list[str]
    statuses: list[str]
    cells: list[list[tuple[int, int, float | None, float | None]]]
    has_more_steps: bool
    cursor: str | None


class _Cell:
    __slots__ = ("end", "start", "status")

    def __init__(self) -> None:
        self.status = "RUNNING"
        self.start: float | None = None
        self.end: float | None = None

    def note(self, mark: StepMark) -> None:
        self.status = _STATUS_OF[mark.kind]
        if self.status != "RUNNING":
            self.end = mark.timestamp
        elif self.start is None:
            self.start = mark.timestamp
        else:
            self.end = None


def get_run_grid(instance: DagsterInstance, query: RunGridQuery) -> RunGrid:
    """Return the latest runs that fit, by steps."""
    limit = min(max(1, query.limit), _MAX_RUNS)
    records = instance.get_run_records(query.to_filter(), limit=limit + 1, cursor=query.cursor)
    page = records[:limit]
    ids = [record.dagster_run.run_id for record in page]
    by_run: dict[str, dict[str, _Cell]] = {run_id: {} for run_id in ids}
    for mark in instance.list_step_marks(ids, _STATUS_OF) if ids else ():
        by_run[mark.run_id].setdefault(mark.step_key, _Cell()).note(mark)
    steps = list(dict.fromkeys(key for run_id in ids for key in by_run[run_id]))
    numbers = {key: number for number, key in enumerate(steps[:_MAX_STEPS])}
    return RunGrid(
        runs=[view_run(record) for record in page],
        steps=list(numbers),
        statuses=list(_STATUSES),
        cells=[_view_cells(record, by_run[record.dagster_run.run_id], numbers) for record in page],
        has_more_steps=len(steps) > len(numbers),
        cursor=page[-1].dagster_run.run_id if len(records) > limit else None,
    )


def _view_cells(
    record: RunRecord, cells: dict[str, _Cell], numbers: dict[str, int]
) -> list[tuple[int, int, float | None, float | None]]:
    stopped = _STOPPED.get(record.dagster_run.status)
    found: Sequence[tuple[int, _Cell]] = [
        (numbers[key], cell) for key, cell in cells.items() if key in numbers
    ]
    return [
        (
            number,
            _NUMBER[stopped if stopped and cell.status == "RUNNING" else cell.status],
            cell.start,
            None if cell.start is None or cell.end is None else max(0.0, cell.end - cell.start),
        )
        for number, cell in found
    ]
