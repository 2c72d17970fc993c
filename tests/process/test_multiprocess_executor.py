"""Steps in processes of their own: what they make, how they fail, and what is left when one dies."""

import gc
import os
import signal
import subprocess
import sys
import time

import pytest

import weftwork as dg
from weftwork.storage.store import Tables

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")


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
    return sum(values), os.getpid()


@dg.job(executor_def=dg.multiprocess_executor)
def squares():
    total(each(numbers()).map(square).collect())


@dg.op
def dies(context):
    context.log.info("about to die")
    os.kill(os.getpid(), signal.SIGKILL)


@dg.op
def exits():
    os._exit(7)


@dg.op
def raises():
    raise ValueError("no such thing")


@dg.op
def after(value):
    return value


@dg.job(executor_def=dg.multiprocess_executor)
def dying():
    after(dies())
    after.alias("independent")(numbers())


@dg.job(executor_def=dg.multiprocess_executor)
def exiting():
    exits()


@dg.job(executor_def=dg.multiprocess_executor)
def raising():
    after(raises())


@dg.op(retry_policy=dg.RetryPolicy(max_retries=2), config_schema={"marker": str})
def dies_once(context):
    if not os.path.exists(context.op_config["marker"]):
        with open(context.op_config["marker"], "w"):
            pass
        os.kill(os.getpid(), signal.SIGKILL)
    return "survived"


@dg.job(executor_def=dg.multiprocess_executor)
def dying_once():
    dies_once()


@dg.resource
def connection(context):
    with open(os.environ["WEFT_TEST_TRACE"], "a") as trace:
        trace.write(f"open {os.getpid()}\n")
    yield "connection"
    with open(os.environ["WEFT_TEST_TRACE"], "a") as trace:
        trace.write(f"close {os.getpid()}\n")


@dg.op(required_resource_keys={"connection"})
def uses_connection(context):
    assert context.resources.connection == "connection"
    return os.getpid()


@dg.job(executor_def=dg.multiprocess_executor, resource_defs={"connection": connection})
def with_resource():
    uses_connection()
    uses_connection.alias("again")()


@dg.op(required_resource_keys={"connection"})
def waits(context):
    context.log.info("waiting")
    time.sleep(600)


@dg.job(executor_def=dg.multiprocess_executor, resource_defs={"connection": connection})
def waiting():
    waits()


@dg.op(out=dg.DynamicOut(), config_schema={"marker": str})
def gives_and_waits(context):
    yield dg.DynamicOutput(1, "first")
    while not os.path.exists(context.op_config["marker"]):
        time.sleep(0.01)


@dg.op(config_schema={"marker": str})
def marks(context, value):
    with open(context.op_config["marker"], "w"):
        return value


@dg.op
def kept_from_collector():
    return gc.get_freeze_count()


@dg.job(
    executor_def=dg.multiprocess_executor.configured({"start_method": {"fork": {}}})
)  # whoever has threads
def collecting():
    kept_from_collector()


@dg.op
def sees_itself(context):
    context.log.info("here I am")
    while not any(entry.user_message == "here I am" for entry in context.instance.all_logs(context.run_id)):
        time.sleep(0.01)


@dg.job(executor_def=dg.multiprocess_executor)
def looking():
    sees_itself()


@dg.job(executor_def=dg.multiprocess_executor)
def streaming():
    gives_and_waits().map(marks)


@dg.op(out={"first": dg.Out(), "second": dg.Out()}, config_schema={"marker": str})
def gives_both(context):
    yield dg.Output(1, "first")
    while not os.path.exists(context.op_config["marker"]):
        time.sleep(0.01)
    yield dg.Output(2, "second")


@dg.job(executor_def=dg.multiprocess_executor)
def handing_on():
    first, _ = gives_both()
    marks(first)


@dg.op(timeout=0.2)
def takes_too_long():
    time.sleep(600)


@dg.job(executor_def=dg.multiprocess_executor)
def too_long():
    takes_too_long()


@pytest.fixture
def instance():
    with dg.instance_for_test() as instance:
        yield instance


