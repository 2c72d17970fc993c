"""Outputs that are taken before their step has ended, where the executor is told not to wait for its success."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

import weftwork as dg
from weftwork.execution.reconstructable import ReconstructableJob

PATIENCE_S = 20.0
EARLY = {"step_dependency_config": {"require_upstream_step_success": False}, "max_concurrent": 4}
BOTH = pytest.mark.parametrize("executor", [dg.thread_executor, dg.async_executor], ids=["thread", "async"])


def execute(job: dg.JobDefinition, config: dict[str, Any]) -> Any:
    where = ReconstructableJob("here", job.name)
    where._definition = job
    return dg.execute_job(
        where, instance=dg.DagsterInstance.ephemeral(), run_config={"execution": {"config": config}}
    )


def memory_job(executor: Any) -> Callable[[Any], dg.JobDefinition]:
    return dg.job(executor_def=executor, resource_defs={"io_manager": dg.mem_io_manager})


def kinds(result: Any, step_key: str) -> list[str]:
    return [e.event_type_value for e in result.all_events if e.step_key == step_key]


def order_of(result: Any, *wanted: tuple[str, str]) -> list[tuple[str, str]]:
    told = [(e.event_type_value, e.step_key) for e in result.all_events]
    return [event for event in told if event in wanted]


@BOTH
def test_a_step_starts_with_the_output_it_takes(executor: Any) -> None:
    taken = threading.Event()

    @dg.op(out={"first": dg.Out(), "second": dg.Out()})
    def both():
        yield dg.Output(1, "first")
        assert taken.wait(PATIENCE_S)
        yield dg.Output(2, "second")

    @dg.op
    def take(x):
        taken.set()
        return x

    @memory_job(executor)
    def work() -> None:
        first, _ = both()
        take(first)

    result = execute(work, EARLY)

    assert result.success
    wanted = (("STEP_START", "take"), ("STEP_SUCCESS", "both"))
    assert order_of(result, *wanted) == list(wanted)


def test_an_asynchronous_step_hands_on_its_outputs() -> None:
    taken = asyncio.Event()

    @dg.op(out={"first": dg.Out(), "second": dg.Out()})
    async def both():
        yield dg.Output(1, "first")
        await asyncio.wait_for(taken.wait(), PATIENCE_S)
        yield dg.Output(2, "second")

    @dg.op
    async def take(x):
        taken.set()
        return x

    @memory_job(dg.async_executor)
    def work() -> None:
        first, _ = both()
        take(first)

    assert execute(work, EARLY).success


@BOTH
def test_without_the_setting_a_step_waits_for_the_end_of_what_it_needs(executor: Any) -> None:
    @dg.op(out={"first": dg.Out(), "second": dg.Out()})
    def both():
        yield dg.Output(1, "first")
        yield dg.Output(2, "second")

    @dg.op
    def take(x):
        return x

    @memory_job(executor)
    def work() -> None:
        first, _ = both()
        take(first)

    result = execute(work, {"max_concurrent": 4})

    wanted = (("STEP_SUCCESS", "both"), ("STEP_START", "take"))
    assert order_of(result, *wanted) == list(wanted)


@BOTH
def test_what_was_taken_before_a_failure_stays_taken(executor: Any) -> None:
    taken = threading.Event()

    @dg.op(out={"first": dg.Out(), "second": dg.Out()})
    def fails_late():
        yield dg.Output(1, "first")
        assert taken.wait(PATIENCE_S)
        raise ValueError("late")

    @dg.op
    def take(x):
        taken.set()
        return x

    @dg.op
    def add(parts: list):
        return sum(parts)

    @dg.op(run_when="all_done")
    def look(x):
        return x

    @memory_job(executor)
    def work() -> None:
        first, second = fails_late()
        took = take(first)
        add([took, first])
        take.alias("needs_second")(second)
        look(second)

    result = execute(work, EARLY)

    assert not result.success
    assert "STEP_SUCCESS" in kinds(result, "take")
    assert "STEP_SUCCESS" in kinds(result, "add")
    assert kinds(result, "needs_second") == []
    wanted = (("STEP_FAILURE", "fails_late"), ("STEP_START", "look"))
    assert order_of(result, *wanted) == list(wanted)


@BOTH
def test_a_step_that_is_tried_again_is_taken_once(executor: Any) -> None:
    taken = threading.Event()
    values: list[int] = []

    @dg.op(out={"first": dg.Out(), "second": dg.Out()}, retry_policy=dg.RetryPolicy(max_retries=1))
    def flaky(context):
        yield dg.Output(1, "first")
        assert taken.wait(PATIENCE_S)
        if context.retry_number == 0:
            raise ValueError("again")
        yield dg.Output(2, "second")

    @dg.op
    def take(x):
        values.append(x)
        taken.set()

    @memory_job(executor)
    def work() -> None:
        first, second = flaky()
        take(first)
        take.alias("take_second")(second)

    result = execute(work, EARLY)

    assert result.success
    assert values == [1, 2]
    assert kinds(result, "take").count("STEP_START") == 1


@BOTH
def test_a_list_of_mapped_steps_is_there_with_their_outputs(executor: Any) -> None:
    collected = threading.Event()
    totals: list[int] = []

    @dg.op(out=dg.DynamicOut())
    def numbers():
        for number in range(3):
            yield dg.DynamicOutput(number, mapping_key=str(number))

    @dg.op
    def lingers(x):
        yield dg.Output(x)
        assert collected.wait(PATIENCE_S)

    @dg.op
    def total(parts: list):
        totals.append(sum(parts))
        collected.set()

    @memory_job(executor)
    def work() -> None:
        total(numbers().map(lingers).collect())

    assert execute(work, EARLY).success
    assert totals == [3]


@BOTH
def test_a_dependency_without_a_value_waits_for_the_end(executor: Any) -> None:
    @dg.op(out=dg.Out(dg.Nothing))
    def says_so():
        yield dg.Output(None)

    @dg.op(ins={"start": dg.In(dg.Nothing)})
    def after():
        pass

    @memory_job(executor)
    def work() -> None:
        after(says_so())

    result = execute(work, EARLY)

    wanted = (("STEP_SUCCESS", "says_so"), ("STEP_START", "after"))
    assert order_of(result, *wanted) == list(wanted)


def test_in_one_process_what_a_failed_step_gave_before_is_handed_on() -> None:
    @dg.op(out={"first": dg.Out(), "second": dg.Out()})
    def both():
        yield dg.Output(1, "first")
        raise ValueError("no second")

    @dg.op
    def take(x):
        return x

    @dg.op
    def take_second(x):
        return x

    @memory_job(dg.in_process_executor)
    def work() -> None:
        first, second = both()
        take(first)
        take_second(second)

    where = ReconstructableJob("here", "work")
    where._definition = work
    config = {"step_dependency_config": {"require_upstream_step_success": False}}
    result = dg.execute_job(
        where, instance=dg.DagsterInstance.ephemeral(), run_config={"execution": {"config": config}},
        raise_on_error=False,
    )  # fmt: skip
    assert not result.success
    assert "STEP_SUCCESS" in kinds(result, "take")
    assert "STEP_START" not in kinds(result, "take_second")
