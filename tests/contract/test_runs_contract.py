"""What an instance keeps of runs, on every backend."""

import datetime
from collections.abc import Callable

import pytest

from weftwork.base.errors import CheckError, DagsterRunAlreadyExists, DagsterRunNotFoundError
from weftwork.instance.instance import DagsterInstance
from weftwork.records.event_data import JobFailureData, RunFailureReason
from weftwork.records.events import DagsterEvent
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.runs import DagsterRun, DagsterRunStatus, RunsFilter

Status = DagsterRunStatus


def run(run_id: str, job: str = "j", **fields: object) -> DagsterRun:
    return DagsterRun(job_name=job, run_id=run_id, **fields)


def ids(runs: object) -> list[str]:
    return [one.run_id for one in runs]


def test_a_run_comes_back_as_it_was_added(instance: DagsterInstance) -> None:
    added = instance.add_run(
        run(
            "r1",
            run_config={"ops": {"a": {"config": {"n": [1, None, "x"]}}}},
            asset_selection=frozenset({AssetKey(["a", "b"])}),
            asset_check_selection=frozenset({AssetCheckKey(AssetKey("a"), "c")}),
            op_selection=["a*"],
            step_keys_to_execute=["a"],
            tags={"team": "data"},
            root_run_id="r0",
            parent_run_id="r0",
        )
    )

    assert instance.get_run_by_id("r1") == added
    assert instance.get_runs() == [added]
    assert instance.has_run("r1")


def test_an_unknown_run_is_none(instance: DagsterInstance) -> None:
    assert instance.get_run_by_id("nobody") is None
    assert instance.get_run_record_by_id("nobody") is None
    assert not instance.has_run("nobody")


def test_a_run_id_is_taken_once(instance: DagsterInstance) -> None:
    instance.add_run(run("r1"))

    with pytest.raises(DagsterRunAlreadyExists, match="r1"):
        instance.add_run(run("r1"))


def test_create_run_makes_an_id_and_writes_tags_as_text(instance: DagsterInstance) -> None:
    made = instance.create_run(job_name="j", tags={"n": 1}, parent_run_id="p", root_run_id="q")

    assert made.status is Status.NOT_STARTED
    assert instance.get_run_by_id(made.run_id).tags == {
        "n": "1",
        "dagster/parent_run_id": "p",
        "dagster/root_run_id": "q",
    }


def test_runs_are_listed_newest_first_and_by_page(instance: DagsterInstance) -> None:
    for number in range(5):
        instance.add_run(run(f"r{number}"))

    first = instance.get_runs(limit=2)
    second = instance.get_runs(limit=2, cursor=first[-1].run_id)

    assert ids(first) == ["r4", "r3"]
    assert ids(second) == ["r2", "r1"]
    assert ids(instance.get_runs(ascending=True, limit=2)) == ["r0", "r1"]
    assert ids(instance.get_runs(ascending=True, cursor="r3")) == ["r4"]
    assert instance.get_runs(cursor="nobody") == []
    assert instance.get_run_ids(limit=1) == ["r4"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (RunsFilter(job_name="k"), ["r3"]),
        (RunsFilter(run_ids=["r1", "r3", "nobody"]), ["r3", "r1"]),
        (RunsFilter(statuses=[Status.QUEUED]), ["r2"]),
        (RunsFilter(statuses=[Status.QUEUED, Status.NOT_STARTED]), ["r3", "r2", "r1"]),
        (RunsFilter(tags={"team": "data"}), ["r3", "r1"]),
        (RunsFilter(tags={"team": ["data", "web"]}), ["r3", "r2", "r1"]),
        (RunsFilter(tags={"team": "data", "size": "big"}), ["r3"]),
        (RunsFilter(exclude_subruns=True), ["r3", "r2"]),
        (RunsFilter(tags={"team": "nobody"}), []),
        (RunsFilter(), ["r3", "r2", "r1"]),
    ],
)
def test_runs_are_found_by_filter(
    instance: DagsterInstance, filters: RunsFilter, expected: list[str]
) -> None:
    instance.add_run(run("r1", tags={"team": "data", "dagster/backfill": "b"}))
    instance.add_run(run("r2", tags={"team": "web"}, status=Status.QUEUED))
    instance.add_run(run("r3", job="k", tags={"team": "data", "size": "big"}))

    assert ids(instance.get_runs(filters)) == expected
    assert instance.get_runs_count(filters) == len(expected)
    assert list(instance.get_run_ids(filters)) == expected


