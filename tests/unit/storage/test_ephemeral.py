"""The store in memory: it costs nothing until somebody asks."""

import subprocess
import sys
import threading

import pytest

from weftwork.base.errors import DagsterRunAlreadyExists
from weftwork.instance.instance import DagsterInstance
from weftwork.records.asset_events import AssetMaterialization
from weftwork.records.event_data import StepMaterializationData
from weftwork.records.events import DagsterEvent
from weftwork.records.keys import AssetKey
from weftwork.records.runs import DagsterRun, DagsterRunStatus
from weftwork.storage.ephemeral import EphemeralStore

PROGRAM = """
import sys
from weftwork.instance.instance import DagsterInstance
from weftwork.records.asset_events import AssetMaterialization
from weftwork.records.event_data import StepMaterializationData
from weftwork.records.events import DagsterEvent
from weftwork.records.keys import AssetKey
from weftwork.records.runs import DagsterRun

instance = DagsterInstance.ephemeral()
recorder = instance.open_recorder(instance.add_run(DagsterRun(job_name="j", run_id="r")), "j")
data = StepMaterializationData(AssetMaterialization("a", tags={"x": "y"}))
recorder.commit([DagsterEvent(event_type_value="PIPELINE_START")])
recorder.commit([DagsterEvent(event_type_value="ASSET_MATERIALIZATION", event_specific_data=data)])
assert instance.latest_data_version_sources([AssetKey("a")]) == {AssetKey("a"): (2, {"x": "y"})}
recorder.commit([DagsterEvent(event_type_value="PIPELINE_SUCCESS")])
assert instance.get_run_by_id("r").is_success and instance.has_run("r")
recorder.close()
heavy = {"sqlite3", "yaml", "tempfile", "psycopg", "asyncio", "pydantic"} & set(sys.modules)
assert not heavy, heavy
assert len(instance.all_logs("r")) == 3
assert "sqlite3" in sys.modules
"""


def test_no_database_is_made_until_somebody_asks() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)


def start(kind: str = "PIPELINE_START") -> DagsterEvent:
    return DagsterEvent(event_type_value=kind, timestamp=1.0)


def test_the_state_of_a_run_is_the_same_before_and_after_the_first_question() -> None:
    store = EphemeralStore()
    store.add_run(DagsterRun(job_name="j", run_id="r"), 1.0)
    store.append("r", [start(), start("PIPELINE_FAILURE"), start("PIPELINE_SUCCESS")], 1.0)

    before = store.find_run("r")

    assert before is not None
    assert before.status is DagsterRunStatus.FAILURE
    assert store.tables.runs.find("r").dagster_run == before
    assert store.find_run("r") == before


def test_a_run_id_is_taken_once() -> None:
    store = EphemeralStore()
    store.add_run(DagsterRun(job_name="j", run_id="r"), 1.0)

    with pytest.raises(DagsterRunAlreadyExists):
        store.add_run(DagsterRun(job_name="j", run_id="r"), 1.0)


def test_what_is_given_to_commit_may_be_reused() -> None:
    instance = DagsterInstance.ephemeral()
    recorder = instance.open_recorder(instance.add_run(DagsterRun(job_name="j", run_id="r")))
    items = [start()]
    recorder.commit(items)
    items.clear()

    assert len(instance.all_logs("r")) == 1


def test_many_threads_record_at_once() -> None:
    instance = DagsterInstance.ephemeral()
    event = DagsterEvent(
        event_type_value="ASSET_MATERIALIZATION",
        event_specific_data=StepMaterializationData(AssetMaterialization("a")),
    )

    def write(run_id: str) -> None:
        recorder = instance.open_recorder(instance.add_run(DagsterRun(job_name="j", run_id=run_id)))
        for number in range(200):
            recorder.commit([event])
            if number % 50 == 0:
                instance.get_latest_materialization_event(AssetKey("a"))

    threads = [threading.Thread(target=write, args=(f"r{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    ids = [
        record.storage_id
        for number in range(4)
        for record in instance.get_records_for_run(f"r{number}").records
    ]
    assert sorted(ids) == list(range(1, 801))
    assert instance.latest_data_version_sources([AssetKey("a")])[AssetKey("a")][0] == 800


def test_two_ephemeral_instances_share_nothing() -> None:
    one, other = DagsterInstance.ephemeral(), DagsterInstance.ephemeral()

    one.add_dynamic_partitions("d", ["a"])

    assert other.get_dynamic_partitions("d") == []
