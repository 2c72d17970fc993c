"""Loads modules while the cycle collector rests: what a module defines stays, so there is next to nothing to collect."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_RARELY = 20_000


def load_module(name: str) -> ModuleType:
    """Import a module, and what it imports, without the pauses of the collector; it is left as it was found.

    Args:
        name: the full name of the module.

    Raises:
        ImportError: if there is no such module, or one that it needs is not installed.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return importlib.import_module(name)
    finally:
        if collects:
            gc.enable()


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Have the cycle collector look for garbage far less often while this is open, as code of the user's is loaded.

    Thresholds that the code sets itself stay.
    """
    before = gc.get_threshold()
    ours = (max(before[0], _RARELY) if before[0] else 0, *before[1:])
    gc.set_threshold(*ours)
    try:
        yield
    finally:
        if gc.get_threshold() == ours:
            gc.set_threshold(*before)
