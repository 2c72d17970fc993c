"""Drives a run: takes what is ready by priority, hands it to a backend, records, and asks what is ready then."""

from __future__ import annotations

import heapq
from typing import Protocol

from weftwork.base.clock import Clock, SystemClock
from weftwork.execution.run_scope import RunScope
from weftwork.execution.run_state import Instance, RunState
from weftwork.execution.steps.attempt import Outcome
from weftwork.execution.steps.scope import StepScope


class StepBackend(Protocol):
    """Starts steps somewhere and tells how they ended."""

    def start(self, scope: StepScope, state: RunState) -> None:
        """Start an attempt at a step."""
        ...

    def messages(self, timeout_s: float | None) -> list[tuple[StepScope, Outcome]]:
        """Return the attempts that ended since the last call, waiting for one at most ``timeout_s``."""
        ...

    def kill(self, scope: StepScope) -> None:
        """Stop an attempt."""
        ...

    @property
    def capacity(self) -> int:
        """How many more attempts may be started now."""
        ...


class RunEnd:
    """How the steps of a run ended.

    Attributes:
        failed: the keys of the steps that failed.
        error: what the first of them failed with.
        interrupted: whether the run was interrupted.
    """

    __slots__ = ("error", "failed", "interrupted")

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.error: BaseException | None = None
        self.interrupted = False


class Driver:
    """Drives one run.

    Args:
        run: the run.
        backend: where its steps run.
        stop_at_failure: whether the first failure ends the run.
        clock: the time, for delays before retries.
    """

    def __init__(
        self,
        run: RunScope,
        backend: StepBackend,
        *,
        stop_at_failure: bool = False,
        clock: Clock | None = None,
    ) -> None:
        self._run = run
        self._backend = backend
        self._stop_at_failure = stop_at_failure
        self._clock: Clock = clock or SystemClock()
        self._state = RunState(run.plan, run.repeat)
        self._ready: list[tuple[int, tuple[int, ...], int, int, Instance]] = []
        self._delayed: list[tuple[float, int, Instance]] = []
        self._running: dict[str, Instance] = {}
        self._number = 0
        self._attempts: dict[str, int] = {}
        self._end = RunEnd()

    def drive(self) -> RunEnd:
        """Run every step that can run; return how they ended."""
        self._push(self._state.start())
        while self._ready or self._running or self._delayed:
            self._wake()
            if not self._ready and not self._running:
                self._clock.sleep(max(0.0, self._delayed[0][0] - self._clock.now()))
                continue
            while self._ready and self._backend.capacity > 0:
                self._start(heapq.heappop(self._ready)[-1])
            for scope, outcome in self._backend.messages(self._timeout()):
                self._handle(scope, outcome)
                if self._end.interrupted or (self._stop_at_failure and self._end.failed):
                    return self._end
        return self._end

    def _timeout(self) -> float | None:
        return max(0.0, self._delayed[0][0] - self._clock.now()) if self._delayed else None

    def _push(self, instances: list[Instance]) -> None:
        """Queue instances: by priority, then item by item in the order of the steps, so that items end early."""
        for instance in instances:
            if instance.skipped:
                self._skip(instance)
                continue
            self._number += 1
            step = instance.step
            heapq.heappush(self._ready, (-step.priority, instance.order, step.index, self._number, instance))

    def _skip(self, instance: Instance) -> None:
        run = self._run
        scope = StepScope(run, run.runtime(instance.step.index), instance.key, instance.keys)
        scope.emit("STEP_SKIPPED")
        run.absent.update((instance.key, output.name) for output in instance.step.outputs)
        self._push(self._state.skipped(instance))

    def _wake(self) -> None:
        while self._delayed and self._delayed[0][0] <= self._clock.now():
            self._push([heapq.heappop(self._delayed)[2]])

    def _start(self, instance: Instance) -> None:
        key = instance.key
        runtime = self._run.runtime(instance.step.index)
        scope = StepScope(self._run, runtime, key, instance.keys, self._attempts.get(key, 0))
        self._running[key] = instance
        self._backend.start(scope, self._state)

    def _handle(self, scope: StepScope, outcome: Outcome) -> None:
        run = self._run
        instance = self._running.pop(scope.key)
        run.flush()
        if outcome.status == "success":
            for output in instance.step.outputs:
                if output.name not in outcome.produced:
                    run.absent.add((scope.key, output.name))
            for name, key in outcome.items:
                self._push(self._state.item(instance, name, key))
            self._push(self._state.succeeded(instance, outcome.produced))
        elif outcome.status == "retry":
            self._attempts[scope.key] = scope.attempt + 1
            self._number += 1
            heapq.heappush(self._delayed, (self._clock.now() + outcome.wait_s, self._number, instance))
        else:
            self._end.failed.append(scope.key)
            self._end.interrupted = self._end.interrupted or outcome.status == "interrupt"
            if self._end.error is None:
                self._end.error = outcome.error
