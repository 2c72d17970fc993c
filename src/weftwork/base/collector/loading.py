"""Loads a module of ours while the cycle collector rests: what a module defines stays, so there is nothing to collect."""

from __future__ import annotations

import importlib
from types import ModuleType

from weftwork.base.collector.rest import collector_at_rest


def load_module(name: str) -> ModuleType:
    """Import a module, and what it imports, without the pauses of the collector; it is left as it was found.

    Args:
        name: the full name of the module.

    Raises:
        ImportError: if there is no such module, or one that it needs is not installed.
    """
    with collector_at_rest():
        return importlib.import_module(name)
