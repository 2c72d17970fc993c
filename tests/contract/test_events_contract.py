"""What an instance keeps of events, on every backend."""

import math

import pytest

from weftwork.base.errors import DagsterInvariantViolationError, ParameterCheckError
from weftwork.instance.instance import DagsterInstance
from weftwork.records.asset_events import AssetMaterialization, AssetObservation
from weftwork.records.event_data import EngineEventData, StepMaterializationData
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent, EventLogEntry
from weftwork.records.keys import AssetKey
from weftwork.records.lookups.filters import (
    AssetRecordsFilter,
    EventRecordsFilter,
    RunStatusChangeRecordsFilter,
)
from weftwork.records.runs import DagsterRun

Kind = DagsterEventType
A = AssetKey("a")


def event(kind: Kind, timestamp: float = 1.0, **fields: object) -> DagsterEvent:
    return DagsterEvent(event_type_value=kind.value, job_name="j", timestamp=timestamp, **fields)


def made(
    partition: str | None = None, key: str = "a", timestamp: float = 1.0, **fields: object
) -> DagsterEvent:
    data = StepMaterializationData(AssetMaterialization(key, partition=partition, **fields))
    return event(Kind.ASSET_MATERIALIZATION, timestamp, event_specific_data=data)


def storage_ids(records: object) -> list[int]:
    return [record.storage_id for record in records]


def test_storage_ids_count_up_from_one_over_all_runs(instance: DagsterInstance) -> None:
    first = instance.open_recorder(instance.add_run(DagsterRun(job_name="j", run_id="r1")))
    second = instance.open_recorder(instance.add_run(DagsterRun(job_name="j", run_id="r2")))

    ids = [
        first.commit([event(Kind.STEP_START), event(Kind.STEP_SUCCESS, text="")]),
        second.commit([event(Kind.STEP_START)]),
    ]
    ids.append(first.commit([event(Kind.STEP_START)]))

    assert ids == [1, 3, 4]
    assert storage_ids(instance.get_records_for_run("r1").records) == [1, 2, 4]
    assert first.commit([]) is None


def test_storage_ids_count_on_after_questions(instance: DagsterInstance) -> None:
    recorder = instance.open_recorder(DagsterRun(job_name="j", run_id="r1"))

    ids = []
    for _ in range(3):
        ids.append(recorder.commit([event(Kind.STEP_START)]))
        assert len(instance.all_logs("r1")) == len(ids)
    instance.wipe_assets([A])

    assert ids == [1, 2, 3]
    assert recorder.commit([event(Kind.STEP_START)]) == 5


def test_events_and_lines_come_back_in_order(instance: DagsterInstance) -> None:
    recorder = instance.open_recorder(DagsterRun(job_name="j", run_id="r1"))
    line = EventLogEntry(
        level=30, user_message="careful ✓", run_id="r1", timestamp=2.0, step_key="a", job_name="j",
        log_metadata={"n": 1},
    )  # fmt: skip
    failure = event(Kind.STEP_FAILURE, 3.0, step_key="a")

    recorder.commit([event(Kind.STEP_START, 1.0, step_key="a"), line, failure])

    start, told, failed = instance.all_logs("r1")
    assert (start.dagster_event_type, start.level, start.timestamp) == (Kind.STEP_START, 10, 1.0)
    assert told == line
    assert (failed.dagster_event, failed.level, failed.step_key) == (failure, 40, "a")
    assert failed.user_message == failure.message


def test_what_json_cannot_hold_is_recorded_as_python_shows_it(instance: DagsterInstance) -> None:
    recorder = instance.open_recorder(DagsterRun(job_name="j", run_id="r1"))
    odd = EventLogEntry(user_message="\ud800", run_id="r1", timestamp=1.0, log_metadata={"o": 1j})

    recorder.commit([odd, made(metadata={"f": math.nan})])

    entry, materialized = instance.all_logs("r1")
    assert (entry.user_message, entry.log_metadata) == ("\\ud800", {"o": "1j"})
    assert math.isnan(materialized.asset_materialization.metadata["f"].value)


