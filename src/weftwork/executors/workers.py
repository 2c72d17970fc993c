"""Threads that are kept for the next piece of work, and let go where a piece does not end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

Work = Callable[[], None]


class Workers:
    """Runs pieces of work in daemon threads; at most ``limit`` of them at once, the rest waits in order.

    Args:
        limit: how many threads there are at most.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._queue: SimpleQueue[Work | None] = SimpleQueue()
        self._free = 0
        self._threads = 0
        self._waiting = 0

    def submit(self, work: Work) -> None:
        """Have a piece of work done."""
        with self._lock:
            self._waiting += 1
            is_needed = self._waiting > self._free and self._threads < self._limit
            if is_needed:
                self._threads += 1
                self._free += 1
        self._queue.put(work)
        if is_needed:
            threading.Thread(target=self._serve, name="weftwork-step", daemon=True).start()

    def _serve(self) -> None:
        while (work := self._queue.get()) is not None:
            with self._lock:
                self._waiting -= 1
                self._free -= 1
            work()
            with self._lock:
                self._free += 1

    def lose_one(self) -> None:
        """Count a thread out whose work does not end; another one may take its place."""
        with self._lock:
            self._threads -= 1

    def close(self) -> None:
        """Let all threads end when they have done their work."""
        with self._lock:
            threads = self._threads
        for _ in range(threads):
            self._queue.put(None)
