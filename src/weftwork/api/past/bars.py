"""Runs as bars in time: what ran in a window, as columns."""

from __future__ import annotations

from weftwork.api.view import Instant, View
from weftwork.instance.instance import DagsterInstance
from weftwork.records.runs import DagsterRunStatus, RunsFilter
from weftwork.serde.record import Record

MAX_BARS = 5000
_S = DagsterRunStatus


class RunBarsQuery(Record):
    """Which window of time is asked for.

    Attributes:
        begin: its first instant.
        end: its last instant; now by default.
        job: only runs of this job.
    """

    begin: Instant
    end: Instant | None = None
    job: str | None = None


class RunBars(View):
    """Runs as columns, newest first: the n-th entry of each list is of the n-th run.

    Attributes:
        ids: their ids.
        jobs: table of jobs.
        job: number of the job of each.
        statuses: table of states.
        status: number of the state of each.
        created: when each was created, in seconds since the epoch.
        started: when each started; None if it has not.
        ended: when each ended; None if it has not.
        is_complete: whether all runs of the time are there.
    """

    ids: list[str]
    jobs: list[str]
    job: list[int]
    statuses: list[str]
    status: list[int]
    created: list[float]
    started: list[float | None]
    ended: list[float | None]
    is_complete: bool


def list_bars(instance: DagsterInstance, query: RunBarsQuery) -> RunBars:
    """Return the runs of a window of time: those created before its end that something happened to after its begin."""
    filters = RunsFilter(job_name=query.job, updated_after=query.begin, created_before=query.end)
    records = instance.get_run_records(filters, limit=MAX_BARS + 1)
    is_complete = len(records) <= MAX_BARS
    records = records[:MAX_BARS]
    names = dict.fromkeys(record.dagster_run.job_name for record in records)
    jobs = {name: number for number, name in enumerate(names)}
    statuses = [status.value for status in _S]
    return RunBars(
        ids=[record.dagster_run.run_id for record in records],
        jobs=list(jobs),
        job=[jobs[record.dagster_run.job_name] for record in records],
        statuses=statuses,
        status=[statuses.index(record.dagster_run.status.value) for record in records],
        created=[record.create_timestamp.timestamp() for record in records],
        started=[record.start_time for record in records],
        ended=[record.end_time for record in records],
        is_complete=is_complete,
    )