def test_a_filter_of_many_thousand_ids_is_no_problem(instance: DagsterInstance) -> None:
    instance.add_run(run("r1"))

    assert instance.get_runs_count(RunsFilter(run_ids=[f"r{number}" for number in range(50_000)])) == 1


def test_a_filter_of_no_ids_is_refused(instance: DagsterInstance) -> None:
    with pytest.raises(CheckError, match="at least one"):
        instance.get_runs(RunsFilter(run_ids=[]))


def test_runs_are_found_by_when_they_were_created_and_changed(instance: DagsterInstance) -> None:
    instance.add_run(run("r1"))
    now = datetime.datetime.now(datetime.UTC)
    hour = datetime.timedelta(hours=1)

    assert instance.get_runs_count(RunsFilter(created_after=now - hour, updated_after=now - hour)) == 1
    assert instance.get_runs_count(RunsFilter(created_before=now - hour)) == 0
    assert instance.get_runs_count(RunsFilter(updated_before=now + hour)) == 1


@pytest.mark.parametrize("ascending", [True, False])
def test_pages_in_another_order_hold_every_run_once(instance: DagsterInstance, ascending: bool) -> None:
    starts = {"r0": 5.0, "r1": None, "r2": 9.0, "r3": 5.0, "r4": 1.0}
    for run_id, start in starts.items():
        instance.add_run(run(run_id))
        if start is not None:
            event = DagsterEvent(event_type_value="PIPELINE_START", job_name="j")
            instance.report_dagster_event(event, run_id, timestamp=start)

    found: list[str] = []
    while page := instance.get_run_records(
        limit=2, order_by="start_time", ascending=ascending, cursor=found[-1] if found else None
    ):
        found += [record.dagster_run.run_id for record in page]

    order = ["r1", "r4", "r0", "r3", "r2"]
    assert found == (order if ascending else order[::-1])


def test_an_unknown_order_is_refused(instance: DagsterInstance) -> None:
    with pytest.raises(CheckError, match="create_timestamp"):
        instance.get_run_records(order_by="colour")


def event(kind: str, timestamp: float, **fields: object) -> DagsterEvent:
    return DagsterEvent(event_type_value=kind, job_name="j", timestamp=timestamp, **fields)


def test_events_move_a_run_through_its_states(instance: DagsterInstance) -> None:
    recorder = instance.open_recorder(instance.add_run(run("r1")))

    recorder.commit([event("PIPELINE_START", 10.0)])
    assert instance.get_run_by_id("r1").status is Status.STARTED
    recorder.commit([event("STEP_START", 11.0, step_key="a"), event("PIPELINE_SUCCESS", 12.0)])

    record = instance.get_run_record_by_id("r1")
    assert record.dagster_run.status is Status.SUCCESS
    assert (record.start_time, record.end_time) == (10.0, 12.0)


@pytest.mark.parametrize(
    "late", ["PIPELINE_SUCCESS", "PIPELINE_START", "PIPELINE_FAILURE", "PIPELINE_CANCELING"]
)
def test_an_ended_run_stays_as_it_ended(instance: DagsterInstance, late: str) -> None:
    recorder = instance.open_recorder(instance.add_run(run("r1")))
    recorder.commit([event("PIPELINE_START", 1.0), event("PIPELINE_CANCELED", 2.0)])

    recorder.commit([event(late, 3.0)])

    record = instance.get_run_record_by_id("r1")
    assert (record.dagster_run.status, record.end_time) == (Status.CANCELED, 2.0)
    assert instance.get_run_by_id("r1").status is Status.CANCELED
    assert [entry.dagster_event_type.value for entry in instance.all_logs("r1")][-1] == late


def test_a_failed_run_says_why_in_its_tags(instance: DagsterInstance) -> None:
    failed = instance.add_run(run("r1", tags={"team": "data"}))

    instance.report_run_failed(
        failed, "it broke", JobFailureData(failure_reason=RunFailureReason.STEP_FAILURE)
    )

    assert instance.get_run_by_id("r1").tags == {"team": "data", "dagster/failure_reason": "STEP_FAILURE"}
    assert ids(instance.get_runs(RunsFilter(tags={"dagster/failure_reason": "STEP_FAILURE"}))) == ["r1"]


