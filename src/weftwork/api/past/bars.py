"""Runs as bars in time: what ran in a window, as columns."""

from __future__ import annotations

from weftwork.api.view import Instant, View
from weftwork.instance.instance import DagsterInstance
from weftwork.records.runs import DagsterRunStatus, RunsFilter
from weftwork.serde.record import Record

MAX_BARS = 5000


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
    runs = instance.list_run_headers(filters, limit=MAX_BARS + 1)
    is_complete = len(runs) <= MAX_BARS
    runs = runs[:MAX_BARS]
    jobs = {name: number for number, name in enumerate(dict.fromkeys(run.job_name for run in runs))}
    statuses = {status: number for number, status in enumerate(DagsterRunStatus)}
    return RunBars(
        ids=[run.run_id for run in runs],
        jobs=list(jobs),
        job=[jobs[run.job_name] for run in runs],
        statuses=[status.value for status in statuses],
        status=[statuses[run.status] for run in runs],
        created=[run.created_at for run in runs],
        started=[run.started_at for run in runs],
        ended=[run.ended_at for run in runs],
        is_complete=is_complete,
    )
