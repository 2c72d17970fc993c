"""What an instance keeps of assets, partitions and checks, on every backend."""

import pytest

from weftwork.base.errors import CheckError, DagsterInvariantViolationError, ParameterCheckError
from weftwork.instance.instance import DagsterInstance
from weftwork.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from weftwork.records.event_data import (
    AssetCheckEvaluationPlanned,
    AssetFailedToMaterializeData,
    AssetMaterializationPlannedData,
    StepMaterializationData,
)
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.lookups.assets import AssetCheckExecutionRecordStatus, AssetPartitionStatus
from weftwork.records.lookups.filters import EventRecordsFilter
from weftwork.records.runs import DagsterRun

Kind = DagsterEventType
A, B = AssetKey("a"), AssetKey(["b", "c"])


def event(kind: Kind, data: object = None) -> DagsterEvent:
    return DagsterEvent(event_type_value=kind.value, job_name="j", event_specific_data=data, timestamp=1.0)


def made(key: AssetKey, partition: str | None = None) -> DagsterEvent:
    return event(
        Kind.ASSET_MATERIALIZATION, StepMaterializationData(AssetMaterialization(key, partition=partition))
    )


def planned(key: AssetKey, partition: str | None = None) -> DagsterEvent:
    return event(Kind.ASSET_MATERIALIZATION_PLANNED, AssetMaterializationPlannedData(key, partition))


def report(instance: DagsterInstance, *partitions: str | None, key: AssetKey = A, **fields: object) -> None:
    for partition in partitions:
        instance.report_runless_asset_event(AssetMaterialization(key, partition=partition, **fields))


def record(instance: DagsterInstance, run_id: str, *events: DagsterEvent) -> None:
    run = instance.get_run_by_id(run_id) or instance.add_run(DagsterRun(job_name="j", run_id=run_id))
    instance.open_recorder(run).commit(list(events))


def test_the_latest_materialization_is_known(instance: DagsterInstance) -> None:
    report(instance, None, metadata={"n": 1})
    report(instance, None, metadata={"n": 2}, tags={"dagster/code_version": "v2"})
    report(instance, None, key=B)

    assert instance.get_latest_materialization_event(A).asset_materialization.metadata["n"].value == 2
    assert set(instance.get_latest_materialization_events([A, B, AssetKey("nobody")])) == {A, B}
    assert instance.get_latest_materialization_event(AssetKey("nobody")) is None
    assert instance.get_latest_materialization_code_versions([A, B]) == {A: "v2", B: None}
    with pytest.raises(ParameterCheckError, match="AssetKey"):
        instance.get_latest_materialization_event("a")  # type: ignore[arg-type]


def test_an_asset_record_holds_the_latest_of_each(instance: DagsterInstance) -> None:
    record(instance, "r1", planned(A), made(A))
    instance.report_runless_asset_event(AssetObservation(A))
    record(
        instance, "r2", planned(A), event(Kind.ASSET_FAILED_TO_MATERIALIZE, AssetFailedToMaterializeData(A))
    )

    (found,) = instance.get_asset_records([A, AssetKey("nobody")])
    entry = found.asset_entry

    assert (entry.asset_key, entry.last_run_id) == (A, "r2")
    assert entry.last_materialization.run_id == "r1"
    assert (entry.last_materialization_storage_id, entry.last_observation_storage_id) == (2, 3)
    assert (entry.last_planned_materialization_storage_id, entry.last_planned_materialization_run_id) == (
        4,
        "r2",
    )
    assert (entry.last_failed_to_materialize_storage_id, entry.last_event_storage_id) == (5, 5)
    assert [one.asset_entry.asset_key for one in instance.get_asset_records()] == [A]
    assert instance.get_asset_records([]) == []


def test_keys_are_listed_by_prefix_and_page(instance: DagsterInstance) -> None:
    for key in (["b"], ["b", "c"], ["bb"], ["b~"], ["a"]):
        report(instance, None, key=AssetKey(key))

    every = instance.get_asset_keys()
    page = instance.get_asset_keys(limit=2)
    rest = instance.get_asset_keys(cursor=page[-1].to_string())

    assert set(instance.get_asset_keys(prefix=["b"])) == {AssetKey("b"), B}
    assert [*page, *rest] == list(every) == list(instance.all_asset_keys())
    assert len(every) == 5
    assert instance.has_asset_key(B)
    assert not instance.has_asset_key(AssetKey(["b", "nobody"]))


