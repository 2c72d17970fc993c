"""The backend that runs each step here and now, one after the other."""

from __future__ import annotations

from weftwork.execution.run_state import RunState
from weftwork.execution.steps.attempt import Outcome, execute_step
from weftwork.execution.steps.scope import StepScope


class InProcessBackend:
    """Runs a step where it is started; ``messages`` has its end at once."""

    def __init__(self) -> None:
        self._ended: list[tuple[StepScope, Outcome]] = []

    @property
    def capacity(self) -> int:
        """One step at a time."""
        return 0 if self._ended else 1

    def start(self, scope: StepScope, state: RunState) -> None:
        """Run an attempt to its end."""
        if scope.run.hands_on_early:
            scope.on_output = lambda name: self._ended.append((scope, Outcome("outputs", frozenset((name,)))))
        self._ended.append((scope, execute_step(scope, state)))

    def messages(self, timeout_s: float | None) -> list[tuple[StepScope, Outcome]]:
        """Return the attempt that just ended."""
        ended, self._ended = self._ended, []
        return ended

    def kill(self, scope: StepScope) -> None:
        """Take note that an attempt was left: what interrupted the run went through it."""
        if all(scope is not ended or not outcome.is_end for ended, outcome in self._ended):
            self._ended.append((scope, Outcome("interrupt")))

    def close(self) -> None:
        """Nothing is held."""
