"""The backend that awaits asynchronous steps together on one loop; other steps run in threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from typing import Any

from weftwork.execution.backends import register_backend
from weftwork.execution.run_scope import RunScope
from weftwork.execution.run_state import RunState
from weftwork.execution.steps.async_attempt import execute_step_async
from weftwork.execution.steps.attempt import Outcome
from weftwork.execution.steps.resource_loop import find_resource_loop
from weftwork.execution.steps.scope import StepScope
from weftwork.executors.threads import ThreadBackend
from weftwork.executors.workers import Workers

MOST_AWAITED = 1000


class AsyncBackend(ThreadBackend):
    """Awaits the functions that are asynchronous on one loop in a thread of its own.

    The loop is that of the asynchronous resources of the run, where it has some: a connection belongs to its loop.

    Args:
        max_concurrent: how many steps run at once; 1,000 if None or 0. Those that are not asynchronous run in
            as many threads as ``thread_executor`` takes where nothing is said.
        grace_s: how long an attempt that is stopped may take to end before it is left alone.
    """

    def __init__(self, max_concurrent: int | None = None, *, grace_s: float = 2.0) -> None:
        super().__init__(max_concurrent or MOST_AWAITED, grace_s=grace_s)
        self._workers = Workers(min(self._limit, self.default_limit()))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_own = True
        self._thread: threading.Thread | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def _begin(self, scope: StepScope, state: RunState) -> None:
        if _is_async(scope):
            self._get_loop().call_soon_threadsafe(self._add_task, scope, state)
        else:
            super()._begin(scope, state)

    def _get_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            shared = find_resource_loop()
            self._is_own = shared is None
            self._loop = asyncio.new_event_loop() if shared is None else shared.loop
            self._thread = threading.Thread(target=self._serve, name="weftwork-loop", daemon=True)
            self._thread.start()
        return self._loop

    def _serve(self) -> None:
        assert self._loop is not None
        if self._is_own:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:  # type: ignore[arg-type, return-value]
                runner.get_loop().run_forever()
            return
        self._loop.run_forever()
        self._loop.run_until_complete(self._cancel_left())

    async def _cancel_left(self) -> None:
        left = list(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _add_task(self, scope: StepScope, state: RunState) -> None:
        assert self._loop is not None
        task = self._loop.create_task(self._attempt(scope, state))
        self._tasks.add(task)  # the loop itself holds tasks weakly
        task.add_done_callback(self._tasks.discard)

    async def _attempt(self, scope: StepScope, state: RunState) -> None:
        try:
            outcome = await execute_step_async(scope, state)
        except BaseException as error:  # noqa: BLE001 - the driver must hear of every end
            outcome = Outcome("failure", error=error)
        self._tell(scope, outcome)

    def _lose(self, scope: StepScope) -> None:
        if not _is_async(scope):
            super()._lose(scope)

    def close(self) -> None:
        """Let the threads and the loop end."""
        super().close()
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(self._grace_s)


def _is_async(scope: StepScope) -> bool:
    return scope.runtime.compute.kind in ("coroutine", "async_generator")


def build_async_backend(_run: RunScope, config: Mapping[str, Any], _job: Any) -> AsyncBackend:
    """Return the backend of ``async_executor``."""
    return AsyncBackend(config.get("max_concurrent"))


register_backend("async_executor", build_async_backend)
