"""A failed run and the run that repeats it are recorded together, on every backend that outlives a process."""

import pytest

import weftwork as dg
from weftwork.instance.instance import DagsterInstance
from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.events import DagsterEvent
from weftwork.records.runs import DagsterRun
from weftwork.storage import repeats

CODE = CodeOrigin(module_name="somewhere")


@pytest.fixture
def instance(instance: DagsterInstance) -> DagsterInstance:
    if instance.is_ephemeral:
        pytest.skip("runs of an instance in memory are not launched")
    return instance


def started(instance: DagsterInstance, origin: CodeOrigin | None = CODE, **tags: str) -> DagsterRun:
    named = {f"dagster/{key}": value for key, value in tags.items()}
    run = DagsterRun(job_name="job", run_id="first", tags=named, code_origin=origin)
    instance.add_run(run)
    instance.report_dagster_event(DagsterEvent(event_type_value="PIPELINE_START", job_name="job"), "first")
    return run


def test_with_the_failure_the_repetition_is_queued(instance: DagsterInstance) -> None:
    run = started(instance, max_retries="1")

    instance.report_run_failed(run)

    failed = instance.get_run_by_id("first")
    assert failed is not None
    again = instance.get_run_by_id(failed.tags["dagster/auto_retry_run_id"])
    assert again is not None
    assert again.status is dg.DagsterRunStatus.QUEUED
    assert again.parent_run_id == "first"
    assert failed.tags["dagster/will_retry"] == "true"
    assert [entry.dagster_event_type for entry in instance.all_logs(again.run_id)] == [
        dg.DagsterEventType.RUN_ENQUEUED
    ]


def test_a_failure_told_twice_is_repeated_once(instance: DagsterInstance) -> None:
    run = started(instance, max_retries="5")

    instance.report_run_failed(run)
    instance.report_run_failed(run)

    assert instance.get_runs_count() == 2


def test_what_was_said_while_the_run_went_on_counts(instance: DagsterInstance) -> None:
    run = started(instance)
    instance.add_run_tags("first", {"dagster/max_retries": "1"})

    instance.report_run_failed(run)

    assert instance.get_runs_count() == 2


def test_neither_is_recorded_without_the_other(
    instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(instance, max_retries="1")

    def dies(*_: object) -> None:
        raise OSError("killed here")

    with monkeypatch.context() as patched:
        patched.setattr(repeats, "insert_run", dies)
        with pytest.raises(OSError, match="killed here"):
            instance.report_run_failed(run)
    assert [run.status.value for run in instance.get_runs()] == ["STARTED"]

    instance.report_run_failed(run)
    assert [run.status.value for run in instance.get_runs()] == ["QUEUED", "FAILURE"]


def test_without_a_wish_or_a_place_of_code_nothing_is_repeated(instance: DagsterInstance) -> None:
    run = started(instance, origin=None, max_retries="1")

    instance.report_run_failed(run)

    assert instance.get_runs_count() == 1
    failed = instance.get_run_by_id("first")
    assert failed is not None
    assert "dagster/will_retry" not in failed.tags