@pytest.mark.parametrize(
    ("report", "status"),
    [
        (DagsterInstance.report_run_failed, Status.FAILURE),
        (DagsterInstance.report_run_canceled, Status.CANCELED),
        (DagsterInstance.report_run_canceling, Status.CANCELING),
    ],
)
def test_the_end_of_a_run_is_reported(
    instance: DagsterInstance, report: Callable[..., object], status: DagsterRunStatus
) -> None:
    report(instance, instance.add_run(run("r1")), "because")

    assert instance.get_run_by_id("r1").status is status
    assert instance.all_logs("r1")[0].message == "because"


def test_tags_are_added_and_listed(instance: DagsterInstance) -> None:
    instance.add_run(run("r1", tags={"a": "1"}))
    instance.add_run(run("r2", tags={"a": "12", "b": "3"}))

    instance.add_run_tags("r1", {"a": "2", "c": "4"})

    assert instance.get_run_by_id("r1").tags == {"a": "2", "c": "4"}
    assert instance.get_runs()[1].tags == {"a": "2", "c": "4"}
    assert instance.get_run_tag_keys() == ["a", "b", "c"]
    assert instance.get_run_tags(["a", "b"]) == [("a", {"2", "12"}), ("b", {"3"})]
    assert instance.get_run_tags(["a"], value_prefix="1") == [("a", {"12"})]
    assert instance.get_run_tags([]) == []


def test_tags_for_an_unknown_run_are_refused(instance: DagsterInstance) -> None:
    with pytest.raises(DagsterRunNotFoundError, match="nobody"):
        instance.add_run_tags("nobody", {"a": "1"})


def test_a_group_is_a_run_and_those_that_repeat_it(instance: DagsterInstance) -> None:
    instance.create_run(job_name="j", run_id="r1")
    instance.create_run(job_name="j", run_id="r2", root_run_id="r1", parent_run_id="r1")
    instance.create_run(job_name="j", run_id="r3", root_run_id="r1", parent_run_id="r2")

    root, group = instance.get_run_group("r3")

    assert (root, ids(group)) == ("r1", ["r1", "r2", "r3"])
    with pytest.raises(DagsterRunNotFoundError):
        instance.get_run_group("nobody")


def test_a_deleted_run_is_gone_with_its_log(instance: DagsterInstance) -> None:
    instance.add_run(run("r1"))
    instance.add_run(run("r2"))
    instance.open_recorder(run("r1")).commit([event("PIPELINE_START", 1.0)])

    instance.delete_run("r1")
    instance.delete_run("nobody")

    assert ids(instance.get_runs()) == ["r2"]
    assert instance.get_run_by_id("r1") is None
    assert instance.all_logs("r1") == []


def test_a_run_in_numbers(instance: DagsterInstance) -> None:
    recorder = instance.open_recorder(instance.add_run(run("r1")))
    recorder.commit(
        [
            event("PIPELINE_START", 1.0),
            event("STEP_START", 2.0, step_key="a"),
            event("STEP_UP_FOR_RETRY", 3.0, step_key="a"),
            event("STEP_RESTARTED", 4.0, step_key="a"),
            event("STEP_SUCCESS", 5.0, step_key="a", text="done"),
            event("STEP_START", 6.0, step_key="b"),
            event("STEP_FAILURE", 7.0, step_key="b"),
            event("PIPELINE_FAILURE", 8.0),
        ]
    )

    stats = instance.get_run_stats("r1")
    a, b = instance.get_run_step_stats("r1")

    assert (stats.steps_succeeded, stats.steps_failed, stats.start_time, stats.end_time) == (1, 1, 1.0, 8.0)
    assert (a.step_key, a.status.value, a.attempts, a.start_time, a.end_time) == ("a", "SUCCESS", 2, 2.0, 5.0)
    assert (b.step_key, b.status.value, b.attempts) == ("b", "FAILURE", 1)


def test_a_run_is_created_for_a_job(instance: DagsterInstance) -> None:
    class Job:
        name = "nightly"

    made = instance.create_run_for_job(Job(), tags={"a": "b"}, status="QUEUED")

    assert instance.get_run_by_id(made.run_id) == made
    assert (made.job_name, made.status, made.tags) == ("nightly", Status.QUEUED, {"a": "b"})
