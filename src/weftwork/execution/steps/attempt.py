"""One attempt at one step, from its inputs to its end: success, failure, or another attempt."""

from __future__ import annotations

import time
from collections.abc import Callable

from weftwork.base.errors import (
    DagsterExecutionInterruptedError,
    DagsterMaxRetriesExceededError,
    DagsterRunTimeoutError,
    DagsterStepTimeoutError,
    DagsterUserCodeExecutionError,
    StoreAwayError,
)
from weftwork.definitions.events import Failure, RetryRequested
from weftwork.definitions.loggers.log_scope import LogScope
from weftwork.execution.run_state import RunState
from weftwork.execution.steps.calling import call_step
from weftwork.execution.steps.inputs import load_inputs
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
UNFINISHED = frozenset({"items", "outputs"})
"""What an attempt tells that goes on."""


class Outcome:
    """How an attempt ended.

    Attributes:
        status: "success", "failure", "retry" or "interrupt"; "items" while it still runs and has given items, "outputs"
            while it still runs and has given outputs that others may take already.
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

    @property
    def is_end(self) -> bool:
        """Whether the attempt has ended."""
        return self.status not in UNFINISHED


def execute_step(scope: StepScope, state: RunState) -> Outcome:
    """Try a step once.

    Args:
        scope: the attempt.
        state: the state of the run, which knows the items of dynamic outputs.
    """
    beginning = begin_attempt(scope)
    with LogScope(scope):
        try:
            if scope.guard is None and scope.runtime.timeout_s is None and scope.run.deadline_s is None:
                call_step(scope, load_inputs(scope, state))
            else:
                _call_guarded(scope, state)
        except INTERRUPTS as error:
            return interrupt_attempt(scope, error)
        except BaseException as error:  # noqa: BLE001 - user code may even ask the process to exit
            outcome = fail_attempt(scope, error)
        else:
            outcome = succeed_attempt(scope, beginning)
        return end_attempt(scope, outcome, beginning) if scope.runtime.hooks else outcome


def begin_attempt(scope: StepScope) -> tuple[float, int]:
    """Record that an attempt starts; return when, and how many events there were before."""
    started = time.perf_counter()
    scope.emit("STEP_RESTARTED" if scope.attempt else "STEP_START")
    try:
        scope.run.flush()  # with what came before: others see which step runs, and what it may rely on
    except (StoreAwayError, *INTERRUPTS) as error:
        interrupt_attempt(scope, error)
        raise
    return started, len(scope.run.events) if scope.run.events is not None else 0


def succeed_attempt(scope: StepScope, beginning: tuple[float, int]) -> Outcome:
    """Record that an attempt gave its outputs."""
    scope.emit("STEP_SUCCESS", StepSuccessData((time.perf_counter() - beginning[0]) * 1000))
    return Outcome("success", frozenset(scope.produced), scope.items)


def end_attempt(scope: StepScope, outcome: Outcome, beginning: tuple[float, int]) -> Outcome:
    """Run the hooks of the step."""
    from weftwork.execution.steps.hooks import run_hooks  # few have hooks

    if scope.runtime.hooks and not scope.is_muted:
        scope.run.flush_if_due()  # a hook may take long, or its process with it
        run_hooks(scope, outcome.status, beginning[1])
    return outcome


def find_limit(scope: StepScope) -> tuple[float | None, Callable[[], BaseException] | None]:
    """Return how long an attempt may take, for its own timeout or that of the run, and what stops it then."""
    run, own = scope.run, scope.runtime.timeout_s
    left = run.deadline_s - time.perf_counter() if run.deadline_s is not None else None
    if left is not None and (own is None or left < own):
        return max(0.0, left), lambda: DagsterRunTimeoutError(run.timeout_s or 0.0, scope.key)
    if own is None:
        return None, None
    return own, lambda: DagsterStepTimeoutError(scope.key, own)


def _call_guarded(scope: StepScope, state: RunState) -> None:
    """Call the function of a step so that it can be stopped from outside; raise what it was stopped with."""
    from weftwork.execution.steps.guard import AttemptStopped, Guard  # only attempts that may be stopped

    guard = scope.guard = scope.guard or Guard(scope.run.lock)
    try:
        guard.open(*find_limit(scope))
        call_step(scope, load_inputs(scope, state))
    except AttemptStopped:
        guard.close()
    except BaseException:
        guard.close()
        if guard.reason is None:
            raise
    else:
        guard.close()
    if guard.reason is not None:
        raise guard.reason


def interrupt_attempt(scope: StepScope, error: BaseException) -> Outcome:
    """Record that an attempt was stopped because the run ends."""
    scope.exception = error
    scope.emit(
        "STEP_FAILURE",
        StepFailureData(error_info(error), error_source=ErrorSource.INTERRUPT),
        f"Step '{scope.key}' was interrupted.",
    )
    return Outcome("interrupt", error=error)


def fail_attempt(scope: StepScope, error: BaseException) -> Outcome:
    """Decide whether a failed attempt is followed by another, and record it."""
    user_error = error.user_exception if isinstance(error, DagsterUserCodeExecutionError) else error
    scope.exception = user_error
    requested = user_error if isinstance(user_error, RetryRequested) else None
    policy = scope.runtime.plan.retry_policy
    if scope.run.retries_enabled:
        if requested is not None:
            return _retry_or_give_up(scope, error, requested.max_retries, requested.seconds_to_wait or 0.0)
        if (
            policy is not None
            and getattr(user_error, "allow_retries", True) is not False
            and policy.applies_to(user_error or error)
        ):
            wait_s = policy.calculate_delay(scope.attempt + 1)
            return _retry_or_give_up(scope, error, policy.max_retries, wait_s)
    return _fail(scope, error)


def _retry_or_give_up(scope: StepScope, error: BaseException, max_retries: int, wait_s: float) -> Outcome:
    if scope.attempt < max_retries:
        scope.emit("STEP_UP_FOR_RETRY", StepRetryData(describe(error), wait_s or None))
        return Outcome("retry", error=error, wait_s=wait_s)
    if max_retries == 0 and not isinstance(error, RetryRequested):
        return _fail(scope, error)
    cause = scope.exception or error
    if isinstance(cause, RetryRequested):
        cause = cause.__cause__ or cause
    exceeded = DagsterMaxRetriesExceededError.from_count(scope.key, max_retries, cause)
    exceeded.__cause__ = cause
    return _fail(scope, exceeded, raised=error)


def _fail(scope: StepScope, error: BaseException, raised: BaseException | None = None) -> Outcome:
    root = raised or error
    user_error = root.user_exception if isinstance(root, DagsterUserCodeExecutionError) else root
    failure = user_error if isinstance(user_error, Failure) else None
    told = UserFailureData(
        "intentional-failure", failure.description, failure.metadata, failure.allow_retries
    ) if failure is not None else None  # fmt: skip
    is_user = failure is not None or isinstance(root, DagsterUserCodeExecutionError)
    source = ErrorSource.USER_CODE_ERROR if is_user else ErrorSource.FRAMEWORK_ERROR
    scope.emit("STEP_FAILURE", StepFailureData(describe(error), told, source))
    is_exceeded = isinstance(error, DagsterMaxRetriesExceededError)
    return Outcome("failure", error=error if is_exceeded or user_error is None else user_error)


def describe(error: BaseException) -> SerializableErrorInfo:
    """Return an error as data, the user's own exception as its cause."""
    return error_info(error)
