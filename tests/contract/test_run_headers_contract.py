"""Runs without what they were asked to do, on every backend."""

import datetime

import pytest

from weftwork.instance.instance import DagsterInstance
from weftwork.records.runs import DagsterRun, DagsterRunStatus, RunsFilter

Status = DagsterRunStatus


def test_headers_tell_what_records_tell(instance: DagsterInstance) -> None:
    for number in range(6):
        status = (Status.SUCCESS, Status.FAILURE, Status.QUEUED)[number % 3]
        instance.add_run(DagsterRun(job_name=f"j{number % 2}", run_id=f"r{number}", status=status))
    instance.report_run_failed(instance.get_run_by_id("r2"))

    headers = instance.list_run_headers(None, limit=5)

    records = instance.get_run_records(limit=5)
    assert [header.run_id for header in headers] == ["r5", "r4", "r3", "r2", "r1"]
    assert [(header[:3], header[4:]) for header in headers] == [
        ((record.dagster_run.run_id, record.dagster_run.job_name, record.dagster_run.status),
         (record.start_time, record.end_time))
        for record in records
    ]  # fmt: skip
    created = [record.create_timestamp.timestamp() for record in records]
    assert [header.created_at for header in headers] == pytest.approx(created)
    assert headers[3].status is Status.FAILURE
    assert headers[3].ended_at is not None


def test_headers_are_of_the_runs_that_are_asked_for(instance: DagsterInstance) -> None:
    for number in range(4):
        instance.add_run(
            DagsterRun(job_name=f"j{number % 2}", run_id=f"r{number}", tags={"team": str(number // 2)})
        )
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)

    def ids(**conditions: object) -> list[str]:
        return [run.run_id for run in instance.list_run_headers(RunsFilter(**conditions), limit=10)]

    assert ids(job_name="j1") == ["r3", "r1"]
    assert ids(tags={"team": ["0"]}) == ["r1", "r0"]
    assert ids(created_after=later) == []
    assert ids(statuses=[Status.SUCCESS]) == []
