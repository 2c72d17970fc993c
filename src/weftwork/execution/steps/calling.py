"""Calls the user's function of a step: with what its parameters ask for, awaited where it is asynchronous."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import DagsterError, DagsterExecutionStepExecutionError
from weftwork.definitions.events import Failure, RetryRequested
from weftwork.execution.steps.returned import ResultTaker
from weftwork.execution.steps.scope import StepScope

if TYPE_CHECKING:
    from weftwork.execution.steps.guard import Guard


def call_step(scope: StepScope, inputs: dict[str, Any]) -> None:
    """Call the function of a step and take what it gives."""
    compute = scope.runtime.compute
    with UserErrors(scope):
        returned = call_function(scope, compute, inputs)
        if compute.kind == "coroutine":
            returned = run_coroutine(returned, scope.guard)
    if compute.kind == "async_generator":
        returned = _iterate_async(returned, scope.guard)
    take_result(scope, returned)


def take_result(scope: StepScope, returned: Any) -> None:
    """Take what the function returned or yields."""
    taker = ResultTaker(scope)
    if isinstance(returned, Generator):  # any other iterator is a value
        taker.take_yielded(_watch_errors(scope, returned))
    else:
        taker.take_returned(returned)
    taker.finish()


def call_function(scope: StepScope, compute: Any, inputs: dict[str, Any]) -> Any:
    """Call the user's function with what its parameters ask for."""
    runtime = scope.runtime
    if compute.takes_inputs_dict:
        return compute.fn(scope.op_context, inputs)
    if compute.resource_params:
        resources = runtime.resources
        for parameter, key in compute.resource_params.items():
            inputs[parameter] = getattr(resources, key)
    if compute.config_param is not None:
        inputs[compute.config_param] = runtime.build_config()
    if compute.has_context:
        return compute.fn(scope.op_context, **inputs)
    return compute.fn(**inputs)


class UserErrors:
    """Around user code: tells what it raises from what our code raises.

    Args:
        scope: the step.
    """

    __slots__ = ("_scope",)

    def __init__(self, scope: StepScope) -> None:
        self._scope = scope

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: Any, error: BaseException | None, _traceback: Any) -> None:
        if not isinstance(error, Exception) or isinstance(error, (DagsterError, Failure, RetryRequested)):
            return
        scope = self._scope
        raise DagsterExecutionStepExecutionError(
            f"The function of op '{scope.runtime.op_def.name}' failed in step '{scope.key}': {type(error).__name__}: {error}",
            user_exception=error, step_key=scope.key, op_name=scope.runtime.node.name,
            op_def_name=scope.runtime.op_def.name,
        ) from error  # fmt: skip


def _watch_errors(scope: StepScope, generator: Iterator[Any]) -> Iterator[Any]:
    """Yield from the user's generator; what it raises is told from what taking its outputs raises."""
    watch = UserErrors(scope)
    while True:
        with watch:
            try:
                event = next(generator)
            except StopIteration:
                return
        yield event


def run_coroutine(coroutine: Any, guard: Guard | None) -> Any:
    """Run a coroutine to its end, in a loop of its own, or in that of the resources that it may use."""
    from weftwork.execution.steps.resource_loop import find_resource_loop  # only async ops

    shared = find_resource_loop()
    if shared is not None:
        return shared.run(_stoppable(coroutine, guard))
    import asyncio  # only for async ops

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        with asyncio.Runner() as runner:
            return runner.run(_stoppable(coroutine, guard))
    return _run_in_thread(coroutine, guard)


def _run_in_thread(coroutine: Any, guard: Guard | None) -> Any:
    """Run a coroutine beside the loop that runs in this thread already, as in a notebook."""
    import asyncio  # only for async ops
    import contextvars  # only for async ops
    from concurrent.futures import ThreadPoolExecutor  # only for async ops in notebooks

    with ThreadPoolExecutor(1) as pool:
        work = _stoppable(coroutine, guard)
        return pool.submit(contextvars.copy_context().run, asyncio.run, work).result()


async def _stoppable(coroutine: Any, guard: Guard | None) -> Any:
    """Await a coroutine; stopping the attempt cancels it."""
    if guard is None:
        return await coroutine
    with canceling(guard):
        return await coroutine


@contextlib.contextmanager
def canceling(guard: Guard) -> Iterator[None]:
    """Have the guard cancel the task that is running, instead of throwing into the thread."""
    import asyncio  # only for async ops

    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    guard.await_with(lambda: loop.call_soon_threadsafe(task.cancel))
    try:
        yield
    finally:
        guard.await_with(None)


def _iterate_async(generator: Any, guard: Guard | None) -> Iterator[Any]:
    import asyncio  # only for async ops

    from weftwork.execution.steps.resource_loop import find_resource_loop  # only async ops

    shared = find_resource_loop()
    with contextlib.nullcontext(shared) if shared is not None else asyncio.Runner() as runner:
        try:
            while True:
                try:
                    yield runner.run(_stoppable(anext(generator), guard))
                except StopAsyncIteration:
                    return
        finally:
            runner.run(generator.aclose())
