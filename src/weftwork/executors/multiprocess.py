"""The backend that runs each step in a process of its own, forked from the run's process."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

from weftwork.base.errors import DagsterError
from weftwork.execution.backends import register_backend
from weftwork.execution.control.shield import unshielded
from weftwork.execution.run_scope import RunScope
from weftwork.execution.run_state import RunState
from weftwork.execution.steps.attempt import Outcome, fail_attempt
from weftwork.execution.steps.scope import StepScope
from weftwork.execution.steps.step_output import open_output
from weftwork.executors.heard_attempt import HeardAttempt
from weftwork.executors.step_starters import ForkStarter, StepStarter, choose_starter
from weftwork.processes.children import Children, Heard
from weftwork.records.event_data import EngineEventData

_SHOWN_AFTER_S = 0.05
"""How long what a step tells may wait for what it tells next, to be recorded together."""

GRACE_S = 10.0
"""How long a step that is asked to stop may take to tear down."""


class ForkedBackend:
    """Runs each attempt in a child process; the run's process runs no code of the user's.

    Args:
        max_concurrent: how many run at once; one per processor if None or 0.
        captures: whether what a step prints is kept in files instead of being shown.
        starter: starts the processes; forks this one if None.

    Attributes:
        isolates: steps run in other processes, which have resources of their own.
    """

    isolates = True
    blocks = False
    waits_unshielded = True

    def __init__(
        self, max_concurrent: int | None = None, *, captures: bool = True, starter: StepStarter | None = None
    ) -> None:
        self._max_concurrent = max_concurrent or os.cpu_count() or 1
        self._captures = captures
        self._starter: StepStarter = starter or ForkStarter()
        self._children: Children[str] = Children(waiting=unshielded)
        self._attempts: dict[str, HeardAttempt] = {}
        self._told: list[tuple[StepScope, Outcome]] = []
        self._asked_s: float | None = None
        self._heard_s: float | None = None
        self._heard_in: RunScope | None = None

    @property
    def capacity(self) -> int:
        """How many more children may be started."""
        return self._max_concurrent - len(self._children)

    def start(self, scope: StepScope, state: RunState) -> None:
        """Start a child for an attempt; a system without room for one fails the attempt."""
        scope.emit("STEP_WORKER_STARTING", EngineEventData(), f"Starting a process for step '{scope.key}'.")
        logs = self._log_files(scope)
        scope.run.flush()  # what came before a step is recorded before it starts
        self._heard_s = None
        try:
            child = self._starter.start(scope, state, logs, self._children.descriptors())
        except (OSError, DagsterError) as error:
            self._told.append((scope, fail_attempt(scope, error)))
            return
        self._attempts[scope.key] = HeardAttempt(scope)
        self._children.add(scope.key, child)

    def _log_files(self, scope: StepScope) -> str | None:
        """Return where the output of an attempt goes, without its ending; and record it."""
        if not self._captures or not scope.run.instance.settings.captures_output:
            return None
        return open_output(scope)

    def messages(self, timeout_s: float | None) -> list[tuple[StepScope, Outcome]]:
        """Record what the children tell; return the attempts that ended, waiting for news at most ``timeout_s``."""
        if not self._told:
            for news in self._listen(timeout_s):
                self._hear(news)
            self._record_if_due()
        ended, self._told = self._told, []
        return ended

    def _listen(self, timeout_s: float | None) -> list[Heard[str]]:
        """Wait for news; what was heard before is recorded when it has waited for long enough."""
        if self._heard_s is None or not self._attempts:
            return self._children.wait(timeout_s)
        left_s = max(0.0, self._heard_s + _SHOWN_AFTER_S - time.monotonic())
        if timeout_s is not None and timeout_s < left_s:
            return self._children.wait(timeout_s)
        news = self._children.wait(left_s)
        if not news:
            self._record(next(iter(self._attempts.values())).scope.run)
        return news

    def _record_if_due(self) -> None:
        """Record what was heard a while ago; whatever becomes of that, how attempts ended is remembered."""
        heard_s, run = self._heard_s, self._heard_in
        if heard_s is not None and run is not None and time.monotonic() - heard_s > _SHOWN_AFTER_S:
            self._record(run)

    def _record(self, run: RunScope) -> None:
        """Record what was heard, unless the store is away: then it is asked again later."""
        self._heard_s = None if run.offer() else time.monotonic()

    def _hear(self, news: Heard[str]) -> None:
        attempt = self._attempts[news.name]
        for message in news.messages:
            outcome = attempt.hear(message)
            if outcome is not None:
                self._told.append((attempt.scope, outcome))
        if self._heard_s is None:
            self._heard_s = time.monotonic()
        self._heard_in = attempt.scope.run
        if news.ended is not None:
            del self._attempts[news.name]
            self._told.append((attempt.scope, attempt.outcome(news.ended)))

    def kill(self, scope: StepScope) -> None:
        """Ask the child of an attempt to stop."""
        if scope.key in self._attempts:
            self._children[scope.key].terminate()
            self._asked_s = time.monotonic()

    def close(self) -> None:
        """Stop all children: ask, wait, kill; record what they still tell."""
        try:
            waited_s = time.monotonic() - self._asked_s if self._asked_s is not None else 0.0
            for news in self._children.end(max(0.0, GRACE_S - waited_s)):
                self._hear(news)
        finally:
            self._children.close()
            self._starter.close()


def build_backend(scope: RunScope, config: Mapping[str, Any], job: Any) -> ForkedBackend:
    """Return the backend for the config of ``multiprocess_executor``."""
    return ForkedBackend(
        config.get("max_concurrent"), starter=choose_starter(config.get("start_method"), job)
    )


register_backend("multiprocess", build_backend)
