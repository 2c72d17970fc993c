"""What runs leave behind when they end or die: processes, files, leases."""

import math
import os
import signal
import sys

import pytest

import weftwork as dg
from weftwork.base.clock import FrozenClock
from weftwork.instance.launch.holder import RunHolder, run_mark
from weftwork.processes.identity import find_process, this_process
from weftwork.processes.remains.temporary_files import name_temporary
from weftwork.records.control.leases import run_lease_name
from weftwork.records.events import DagsterEvent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

JOBS = """

@dg.op
def leaves_processes(context):
    subprocess.Popen(["sleep", "600"])
    away = subprocess.Popen(["sleep", "600"], start_new_session=True)
    with open(os.environ["WEFT_TEST_TRACE"], "w") as trace:
        trace.write(str(away.pid))


@dg.op
def leaves_processes_and_fails(context):
    subprocess.Popen(["sleep", "600"])
    subprocess.Popen(["sleep", "600"], start_new_session=True)
    if os.fork() == 0:
        os.setpgid(0, 0)
        time.sleep(600)
    raise ValueError("no such thing")


@dg.job
def leaving():
    leaves_processes()


@dg.job
def leaving_and_failing():
    leaves_processes_and_fails()


@dg.job(executor_def=dg.in_process_executor)
def leaving_and_failing_here():
    leaves_processes_and_fails()


defs = dg.Definitions(jobs=[leaving, leaving_and_failing, leaving_and_failing_here])
"""


@pytest.fixture
def leaving(project):
    text = project.file.read_text()
    project.file.write_text(text[: text.index("defs = ")] + JOBS)
    return project


@pytest.mark.parametrize("job", ["leaving_and_failing", "leaving_and_failing_here"])
def test_a_run_that_fails_takes_along_whatever_its_steps_started(leaving, job):
    run_id = leaving.launch(job)

    assert leaving.await_end(run_id) == "FAILURE"

    leaving.await_no_process(run_id)


def test_a_run_that_succeeds_leaves_only_what_began_a_session_of_its_own(leaving):
    run_id = leaving.launch("leaving")

    assert leaving.await_end(run_id) == "SUCCESS"

    away = find_process(int((leaving.folder / "trace").read_text()))
    leaving.await_that(lambda: len(_list_processes(run_id)) == 1)
    assert away.is_alive
    away.signal(signal.SIGKILL)


def _list_processes(run_id):
    from pathlib import Path

    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if run_mark(run_id).encode() in (place / "environ").read_bytes().split(b"\0"):
                found.append(int(place.name))
        except OSError:
            continue
    return found


def hold(project, run_id, holder):
    return project.instance.leases.acquire(run_lease_name(run_id), holder.to_text(), 15.0)


def test_a_launcher_that_died_before_there_was_a_process_is_noticed_at_once(project):
    gone = this_process().replace(started=1)
    run_id = project.add("chain")
    hold(project, run_id, RunHolder(process=gone, role="launcher"))

    assert project.instance.reap_dead_runs() == [run_id]

    assert project.status(run_id) == "FAILURE"
    assert project.instance.leases.list_all() == []


