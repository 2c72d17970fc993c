"""An attempt at a step whose function is asynchronous, on a loop that other steps share."""

from __future__ import annotations

import asyncio
from typing import Any

from weftwork.definitions.loggers.log_scope import LogScope
from weftwork.execution.run_state import RunState
from weftwork.execution.steps.attempt import (
    INTERRUPTS,
    Outcome,
    begin_attempt,
    end_attempt,
    fail_attempt,
    find_limit,
    interrupt_attempt,
    succeed_attempt,
)
from weftwork.execution.steps.calling import UserErrors, call_function, canceling, take_result
from weftwork.execution.steps.guard import Guard
from weftwork.execution.steps.inputs import load_inputs
from weftwork.execution.steps.returned import ResultTaker
from weftwork.execution.steps.scope import StepScope


async def execute_step_async(scope: StepScope, state: RunState) -> Outcome:
    """Try a step once; only its function runs on the loop, inputs and outputs are handled in threads.

    Args:
        scope: the attempt.
        state: the state of the run, which knows the items of dynamic outputs.
    """
    beginning = begin_attempt(scope)
    with LogScope(scope):
        try:
            await _call_guarded(scope, state)
        except INTERRUPTS as error:
            return interrupt_attempt(scope, error)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - user code may even ask the process to exit
            outcome = fail_attempt(scope, error)
        else:
            outcome = succeed_attempt(scope, beginning)
        if scope.runtime.hooks:
            await asyncio.to_thread(end_attempt, scope, outcome, beginning)
        return outcome


async def _call_guarded(scope: StepScope, state: RunState) -> None:
    guard = scope.guard
    assert guard is not None
    _raise_reason(guard)
    timeout_s, reason = find_limit(scope)
    timer = None
    if timeout_s is not None and reason is not None:
        timer = asyncio.get_running_loop().call_later(timeout_s, lambda: guard.stop(reason()))
    try:
        with canceling(guard):
            await _call(scope, state)
    except BaseException:
        guard.close()
        if guard.reason is None:
            raise
    finally:
        if timer is not None:
            timer.cancel()
        guard.close()
    _raise_reason(guard)


def _raise_reason(guard: Guard) -> None:
    if guard.reason is not None:
        raise guard.reason


async def _call(scope: StepScope, state: RunState) -> None:
    compute = scope.runtime.compute
    inputs = await asyncio.to_thread(load_inputs, scope, state) if scope.runtime.inputs else {}
    with UserErrors(scope):
        returned = call_function(scope, compute, inputs)
        if compute.kind == "coroutine":
            returned = await returned
    if compute.kind == "async_generator":
        await _take_yielded(scope, returned)
    else:
        await asyncio.to_thread(take_result, scope, returned)


async def _take_yielded(scope: StepScope, generator: Any) -> None:
    taker = ResultTaker(scope)
    try:
        while True:
            with UserErrors(scope):
                try:
                    event = await anext(generator)
                except StopAsyncIteration:
                    break
            await asyncio.to_thread(taker.take_yielded, iter((event,)))
    finally:
        await generator.aclose()
    await asyncio.to_thread(taker.finish)
