"""Runs in processes of their own: launched, killed, canceled, retried, queued."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

import weftwork as dg
from weftwork.base.errors import DagsterRunConflict
from weftwork.instance.launch.holder import RunHolder
from weftwork.processes.identity import ProcessIdentity
from weftwork.records.control.leases import run_lease_name
from weftwork.records.events import DagsterEvent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_a_launched_run_goes_on_by_itself_and_leaves_nothing_behind(project):
    run_id = project.launch("chain")

    assert project.await_end(run_id) == "SUCCESS"

    project.await_no_process(run_id)
    project.await_that(lambda: project.instance.leases.list_all() == [])
    with open(project.instance.run_output_path(run_id, "out")) as output:
        assert output.read() == "project loaded\n"
    with open(os.path.join(project.instance.compute_log_directory(run_id), "one.out")) as output:
        assert output.read() == "from one\n"
    assert project.kinds(run_id)[0] == "PIPELINE_STARTING"


def test_what_cannot_be_launched_is_refused_at_once(project):
    without_code = project.instance.create_run(job_name="chain")
    with pytest.raises(
        dg.DagsterInvariantViolationError, match="nothing tells where the code of job 'chain'"
    ):
        project.instance.launch_run(without_code.run_id)

    run_id = project.launch("waiting")
    with pytest.raises(dg.DagsterInvariantViolationError, match="cannot be launched: it is START"):
        project.instance.launch_run(run_id)

    with (
        dg.DagsterInstance.ephemeral() as instance,
        pytest.raises(dg.DagsterInvariantViolationError, match="in memory"),
    ):
        instance.launch_run(instance.create_run(job_name="chain").run_id)


def test_code_that_does_not_load_fails_the_run_with_its_error(project):
    project.file.write_text("import weftwork as dg\n\nraise ValueError('half a thought')\n")

    run_id = project.launch("chain")

    assert project.await_end(run_id) == "FAILURE"
    failure = project.instance.all_logs(run_id, of_type=dg.DagsterEventType.RUN_FAILURE)[0].dagster_event
    assert "half a thought" in failure.job_failure_data.error.to_string()
    project.await_that(lambda: project.instance.leases.list_all() == [])


def test_a_killed_run_fails_with_the_cause_and_takes_its_steps_along(project):
    project.instance.slots.set_limit("narrow", 1)
    run_id = project.launch("waiting")
    project.await_log(run_id, "about to sleep")
    assert len(project.instance.slots.list_claims("narrow")) == 1

    os.kill(project.run_pid(run_id), signal.SIGKILL)

    assert project.await_end(run_id) == "FAILURE"
    failure = project.instance.all_logs(run_id, of_type=dg.DagsterEventType.RUN_FAILURE)[0]
    assert "SIGKILL" in failure.message
    project.await_no_process(run_id)
    project.await_that(lambda: project.instance.slots.list_claims("narrow") == [])
    project.await_that(lambda: project.instance.leases.list_all() == [])


def test_what_a_run_printed_last_is_told_with_its_death(project):
    text = project.file.read_text()
    project.file.write_text(text + "\nimport os, sys\nsys.stderr.write('the last words\\n')\nos._exit(9)\n")

    run_id = project.launch("chain")

    assert project.await_end(run_id) == "FAILURE"
    failure = project.instance.all_logs(run_id, of_type=dg.DagsterEventType.RUN_FAILURE)[0].dagster_event
    assert "exit code 9" in failure.message
    assert "the last words" in failure.job_failure_data.error.message


def test_a_reader_finds_a_run_that_died_with_its_launcher(project):
    run_id = project.add("waiting")
    home = project.instance.root_directory
    program = f"import weftwork as dg; dg.DagsterInstance.from_config({home!r}).launch_run({run_id!r})"
    subprocess.run([sys.executable, "-c", program], check=True)
    project.await_log(run_id, "about to sleep")
    assert project.instance.reap_dead_runs() == []

    os.kill(project.run_pid(run_id), signal.SIGKILL)
    project.await_that(project.instance.reap_dead_runs)

    assert project.status(run_id) == "FAILURE"
    project.await_no_process(run_id)
    assert project.kinds(run_id).count("PIPELINE_FAILURE") == 1


def test_a_lease_of_another_machine_expires_and_late_writes_are_refused(project):
    run_id = project.add("chain")
    run = project.instance.get_run_by_id(run_id)
    elsewhere = RunHolder(process=ProcessIdentity(host="elsewhere", boot="", pid=1, started=1))
    lease = project.instance.leases.acquire(run_lease_name(run_id), elsewhere.to_text(), 15.0)
    recorder = project.instance.open_recorder(run, "chain", lease)
    recorder.commit([DagsterEvent(event_type_value="PIPELINE_START", job_name="chain")])
    expiry = project.instance.leases.find(lease.name).expires_at

    assert project.instance.reap_dead_runs(now=expiry - 1) == []
    assert project.status(run_id) == "STARTED"


def test_an_expired_lease_of_another_machine_ends_the_run(project):
    run_id = project.add("chain")
    run = project.instance.get_run_by_id(run_id)
    elsewhere = RunHolder(process=ProcessIdentity(host="elsewhere", boot="", pid=1, started=1))
    lease = project.instance.leases.acquire(run_lease_name(run_id), elsewhere.to_text(), 0.0)
    recorder = project.instance.open_recorder(run, "chain", lease)
    recorder.commit([DagsterEvent(event_type_value="PIPELINE_START", job_name="chain")])

    assert project.instance.reap_dead_runs() == [run_id]

    assert project.status(run_id) == "FAILURE"
    with pytest.raises(DagsterRunConflict):
        recorder.commit([DagsterEvent(event_type_value="PIPELINE_SUCCESS", job_name="chain")])


@pytest.mark.parametrize("job", ["waiting", "waiting_here"])
def test_a_canceled_run_tears_down(project, job):
    run_id = project.launch(job)
    project.await_log(run_id, "is started") if job == "waiting_here" else project.await_log(
        run_id, "about to sleep"
    )
    project.await_that(lambda: (project.folder / "trace").exists())

    assert project.instance.cancel_run(run_id)

    assert project.await_end(run_id) == "CANCELED"
    assert (project.folder / "trace").read_text() == "open\nclose\n"
    kinds = project.kinds(run_id)
    assert kinds.index("PIPELINE_CANCELING") < kinds.index("PIPELINE_CANCELED")
    assert not project.instance.cancel_run(run_id)


def test_a_run_that_waits_for_nothing_is_canceled_at_once(project):
    run_id = project.add("chain")

    assert project.instance.cancel_run(run_id)

    assert project.status(run_id) == "CANCELED"


def test_a_run_canceled_while_it_loads_never_starts(project):
    project.file.write_text("import time\ntime.sleep(600)\n")
    run_id = project.launch("chain")
    project.run_pid(run_id)

    project.instance.cancel_run(run_id)

    assert project.await_end(run_id) == "CANCELED"
    assert "PIPELINE_START" not in project.kinds(run_id)


def test_a_run_that_hangs_where_no_signal_reaches_it_is_stopped(project):
    run_id = project.launch("holding")
    project.await_that((project.folder / "trace").exists)

    project.instance.cancel_run(run_id)
    late = time.time() + project.instance.cancel_timeout_s + 1
    assert project.instance.reap_dead_runs(now=late) == [run_id]

    assert project.await_end(run_id) == "CANCELED"
    project.await_no_process(run_id)


def test_force_kills_at_once_and_says_canceled(project):
    run_id = project.launch("waiting")
    project.await_log(run_id, "about to sleep")

    assert project.instance.cancel_run(run_id, force=True)

    assert project.status(run_id) == "CANCELED"
    project.await_no_process(run_id)


def test_a_run_that_overstays_is_stopped_from_outside(project):
    run_id = project.launch("holding", tags={"dagster/max_runtime": "3600"})
    project.await_event(run_id, "STEP_START")

    assert project.instance.reap_dead_runs(now=time.time() + 3500) == []
    assert project.instance.reap_dead_runs(now=time.time() + 3700) == [run_id]

    assert project.status(run_id) == "FAILURE"
    project.await_no_process(run_id)


def test_a_failed_run_is_run_again_from_its_failure(project):
    marker = project.folder / "marker"
    config = {"ops": {"fails_until": {"config": str(marker)}}}
    run_id = project.launch("failing", run_config=config, tags={"dagster/max_retries": "2"})
    project.await_that(lambda: project.instance.get_runs_count() == 3)
    project.await_that(lambda: all(run.is_finished for run in project.instance.get_runs()))

    last, middle, first = project.instance.get_runs()

    assert first.run_id == run_id
    assert (middle.parent_run_id, last.parent_run_id) == (run_id, middle.run_id)
    assert last.tags["dagster/retry_number"] == "2"
    assert last.root_run_id == run_id
    assert first.tags["dagster/auto_retry_run_id"] == middle.run_id
    steps = [entry.step_key for entry in project.instance.all_logs(last.run_id)]
    assert "fails_until" in steps
    assert "one" not in steps


def test_a_killed_run_is_run_again_too(project):
    run_id = project.launch(
        "waiting", tags={"dagster/max_retries": "1", "dagster/retry_strategy": "ALL_STEPS"}
    )
    project.await_log(run_id, "about to sleep")

    os.kill(project.run_pid(run_id), signal.SIGKILL)

    project.await_that(lambda: project.instance.get_runs_count() == 2)
    again = project.instance.get_runs()[0]
    project.await_log(again.run_id, "about to sleep")
    assert again.parent_run_id == run_id


def test_a_repetition_is_started_by_others_where_the_run_died_right_after_its_failure(project):
    run_id = project.add("chain", tags={"dagster/max_retries": "1"})
    run = project.instance.get_run_by_id(run_id)
    project.instance.report_run_failed(
        run, "It failed, and its process was killed before it did anything more."
    )

    project.instance.reap_dead_runs()
    project.instance.reap_dead_runs()

    assert project.instance.get_runs_count() == 2
    assert project.await_end(project.instance.get_runs()[0].run_id) == "SUCCESS"


def test_a_repetition_that_waits_for_its_time_takes_nobodys_place(project):
    settings = {"run_queue": {"max_concurrent_runs": 1}}
    with dg.DagsterInstance.local_temp(project.instance.root_directory, settings) as instance:
        project.instance = instance
        config = {"ops": {"fails_until": {"config": str(project.folder / "marker")}}}
        tags = {"dagster/max_retries": "1", "dagster/retry_delay": "3"}
        failing = project.add("failing", run_config=config, tags=tags)
        instance.submit_run(failing)
        assert project.await_end(failing) == "FAILURE"
        ended = instance.get_run_record_by_id(failing).end_time
        other = project.add("chain")
        instance.submit_run(other)
        (again,) = instance.get_runs(dg.RunsFilter(tags={"dagster/parent_run_id": failing}))

        assert "starts after a pause" in instance.explain_wait(again)
        assert project.await_end(other) == "SUCCESS"
        project.await_end(again.run_id)

        assert instance.get_run_record_by_id(again.run_id).start_time >= ended + 3
        assert instance.get_run_record_by_id(other).end_time < ended + 3


def test_steps_of_a_pool_wait_for_each_other_over_all_runs(project):
    project.instance.slots.set_limit("narrow", 1)
    folder = project.folder / "marks"
    folder.mkdir()
    config = {"ops": {f"counts_{number}": {"config": str(folder)} for number in range(3)}}

    runs = [project.launch("counting", run_config=config) for _ in range(2)]

    assert [project.await_end(run_id) for run_id in runs] == ["SUCCESS", "SUCCESS"]
    told = [entry.message for run_id in runs for entry in project.instance.all_logs(run_id)]
    assert any("waits for a slot of pool 'narrow'" in text for text in told)
    assert project.instance.slots.list_claims() == []


def test_queued_runs_start_when_others_end(tmp_path, project):
    limits = {"concurrency": {"runs": {"max_concurrent_runs": 1}}}
    with dg.DagsterInstance.local_temp(project.instance.root_directory, limits) as instance:
        project.instance = instance
        first = project.add("waiting")
        second = project.add("chain")
        assert instance.submit_run(first).status.value == "STARTING"
        assert instance.submit_run(second).status.value == "QUEUED"
        project.await_log(first, "about to sleep")

        instance.cancel_run(first)

        assert project.await_end(second) == "SUCCESS"


@pytest.mark.timeout(120)
def test_cancels_at_any_moment_end_soon_and_as_canceled(project):
    dice = random.Random(4)
    for _ in range(12):
        run_id = project.launch("wide")
        moment = dice.randrange(0, 50)
        project.await_that(lambda run_id=run_id, moment=moment: len(project.kinds(run_id)) >= moment)

        if project.instance.cancel_run(run_id):
            assert project.await_end(run_id) == "CANCELED"
        project.await_no_process(run_id)


@pytest.mark.timeout(180)
def test_kills_at_any_moment_leave_a_sound_store_and_the_next_run_goes_on(project):
    """The moment is a number of events, so that it is somewhere else in the run each time."""
    dice = random.Random(20)
    for _ in range(20):
        run_id = project.launch("wide")
        moment = dice.randrange(0, 60)
        pid = project.run_pid(run_id)
        project.await_that(
            lambda run_id=run_id, moment=moment: (
                len(project.kinds(run_id)) >= moment or project.instance.get_run_by_id(run_id).is_finished
            )
        )
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        assert project.await_end(run_id) in ("FAILURE", "SUCCESS")
        project.await_no_process(run_id)
        kinds = project.kinds(run_id)
        assert kinds.count("PIPELINE_FAILURE") + kinds.count("PIPELINE_SUCCESS") == 1
        keys = [
            entry.step_key
            for entry in project.instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_SUCCESS)
        ]
        assert len(keys) == len(set(keys))
        project.await_that(lambda: project.instance.leases.list_all() == [])

    assert project.await_end(project.launch("wide")) == "SUCCESS"
    file = os.path.join(project.instance.root_directory, "storage", "weftwork.db")
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
