"""Steps whose processes die after the step has ended, or while they write: what is told, and what is left."""

import os
import signal
import sys

import pytest

import weftwork as dg
from weftwork.processes.remains.temporary_files import name_temporary

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")


def die():
    os.kill(os.getpid(), signal.SIGKILL)


@dg.success_hook
def dies_after_success(context):
    die()


@dg.failure_hook
def dies_after_failure(context):
    die()


@dg.op(retry_policy=dg.RetryPolicy(max_retries=3))
def one():
    return 1


@dg.op(out=dg.DynamicOut(int))
def many():
    for number in range(3):
        yield dg.DynamicOutput(number, str(number))


@dg.op
def raises(context):
    raise ValueError("no such thing")


@dg.op
def add_all(values):
    return sum(values)


@dg.op
def twice(value):
    return 2 * value


@dg.resource
def dies_when_closed(context):
    yield
    die()


@dg.op(required_resource_keys={"mortal"}, retry_policy=dg.RetryPolicy(max_retries=1))
def uses_mortal():
    return 1


class WritesInPlace(dg.IOManager):
    """Dies in the middle of writing."""

    def handle_output(self, context, obj):
        folder = (
            context.resource_config["folder"] if context.resource_config else os.environ["WEFT_TEST_FOLDER"]
        )
        with open(name_temporary(folder, "value"), "w") as file:
            file.write("half of a ")
            file.flush()
            die()

    def load_input(self, context):
        raise AssertionError


@dg.job(executor_def=dg.multiprocess_executor, hooks={dies_after_success})
def succeeds_first():
    twice(one())
    add_all(many().map(twice).collect())


@dg.job(executor_def=dg.multiprocess_executor, hooks={dies_after_failure})
def fails_first():
    twice(raises())


@dg.job(executor_def=dg.multiprocess_executor, resource_defs={"mortal": dies_when_closed})
def tears_down():
    uses_mortal()


@dg.job(
    executor_def=dg.multiprocess_executor,
    resource_defs={"io_manager": dg.IOManagerDefinition.hardcoded_io_manager(WritesInPlace())},
)
def writes():
    twice(one())


def run(job, raise_on_error=False):
    with dg.instance_for_test() as instance:
        result = dg.execute_job(dg.reconstructable(job), instance, raise_on_error=raise_on_error)
        events = instance.all_logs(result.run_id)
        told = [entry.dagster_event for entry in events if entry.dagster_event is not None]
        return result.success, told


def kinds(events, key):
    wanted = ("STEP_SUCCESS", "STEP_FAILURE", "STEP_UP_FOR_RETRY")
    return [
        event.event_type_value
        for event in events
        if event.step_key == key and event.event_type_value in wanted
    ]


def test_a_step_that_has_succeeded_stays_so_when_its_process_dies():
    success, events = run(succeeds_first)

    assert success
    for key in ("one", "twice", "many", "twice_2[0]", "twice_2[2]", "add_all"):
        assert kinds(events, key) == ["STEP_SUCCESS"]
    assert any("ended after the step did: signal 9 (SIGKILL)" in event.message for event in events)


def test_a_step_that_has_failed_fails_once_and_with_its_own_cause():
    success, events = run(fails_first)

    assert not success
    assert kinds(events, "raises") == ["STEP_FAILURE"]
    (failure,) = [event for event in events if event.event_type_value == "STEP_FAILURE"]
    assert "no such thing" in failure.step_failure_data.error.to_string()
    assert kinds(events, "twice") == []


def test_a_teardown_that_kills_the_process_does_not_repeat_the_step():
    success, events = run(tears_down)

    assert success
    assert kinds(events, "uses_mortal") == ["STEP_SUCCESS"]


def test_what_a_step_was_writing_when_it_died_is_removed(tmp_path, monkeypatch):
    monkeypatch.setenv("WEFT_TEST_FOLDER", str(tmp_path))

    success, events = run(writes)

    assert not success
    assert kinds(events, "one") == ["STEP_UP_FOR_RETRY"] * 3 + ["STEP_FAILURE"]
    assert list(tmp_path.iterdir()) == []