def test_the_version_of_data_comes_from_a_materialization_else_an_observation(
    instance: DagsterInstance,
) -> None:
    report(instance, None, tags={"dagster/data_version": "1"})
    instance.report_runless_asset_event(AssetObservation(A, tags={"dagster/data_version": "2"}))
    instance.report_runless_asset_event(AssetObservation(B, tags={"dagster/data_version": "3"}))

    sources = instance.latest_data_version_sources([A, B, AssetKey("nobody")])

    assert sources[A] == (1, {"dagster/data_version": "1"})
    assert sources[B] == (3, {"dagster/data_version": "3"})
    assert sources[AssetKey("nobody")] is None
    assert instance.get_latest_data_version_record(A).storage_id == 1
    assert instance.get_latest_data_version_record(A, is_source=True).storage_id == 2
    assert instance.get_latest_data_version_record(B).storage_id == 3
    assert instance.get_latest_data_version_record(B, is_source=False) is None
    assert instance.get_event_tags_for_asset(A) == [{"dagster/data_version": "1"}]


def test_partitions_are_known(instance: DagsterInstance) -> None:
    report(instance, "p", "q", None, "p")
    report(instance, "x", key=B)

    assert instance.get_materialized_partitions(A) == {"p", "q"}
    assert instance.get_materialized_partitions(A, after_cursor=2) == {"p"}
    assert instance.get_materialized_partitions(A, before_cursor=2) == {"p"}
    assert instance.get_latest_storage_id_by_partition(A, Kind.ASSET_MATERIALIZATION) == {"p": 4, "q": 2}
    assert instance.get_latest_storage_id_by_partition(A, Kind.ASSET_MATERIALIZATION, {"q", "z"}) == {"q": 2}
    assert instance.get_latest_storage_id_by_partition(A, Kind.ASSET_OBSERVATION) == {}
    with pytest.raises(CheckError, match="ASSET_MATERIALIZATION"):
        instance.get_latest_storage_id_by_partition(A, Kind.STEP_START)


def test_the_state_of_a_partition_follows_its_runs(instance: DagsterInstance) -> None:
    def states() -> list[AssetPartitionStatus | None]:
        return list(instance.get_status_by_partition(A, ["p", "q", "z"]).values())

    record(instance, "r1", planned(A, "p"), planned(A, "q"))
    assert states() == [AssetPartitionStatus.IN_PROGRESS, AssetPartitionStatus.IN_PROGRESS, None]

    record(instance, "r1", made(A, "p"), event(Kind.RUN_START), event(Kind.RUN_FAILURE))
    assert states() == [AssetPartitionStatus.MATERIALIZED, AssetPartitionStatus.FAILED, None]

    instance.delete_run("r1")
    assert states() == [AssetPartitionStatus.MATERIALIZED, AssetPartitionStatus.FAILED, None]

    record(instance, "r2", planned(A, "q"))
    assert states()[1] is AssetPartitionStatus.IN_PROGRESS
    record(instance, "r2", made(A, "q"), event(Kind.RUN_SUCCESS))
    assert states()[1] is AssetPartitionStatus.MATERIALIZED


def test_what_a_deleted_run_made_stays_known(instance: DagsterInstance) -> None:
    record(
        instance, "r1", event(Kind.RUN_START), made(A, "p"), made(A, "q"), made(B), event(Kind.RUN_SUCCESS)
    )
    record(instance, "r2", made(B))

    instance.delete_run("r1")

    assert instance.get_materialized_partitions(A) == {"p", "q"}
    assert instance.get_latest_materialization_event(A).asset_materialization.partition == "q"
    assert instance.get_latest_materialization_event(B).run_id == "r2"
    assert len(instance.get_event_records(EventRecordsFilter(Kind.ASSET_MATERIALIZATION, B))) == 1
    assert instance.all_logs("r1") == []


def test_the_run_that_last_meant_to_make_an_asset(instance: DagsterInstance) -> None:
    record(instance, "r1", planned(A, "p"), planned(A, "q"))
    record(instance, "r2", planned(A, "q"))

    assert instance.get_latest_planned_materialization_info(A).run_id == "r2"
    assert instance.get_latest_planned_materialization_info(A, "p").run_id == "r1"
    assert instance.get_latest_planned_materialization_info(B) is None
    assert [one.run_id for one in instance.fetch_planned_materializations(A, limit=9).records] == [
        "r2",
        "r1",
        "r1",
    ]
    assert instance.has_asset_key(A)


def test_the_assets_of_a_run(instance: DagsterInstance) -> None:
    record(instance, "r1", planned(A, "p"), made(A, "p"), made(B))

    assert instance.get_asset_keys_for_run("r1") == {A, B}
    assert instance.get_asset_keys_for_run("r1", Kind.ASSET_MATERIALIZATION_PLANNED) == {A}
    assert instance.get_asset_partitions_for_run("r1") == {A: {"p"}, B: {None}}


