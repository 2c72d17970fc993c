"""One attempt at one step, from its inputs to its end: success, failure, or another attempt."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from weftwork.base.errors import (
    DagsterError,
    DagsterExecutionInterruptedError,
    DagsterExecutionStepExecutionError,
    DagsterMaxRetriesExceededError,
    DagsterUserCodeExecutionError,
)
from weftwork.definitions.events import Failure, RetryRequested
from weftwork.definitions.loggers.capture import LogScope
from weftwork.execution.run_state import RunState
from weftwork.execution.steps.hooks import run_hooks
from weftwork.execution.steps.inputs import load_inputs
from weftwork.execution.steps.returned import ResultTaker
from weftwork.execution.steps.scope import StepScope
from weftwork.records.errors import SerializableErrorInfo, error_info
from weftwork.records.event_data import (
    ErrorSource,
    StepFailureData,
    StepRetryData,
    StepSuccessData,
    UserFailureData,
)

INTERRUPTS = (KeyboardInterrupt, DagsterExecutionInterruptedError)


class Outcome:
    """How an attempt ended.

    Attributes:
        status: "success", "failure", "retry" or "interrupt".
        produced: the outputs that were given.
        items: the items of dynamic outputs: (output, mapping key).
        error: what it failed with.
        wait_s: seconds before the next attempt, for a retry.
    """

    __slots__ = ("error", "items", "produced", "status", "wait_s")

    def __init__(
        self,
        status: str,
        produced: frozenset[str] = frozenset(),
        items: list[tuple[str, str]] | None = None,
        error: BaseException | None = None,
        wait_s: float = 0.0,
    ) -> None:
        self.status = status
        self.produced = produced
        self.items = items or []
        self.error = error
        self.wait_s = wait_s


def execute_step(scope: StepScope, state: RunState) -> Outcome:
    """Try a step once.

    Args:
        scope: the attempt.
        state: the state of the run, which knows the items of dynamic outputs.
    """
    started = time.perf_counter()
    scope.emit("STEP_RESTARTED" if scope.attempt else "STEP_START")
    scope.run.flush_if_due()
    first_event = len(scope.run.events) if scope.run.events is not None else 0
    with LogScope(scope):
        try:
            inputs = load_inputs(scope, state)
            _call(scope, inputs)
        except INTERRUPTS as error:
            return _interrupted(scope, error)
        except Exception as error:  # noqa: BLE001 - user code, or ours on its behalf
            outcome = _failed(scope, error)
        else:
            scope.emit("STEP_SUCCESS", StepSuccessData((time.perf_counter() - started) * 1000))
            outcome = Outcome("success", frozenset(scope.produced), scope.items)
        if scope.runtime.hooks:
            run_hooks(scope, outcome.status, first_event)
    return outcome


def _call(scope: StepScope, inputs: dict[str, Any]) -> None:
    compute = scope.runtime.compute
    taker = ResultTaker(scope)
    try:
        returned = call_function(scope, compute, inputs)
        if compute.kind == "coroutine":
            returned = _await(returned)
    except (DagsterError, Failure, RetryRequested):
        raise
    except Exception as error:  # user code
        raise _wrap(scope, error) from error
    if compute.kind == "async_generator":
        returned = _iterate_async(returned)
    if hasattr(returned, "__next__"):
        taker.take_yielded(_guard(scope, returned))
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


def _guard(scope: StepScope, generator: Iterator[Any]) -> Iterator[Any]:
    """Yield from the user's generator; what it raises is told from what taking its outputs raises."""
    while True:
        try:
            event = next(generator)
        except StopIteration:
            return
        except (DagsterError, Failure, RetryRequested):
            raise
        except Exception as error:  # user code
            raise _wrap(scope, error) from error
        yield event


def _wrap(scope: StepScope, error: Exception) -> DagsterExecutionStepExecutionError:
    return DagsterExecutionStepExecutionError(
        f"The function of op '{scope.runtime.op_def.name}' failed in step '{scope.key}': {type(error).__name__}: {error}",
        user_exception=error, step_key=scope.key, op_name=scope.runtime.node.name, op_def_name=scope.runtime.op_def.name,
    )  # fmt: skip


def _await(coroutine: Any) -> Any:
    import asyncio  # only for async ops

    return asyncio.run(coroutine)


def _iterate_async(generator: Any) -> Iterator[Any]:
    import asyncio  # only for async ops

    with asyncio.Runner() as runner:
        while True:
            try:
                yield runner.run(anext(generator))
            except StopAsyncIteration:
                return


def _interrupted(scope: StepScope, error: BaseException) -> Outcome:
    scope.exception = error
    scope.emit(
        "STEP_FAILURE",
        StepFailureData(error_info(error), error_source=ErrorSource.INTERRUPT),
        f"Step '{scope.key}' was interrupted.",
    )
    return Outcome("interrupt", error=error)


def _failed(scope: StepScope, error: Exception) -> Outcome:
    """Decide whether a failed attempt is followed by another, and record it."""
    user_error = error.user_exception if isinstance(error, DagsterUserCodeExecutionError) else error
    scope.exception = user_error
    requested = user_error if isinstance(user_error, RetryRequested) else None
    policy = scope.runtime.plan.retry_policy
    if scope.run.retries_enabled:
        if requested is not None:
            return _retry_or_give_up(scope, error, requested.max_retries, requested.seconds_to_wait or 0.0)
        if policy is not None and getattr(user_error, "allow_retries", True) is not False:
            wait_s = policy.calculate_delay(scope.attempt + 1)
            return _retry_or_give_up(scope, error, policy.max_retries, wait_s)
    return _fail(scope, error)


def _retry_or_give_up(scope: StepScope, error: Exception, max_retries: int, wait_s: float) -> Outcome:
    if scope.attempt < max_retries:
        scope.emit("STEP_UP_FOR_RETRY", StepRetryData(describe(error), wait_s or None))
        return Outcome("retry", error=error, wait_s=wait_s)
    if max_retries == 0 and not isinstance(error, RetryRequested):
        return _fail(scope, error)
    exceeded = DagsterMaxRetriesExceededError.from_count(max_retries)
    exceeded.__cause__ = error
    return _fail(scope, exceeded, raised=error)


def _fail(scope: StepScope, error: Exception, raised: Exception | None = None) -> Outcome:
    root = raised or error
    user_error = root.user_exception if isinstance(root, DagsterUserCodeExecutionError) else root
    failure = user_error if isinstance(user_error, Failure) else None
    told = UserFailureData(
        "intentional-failure", failure.description, failure.metadata, failure.allow_retries
    ) if failure is not None else None  # fmt: skip
    is_user = failure is not None or isinstance(root, DagsterUserCodeExecutionError)
    source = ErrorSource.USER_CODE_ERROR if is_user else ErrorSource.FRAMEWORK_ERROR
    scope.emit("STEP_FAILURE", StepFailureData(describe(error), told, source))
    return Outcome("failure", error=exceeded_or_user(error, user_error))


def exceeded_or_user(error: Exception, user_error: BaseException | None) -> BaseException:
    """Return what the caller of a run sees: the user's own exception, or ours where there is none."""
    if isinstance(error, DagsterMaxRetriesExceededError) and isinstance(user_error, RetryRequested):
        return error
    return user_error if user_error is not None else error


def describe(error: BaseException) -> SerializableErrorInfo:
    """Return an error as data, the user's own exception as its cause."""
    return error_info(error)