def test_the_log_is_read_by_kind_and_from_a_place(instance: DagsterInstance) -> None:
    recorder = instance.open_recorder(DagsterRun(job_name="j", run_id="r1"))
    recorder.commit(
        [event(Kind.STEP_START), event(Kind.STEP_FAILURE), event(Kind.STEP_START), event(Kind.STEP_SKIPPED)]
    )

    assert len(instance.all_logs("r1", Kind.STEP_START)) == 2
    assert len(instance.all_logs("r1", {Kind.STEP_START, Kind.STEP_FAILURE})) == 3
    assert [entry.dagster_event_type for entry in instance.logs_after("r1", 1, limit=2)] == [
        Kind.STEP_FAILURE,
        Kind.STEP_START,
    ]
    assert instance.all_logs("nobody") == []


def test_the_log_is_read_by_page(instance: DagsterInstance) -> None:
    instance.open_recorder(DagsterRun(job_name="j", run_id="r1")).commit(
        [event(Kind.STEP_START) for _ in range(5)]
    )

    first = instance.get_records_for_run("r1", limit=3)
    second = instance.get_records_for_run("r1", limit=3, cursor=first.cursor)
    third = instance.get_records_for_run("r1", limit=3, cursor=second.cursor)
    last = instance.get_records_for_run("r1", limit=2, ascending=False)

    assert (storage_ids(first.records), first.has_more) == ([1, 2, 3], True)
    assert (storage_ids(second.records), second.has_more) == ([4, 5], False)
    assert (third.records, third.cursor, third.has_more) == ([], second.cursor, False)
    assert (storage_ids(last.records), last.has_more) == ([5, 4], True)
    with pytest.raises(ParameterCheckError, match="cursor"):
        instance.get_records_for_run("r1", cursor="nonsense")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (EventRecordsFilter(Kind.ASSET_MATERIALIZATION), [5, 3, 2, 1]),
        (EventRecordsFilter(Kind.ASSET_MATERIALIZATION, A), [3, 2, 1]),
        (EventRecordsFilter(Kind.ASSET_MATERIALIZATION, A, ["p", "q"]), [3, 2]),
        (EventRecordsFilter(Kind.ASSET_MATERIALIZATION, A, ["q"]), [3]),
        (EventRecordsFilter(Kind.ASSET_MATERIALIZATION, after_cursor=2), [5, 3]),
        (EventRecordsFilter(Kind.ASSET_MATERIALIZATION, before_cursor=3), [2, 1]),
        (EventRecordsFilter(Kind.ASSET_MATERIALIZATION, after_timestamp=20.0), [5, 3]),
        (EventRecordsFilter(Kind.ASSET_MATERIALIZATION, before_timestamp=20.0), [1]),
        (EventRecordsFilter(Kind.ASSET_MATERIALIZATION, storage_ids=[1, 4, 5]), [5, 1]),
        (EventRecordsFilter(Kind.STEP_START), [4]),
        (EventRecordsFilter(Kind.ASSET_OBSERVATION), []),
    ],
)
def test_events_are_found_by_filter(
    instance: DagsterInstance, filters: EventRecordsFilter, expected: list[int]
) -> None:
    recorder = instance.open_recorder(DagsterRun(job_name="j", run_id="r1"))
    recorder.commit([made(timestamp=10.0), made("p", timestamp=20.0), made("q", timestamp=30.0)])
    recorder.commit([event(Kind.STEP_START), made(key="b", timestamp=40.0)])

    assert storage_ids(instance.get_event_records(filters)) == expected
    assert storage_ids(instance.get_event_records(filters, ascending=True)) == expected[::-1]
    assert storage_ids(instance.get_event_records(filters, limit=1)) == expected[:1]


def test_materializations_are_fetched_by_page(instance: DagsterInstance) -> None:
    for number in range(3):
        instance.report_runless_asset_event(AssetMaterialization("a", metadata={"n": number}))

    first = instance.fetch_materializations(A, limit=2)
    second = instance.fetch_materializations(A, limit=2, cursor=first.cursor)
    empty = instance.fetch_materializations(A, limit=2, cursor=second.cursor)
    oldest = instance.fetch_materializations(A, limit=1, ascending=True)
    newer = instance.fetch_materializations(A, limit=5, ascending=True, cursor=oldest.cursor)

    assert (storage_ids(first.records), first.has_more) == ([3, 2], True)
    assert (storage_ids(second.records), second.has_more) == ([1], False)
    assert (empty.records, empty.has_more) == ([], False)
    assert storage_ids(newer.records) == [2, 3]
    assert first.records[0].asset_materialization.metadata["n"].value == 2
    assert instance.fetch_materializations(AssetKey("nobody"), limit=2).records == []
    assert instance.fetch_observations(A, limit=2).records == []