def test_a_check_is_planned_and_evaluated(instance: DagsterInstance) -> None:
    key = AssetCheckKey(A, "c")
    record(instance, "r1", event(Kind.ASSET_CHECK_EVALUATION_PLANNED, AssetCheckEvaluationPlanned(A, "c")))
    assert instance.get_latest_asset_check_evaluation_record(key) is None
    assert [one.status.value for one in instance.get_asset_check_execution_history(key, 5)] == ["PLANNED"]

    record(instance, "r1", event(Kind.ASSET_CHECK_EVALUATION, AssetCheckEvaluation(A, "c", True)))
    instance.report_runless_asset_event(AssetCheckEvaluation(A, "c", False, partition="p"))

    latest, first = instance.get_asset_check_execution_history(key, 5)
    assert instance.get_latest_asset_check_evaluation_record(key) == latest
    assert (first.status, first.run_id) == (AssetCheckExecutionRecordStatus.SUCCEEDED, "r1")
    assert (latest.status, latest.partition) == (AssetCheckExecutionRecordStatus.FAILED, "p")
    assert latest.event.asset_check_evaluation.passed is False
    assert instance.get_asset_check_execution_history(key, 5, cursor=latest.id) == [first]


def test_a_wiped_asset_is_forgotten_and_begins_anew(instance: DagsterInstance) -> None:
    record(instance, "r1", made(A, "p"), made(B))
    instance.report_runless_asset_event(AssetCheckEvaluation(A, "c", True))

    instance.wipe_assets([A])

    assert not instance.has_asset_key(A)
    assert instance.get_latest_materialization_event(A) is None
    assert instance.get_materialized_partitions(A) == set()
    assert instance.fetch_materializations(A, limit=5).records == []
    assert instance.get_latest_asset_check_evaluation_record(AssetCheckKey(A, "c")) is None
    assert instance.latest_data_version_sources([A, B])[A] is None
    assert instance.latest_data_version_sources([A, B])[B] == (2, {})
    assert len(instance.all_logs("r1")) == 2
    assert [one.asset_key for one in instance.get_event_records(EventRecordsFilter(Kind.ASSET_WIPED))] == [A]

    report(instance, "q")
    assert instance.get_materialized_partitions(A) == {"q"}
    assert len(instance.fetch_materializations(A, limit=5).records) == 1


def test_wiped_partitions_are_forgotten(instance: DagsterInstance) -> None:
    report(instance, "p", "q", "r")

    instance.wipe_asset_partitions(A, ["r", "p"])

    assert instance.get_materialized_partitions(A) == {"q"}
    assert instance.get_latest_materialization_event(A).asset_materialization.partition == "q"
    assert instance.latest_data_version_sources([A])[A][0] == 2
    assert instance.get_status_by_partition(A, ["p"]) == {"p": None}

    instance.wipe_asset_partitions(A, ["q"])
    assert instance.get_latest_materialization_event(A) is None


def test_dynamic_partitions(instance: DagsterInstance) -> None:
    instance.add_dynamic_partitions("d", ["z", "y"])
    instance.add_dynamic_partitions("d", ["y", "x", ""])
    instance.add_dynamic_partitions("e", ["1"])

    assert instance.get_dynamic_partitions("d") == ["z", "y", "x", ""]
    assert instance.get_dynamic_partitions("nobody") == []
    assert instance.has_dynamic_partition("d", "y")
    assert not instance.has_dynamic_partition("e", "y")
    assert instance.get_existing_dynamic_partitions("d", ["x", "1"]) == {"x"}

    instance.delete_dynamic_partition("d", "y")
    instance.delete_dynamic_partition("d", "nobody")
    assert instance.get_dynamic_partitions("d") == ["z", "x", ""]


def test_dynamic_partitions_by_page(instance: DagsterInstance) -> None:
    instance.add_dynamic_partitions("d", ["a", "b", "c"])

    first = instance.get_paginated_dynamic_partitions("d", limit=2, ascending=True)
    second = instance.get_paginated_dynamic_partitions("d", limit=2, ascending=True, cursor=first.cursor)
    backwards = instance.get_paginated_dynamic_partitions("d", limit=2, ascending=False)

    assert (first.results, first.has_more) == (["a", "b"], True)
    assert (second.results, second.has_more) == (["c"], False)
    assert backwards.results == ["c", "b"]


def test_wrong_dynamic_partitions_are_refused(instance: DagsterInstance) -> None:
    with pytest.raises(DagsterInvariantViolationError, match="'q' is given twice"):
        instance.add_dynamic_partitions("d", ["q", "q"])
    with pytest.raises(ParameterCheckError, match="sequence of text"):
        instance.add_dynamic_partitions("d", "abc")
    with pytest.raises(ParameterCheckError, match="sequence of text"):
        instance.add_dynamic_partitions("d", [1])  # type: ignore[list-item]
    assert instance.get_dynamic_partitions("d") == []


def test_small_values_by_key(instance: DagsterInstance) -> None:
    values = instance.daemon_cursor_storage

    values.set_cursor_values({"a": "1", "b": "2"})
    values.set_cursor_values({"a": "3"})

    assert values.get_cursor_values({"a", "b", "nobody"}) == {"a": "3", "b": "2"}