def run(job, instance, **arguments):
    return dg.execute_job(dg.reconstructable(job), instance=instance, **arguments)


def test_steps_run_in_processes_of_their_own_and_their_values_go_through_files(instance):
    with run(squares, instance) as result:
        assert result.success
        value, pid = result.output_for_node("total")

    assert value == 14
    assert pid != os.getpid()


def test_each_step_tells_of_its_process_its_output_and_its_end(instance):
    result = run(squares, instance)

    kinds = [event.event_type_value for event in result.all_events if event.step_key == "numbers"]

    assert kinds == [
        "STEP_WORKER_STARTING", "LOGS_CAPTURED", "STEP_WORKER_STARTED", "RESOURCE_INIT_STARTED",
        "RESOURCE_INIT_SUCCESS", "STEP_START", "STEP_OUTPUT", "HANDLED_OUTPUT", "STEP_SUCCESS",
    ]  # fmt: skip


def test_what_a_step_logs_and_prints_is_kept(instance):
    result = run(squares, instance)

    lines = [entry.user_message for entry in instance.all_logs(result.run_id) if not entry.is_dagster_event]
    directory = instance.compute_log_directory(result.run_id)

    assert sorted(lines) == ["squaring 1", "squaring 2", "squaring 3"]
    with open(os.path.join(directory, "numbers.out")) as file:
        assert file.read().startswith("made by ")


def test_a_step_whose_process_is_killed_fails_and_the_rest_goes_on(instance):
    result = run(dying, instance)

    (failure,) = [event for event in result.all_events if event.event_type_value == "STEP_FAILURE"]
    lines = [entry.user_message for entry in instance.all_logs(result.run_id) if not entry.is_dagster_event]

    assert not result.success
    assert failure.step_key == "dies"
    assert failure.step_failure_data.error.cls_name == "ChildProcessCrashException"
    assert "SIGKILL" in failure.step_failure_data.error.message
    assert "about to die" in lines
    assert "independent" in {event.step_key for event in result.all_events if event.is_step_success}
    assert "after" not in {event.step_key for event in result.all_events}


def test_a_step_that_exits_its_process_fails_with_the_exit_code(instance):
    result = run(exiting, instance)

    (failure,) = [event for event in result.all_events if event.event_type_value == "STEP_FAILURE"]

    assert "exit code 7" in failure.step_failure_data.error.message


def test_the_exception_of_a_step_is_recorded_with_the_users_lines(instance):
    result = run(raising, instance)

    (failure,) = [event for event in result.all_events if event.event_type_value == "STEP_FAILURE"]
    cause = failure.step_failure_data.error.cause

    assert cause.cls_name == "ValueError"
    assert any("raise ValueError" in frame for frame in cause.stack)


def test_the_retry_policy_covers_a_process_that_dies(instance, tmp_path):
    config = {"ops": {"dies_once": {"config": {"marker": str(tmp_path / "marker")}}}}

    with run(dying_once, instance, run_config=config) as result:
        assert result.output_for_node("dies_once") == "survived"

    assert "STEP_UP_FOR_RETRY" in {event.event_type_value for event in result.all_events}


def test_each_process_opens_and_closes_its_own_resources(instance, tmp_path, monkeypatch):
    trace = tmp_path / "trace"
    monkeypatch.setenv("WEFT_TEST_TRACE", str(trace))

    with run(with_resource, instance) as result:
        pids = {result.output_for_node(name) for name in ("uses_connection", "again")}

    lines = trace.read_text().split("\n")
    assert len(pids) == 2
    assert {line for line in lines if line} == {f"{what} {pid}" for what in ("open", "close") for pid in pids}


def test_one_process_at_a_time_when_told_so(instance):
    config = {"execution": {"config": {"max_concurrent": 1}}}

    result = run(squares, instance, run_config=config)

    open_steps = 0
    for event in result.all_events:
        open_steps += (event.event_type_value == "STEP_WORKER_STARTING") - event.is_step_success
        assert open_steps <= 1
    assert result.success


