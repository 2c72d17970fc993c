"""Many children at once: what they say and when they end, without polling."""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Generic, NamedTuple, TypeVar

from weftwork.processes.child import Child
from weftwork.processes.exit_status import ExitStatus

Name = TypeVar("Name")

_POLL_S = 0.02  # where the system cannot tell of the end of a process


class Heard(NamedTuple, Generic[Name]):
    """News of a child.

    Attributes:
        name: the child.
        messages: what it said, oldest first.
        ended: how it ended; None while it runs.
    """

    name: Name
    messages: list[bytes]
    ended: ExitStatus | None


class Children(Generic[Name]):
    """Children under names.

    Args:
        waiting: what is open while nothing is done but waiting; None for nothing.
    """

    def __init__(self, waiting: Callable[[], AbstractContextManager[Any]] | None = None) -> None:
        self._waiting = waiting or nullcontext
        self._children: dict[Name, Child] = {}
        self._selector = selectors.DefaultSelector()
        self._polls = False

    def __len__(self) -> int:
        return len(self._children)

    def __iter__(self) -> Iterator[Name]:
        return iter(tuple(self._children))

    def __getitem__(self, name: Name) -> Child:
        return self._children[name]

    def add(self, name: Name, child: Child) -> None:
        """Watch a child."""
        self._children[name] = child
        self._selector.register(child.reader, selectors.EVENT_READ, name)
        if child.pidfd is not None:
            self._selector.register(child.pidfd, selectors.EVENT_READ, name)
        else:
            self._polls = True

    def descriptors(self) -> list[int]:
        """The descriptors that a new child has no business with."""
        return [key.fd for key in self._selector.get_map().values()]

    def wait(self, timeout_s: float | None) -> list[Heard[Name]]:
        """Wait until a child says something or ends.

        Args:
            timeout_s: how long, in seconds; None for as long as it takes.

        Returns:
            The news, one entry a child; nothing when the time is over. A child that ended is not watched
            any more, and its last messages come with its end.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while self._children:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            pause = left if not self._polls else min(_POLL_S, left if left is not None else _POLL_S)
            with self._waiting():
                ready = self._selector.select(pause)
            names = {key.data: None for key, _ in ready}
            heard = [
                news for name in (self if self._polls else names) if (news := self._hear(name)) is not None
            ]
            if heard or left == 0.0:
                return heard
        return []

    def _hear(self, name: Name) -> Heard[Name] | None:
        child = self._children[name]
        ended = child.poll()  # before reading: what it said before its end is in the pipe
        messages = child.reader.read()
        if ended is not None:
            self._forget(name)
        elif child.reader.ended and child.reader.fileno() in self._selector.get_map():
            self._selector.unregister(child.reader)  # it closed its pipe and lives on
        return Heard(name, messages, ended) if messages or ended is not None else None

    def _forget(self, name: Name) -> None:
        child = self._children.pop(name)
        for fd in (child.reader.fileno(), child.pidfd):
            if fd is not None and fd in self._selector.get_map():
                self._selector.unregister(fd)
        child.close()

    def end(self, grace_s: float) -> list[Heard[Name]]:
        """Ask all to end, wait, kill those that are left; return the last news of each.

        Args:
            grace_s: how long to wait, in seconds.
        """
        for child in self._children.values():
            child.terminate()
        news = []
        deadline = time.monotonic() + grace_s
        while self._children and (left := deadline - time.monotonic()) > 0:
            news += self.wait(left)
        for child in self._children.values():
            child.kill()
        while self._children:
            news += self.wait(None)
        return news

    def close(self) -> None:
        """Kill what is left and let go of everything."""
        self.end(0.0)
        self._selector.close()
