"""The rigs in a short form: what must hold whatever dies, fills up or goes away. The long forms are run by hand."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

RIGS = Path(__file__).parents[3] / "rigs"
PARTS = {"ground", "project", "postgres", "shares"}
"""What the rigs are built with."""

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
    pytest.mark.slow,
    pytest.mark.timeout(240),
]


def run_rig(name, *options):
    """Run a rig with limits of time that a busy machine keeps; return what it reports."""
    command = [sys.executable, str(RIGS / f"{name}.py"), "--seed", "7", "--patience", "10", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["broken"] == []
    assert done.returncode == 0, done.stderr
    return report


def test_kills_of_steps_runs_and_launchers():
    report = run_rig("kill", "--kills", "16", "--for-s", "30")

    assert report["acknowledged_events"] > 0


def test_kills_while_an_output_is_written():
    report = run_rig("torn_output", "--kills", "6", "--for-s", "20", "--value-mb", "20")

    assert report["seen"]


def test_first_starts_of_several_processes_at_once():
    report = run_rig("first_start", "--starts", "12")

    assert report["healthy"] == 12


def test_a_disk_that_is_full_for_a_while():
    report = run_rig("full_disk", "--writes", "6", "--for-s", "20", "--full-s", "0.5", "--too-long", "2")

    assert report["at_write"]


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_database_that_is_away_for_a_while(database):
    report = run_rig("outage", "--database", database, "--away-s", "3", "--rounds", "2")

    if "skipped" in report:
        pytest.skip(report["skipped"])
    assert [run["status"] for run in report["runs"]] == ["SUCCESS"] * 2


def test_steps_with_bad_manners():
    polite = ("floods", "kills_itself", "asks_to_exit", "forks_grandchildren", "ignores_signals")
    options = [word for op in polite for word in ("--only", op)]

    report = run_rig("bad_manners", "--flood-mb", "5", *options)

    assert report["cases"]["ignores_signals_here"]["status"] == "CANCELED"


def test_hostile_keys_and_config():
    report = run_rig("hostile", "--keys", "30", "--no-bombs")

    assert report["assets"]["stored"]


@pytest.mark.parametrize("rig", sorted({path.stem for path in RIGS.glob("*.py")} - PARTS))
def test_each_rig_tells_how_it_is_used(rig):
    done = subprocess.run([sys.executable, str(RIGS / f"{rig}.py"), "--help"], capture_output=True, text=True)

    assert done.returncode == 0
    assert "usage:" in done.stdout
