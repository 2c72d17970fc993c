"""Databases of earlier schemas, opened with today's code; and first starts of many processes at once."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from weftwork.instance.instance import DagsterInstance
from weftwork.instance.soundness import find_faults
from weftwork.records.control.instigators import InstigatorKind
from weftwork.records.event_type import DagsterEventType
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.lookups.assets import AssetPartitionStatus
from weftwork.records.lookups.filters import EventRecordsFilter
from weftwork.records.runs import DagsterRunStatus, RunsFilter
from weftwork.storage.schema import current_version

SCHEMAS = sorted((Path(__file__).parents[1] / "fixtures" / "schemas").glob("*.sql"))
WITH_TICKS = [path for path in SCHEMAS if int(path.stem) >= 2]
DAILY, ORDERS = AssetKey("daily"), AssetKey("orders")


def names(path: Path) -> str:
    return path.stem


def open_home(fixture: Path, tmp_path: Path) -> DagsterInstance:
    (tmp_path / "storage").mkdir()
    connection = sqlite3.connect(tmp_path / "storage" / "weftwork.db")
    connection.executescript(fixture.read_text())
    connection.close()
    return DagsterInstance.from_config(str(tmp_path))


@pytest.fixture(params=SCHEMAS, ids=names)
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DagsterInstance]:
    """An instance whose database an earlier version wrote."""
    with open_home(request.param, tmp_path) as instance:
        yield instance


def test_an_upgraded_database_has_todays_schema_and_is_sound(
    upgraded: DagsterInstance, tmp_path: Path
) -> None:
    assert upgraded.schema_version == current_version()
    assert upgraded._tables.list_faults(0.0) == []
    with DagsterInstance.local_temp(str(tmp_path / "new")) as new:
        new.get_runs_count()
        shapes = [
            one._tables.database.rows("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
            for one in (new, upgraded)
        ]
    assert shapes[0] == shapes[1]


def test_runs_of_an_upgraded_database_are_found(upgraded: DagsterInstance) -> None:
    runs = upgraded.get_runs()
    assert [run.status.value for run in runs] == ["FAILURE", "SUCCESS", "SUCCESS", "SUCCESS"]
    (tagged,) = upgraded.get_runs(RunsFilter(tags={"team": "data"}))
    assert upgraded.get_run_stats(tagged.run_id).materializations == 1
    (failed,) = upgraded.get_run_records(RunsFilter(statuses=[DagsterRunStatus.FAILURE]))
    assert failed.end_time is not None
    kinds = [entry.dagster_event_type for entry in upgraded.all_logs(failed.dagster_run.run_id)]
    assert DagsterEventType.STEP_FAILURE in kinds
    assert upgraded.run_storage.get_cursor_values({"cursor"}) == {"cursor": "7"}


def test_assets_of_an_upgraded_database_are_found(upgraded: DagsterInstance) -> None:
    materialization = upgraded.get_latest_materialization_event(ORDERS).asset_materialization
    assert materialization.metadata["rows"].value == 3
    assert materialization.metadata["url"].value == "https://example.org"
    assert upgraded.get_materialized_partitions(DAILY) == {"mon", "tue"}
    states = upgraded.get_status_by_partition(DAILY, ["mon", "wed"])
    assert states == {"mon": AssetPartitionStatus.MATERIALIZED, "wed": AssetPartitionStatus.FAILED}
    check = upgraded.get_latest_asset_check_evaluation_record(AssetCheckKey(ORDERS, "has_rows"))
    assert check.status.value == "SUCCEEDED"
    observed = upgraded.get_event_records(EventRecordsFilter(DagsterEventType.ASSET_OBSERVATION))
    assert observed[0].event_log_entry.dagster_event.asset_key == AssetKey("seen")
    assert upgraded.get_dynamic_partitions("regions") == ["north", "south"]


@pytest.mark.parametrize("fixture", WITH_TICKS, ids=names)
def test_ticks_slots_and_backfills_are_found(fixture: Path, tmp_path: Path) -> None:
    with open_home(fixture, tmp_path) as upgraded:
        assert upgraded.ticks.find_state("loc:repo:files").cursor == "c1"
        assert upgraded.ticks.list("loc:repo:files")[0].kind is InstigatorKind.SENSOR
        assert upgraded.ticks.list_waiting()[0].request.tags == {"file": "a"}
        assert upgraded.event_log_storage.get_concurrency_info("db").active_run_ids == {"r1"}
        assert upgraded.backfills.list_targets("b1")[0].partition == "wed"


START = """
import sys
from weftwork.instance.instance import DagsterInstance
from weftwork.records.runs import DagsterRun
home, name = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
with DagsterInstance.from_config(home) as instance:
    instance.add_run(DagsterRun(job_name="j", run_id=name))
    print(instance.has_run(name), flush=True)
"""


def test_many_processes_start_at_once_on_an_empty_home(tmp_path: Path) -> None:
    trials = int(os.environ.get("WEFT_FIRST_STARTS", "4"))
    for trial in range(trials):
        home = tmp_path / str(trial)
        home.mkdir(mode=0o700)
        starters = [
            subprocess.Popen(
                [sys.executable, "-c", START, str(home), f"r{number}"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            for number in range(4)
        ]  # fmt: skip
        for process in starters:
            assert process.stdout.readline() == "ready\n"
        for process in starters:
            process.stdin.write("\n")
            process.stdin.flush()
        outputs = [process.communicate(timeout=60)[0] for process in starters]

        assert outputs == ["True\n"] * 4
        with DagsterInstance.from_config(str(home)) as instance:
            assert set(instance.get_run_ids()) == {"r0", "r1", "r2", "r3"}
            assert instance.schema_version == current_version()
            assert find_faults(instance) == []
