"""The loop on which asynchronous resources of a thread live, and the functions that use them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_threads = threading.local()


class ResourceLoop:
    """One loop for several coroutines one after another: a connection belongs to the loop that it was opened on.

    Threads that it is lent to wait for each other.
    """

    def __init__(self) -> None:
        import asyncio  # only for asynchronous resources

        self._runner = asyncio.Runner()
        self._pool: Any = None
        self._lock = threading.Lock()
        self._used_by: int | None = None
        self.users = 0

    @property
    def loop(self) -> Any:
        """The event loop."""
        return self._runner.get_loop()

    def run(self, coroutine: Any) -> Any:
        """Run a coroutine to its end; in a thread of its own where a loop runs in this one, as in a notebook."""
        if (
            self._used_by == threading.get_ident()
        ):  # from inside of a coroutine on it: asyncio says what is wrong
            return self._call(self._runner.run, coroutine)
        with self._lock:
            self._used_by = threading.get_ident()
            try:
                return self._call(self._runner.run, coroutine)
            finally:
                self._used_by = None

    def _call(self, function: Callable[..., Any], *args: Any) -> Any:
        import asyncio  # only for asynchronous resources

        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return function(*args)
        import contextvars  # only where a loop runs already
        from concurrent.futures import ThreadPoolExecutor  # only where a loop runs already

        if self._pool is None:
            self._pool = ThreadPoolExecutor(1)
        return self._pool.submit(contextvars.copy_context().run, function, *args).result()

    def close(self) -> None:
        """Close the loop."""
        self._call(self._runner.close)
        if self._pool is not None:
            self._pool.shutdown()


class GivenLoop:
    """A loop that the user gave to the context of a test.

    Args:
        loop: the event loop.
    """

    def __init__(self, loop: Any) -> None:
        self.run = loop.run_until_complete


def find_resource_loop() -> ResourceLoop | None:
    """Return the loop on which asynchronous resources of this thread are open, or None if there are none."""
    found: ResourceLoop | None = getattr(_threads, "loop", None)
    return found


@contextmanager
def borrowed(loop: ResourceLoop | None) -> Iterator[None]:
    """Have coroutines of this thread run on the loop of the resources that another thread has opened.

    Args:
        loop: that loop; None where there is none.
    """
    if loop is None:
        yield
        return
    _threads.loop = loop
    try:
        yield
    finally:
        _threads.loop = None


@contextmanager
def entered(manager: Any, event_loop: Any = None) -> Iterator[Any]:
    """Enter an asynchronous context manager from code that is not asynchronous.

    Args:
        manager: the context manager.
        event_loop: the loop to use (default: one for all asynchronous resources of the thread).
    """
    with _sharing(event_loop) as loop:
        value = loop.run(manager.__aenter__())
        try:
            yield value
        except BaseException as error:
            if not loop.run(manager.__aexit__(type(error), error, error.__traceback__)):
                raise
        else:
            loop.run(manager.__aexit__(None, None, None))


@contextmanager
def _sharing(event_loop: Any) -> Iterator[Any]:
    if event_loop is not None:
        yield GivenLoop(event_loop)
        return
    loop = find_resource_loop()
    if loop is None:
        loop = _threads.loop = ResourceLoop()
    loop.users += 1
    try:
        yield loop
    finally:
        loop.users -= 1
        if not loop.users:
            _threads.loop = None
            loop.close()