def test_mapped_steps_start_while_the_generator_still_yields(instance, tmp_path):
    config = {"config": {"marker": str(tmp_path / "marker")}}
    limits = {"config": {"max_concurrent": 2}}

    result = run(
        streaming,
        instance,
        run_config={"execution": limits, "ops": {"gives_and_waits": config, "marks": config}},
    )

    assert result.success


@pytest.mark.parametrize("start_method", ["fork", "forkserver", "spawn"])
def test_a_step_starts_with_the_output_it_takes_if_it_need_not_wait_for_success(
    instance, tmp_path, start_method
):
    config = {"config": {"marker": str(tmp_path / "marker")}}
    early = {
        "step_dependency_config": {"require_upstream_step_success": False}, "max_concurrent": 2,
        "start_method": {start_method: {}},
    }  # fmt: skip

    result = run(
        handing_on,
        instance,
        run_config={"execution": {"config": early}, "ops": {"gives_both": config, "marks": config}},
    )

    told = [(event.event_type_value, event.step_key) for event in result.all_events]
    assert result.success
    assert told.index(("STEP_START", "marks")) < told.index(("STEP_SUCCESS", "gives_both"))


def test_a_step_that_takes_too_long_is_stopped_in_its_process(instance):
    result = run(too_long, instance)

    (failure,) = [event for event in result.all_events if event.event_type_value == "STEP_FAILURE"]

    assert failure.step_failure_data.error.cls_name == "DagsterStepTimeoutError"


PROGRAM = """
import sys
import weftwork as dg
from {module} import waiting

if __name__ == "__main__":
    with dg.DagsterInstance.local_temp({home!r}) as instance:
        dg.execute_job(dg.reconstructable(waiting), instance=instance)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_tears_down_the_steps_and_cancels_the_run(tmp_path, number):
    trace, home = tmp_path / "trace", tmp_path / "home"
    program = tmp_path / "program.py"
    here = os.path.splitext(os.path.basename(__file__))[0]
    program.write_text(PROGRAM.format(module=here, home=str(home)))
    environment = {**os.environ, "WEFT_TEST_TRACE": str(trace), "PYTHONPATH": os.path.dirname(__file__)}
    process = subprocess.Popen([sys.executable, str(program)], env=environment)
    try:
        wait_until(lambda: trace.exists() and "open" in trace.read_text())
        process.send_signal(number)
        process.wait(30)
    finally:
        process.kill()

    with dg.DagsterInstance.local_temp(str(home)) as instance:
        (run_of_program,) = instance.get_runs()

    assert run_of_program.status == dg.DagsterRunStatus.CANCELED
    opened, closed = trace.read_text().split("\n")[:2]
    assert opened.split()[0] == "open"
    assert closed == opened.replace("open", "close")


def wait_until(condition):
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen within 30 seconds")


@pytest.mark.parametrize("is_frozen", [False, True], ids=["as usual", "frozen by the program"])
def test_the_collector_of_a_step_leaves_alone_what_the_run_has_loaded(instance, is_frozen):
    if is_frozen:
        gc.freeze()
    before = gc.get_freeze_count()
    try:
        with run(collecting, instance) as result:
            assert result.output_for_node("kept_from_collector") > 10_000

        assert (gc.get_freeze_count() > 0) == is_frozen
        assert (before > 0) == is_frozen
    finally:
        gc.unfreeze()


def test_what_a_step_tells_is_recorded_while_it_runs(instance):
    assert run(looking, instance).success


def test_what_steps_tell_in_a_moment_is_recorded_together(instance, monkeypatch):
    monkeypatch.setattr("weftwork.executors.multiprocess._SHOWN_AFTER_S", 60)
    commits = []
    append = Tables.append

    def count(tables, run_id, items, *arguments):
        commits.append(len(items))
        return append(tables, run_id, items, *arguments)

    monkeypatch.setattr(Tables, "append", count)

    result = run(squares, instance)

    assert result.success
    steps = 6
    assert len(commits) <= steps + 6  # one for each step as it starts; the others for the run
    assert sum(commits) == len(instance.all_logs(result.run_id))
