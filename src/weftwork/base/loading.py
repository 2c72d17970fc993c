"""Loads a module of ours while the cycle collector rests: what a module defines stays, so there is nothing to collect."""

from __future__ import annotations

import gc
import importlib
from types import ModuleType


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
