"""Runs that a code server launches: checked before they are recorded, driven without loading code again, surviving the host."""

import datetime
import os
import signal
import subprocess
import sys
import time

import pytest

import weftwork as dg
from weftwork.base.errors import DagsterUserCodeProcessError
from weftwork.instance.launch.holder import RunHolder
from weftwork.locations.origins import list_origins
from weftwork.locations.workspace import Workspace
from weftwork.processes.identity import find_process
from weftwork.records.control.leases import run_lease_name
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.snapshots.requests import JobAddress, LaunchRequest

CODE = """
import os, time
import weftwork as dg

with open(os.environ["WEFT_TEST_TRACE"], "a") as trace:
    trace.write(f"imported by {os.getpid()}\\n")

days = dg.DailyPartitionsDefinition(start_date="2024-01-01")

@dg.op(config_schema={"rows": int})
def count(context):
    print("counting")
    return context.op_config["rows"]

@dg.job
def counts(): count()

@dg.job(executor_def=dg.in_process_executor)
def counts_here(): count()

@dg.op
def waits():
    while True:
        time.sleep(0.01)

@dg.job
def endless(): waits()

@dg.op
def forks():
    if os.fork() == 0:
        os.setpgid(0, 0)
        with open(os.environ["WEFT_TEST_TRACE"], "a") as trace:
            trace.write(f"grandchild {os.getpid()}\\n")
    time.sleep(600)

@dg.job
def forking(): forks()

@dg.op
def fails():
    raise ValueError("no")

@dg.job
def failing(): fails()

@dg.asset
def orders(): return [1, 2, 3]

@dg.asset(partitions_def=days)
def by_day(context): return context.partition_key

@dg.asset_check(asset=orders)
def is_full(orders): return dg.AssetCheckResult(passed=bool(orders))

daily = dg.define_asset_job("daily", selection="by_day")

@dg.schedule(job=counts, cron_schedule="0 6 * * *", execution_timezone="Europe/Berlin")
def each_morning(context):
    return dg.RunRequest(run_config={"ops": {"count": {"config": {"rows": context.scheduled_execution_time.hour}}}})
"""
ROWS = {"ops": {"count": {"config": {"rows": 3}}}}
_S = dg.DagsterRunStatus