def test_a_launcher_that_died_after_it_had_started_the_process_left_the_run_to_it(project, monkeypatch):
    run_id = project.add("chain")
    monkeypatch.setenv("WEFTWORK_RUN_ID", run_id)
    pid = os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "600")
    monkeypatch.delenv("WEFTWORK_RUN_ID")
    try:
        gone = this_process().replace(started=1)
        lease = hold(project, run_id, RunHolder(process=gone, role="launcher"))

        assert project.instance.reap_dead_runs() == []
        assert project.instance.reap_dead_runs(now=lease.expires_at + 1) == []
        assert project.instance.stop_run(run_id, "Enough.")
    finally:
        _, status = os.waitpid(pid, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_files_that_a_dead_run_was_writing_are_removed(project):
    run_id = project.launch("waiting")
    project.await_log(run_id, "about to sleep")
    storage = project.instance.storage_directory()
    (pid,) = project.step_pids(run_id)
    name = os.path.basename(name_temporary(storage, "value"))
    own = this_process()
    step = find_process(pid)
    theirs = os.path.join(storage, name.replace(f"-{own.pid}-{own.started}-", f"-{pid}-{step.started}-"))
    for path in (theirs, os.path.join(storage, name)):
        open(path, "w").close()

    os.kill(project.run_pid(run_id), signal.SIGKILL)

    assert project.await_end(run_id) == "FAILURE"
    project.await_that(lambda: not os.path.exists(theirs))
    assert os.path.exists(os.path.join(storage, name))


@pytest.mark.parametrize("executor", ["in_process_executor", "multiprocess_executor", "async_executor"])
def test_code_that_asks_the_process_to_exit_fails_its_step(project, executor):
    text = project.file.read_text()
    project.file.write_text(
        text[: text.index("defs = ")]
        + f"""
import sys

@dg.op
def leaves():
    sys.exit(3)

@dg.job(executor_def=dg.{executor})
def leaving():
    leaves()

defs = dg.Definitions(jobs=[leaving])
"""
    )
    run_id = project.launch("leaving")

    assert project.await_end(run_id) == "FAILURE"

    (failure,) = [
        entry.dagster_event
        for entry in project.instance.all_logs(run_id)
        if entry.dagster_event is not None and entry.dagster_event.event_type_value == "STEP_FAILURE"
    ]
    assert "SystemExit: 3" in failure.step_failure_data.error.to_string()
    project.await_no_process(run_id)
    project.await_that(lambda: project.instance.leases.list_all() == [])


def test_a_resource_that_asks_the_process_to_exit_fails_the_run(project):
    text = project.file.read_text()
    project.file.write_text(
        text[: text.index("defs = ")]
        + """
import sys

@dg.resource
def leaves(context):
    sys.exit(3)

@dg.job(resource_defs={"traced": leaves}, executor_def=dg.in_process_executor)
def leaving():
    waits()

defs = dg.Definitions(jobs=[leaving])
"""
    )
    run_id = project.launch("leaving")

    assert project.await_end(run_id) == "FAILURE"
    project.await_that(lambda: project.instance.leases.list_all() == [])


@pytest.mark.parametrize(
    "read",
    [
        lambda instance, run_id: instance.get_run_by_id(run_id).status,
        lambda instance, run_id: instance.get_run_record_by_id(run_id).dagster_run.status,
        lambda instance, run_id: instance.get_runs()[0].status,
        lambda instance, run_id: instance.get_run_records()[0].dagster_run.status,
    ],
    ids=["run", "record", "runs", "records"],
)
def test_whoever_reads_a_dead_run_is_told_that_it_has_failed(project, read):
    gone = this_process().replace(started=1)
    run_id = project.add("chain")
    lease = hold(project, run_id, RunHolder(process=gone))
    run = project.instance.get_run_by_id(run_id)
    started = DagsterEvent(event_type_value="PIPELINE_START", job_name="chain")
    project.instance.open_recorder(run, "chain", lease).commit([started])
    with dg.DagsterInstance.from_config(project.instance.root_directory) as instance:
        assert read(instance, run_id).value == "STARTED"  # its launcher may know how it ended

        instance._clock = FrozenClock(lease.expires_at)
        instance._looked_at_s = -math.inf

        assert read(instance, run_id).value == "FAILURE"
        assert instance.leases.list_all() == []


@pytest.mark.parametrize("job", ["writing_elsewhere", "writing_elsewhere_here"])
def test_what_a_killed_run_was_writing_outside_the_home_is_removed_with_its_death(project, job):
    folder = project.folder / "elsewhere"
    run_id = project.launch(job, run_config={"ops": {"writes_elsewhere": {"config": str(folder)}}})
    project.await_log(run_id, "about to sleep")
    assert [path.suffix for path in folder.iterdir()] == [".tmp"]

    os.kill(project.run_pid(run_id), signal.SIGKILL)

    assert project.await_end(run_id) == "FAILURE"
    assert list(folder.iterdir()) == []
