"""Which runs before failed in the same way: with the same kind of exception from the same function of the user's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from weftwork.api.error_view import view_error
from weftwork.api.host import Host
from weftwork.api.past.first_errors import FirstError, recall_failures
from weftwork.api.runs import RunView, find_user_error, resolve_run_id, view_run
from weftwork.api.view import View
from weftwork.records.runs import DagsterRunStatus, RunRecord, RunsFilter

_LOOK_BACK = 200
_MAX_LISTED = 10


class Fingerprint(NamedTuple):
    """What makes two errors the same.

    Attributes:
        class_name: the class of the user's exception.
        file: the file of the innermost frame of the user's code.
        function: its function.
    """

    class_name: str
    file: str
    function: str


class SameError(View):
    """The runs of the same job that failed in the same way before.

    Attributes:
        class_name: the class of the exception; None if the run did not fail, or told no error.
        place: file and function of the user's code that raised it, "file.py: function".
        count: how many of the runs before failed in the same way.
        in_a_row: how many of them directly before this one, without another outcome between.
        looked_at: how many failed runs before were looked at, 200 at most.
        first: the first of them.
        latest: the latest of them, newest first, 10 at most.
    """

    class_name: str | None
    place: str | None
    count: int
    in_a_row: int
    looked_at: int
    first: RunView | None
    latest: list[RunView]


def find_same_error(host: Host, run_id: str) -> SameError:
    """Return which runs of the same job failed in the same way before.

    Raises:
        DagsterRunNotFoundError: if there is no such run, or more than one.
    """
    instance = host.instance
    run_id = resolve_run_id(instance, run_id)
    record = instance.get_run_record_by_id(run_id)
    assert record is not None
    run = record.dagster_run
    mark = recall_failures(host, [run_id], _mark).get(run_id) if run.is_failure else None
    if mark is None:
        return SameError(class_name=None, place=None, count=0, in_a_row=0, looked_at=0, first=None, latest=[])
    filters = RunsFilter(job_name=run.job_name, statuses=[DagsterRunStatus.FAILURE])
    before = instance.get_run_records(filters, limit=_LOOK_BACK, cursor=run_id)
    marks = recall_failures(host, [one.dagster_run.run_id for one in before], _mark)
    same = [one for one in before if marks.get(one.dagster_run.run_id) == mark]
    return SameError(
        class_name=mark.class_name,
        place=f"{mark.file}: {mark.function}" if mark.file else None,
        count=len(same),
        in_a_row=_count_in_a_row(host, record, same),
        looked_at=len(before),
        first=view_run(same[-1]) if same else None,
        latest=[view_run(one) for one in same[:_MAX_LISTED]],
    )


def _count_in_a_row(host: Host, record: RunRecord, same: Sequence[RunRecord]) -> int:
    """Return how many runs of the job, back from this one, are of the same error."""
    run = record.dagster_run
    ids = host.instance.get_run_ids(RunsFilter(job_name=run.job_name), limit=len(same) + 1, cursor=run.run_id)
    wanted = {one.dagster_run.run_id for one in same}
    count = 0
    for run_id in ids:
        if run_id not in wanted:
            break
        count += 1
    return count


def _mark(first: FirstError | None) -> Fingerprint | None:
    if first is None or first.error is None:
        return None
    told = view_error(find_user_error(first.error))
    frame = next((frame for frame in reversed(told.frames) if frame.is_user), None)
    return Fingerprint(told.class_name, frame.file if frame else "", frame.name if frame else "")