@pytest.fixture
def instance(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    with dg.DagsterInstance.from_config(str(home)) as found:
        yield found


@pytest.fixture
def trace(tmp_path, monkeypatch):
    monkeypatch.setenv("WEFT_TEST_TRACE", str(tmp_path / "trace"))
    return tmp_path / "trace"


@pytest.fixture
def workspace(tmp_path, instance, trace):
    (tmp_path / "code.py").write_text(CODE)
    origins = list_origins(python_files=["code.py"], working_directory=str(tmp_path))
    with Workspace.load(origins, instance) as loaded:
        assert loaded.wait_until_loaded(50)
        assert loaded.locations[0].error is None
        yield loaded


def wait_until(condition):
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen within 30 seconds")


def end_of(instance, run_id):
    wait_until(lambda: instance.get_run_by_id(run_id).is_finished)
    return instance.get_run_by_id(run_id)


def kinds(instance, run_id):
    return [line.dagster_event.event_type_value for line in instance.all_logs(run_id) if line.dagster_event]


@pytest.mark.parametrize("job", ["counts", "counts_here"])
def test_a_run_is_driven_by_a_process_that_has_the_code(workspace, instance, trace, job):
    run_id = workspace.launch(JobAddress(job=job), LaunchRequest(run_config=ROWS, tags={"a": "b"}))

    run = end_of(instance, run_id)

    assert run.status is _S.SUCCESS
    assert run.tags["a"] == "b"
    assert run.code_origin.python_file.endswith("code.py")
    assert len(trace.read_text().splitlines()) == 1  # nobody imported it again


def test_what_does_not_fit_is_refused_before_a_run_is_recorded(workspace, instance):
    wrong = LaunchRequest(run_config={"ops": {"count": {"config": {"rows": "three"}}}})

    with pytest.raises(DagsterUserCodeProcessError, match="rows") as refused:
        workspace.launch(JobAddress(job="counts"), wrong)
    (problem,) = workspace.validate_config(JobAddress(job="counts"), wrong).problems

    assert refused.value.is_mistake
    assert instance.get_runs() == []
    assert problem.path == ("ops", "count", "config", "rows")
    planned = workspace.validate_config(JobAddress(job="counts"), LaunchRequest(run_config=ROWS)).steps
    assert [step.key for step in planned] == ["count"]


def test_assets_checks_and_partitions_are_chosen(workspace, instance):
    everything = JobAddress(job="__ASSET_JOB")
    made = workspace.launch(everything, LaunchRequest(asset_selection=(AssetKey("orders"),)))
    assert end_of(instance, made).status is _S.SUCCESS
    check = AssetCheckKey(AssetKey("orders"), "is_full")
    checked = workspace.launch(everything, LaunchRequest(asset_selection=(), asset_check_selection=(check,)))
    day = workspace.launch(JobAddress(job="daily"), LaunchRequest(partition_key="2024-02-03"))

    assert end_of(instance, checked).status is _S.SUCCESS
    assert kinds(instance, checked).count("ASSET_CHECK_EVALUATION") == 1
    assert "ASSET_MATERIALIZATION" not in kinds(instance, checked)
    assert end_of(instance, day).status is _S.SUCCESS
    assert instance.get_materialized_partitions(AssetKey("by_day")) == {"2024-02-03"}
    value = workspace.load_value(AssetKey("orders"))
    assert (value.type_name, value.text, value.size) == ("list", "[1, 2, 3]", 3)


def test_a_run_is_repeated_from_its_failure(workspace, instance):
    failed = workspace.launch(JobAddress(job="failing"), LaunchRequest())
    assert end_of(instance, failed).status is _S.FAILURE

    again = workspace.launch(
        JobAddress(job="failing"), LaunchRequest(parent_run_id=failed, from_failure=True)
    )

    assert end_of(instance, again).parent_run_id == failed


def test_what_the_steps_of_a_killed_run_started_is_killed_too(workspace, instance):
    def grandchildren():
        with open(os.environ["WEFT_TEST_TRACE"]) as trace:
            return [
                line.split()[1] for line in trace if line.startswith("grandchild") and line.endswith("\n")
            ]

    run_id = workspace.launch(JobAddress(job="forking"), LaunchRequest())
    wait_until(grandchildren)
    grandchild = find_process(int(grandchildren()[0]))
    assert grandchild.is_alive

    os.kill(process_of(instance, run_id), signal.SIGKILL)

    assert end_of(instance, run_id).status is _S.FAILURE
    wait_until(lambda: not grandchild.is_alive)


def test_a_run_whose_process_is_killed_has_failed_at_once(workspace, instance):
    run_id = workspace.launch(JobAddress(job="endless"), LaunchRequest())
    wait_until(lambda: "STEP_START" in kinds(instance, run_id))

    os.kill(process_of(instance, run_id), signal.SIGKILL)

    assert end_of(instance, run_id).status is _S.FAILURE
    assert "SIGKILL" in instance.all_logs(run_id)[-1].message


def test_a_run_is_canceled(workspace, instance):
    run_id = workspace.launch(JobAddress(job="endless"), LaunchRequest())
    wait_until(lambda: "STEP_START" in kinds(instance, run_id))

    instance.cancel_run(run_id)

    assert end_of(instance, run_id).status is _S.CANCELED


def test_runs_go_on_when_the_code_is_reloaded_and_when_the_host_ends(workspace, instance):
    run_id = workspace.launch(JobAddress(job="endless"), LaunchRequest())
    wait_until(lambda: "STEP_START" in kinds(instance, run_id))

    workspace.reload()
    workspace.close()

    pid = process_of(instance, run_id)
    os.kill(pid, 0)
    assert instance.get_run_by_id(run_id).status is _S.STARTED
    instance.cancel_run(run_id)
    assert end_of(instance, run_id).status is _S.CANCELED


def test_a_run_waits_in_the_queue(tmp_path, instance, workspace):
    with open(os.path.join(instance.root_directory, "dagster.yaml"), "w") as file:
        file.write("concurrency:\n  runs:\n    max_concurrent_runs: 1\n")
    first = workspace.launch(JobAddress(job="endless"), LaunchRequest())
    wait_until(lambda: "STEP_START" in kinds(instance, first))

    second = workspace.launch(JobAddress(job="counts"), LaunchRequest(run_config=ROWS))

    assert instance.get_run_by_id(second).status is _S.QUEUED
    instance.cancel_run(first)
    assert end_of(instance, second).status is _S.SUCCESS


def test_a_schedule_is_evaluated_in_its_time_zone(workspace):
    at = datetime.datetime(2024, 7, 1, 4, 0, tzinfo=datetime.UTC)

    (request,) = workspace.evaluate_schedule("code.py", "each_morning", at).run_requests

    assert request.run_config == {"ops": {"count": {"config": {"rows": 6}}}}


def test_partitions_and_their_config_are_listed(workspace):
    page = workspace.partition_keys(JobAddress(job="daily"), limit=2, ascending=True)
    rest = workspace.partition_keys(JobAddress(job="daily"), limit=1, ascending=True, cursor=page.cursor)
    config = workspace.partition_config(JobAddress(job="daily"), "2024-01-05")

    assert page.keys == ("2024-01-01", "2024-01-02")
    assert rest.keys == ("2024-01-03",)
    assert page.count > 300
    assert config.tags["dagster/partition"] == "2024-01-05"


HOST = """
import sys, time
import weftwork as dg
from weftwork.locations.origins import list_origins
from weftwork.locations.workspace import Workspace

workspace = Workspace.load(
    list_origins(python_files=["hangs.py"], working_directory=sys.argv[1]), dg.DagsterInstance.ephemeral()
)
print("loading", flush=True)
time.sleep(60)
"""


def test_code_that_hangs_ends_with_its_host(tmp_path):
    marker = tmp_path / "pid"
    (tmp_path / "hangs.py").write_text(
        f"import os\nopen({str(marker)!r}, 'w').write(str(os.getpid()))\nwhile True: ..."
    )
    host = subprocess.Popen([sys.executable, "-c", HOST, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        wait_until(lambda: marker.exists() and marker.read_text())
    finally:
        host.kill()
        host.communicate()

    wait_until(lambda: not is_running(int(marker.read_text())))


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def process_of(instance, run_id):
    return RunHolder.find_in(instance.leases.find(run_lease_name(run_id)).holder).process.pid
