"""Which graph this thread is composing: asked by whatever is called, and mostly there is none."""

from __future__ import annotations

import threading
from typing import Any


class _Stack(threading.local):
    def __init__(self) -> None:
        self.compositions: list[Any] = []


_stack = _Stack()


def find_composition() -> Any:
    """Return the ``Composition`` of the graph that this thread is composing, or None."""
    compositions = _stack.compositions
    return compositions[-1] if compositions else None


def enter_composition(composition: Any) -> None:
    """Have calls noted in a graph until it is left."""
    _stack.compositions.append(composition)


def leave_composition() -> None:
    """Go back to the graph around the one that is composed, or to none."""
    _stack.compositions.pop()
