"""What an instance tells of many runs, partitions and checks at once, on every backend."""

from weftwork.instance.instance import DagsterInstance
from weftwork.records.asset_events import AssetCheckEvaluation, AssetMaterialization
from weftwork.records.event_data import AssetMaterializationPlannedData
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent
from weftwork.records.keys import AssetKey
from weftwork.records.lookups.assets import AssetPartitionStatus
from weftwork.records.runs import DagsterRun, DagsterRunStatus

Kind, Status = DagsterEventType, AssetPartitionStatus
A, B = AssetKey("a"), AssetKey(["b", "c"])


def plan(instance: DagsterInstance, run_id: str, status: DagsterRunStatus, *partitions: str) -> None:
    run = instance.add_run(DagsterRun(job_name="j", run_id=run_id, status=status))
    instance.open_recorder(run).commit(
        [
            DagsterEvent(
                event_type_value=Kind.ASSET_MATERIALIZATION_PLANNED.value, job_name="j", timestamp=1.0,
                event_specific_data=AssetMaterializationPlannedData(A, partition),
            )
            for partition in partitions
        ]
    )  # fmt: skip


def make(instance: DagsterInstance, key: AssetKey, *partitions: str | None) -> None:
    for partition in partitions:
        instance.report_runless_asset_event(AssetMaterialization(key, partition=partition))


def check(instance: DagsterInstance, key: AssetKey, name: str, passed: bool) -> None:
    instance.report_runless_asset_event(AssetCheckEvaluation(key, name, passed))


def test_partitions_are_counted_as_their_states_are(instance: DagsterInstance) -> None:
    make(instance, A, "m1", "m2", "m3")
    plan(instance, "r1", DagsterRunStatus.STARTED, "m3", "p1")
    plan(instance, "r2", DagsterRunStatus.FAILURE, "m2", "f1", "f2")
    plan(instance, "r3", DagsterRunStatus.CANCELED, "c1", "m1")
    make(instance, B, None)
    keys = ["m1", "m2", "m3", "p1", "f1", "f2", "c1"]

    counts = instance.count_partition_states([A, B, AssetKey("nobody")])

    assert counts == {A: {Status.MATERIALIZED: 1, Status.IN_PROGRESS: 2, Status.FAILED: 3}}
    states = list(instance.get_status_by_partition(A, keys).values())
    assert {state: states.count(state) for state in Status} == counts[A]
    assert instance.count_partition_states([]) == {}


def test_the_latest_evaluation_of_every_check_is_listed(instance: DagsterInstance) -> None:
    for passed in (False, True):
        check(instance, A, "full", passed)
    check(instance, A, "early", passed=False)
    check(instance, B, "full", passed=False)

    found = instance.list_latest_check_evaluations([A])

    assert [(one.key.name, one.status.value) for one in found] == [("early", "FAILED"), ("full", "SUCCEEDED")]
    assert len(instance.list_latest_check_evaluations([A, B])) == 3
    assert instance.list_latest_check_evaluations([]) == []


def test_runs_are_found_by_the_beginning_of_their_ids(instance: DagsterInstance) -> None:
    for run_id in ("ab1", "ab2", "b%"):
        instance.add_run(DagsterRun(job_name="j", run_id=run_id))

    assert instance.list_run_ids_with_prefix("ab", limit=5) == ["ab2", "ab1"]
    assert instance.list_run_ids_with_prefix("ab", limit=1) == ["ab2"]
    assert instance.list_run_ids_with_prefix("b%", limit=5) == ["b%"]
    assert instance.list_run_ids_with_prefix("%", limit=5) == []
