"""Runs from the command line: launched, followed, awaited, canceled, run again."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

PROJECT = """
import os, sys, time
import weftwork as dg


@dg.op
def speaks(context):
    print("spoken")
    sys.stderr.write("complained\\n")
    return 1


@dg.op(config_schema=dg.Field(str, default_value=""))
def may_fail(context, value):
    if context.op_config and not os.path.exists(context.op_config):
        raise ValueError("not yet")
    return value


@dg.op
def waits(context):
    context.log.info("about to sleep")
    time.sleep(600)


@dg.job
def talking():
    may_fail(speaks())


@dg.job
def waiting():
    waits()


@dg.job(executor_def=dg.in_process_executor)
def waiting_here():
    waits()


defs = dg.Definitions(jobs=[talking, waiting, waiting_here])
"""


@pytest.fixture
def weft(tmp_path):
    (tmp_path / "definitions.py").write_text(PROJECT)
    environment = {**os.environ, "DAGSTER_HOME": str(tmp_path / "home"), "NO_COLOR": "1"}
    (tmp_path / "home").mkdir()

    def run(*arguments, status=0):
        done = subprocess.run(
            [sys.executable, "-c", "from weftwork.cli import main; main()", *arguments],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=50,
        )  # fmt: skip
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    def start(*arguments):
        command = [sys.executable, "-c", "from weftwork.cli import main; main()", *arguments]
        return subprocess.Popen(
            command,
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    run.start = start
    run.folder = tmp_path
    return run


def await_log(weft, run_id, text):
    while text not in weft("run", "logs", run_id, "--all"):
        time.sleep(0.05)


def test_launch_wait_and_read_what_was_printed(weft):
    run_id = weft("job", "launch", "-j", "talking", "--tags", "team=a").strip()

    assert weft("run", "wait", run_id[:8]).strip() == "SUCCESS"

    assert weft("run", "logs", run_id, "--stdout", "speaks", "-f") == "spoken\n"
    assert weft("run", "logs", run_id, "--stderr", "speaks") == "complained\n"
    shown = json.loads(weft("run", "show", run_id, "--json"))
    assert shown["run"]["tags"]["team"] == "a"
    weft("run", "delete", "--yes", run_id)
    assert weft("run", "list").strip() == "No runs."


def test_a_launch_that_cannot_work_launches_nothing(weft):
    weft("job", "launch", "-j", "talkin", status=1)
    weft("job", "launch", "-j", "talking", "--config-json", '{"ops": {"speak": {}}}', status=1)

    assert weft("run", "list").strip() == "No runs."


def test_run_again_from_the_failure(weft):
    marker = weft.folder / "marker"
    config = json.dumps({"ops": {"may_fail": {"config": str(marker)}}})
    first = weft("job", "launch", "-j", "talking", "--config-json", config, "--wait", status=1).strip()
    marker.touch()

    again = weft("run", "retry", first, "--from-failure", "--wait").strip()

    shown = json.loads(weft("run", "show", again, "--json"))
    assert shown["parent_run_id"] == first
    assert [step["step_key"] for step in shown["steps"]] == ["may_fail"]
    one = weft("run", "reexecute", first, "--step", "speaks", "--wait").strip()
    assert [step["step_key"] for step in json.loads(weft("run", "show", one, "--json"))["steps"]] == [
        "speaks"
    ]


def test_cancel_waits_for_the_end(weft):
    run_id = weft("job", "launch", "-j", "waiting").strip()
    await_log(weft, run_id, "about to sleep")

    assert weft("run", "cancel", run_id).split() == [run_id[:8], "CANCELED"]

    weft("run", "cancel", run_id, status=1)
    weft("run", "wait", run_id, status=130)


@pytest.mark.parametrize("job", ["waiting", "waiting_here"])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_to_job_execute_cancels_the_run(weft, job, number, status):
    process = weft.start("job", "execute", "-j", job)
    while not (runs := json.loads(weft("run", "list", "--json"))["runs"]) or runs[0]["status"] != "STARTED":
        time.sleep(0.05)
    await_log(weft, runs[0]["run_id"], "starts")

    process.send_signal(number)
    told, _ = process.communicate(timeout=30)

    assert process.returncode == status, told
    assert json.loads(weft("run", "list", "--json"))["runs"][0]["status"] == "CANCELED"


def test_a_killed_job_execute_is_seen_by_the_next_reader(weft):
    process = weft.start("job", "execute", "-j", "waiting")
    while not (runs := json.loads(weft("run", "list", "--json"))["runs"]) or runs[0]["status"] != "STARTED":
        time.sleep(0.05)

    process.kill()
    process.communicate()

    # For a few seconds after it was last heard of, a run is left to whoever launched it.
    while (status := json.loads(weft("run", "list", "--json"))["runs"][0]["status"]) == "STARTED":
        time.sleep(0.2)
    assert status == "FAILURE"