def test_materializations_are_fetched_by_partition_and_place(instance: DagsterInstance) -> None:
    for partition in ("p", "q", "p"):
        instance.report_runless_asset_event(AssetMaterialization("a", partition=partition))

    found = instance.fetch_materializations(AssetRecordsFilter(A, ["p"], after_storage_id=1), limit=5)

    assert storage_ids(found.records) == [3]
    assert found.records[0].partition_key == "p"


def test_a_page_has_its_limit(instance: DagsterInstance) -> None:
    with pytest.raises(DagsterInvariantViolationError, match="10,000"):
        instance.fetch_materializations(A, limit=10_001)
    with pytest.raises(ParameterCheckError, match="at least one"):
        instance.fetch_materializations(A, limit=0)
    with pytest.raises(ParameterCheckError, match="AssetKey"):
        instance.fetch_materializations("a", limit=1)  # type: ignore[arg-type]


def test_changes_of_runs_are_fetched(instance: DagsterInstance) -> None:
    for number, job in enumerate(["j", "k", "j"]):
        run = instance.add_run(DagsterRun(job_name=job, run_id=f"r{number}"))
        instance.open_recorder(run).commit([event(Kind.RUN_START), event(Kind.RUN_SUCCESS)])

    every = instance.fetch_run_status_changes(Kind.RUN_SUCCESS, limit=2)
    rest = instance.fetch_run_status_changes(Kind.RUN_SUCCESS, limit=2, cursor=every.cursor)
    of_job = instance.fetch_run_status_changes(
        RunStatusChangeRecordsFilter(Kind.RUN_SUCCESS, job_names=["k"]), limit=5
    )

    assert ([record.run_id for record in every.records], every.has_more) == (["r2", "r1"], True)
    assert [record.run_id for record in rest.records] == ["r0"]
    assert [record.run_id for record in of_job.records] == ["r1"]
    with pytest.raises(ParameterCheckError, match="PIPELINE_SUCCESS"):
        instance.fetch_run_status_changes(Kind.STEP_START, limit=1)


def test_the_engine_speaks(instance: DagsterInstance) -> None:
    run = instance.add_run(DagsterRun(job_name="j", run_id="r1"))

    instance.report_engine_event("hello", run, EngineEventData(metadata={}))

    (entry,) = instance.all_logs("r1")
    assert (entry.dagster_event_type, entry.message, entry.level) == (Kind.ENGINE_EVENT, "hello", 20)
    with pytest.raises(ParameterCheckError, match="run_id"):
        instance.report_engine_event("hello")


def test_events_outside_runs(instance: DagsterInstance) -> None:
    instance.report_runless_asset_event(AssetObservation("a", tags={"x": "y"}))

    (entry,) = instance.all_logs("")
    assert (entry.run_id, entry.level, entry.asset_observation.tags) == ("", 20, {"x": "y"})
    with pytest.raises(DagsterInvariantViolationError, match="AssetMaterialization"):
        instance.report_runless_asset_event(5)  # type: ignore[arg-type]


def test_who_watches_a_run_is_told(instance: DagsterInstance) -> None:
    run = instance.add_run(DagsterRun(job_name="j", run_id="r1"))
    recorder = instance.open_recorder(run)
    recorder.commit([event(Kind.STEP_START)])
    told: list[tuple[object, str]] = []
    heard: list[DagsterEvent] = []

    def callback(entry: EventLogEntry, cursor: str) -> None:
        told.append((entry.dagster_event_type, cursor))

    instance.watch_event_logs("r1", "0", callback)
    instance.add_event_listener("r1", heard.append)
    recorder.commit([event(Kind.STEP_FAILURE)])
    instance.end_watch_event_logs("r1", callback)
    recorder.commit([event(Kind.STEP_SKIPPED)])

    assert told == [(Kind.STEP_START, "1"), (Kind.STEP_FAILURE, "2")]
    assert [one.event_type for one in heard] == [Kind.STEP_FAILURE, Kind.STEP_SKIPPED]
