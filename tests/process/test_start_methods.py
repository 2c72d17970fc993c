"""Processes of steps that are fresh, or forked from a fresh one: they know all they need from plain data."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import weftwork as dg
from weftwork.processes.identity import find_process

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="fork servers need Linux")

METHODS = ["spawn", "forkserver"]


@dg.op
def numbers():
    print("made by", os.getpid())
    return [1, 2, 3]


@dg.op(out=dg.DynamicOut())
def each(values):
    for value in values:
        yield dg.DynamicOutput(value, mapping_key=str(value))


@dg.op
def square(context, value):
    context.log.info("squaring %s", value)
    return value * value


@dg.op
def total(values):
    return sum(values), os.getpid(), os.getppid()


@dg.job(executor_def=dg.multiprocess_executor)
def squares():
    total(each(numbers()).map(square).collect())


@dg.op(out={"left": dg.Out(is_required=False), "right": dg.Out(is_required=False)})
def one_way():
    yield dg.Output(1, "right")


@dg.op
def take(values):
    return values


@dg.job(executor_def=dg.multiprocess_executor)
def branching():
    left, right = one_way()
    take([square.alias("left")(left), square.alias("right")(right)])


@dg.op(retry_policy=dg.RetryPolicy(max_retries=2))
def dies_once(context):
    if context.retry_number == 0:
        os.kill(os.getpid(), 9)
    return context.retry_number


@dg.job(executor_def=dg.multiprocess_executor)
def dying_once():
    dies_once()


@dg.op
def raises():
    raise ValueError("no such thing")


@dg.job(executor_def=dg.multiprocess_executor)
def raising():
    raises()


@dg.op(config_schema={"marker": str})
def fails_until(context, value):
    if not os.path.exists(context.op_config["marker"]):
        raise ValueError("not yet")
    return value


@dg.job(executor_def=dg.multiprocess_executor)
def failing_once():
    fails_until(numbers())


@dg.op
def waits(context):
    context.log.info("waiting")
    time.sleep(600)


@dg.job(executor_def=dg.multiprocess_executor)
def waiting():
    waits()


def config(method, **more):
    return {"execution": {"config": {"start_method": {method: {}}, "max_concurrent": 3}}, **more}


@pytest.fixture
def instance(tmp_path):
    with dg.DagsterInstance.local_temp(str(tmp_path / "home")) as found:
        yield found


@pytest.mark.parametrize("method", METHODS)
def test_mapped_steps_and_what_they_collect(instance, method):
    with dg.execute_job(dg.reconstructable(squares), instance, run_config=config(method)) as result:
        assert result.success
        made, pid, parent = result.output_for_node("total")

    assert made == 14
    assert pid != os.getpid()
    assert (parent == os.getpid()) == (method == "spawn")
    lines = [line.user_message for line in instance.all_logs(result.run_id) if line.dagster_event is None]
    assert sorted(line for line in lines if line) == ["squaring 1", "squaring 2", "squaring 3"]


@pytest.mark.parametrize("method", METHODS)
def test_outputs_that_are_not_there(instance, method):
    with dg.execute_job(dg.reconstructable(branching), instance, run_config=config(method)) as result:
        assert result.output_for_node("take") == [1]


@pytest.mark.parametrize("method", METHODS)
def test_a_crash_is_retried(instance, method):
    with dg.execute_job(dg.reconstructable(dying_once), instance, run_config=config(method)) as result:
        assert result.output_for_node("dies_once") == 1


@pytest.mark.parametrize("method", METHODS)
def test_an_exception_is_told_with_its_stack(instance, method):
    result = dg.execute_job(dg.reconstructable(raising), instance, run_config=config(method))

    assert not result.success
    error = result.failure_data_for_node("raises").error
    assert "no such thing" in error.to_string()


@pytest.mark.parametrize("method", METHODS)
def test_a_repeated_run_loads_what_the_first_one_made(instance, tmp_path, method):
    marker = tmp_path / "marker"
    run_config = config(method, ops={"fails_until": {"config": {"marker": str(marker)}}})
    first = dg.execute_job(dg.reconstructable(failing_once), instance, run_config=run_config)
    marker.touch()

    options = dg.ReexecutionOptions.from_failure(first.run_id, instance)
    with dg.execute_job(
        dg.reconstructable(failing_once), instance, run_config=run_config, reexecution_options=options
    ) as second:
        assert second.output_for_node("fails_until") == [1, 2, 3]
    assert [event.step_key for event in second.get_step_success_events()] == ["fails_until"]


def test_a_thread_of_the_process_rules_a_fork_out(instance):
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait, name="in-the-way", daemon=True)
    thread.start()
    try:
        with dg.execute_job(dg.reconstructable(squares), instance) as result:
            made, _, parent = result.output_for_node("total")
    finally:
        ended.set()
        thread.join()

    assert made == 14
    assert parent != os.getpid()
    told = [
        event.message for event in result.all_events if event.event_type is dg.DagsterEventType.ENGINE_EVENT
    ]
    assert len([text for text in told if "rules a fork out" in text]) == 1


@pytest.mark.parametrize("method", METHODS)
def test_the_end_of_the_run_is_the_end_of_its_steps(instance, tmp_path, method):
    program = f"""
import sys
sys.path.insert(0, {os.path.dirname(__file__)!r})
import weftwork as dg
from test_start_methods import waiting, config
with dg.DagsterInstance.local_temp({instance.root_directory!r}) as instance:
    dg.execute_job(dg.reconstructable(waiting), instance, run_config=config({method!r}))
"""
    process = subprocess.Popen([sys.executable, "-c", program])
    while not (
        pids := [
            line.dagster_event.pid
            for run in instance.get_runs()
            for line in instance.all_logs(run.run_id)
            if line.dagster_event is not None and line.dagster_event.event_type_value == "STEP_START"
        ]
    ):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    step = find_process(pids[0])
    while step is not None and step.is_alive:
        time.sleep(0.02)  # the limit of the test is the assertion
