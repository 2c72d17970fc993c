"""Jobs whose steps run at once: in threads, and awaited together."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

import weftwork as dg
from weftwork.execution.reconstructable import ReconstructableJob

FOREVER_S = 60.0
PATIENCE_S = 20.0
BOTH = pytest.mark.parametrize("executor", [dg.thread_executor, dg.async_executor], ids=["thread", "async"])


KEPT: list[Any] = []


@dg.op
def keep(parts: list):
    KEPT[:] = parts


def execute(job: dg.JobDefinition, config: dict[str, Any] | None = None, **arguments: Any) -> Any:
    where = ReconstructableJob("here", job.name)
    where._definition = job
    run_config = {"execution": {"config": config}} if config else None
    return dg.execute_job(where, instance=dg.DagsterInstance.ephemeral(), run_config=run_config, **arguments)


def memory_job(executor: Any, **arguments: Any) -> Callable[[Any], dg.JobDefinition]:
    return dg.job(executor_def=executor, resource_defs={"io_manager": dg.mem_io_manager}, **arguments)


def statuses(result: Any) -> dict[str, str]:
    ends = {"STEP_SUCCESS": "ok", "STEP_FAILURE": "failed", "STEP_SKIPPED": "skipped"}
    return {e.step_key: ends[e.event_type_value] for e in result.all_events if e.event_type_value in ends}


@BOTH
def test_steps_that_do_not_depend_on_each_other_run_at_once(executor: Any) -> None:
    meeting = threading.Barrier(3, timeout=PATIENCE_S)

    @dg.op
    def meet():
        meeting.wait()
        return 1

    @memory_job(executor)
    def work() -> None:
        keep([meet.alias(f"meet_{number}")() for number in range(3)])

    assert execute(work, {"max_concurrent": 3}).success
    assert KEPT == [1, 1, 1]


def test_asynchronous_steps_are_awaited_together_on_one_loop() -> None:
    arrived: list[int] = []
    everybody = asyncio.Event()
    number_of_steps = 200

    @dg.op(out=dg.DynamicOut())
    def numbers():
        for number in range(number_of_steps):
            yield dg.DynamicOutput(number, mapping_key=str(number))

    @dg.op
    async def meet(x):
        arrived.append(threading.get_ident())
        if len(arrived) == number_of_steps:
            everybody.set()
        await asyncio.wait_for(everybody.wait(), PATIENCE_S)
        return x

    @memory_job(dg.async_executor)
    def work() -> None:
        keep(numbers().map(meet).collect())

    assert execute(work).success
    assert list(range(number_of_steps)) == KEPT
    assert len(set(arrived)) == 1


@BOTH
def test_execute_in_process_runs_steps_at_once_where_the_executor_of_the_job_does(executor: Any) -> None:
    meeting = threading.Barrier(3, timeout=PATIENCE_S)

    @dg.op
    def meet():
        meeting.wait()
        return 1

    @dg.op
    def total(parts: list):
        return sum(parts)

    @dg.job(executor_def=executor.configured({"max_concurrent": 3}))
    def work() -> None:
        total([meet.alias(f"meet_{number}")() for number in range(3)])

    result = work.execute_in_process()

    assert result.output_for_node("total") == 3
    assert result.output_for_node("meet_1") == 1


@BOTH
def test_execute_in_process_raises_what_a_step_raises(executor: Any) -> None:
    @dg.op
    def fails():
        raise ZeroDivisionError

    @dg.job(executor_def=executor)
    def work() -> None:
        fails()

    with pytest.raises(ZeroDivisionError):
        work.execute_in_process()
    assert not work.execute_in_process(raise_on_error=False).success


@BOTH
def test_mapped_steps_start_before_the_generator_has_ended(executor: Any) -> None:
    taken = threading.Event()

    @dg.op(out=dg.DynamicOut())
    def numbers():
        yield dg.DynamicOutput(1, mapping_key="a")
        assert taken.wait(PATIENCE_S)
        yield dg.DynamicOutput(2, mapping_key="b")

    @dg.op
    def double(x):
        taken.set()
        return 2 * x

    @memory_job(executor)
    def work() -> None:
        keep(numbers().map(double).collect())

    assert execute(work, {"max_concurrent": 2}).success
    assert KEPT == [2, 4]


def test_an_asynchronous_generator_gives_its_items_at_once() -> None:
    taken = asyncio.Event()

    @dg.op(out=dg.DynamicOut())
    async def numbers():
        yield dg.DynamicOutput(1, mapping_key="a")
        await asyncio.wait_for(taken.wait(), PATIENCE_S)
        yield dg.DynamicOutput(2, mapping_key="b")

    @dg.op
    async def double(x):
        taken.set()
        return 2 * x

    @memory_job(dg.async_executor)
    def work() -> None:
        keep(numbers().map(double).collect())

    assert execute(work).success
    assert KEPT == [2, 4]


@BOTH
def test_a_generator_that_is_tried_again_maps_each_item_once(executor: Any) -> None:
    attempts, seen = [], Counter()

    @dg.op(out=dg.DynamicOut())
    def numbers():
        attempts.append(1)
        yield dg.DynamicOutput(1, mapping_key="a")
        if len(attempts) == 1:
            raise dg.RetryRequested(max_retries=1)
        yield dg.DynamicOutput(2, mapping_key="b")

    @dg.op
    def count(x):
        seen[x] += 1

    @memory_job(executor)
    def work() -> None:
        numbers().map(count)

    assert execute(work).success
    assert seen == {1: 1, 2: 1}


@BOTH
def test_no_more_steps_run_at_once_than_are_allowed(executor: Any) -> None:
    running, most = set(), []
    lock = threading.Lock()

    @dg.op
    def step(context):
        with lock:
            running.add(context.op_handle.name)
            most.append(len(running))
        time.sleep(0)
        with lock:
            running.discard(context.op_handle.name)

    @memory_job(executor)
    def work() -> None:
        for number in range(12):
            step.alias(f"step_{number}")()

    assert execute(work, {"max_concurrent": 2}).success
    assert max(most) <= 2


@pytest.mark.parametrize(
    ("limit", "most_of_one_value"),
    [
        ({"key": "db", "limit": 1}, 1),
        ({"key": "db", "value": "a", "limit": 1}, 1),
        ({"key": "db", "value": {"applyLimitPerUniqueValue": True}, "limit": 1}, 1),
    ],
)
def test_steps_with_a_tag_are_limited(limit: dict[str, Any], most_of_one_value: int) -> None:
    running, most = Counter(), Counter()
    lock = threading.Lock()

    @dg.op
    def query(context):
        value = context.op.tags["db"]
        with lock:
            running[value] += 1
            most[value] = max(most[value], running[value])
        time.sleep(0)
        with lock:
            running[value] -= 1

    @memory_job(dg.thread_executor)
    def work() -> None:
        for number in range(10):
            query.tag({"db": "ab"[number % 2]}).alias(f"query_{number}")()

    result = execute(work, {"max_concurrent": 8, "tag_concurrency_limits": [limit]})
    assert result.success
    assert len(statuses(result)) == 10
    assert most["a"] <= most_of_one_value


@BOTH
def test_higher_priorities_start_first(executor: Any) -> None:
    order = []

    @dg.op
    def step(context):
        order.append(int(context.op_handle.name.removeprefix("step_")))

    @memory_job(executor)
    def work() -> None:
        for number in range(5):
            step.tag({"dagster/priority": str(number)}).alias(f"step_{number}")()

    assert execute(work, {"max_concurrent": 1}).success
    assert order == [4, 3, 2, 1, 0]


@BOTH
def test_a_failure_holds_back_what_needs_it_and_nothing_else(executor: Any) -> None:
    @dg.op
    def bad():
        raise ValueError("no")

    @dg.op
    def good():
        return 1

    @dg.op
    def after(x):
        return x

    @memory_job(executor)
    def work() -> None:
        after(bad())
        after.alias("other")(good())

    result = execute(work)
    assert not result.success
    assert statuses(result) == {"bad": "failed", "good": "ok", "other": "ok"}


@BOTH
def test_failed_steps_are_tried_again_unless_retries_are_disabled(executor: Any) -> None:
    attempts = []

    @dg.op(retry_policy=dg.RetryPolicy(max_retries=2))
    def flaky():
        attempts.append(1)
        raise ValueError

    @memory_job(executor)
    def work() -> None:
        flaky()

    execute(work)
    assert len(attempts) == 3
    execute(work, {"retries": {"disabled": {}}})
    assert len(attempts) == 4


def test_a_step_in_a_thread_is_stopped_when_its_time_is_up() -> None:
    @dg.op(timeout=0.05)
    def busy():
        while True:
            time.sleep(0)

    @memory_job(dg.thread_executor)
    def work() -> None:
        busy()

    (failure,) = execute(work).get_step_failure_events()
    assert failure.step_failure_data.error.cls_name == "DagsterStepTimeoutError"


def test_an_awaited_step_is_stopped_when_its_time_is_up() -> None:
    @dg.op(timeout=0.05)
    async def slow():
        await asyncio.sleep(FOREVER_S)

    @memory_job(dg.async_executor)
    def work() -> None:
        slow()

    (failure,) = execute(work).get_step_failure_events()
    assert failure.step_failure_data.error.cls_name == "DagsterStepTimeoutError"


def test_a_thread_that_cannot_be_interrupted_is_left_to_itself() -> None:
    release = threading.Event()
    ended = threading.Event()

    @dg.op(timeout=0.05)
    def stuck(context):
        release.wait(FOREVER_S)
        context.log.info("nobody hears this")
        ended.set()

    @dg.op
    def other():
        return 1

    @memory_job(dg.thread_executor)
    def work() -> None:
        stuck()
        other()

    result = execute(work)
    assert statuses(result) == {"stuck": "failed", "other": "ok"}
    release.set()
    (failure,) = result.get_step_failure_events()
    assert failure.step_failure_data.error.cls_name == "DagsterStepTimeoutError"


@BOTH
def test_an_interrupt_cancels_the_run_and_tears_everything_down(executor: Any) -> None:
    started = threading.Barrier(3, timeout=PATIENCE_S)
    torn_down = []

    @dg.resource
    def database(_context):
        yield "open"
        torn_down.append("database")

    @dg.op(required_resource_keys={"database"})
    def wait_here():
        try:
            started.wait()
            while True:
                time.sleep(0)
        finally:
            torn_down.append("step")

    @dg.op
    def interrupt():
        started.wait()
        raise KeyboardInterrupt

    @dg.op(ins={"start": dg.In(dg.Nothing)}, run_when="always")
    def release():
        torn_down.append("release")

    @dg.job(executor_def=executor, resource_defs={"io_manager": dg.mem_io_manager, "database": database})
    def work() -> None:
        release([wait_here(), wait_here.alias("wait_there")(), interrupt()])

    result = execute(work, {"max_concurrent": 3})

    assert result.dagster_run.status.value == "CANCELED"
    assert torn_down == ["step", "step", "release", "database"]
    assert statuses(result) == {
        "wait_here": "failed",
        "wait_there": "failed",
        "interrupt": "failed",
        "release": "ok",
    }


def test_an_interrupt_cancels_steps_that_are_awaited() -> None:
    torn_down = []

    @dg.op
    async def wait_here():
        try:
            await asyncio.sleep(FOREVER_S)
        finally:
            torn_down.append("step")

    @dg.op
    async def interrupt():
        await asyncio.sleep(0.05)
        raise dg.DagsterExecutionInterruptedError

    @memory_job(dg.async_executor)
    def work() -> None:
        wait_here()
        interrupt()

    result = execute(work)
    assert result.dagster_run.status.value == "CANCELED"
    assert torn_down == ["step"]


def test_what_steps_log_and_record_from_threads_is_complete() -> None:
    @dg.op
    def talk(context):
        for number in range(20):
            context.log.info("line %s", number)
            context.log_event(dg.AssetMaterialization(f"a{number}"))

    @memory_job(dg.thread_executor)
    def work() -> None:
        for number in range(10):
            talk.alias(f"talk_{number}")()

    instance = dg.DagsterInstance.ephemeral()
    where = ReconstructableJob("here", "work")
    where._definition = work
    result = dg.execute_job(where, instance=instance)
    assert result.success
    lines = Counter(
        e.step_key for e in instance.all_logs(result.run_id) if e.user_message.startswith("line ")
    )
    assert lines == {f"talk_{number}": 20 for number in range(10)}
    made = [e for e in result.all_events if e.event_type_value == "ASSET_MATERIALIZATION"]
    assert len(made) == 200


def test_the_tag_of_a_run_limits_it_in_threads_too() -> None:
    @dg.op
    def busy():
        while True:
            time.sleep(0)

    @memory_job(dg.thread_executor, tags={"dagster/max_runtime": "0.1"})
    def work() -> None:
        busy()

    result = execute(work)
    assert not result.success
    (failure,) = result.get_step_failure_events()
    assert failure.step_failure_data.error.cls_name == "DagsterRunTimeoutError"


@BOTH
def test_a_signal_to_the_process_cancels_the_run(executor: Any) -> None:
    torn_down = []

    @dg.op
    def wait_here():
        try:
            os.kill(os.getpid(), signal.SIGINT)
            while True:
                time.sleep(0)
        finally:
            torn_down.append("step")

    @memory_job(executor)
    def work() -> None:
        wait_here()

    assert execute(work).dagster_run.status.value == "CANCELED"
    assert torn_down == ["step"]
