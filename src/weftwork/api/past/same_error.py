"""Which runs before failed in the same way: with the same kind of exception from the same function of the user's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from weftwork.api.error_view import view_error
from weftwork.api.host import Host
from weftwork.api.past.first_errors import list_first_errors
from weftwork.api.runs import RunView, find_user_error, resolve_run_id, view_run
from weftwork.api.view import View
from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.runs import DagsterRunStatus, RunRecord, RunsFilter

_LOOK_BACK = 200
_MAX_LISTED = 10
_MAX_REMEMBERED = 20_000


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


class _Memory:
    """The fingerprints of runs that have failed; what a run failed of does not change any more."""

    def __init__(self) -> None:
        self.known: dict[str, Fingerprint | None] = {}


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
    mark = _fingerprints(host, [run_id])[run_id] if run.is_failure else None
    if mark is None:
        return SameError(class_name=None, place=None, count=0, in_a_row=0, looked_at=0, first=None, latest=[])
    filters = RunsFilter(job_name=run.job_name, statuses=[DagsterRunStatus.FAILURE])
    before = instance.get_run_records(filters, limit=_LOOK_BACK, cursor=run_id)
    marks = _fingerprints(host, [one.dagster_run.run_id for one in before])
    same = [one for one in before if marks[one.dagster_run.run_id] == mark]
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


def _fingerprints(host: Host, run_ids: Sequence[str]) -> dict[str, Fingerprint | None]:
    memory: _Memory = host.memory.setdefault(_Memory, _Memory())
    known = memory.known
    if len(known) > _MAX_REMEMBERED:
        known.clear()
    unknown = [run_id for run_id in run_ids if run_id not in known]
    if unknown:
        errors = list_first_errors(host, unknown)
        known.update(
            (run_id, _mark(errors[run_id].error if run_id in errors else None)) for run_id in unknown
        )
    return {run_id: known.get(run_id) for run_id in run_ids}


def _mark(error: SerializableErrorInfo | None) -> Fingerprint | None:
    if error is None:
        return None
    told = view_error(find_user_error(error))
    frame = next((frame for frame in reversed(told.frames) if frame.is_user), None)
    return Fingerprint(told.class_name, frame.file if frame else "", frame.name if frame else "")
