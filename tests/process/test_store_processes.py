"""Many processes on one database file, and processes that die in the middle."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from weftwork.instance.instance import DagsterInstance
from weftwork.records.keys import AssetKey
from weftwork.storage.schema import current_version

WRITER = """
import sys
from weftwork.instance.instance import DagsterInstance
from weftwork.records.asset_events import AssetMaterialization
from weftwork.records.event_data import StepMaterializationData
from weftwork.records.events import DagsterEvent
from weftwork.records.runs import DagsterRun

home, name, commits = sys.argv[1], sys.argv[2], int(sys.argv[3])
instance = DagsterInstance.from_config(home)
print("ready", flush=True)
sys.stdin.readline()
recorder = instance.open_recorder(instance.add_run(DagsterRun(job_name="j", run_id=name)))
for number in range(commits):
    data = StepMaterializationData(AssetMaterialization("shared", partition=f"{name}-{number}"))
    made = DagsterEvent(event_type_value="ASSET_MATERIALIZATION", event_specific_data=data)
    recorder.commit([DagsterEvent(event_type_value="STEP_START", step_key="a"), made])
    print(number, flush=True)
instance.dispose()
"""


def start(home: Path, name: str, commits: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(home), name, str(commits)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def begin(process: subprocess.Popen[str]) -> None:
    process.stdin.write("go\n")
    process.stdin.flush()


def check(home: Path) -> None:
    connection = sqlite3.connect(home / "storage" / "weftwork.db")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    versions = connection.execute("SELECT version FROM schema_version ORDER BY version").fetchall()
    assert versions == [(number + 1,) for number in range(current_version())]
    ids = [row[0] for row in connection.execute("SELECT id FROM events ORDER BY id")]
    assert ids == list(range(1, len(ids) + 1))
    connection.close()


def test_four_first_starts_at_once_and_eight_writers(tmp_path: Path) -> None:
    writers = [start(tmp_path, f"w{number}", 25) for number in range(8)]
    for writer in writers:
        begin(writer)
    for writer in writers:
        writer.communicate()

    assert [writer.returncode for writer in writers] == [0] * 8
    check(tmp_path)
    with DagsterInstance.from_config(str(tmp_path)) as instance:
        assert len(instance.get_materialized_partitions(AssetKey("shared"))) == 8 * 25
        assert [len(instance.all_logs(f"w{number}")) for number in range(8)] == [50] * 8


def test_a_killed_writer_leaves_what_it_committed_and_the_next_goes_on(tmp_path: Path) -> None:
    for kill_after in (0, 3, 11):
        name = f"killed-{kill_after}"
        writer = start(tmp_path, name, 100_000)
        begin(writer)
        acknowledged = [writer.stdout.readline() for _ in range(kill_after + 1)]
        os.kill(writer.pid, signal.SIGKILL)
        rest = writer.stdout.read()  # communicate() would pass over what is read ahead already
        writer.communicate()
        told = len(acknowledged) + rest.count("\n")

        with DagsterInstance.from_config(str(tmp_path)) as instance:
            made = [
                key
                for key in instance.get_materialized_partitions(AssetKey("shared"))
                if key.startswith(name + "-")
            ]
            # What was acknowledged is there; at most one commit was done and not yet told.
            assert told <= len(made) <= told + 1
            assert len(instance.all_logs(name)) == 2 * len(made)
        check(tmp_path)

    last = start(tmp_path, "last", 3)
    begin(last)
    last.communicate()
    assert last.returncode == 0
    check(tmp_path)
