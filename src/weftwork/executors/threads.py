"""The backend that runs several steps at once, each in a thread of this process."""

from __future__ import annotations

import os
from collections.abc import Mapping
from queue import Empty, SimpleQueue
from typing import Any

from weftwork.base.errors import DagsterExecutionInterruptedError
from weftwork.execution.backends import register_backend
from weftwork.execution.run_scope import RunScope
from weftwork.execution.run_state import RunState
from weftwork.execution.steps.attempt import Outcome, execute_step, fail_attempt, interrupt_attempt
from weftwork.execution.steps.guard import Guard
from weftwork.execution.steps.resource_loop import ResourceLoop, borrowed, find_resource_loop
from weftwork.execution.steps.scope import StepScope
from weftwork.executors.workers import Workers

Message = tuple[StepScope, Outcome]


class ThreadBackend:
    """Runs each attempt in a thread; the driver goes on while they run.

    Args:
        max_concurrent: how many run at once; four more than there are processors, 32 at most, if None or 0.
        grace_s: how long an attempt that is stopped may take to end before its thread is left alone.
    """

    def __init__(self, max_concurrent: int | None = None, *, grace_s: float = 2.0) -> None:
        self._limit = max_concurrent or self.default_limit()
        self._grace_s = grace_s
        self._running: set[StepScope] = set()
        self._messages: SimpleQueue[Message] = SimpleQueue()
        self._workers = Workers(self._limit)

    blocks = False

    @staticmethod
    def default_limit() -> int:
        """Return how many run at once where nothing is said."""
        return min(32, (os.cpu_count() or 1) + 4)

    @property
    def capacity(self) -> int:
        """How many more attempts may be started now."""
        return self._limit - len(self._running)

    def start(self, scope: StepScope, state: RunState) -> None:
        """Start an attempt in a thread that is free."""
        scope.guard = Guard(scope.run.lock, lambda reason: self._give_up(scope, reason), self._grace_s)
        if (
            scope.runtime.plan.retry_policy is None
        ):  # with a policy, items count when the attempt has succeeded
            scope.on_item = lambda name, key: self._tell(scope, Outcome("items", items=[(name, key)]))
        if scope.run.hands_on_early:
            scope.on_output = lambda name: self._tell(scope, Outcome("outputs", frozenset((name,))))
        self._running.add(scope)
        self._begin(scope, state)

    def _begin(self, scope: StepScope, state: RunState) -> None:
        loop = find_resource_loop()
        self._workers.submit(lambda: self._work(scope, state, loop))

    def _work(self, scope: StepScope, state: RunState, loop: ResourceLoop | None) -> None:
        try:
            with borrowed(loop):
                outcome = execute_step(scope, state)
        except BaseException as error:  # noqa: BLE001 - the driver must hear of every end
            outcome = Outcome("failure", error=error)
        self._tell(scope, outcome)

    def _tell(self, scope: StepScope, outcome: Outcome) -> None:
        if not scope.is_muted:
            self._messages.put((scope, outcome))

    def _give_up(self, scope: StepScope, reason: BaseException) -> None:
        """End an attempt that does not stop: its thread goes on, and nobody listens to it any more."""
        scope.is_muted = True
        told = StepScope(scope.run, scope.runtime, scope.key, scope.keys, scope.attempt)
        reason.add_note("Its code could not be interrupted where it waits, so its thread was left to itself.")
        if isinstance(reason, Exception):
            outcome = fail_attempt(told, reason)
        else:
            outcome = interrupt_attempt(told, reason)
        self._lose(scope)
        self._messages.put((scope, outcome))

    def _lose(self, _scope: StepScope) -> None:
        self._workers.lose_one()

    def messages(self, timeout_s: float | None) -> list[Message]:
        """Return what attempts have told, waiting for a first message at most ``timeout_s``."""
        found: list[Message] = []
        try:
            found.append(self._messages.get(timeout=timeout_s))
            while True:
                found.append(self._messages.get_nowait())
        except Empty:
            pass
        self._running.difference_update(scope for scope, outcome in found if outcome.is_end)
        return found

    def kill(self, scope: StepScope) -> None:
        """Stop an attempt: an exception is thrown into its thread."""
        if scope.guard is not None:
            scope.guard.stop(
                DagsterExecutionInterruptedError(f"Step '{scope.key}' was stopped: the run is canceled.")
            )

    def close(self) -> None:
        """Let the threads end."""
        self._workers.close()


def build_thread_backend(_run: RunScope, config: Mapping[str, Any], _job: Any) -> ThreadBackend:
    """Return the backend of ``thread_executor``."""
    return ThreadBackend(config.get("max_concurrent"))


register_backend("thread_executor", build_thread_backend)
