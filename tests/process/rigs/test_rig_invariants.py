"""The checker of the rigs finds what is planted, in a home that it finds nothing wrong with otherwise."""

import importlib.util
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

import weftwork as dg

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

PLACE = Path(__file__).parents[3] / "rigs" / "invariants.py"
_spec = importlib.util.spec_from_file_location("rig_invariants", PLACE)
invariants = importlib.util.module_from_spec(_spec)
sys.modules["rig_invariants"] = invariants
_spec.loader.exec_module(invariants)


@dg.asset
def numbers():
    return [1, 2, 3]


@dg.asset
def doubled(numbers):
    return [2 * number for number in numbers]


class Home:
    def __init__(self, path):
        self.path = str(path)
        self.storage = path / "storage"

    def change(self, *statements):
        connection = sqlite3.connect(self.storage / "weftwork.db")
        with connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    def find(self, **named):
        return "\n".join(invariants.find_broken(self.path, **named))


@pytest.fixture
def home(tmp_path):
    path = tmp_path / "home"
    with dg.DagsterInstance.local_temp(str(path)) as instance:
        assert dg.materialize([numbers, doubled], instance=instance).success
        assert dg.materialize([numbers, doubled], instance=instance).success
        instance.create_run(job_name="later")
    home = Home(path)
    assert home.find() == ""
    return home


LAST_RUN = "(SELECT run_id FROM runs WHERE status = 'SUCCESS' ORDER BY id DESC LIMIT 1)"


def copied(kind, **changes):
    """Return a statement that adds a copy of the last event of a kind."""
    columns = ("run_id", "timestamp", "event_type", "step_key", "asset_key", "partition", "body")
    picked = [changes.get(column, column) for column in columns]
    return (
        f"INSERT INTO events (id, {', '.join(columns)}) SELECT (SELECT max(id) + 1 FROM events), {', '.join(picked)} "
        f"FROM events WHERE event_type = '{kind}' ORDER BY id DESC LIMIT 1"
    )


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        ([f"UPDATE runs SET status = 'STARTED' WHERE run_id = {LAST_RUN}"], "is STARTED; its log tells"),
        (["UPDATE runs SET status = 'STARTED' WHERE job_name = 'later'"], "nobody holds its lease"),
        ([copied("PIPELINE_SUCCESS")], "its log tells ['PIPELINE_SUCCESS', 'PIPELINE_SUCCESS']"),
        (["DELETE FROM events WHERE event_type = 'PIPELINE_SUCCESS'"], "its log tells []"),
        ([copied("STEP_SUCCESS")], "2 events STEP_SUCCESS"),
        ([copied("STEP_SUCCESS", event_type="'STEP_FAILURE'")], "succeeded and failed"),
        ([copied("STEP_START")], "events of steps after its end"),
        ([copied("HANDLED_OUTPUT"), copied("STEP_SUCCESS")], "stored 2 values of 1 outputs"),
        (["UPDATE assets SET materialization_id = 1"], "it is said to be 1"),
        (
            ["INSERT INTO slots (pool, lease_name, epoch, step_key, asked_at, seen_at) VALUES ('p', 'run:x', 1, 's', 0, 0)"],
            "has a slot of pool p",
        ),
        (
            [f"INSERT INTO leases SELECT 'run:' || {LAST_RUN}, 'me', 1, 9e9, 15"],
            "its lease is not given back",
        ),
    ],
)  # fmt: skip
def test_faults_in_the_database_are_found(home, statements, told):
    home.change(*statements)

    assert told in home.find()


def test_a_lease_that_stands_is_no_fault_until_it_expires(home):
    home.change(
        "UPDATE runs SET status = 'STARTED' WHERE job_name = 'later'",
        "INSERT INTO leases SELECT 'run:' || run_id, 'me', 1, 1000, 15 FROM runs WHERE job_name = 'later'",
    )

    assert home.find(now=999) == ""
    assert "nobody holds its lease" in home.find(now=1001)


def test_a_damaged_database_is_found(home):
    file = home.storage / "weftwork.db"
    home.change("PRAGMA wal_checkpoint(TRUNCATE)")
    size = file.stat().st_size
    with open(file, "r+b") as database:
        for place in range(8192, size, 4096):
            database.seek(place + 100)
            database.write(b"\xff" * 200)

    found = home.find()
    assert "integrity_check" in found or "cannot be read" in found


def test_lost_events_are_found(home):
    assert home.find(acknowledged=[1, 2, 3]) == ""
    assert "2 acknowledged events are lost, the first is 100000" in home.find(
        acknowledged=[1, 100_000, 100_001]
    )


def test_torn_changed_and_missing_values_are_found(home):
    value = home.storage / "numbers"
    whole = value.read_bytes()

    value.write_bytes(whole[:-1])
    assert "is torn" in home.find()

    value.write_bytes(whole.replace(b"weft-seal", b"weft-sale"))
    assert "is torn" in home.find()

    value.write_bytes((home.storage / "doubled").read_bytes())
    assert "is another one" in home.find()

    value.unlink()
    assert "is not there" in home.find()


def test_temporary_files_are_found(home, tmp_path):
    (home.storage / "inner").mkdir()
    (home.storage / "inner" / ".value.1-2.tmp").touch()
    assert "A temporary file is left" in home.find()

    other = tmp_path / "other"
    other.mkdir()
    (other / ".value.moving").mkdir()
    assert home.find(folders=[str(other)]).count("A temporary file is left") == 2


def test_processes_are_found(home):
    process = subprocess.Popen(["sleep", "600"], env={**os.environ, "DAGSTER_HOME": home.path})
    try:
        deadline = time.monotonic() + 10
        while not (found := home.find()) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert f"Process {process.pid} (sleep) is left" in found
        assert home.find(looks_at_processes=False) == ""
    finally:
        process.kill()
        process.wait()


def test_it_is_a_program_too(home):
    def check():
        return subprocess.run([sys.executable, PLACE, home.path], capture_output=True, text=True)

    assert check().returncode == 0
    home.change(copied("PIPELINE_SUCCESS"))
    done = check()
    assert done.returncode == 1
    assert "PIPELINE_SUCCESS" in done.stdout
