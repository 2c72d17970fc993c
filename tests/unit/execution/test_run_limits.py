"""Timeouts of steps and runs, retries by type of exception, and steps that run after a failure."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from datetime import timedelta
from typing import Any

import pytest

import weftwork as dg

FOREVER_S = 60.0


def statuses(result: Any) -> dict[str, str]:
    ends = {"STEP_SUCCESS": "ok", "STEP_FAILURE": "failed", "STEP_SKIPPED": "skipped"}
    return {e.step_key: ends[e.event_type_value] for e in result.all_events if e.event_type_value in ends}


def run(*composed: Any, **arguments: Any) -> Any:
    @dg.job(**arguments)
    def work() -> None:
        for op in composed:
            op()

    return work.execute_in_process(raise_on_error=False)


@pytest.mark.parametrize("timeout", [0.05, timedelta(milliseconds=50)])
def test_a_step_that_takes_too_long_is_stopped_where_it_waits(timeout: Any) -> None:
    @dg.op(timeout=timeout)
    def slow():
        time.sleep(FOREVER_S)

    result = run(slow)

    (failure,) = result.get_step_failure_events()
    assert failure.step_failure_data.error.cls_name == "DagsterStepTimeoutError"
    assert (
        "'slow' was stopped: it took longer than its timeout of 0.05 seconds"
        in failure.step_failure_data.error.message
    )


def test_a_step_in_time_is_left_alone() -> None:
    @dg.op(timeout=FOREVER_S)
    def quick():
        return 1

    assert run(quick).output_for_node("quick") == 1


def test_a_loop_is_stopped_even_if_it_catches_exceptions() -> None:
    @dg.op(timeout=0.05)
    def stubborn():
        while True:
            with contextlib.suppress(Exception):
                sum(range(100))

    assert statuses(run(stubborn)) == {"stubborn": "failed"}


def test_an_asynchronous_step_is_stopped() -> None:
    @dg.op(timeout=0.05)
    async def slow():
        await asyncio.sleep(FOREVER_S)

    (failure,) = run(slow).get_step_failure_events()
    assert failure.step_failure_data.error.cls_name == "DagsterStepTimeoutError"


def test_a_generator_is_stopped() -> None:
    @dg.op(timeout=0.05, out=dg.DynamicOut())
    def slow():
        yield dg.DynamicOutput(1, "a")
        time.sleep(FOREVER_S)

    assert statuses(run(slow)) == {"slow": "failed"}


def test_a_timeout_is_retried_as_the_policy_says() -> None:
    attempts = []

    @dg.op(timeout=0.05, retry_policy=dg.RetryPolicy(max_retries=1, retry_on=TimeoutError))
    def flaky():
        attempts.append(1)
        if len(attempts) == 1:
            time.sleep(FOREVER_S)
        return "there"

    assert run(flaky).output_for_node("flaky") == "there"


def test_what_raise_on_error_raises_is_a_timeout_error() -> None:
    @dg.op(timeout=0.05)
    def slow():
        time.sleep(FOREVER_S)

    @dg.job
    def work() -> None:
        slow()

    with pytest.raises(TimeoutError, match="longer than its timeout"):
        work.execute_in_process()


@pytest.mark.parametrize(
    ("timeout", "error"), [(0, dg.DagsterInvalidDefinitionError), ("soon", dg.ParameterCheckError)]
)
def test_a_timeout_must_be_a_positive_time(timeout: Any, error: Any) -> None:
    with pytest.raises(error, match="timeout of op 'slow'"):

        @dg.op(timeout=timeout)
        def slow():
            pass


def test_a_run_that_takes_too_long_fails_and_starts_nothing_more() -> None:
    @dg.op
    def slow():
        time.sleep(FOREVER_S)

    @dg.op
    def after(x):
        return x

    @dg.job(tags={"dagster/max_runtime": "0.1"})
    def work() -> None:
        after(slow())

    result = work.execute_in_process(raise_on_error=False)

    assert statuses(result) == {"slow": "failed"}
    assert result.get_step_failure_events()[0].step_failure_data.error.cls_name == "DagsterRunTimeoutError"
    assert not result.success


def test_the_time_of_a_run_must_be_a_number() -> None:
    @dg.op
    def quick():
        pass

    with pytest.raises(dg.DagsterInvalidInvocationError, match="dagster/max_runtime"):
        run(quick, tags={"dagster/max_runtime": "soon"})


@pytest.mark.parametrize(
    ("policy", "attempts"),
    [
        (dg.RetryPolicy(max_retries=2, retry_on=ConnectionError), 3),
        (dg.RetryPolicy(max_retries=2, retry_on=[ValueError, OSError]), 3),
        (dg.RetryPolicy(max_retries=2, retry_on=ValueError), 1),
        (dg.RetryPolicy(max_retries=2, never_on=OSError), 1),
        (dg.RetryPolicy(max_retries=2, retry_on=OSError, never_on=ConnectionError), 1),
    ],
)
def test_retries_are_for_the_exceptions_that_the_policy_names(policy: dg.RetryPolicy, attempts: int) -> None:
    seen = []

    @dg.op(retry_policy=policy)
    def flaky():
        seen.append(1)
        raise ConnectionResetError

    run(flaky)
    assert len(seen) == attempts


def test_the_delay_grows_to_the_longest_one() -> None:
    policy = dg.RetryPolicy(delay=1, backoff=dg.Backoff.EXPONENTIAL, max_delay=5)
    assert [policy.calculate_delay(attempt) for attempt in (1, 2, 3, 4)] == [1, 3, 5, 5]


def test_a_step_that_waits_for_its_retry_holds_nothing_up() -> None:
    order = []

    @dg.op(retry_policy=dg.RetryPolicy(max_retries=1, delay=0.05))
    def flaky():
        order.append("flaky")
        if len(order) == 1:
            raise ValueError

    @dg.op
    def other():
        order.append("other")

    run(flaky, other)
    assert order == ["flaky", "other", "flaky"]


# ------------------------------------------------------------------------------------------- run_when


@dg.op
def work():
    raise ValueError("no")


@dg.op
def good():
    return 1


@dg.op(ins={"start": dg.In(dg.Nothing)}, run_when="all_done")
def tidy():
    return "tidied"


@dg.op(ins={"start": dg.In(dg.Nothing)}, run_when="any_failed")
def alarm():
    return "rang"


@dg.op(ins={"start": dg.In(dg.Nothing)})
def report():
    return "reported"


@dg.op(ins={"start": dg.In(dg.Nothing)}, run_when="always")
def release():
    return "released"


@pytest.mark.parametrize("raise_on_error", [True, False])
def test_steps_run_after_a_failure_as_their_condition_says(raise_on_error: bool) -> None:
    @dg.job
    def pipeline() -> None:
        first = work()
        middle = report(first)
        tidy(middle)
        alarm(middle)
        release(middle)

    with dg.instance_for_test() as instance:
        if raise_on_error:
            with pytest.raises(ValueError, match="no"):
                pipeline.execute_in_process(instance=instance)
        else:
            assert not pipeline.execute_in_process(instance=instance, raise_on_error=False).success
        (record,) = instance.get_runs()
        kinds = ("STEP_SUCCESS", "STEP_FAILURE", "STEP_SKIPPED")
        ends = [
            (entry.dagster_event.step_key, entry.dagster_event.event_type_value)
            for entry in instance.all_logs(record.run_id)
            if entry.dagster_event and entry.dagster_event.event_type_value in kinds
        ]
    assert ends[0] == ("work", "STEP_FAILURE")
    assert sorted(ends[1:]) == [
        ("alarm", "STEP_SUCCESS"),
        ("release", "STEP_SUCCESS"),
        ("tidy", "STEP_SUCCESS"),
    ]


def test_after_success_only_the_alarm_is_skipped() -> None:
    @dg.job
    def pipeline() -> None:
        first = good()
        tidy(first)
        alarm(first)
        release(first)

    result = pipeline.execute_in_process()
    assert result.success
    assert statuses(result) == {"good": "ok", "tidy": "ok", "alarm": "skipped", "release": "ok"}


def test_what_a_failed_step_did_not_give_takes_its_default() -> None:
    @dg.op(run_when="all_done")
    def summarize(part="nothing", parts: list = ()):
        return part, list(parts)

    @dg.job
    def pipeline() -> None:
        bad, fine = work(), good()
        summarize(bad, [bad, fine])

    result = pipeline.execute_in_process(raise_on_error=False)
    assert result.output_for_node("summarize") == ("nothing", [1])


def test_a_collect_of_failed_items_takes_those_that_are_there() -> None:
    @dg.op(out=dg.DynamicOut())
    def numbers():
        for number in range(4):
            yield dg.DynamicOutput(number, mapping_key=str(number))

    @dg.op
    def half(x):
        if x % 2:
            raise ValueError
        return x // 2

    @dg.op(run_when="all_done")
    def total(parts: list):
        return parts

    @dg.job
    def pipeline() -> None:
        total(numbers().map(half).collect())

    result = pipeline.execute_in_process(raise_on_error=False)
    assert result.output_for_node("total") == [0, 1]
    assert not result.success


def test_in_a_canceled_run_only_what_runs_always_runs() -> None:
    @dg.op
    def stop():
        raise KeyboardInterrupt

    @dg.job
    def pipeline() -> None:
        first = stop()
        tidy(first)
        release(first)

    with dg.instance_for_test() as instance:
        result = pipeline.execute_in_process(instance=instance, raise_on_error=False)
        assert result.dagster_run.status.value == "CANCELED"
    assert statuses(result) == {"stop": "failed", "release": "ok"}


def test_a_use_of_an_op_has_a_condition_of_its_own() -> None:
    @dg.job
    def pipeline() -> None:
        first = work()
        report.with_run_when("all_done")(first)

    assert statuses(pipeline.execute_in_process(raise_on_error=False)) == {"work": "failed", "report": "ok"}


def test_an_unknown_condition_is_refused() -> None:
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="'all_done'"):

        @dg.op(run_when="alldone")
        def wrong():
            pass


def test_interrupts_in_threads_do_not_reach_steps_that_ended() -> None:
    assert threading.current_thread() is threading.main_thread()

    @dg.op(timeout=0.001)
    def tiny():
        return 1

    for _ in range(20):
        run(tiny)


# -------------------------------------------------------------------------------------------- assets


def test_assets_and_checks_have_timeouts() -> None:
    @dg.asset(timeout=0.05)
    def slow():
        time.sleep(FOREVER_S)

    @dg.multi_asset(specs=[dg.AssetSpec("both")], timeout=0.05)
    def several():
        time.sleep(FOREVER_S)

    @dg.asset
    def good():
        return 1

    @dg.asset_check(asset=good, timeout=0.05)
    def slow_check():
        time.sleep(FOREVER_S)

    result = dg.materialize([slow, several, good, slow_check], raise_on_error=False)

    errors = {e.step_key: e.step_failure_data.error.cls_name for e in result.get_step_failure_events()}
    assert set(errors.values()) == {"DagsterStepTimeoutError"}
    assert len(errors) == 3


def test_an_asset_may_be_made_after_a_failure() -> None:
    @dg.asset
    def broken():
        raise ValueError

    @dg.asset(deps=[broken], run_when="any_failed")
    def incident():
        return "written"

    result = dg.materialize([broken, incident], raise_on_error=False)

    assert result.asset_value("incident") == "written"
    assert not result.success
