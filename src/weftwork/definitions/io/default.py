"""The IO manager of jobs that name none: files under the storage directory of the instance."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.definitions.io.io_manager import IOManagerDefinition
from weftwork.definitions.resources.init_context import InitResourceContext

_factory: list[Callable[[InitResourceContext], Any]] = []
_definition: list[IOManagerDefinition] = []


def register_default_io_manager(factory: Callable[[InitResourceContext], Any]) -> None:
    """Say what makes the default IO manager; called once by the floor of the IO managers.

    Args:
        factory: gets the context of the resource and returns the IO manager.
    """
    _factory[:] = [factory]


def _make_default(context: InitResourceContext) -> Any:
    if not _factory:
        importlib.import_module(
            "weftwork.io_managers.default"
        )  # by name: definitions must not depend on IO managers
    if not _factory:
        raise DagsterInvariantViolationError("Nothing is registered that makes the default IO manager.")
    return _factory[0](context)


def default_io_manager() -> IOManagerDefinition:
    """Return the one definition that stands for the default; in-memory runs replace exactly this object."""
    if not _definition:
        _definition.append(
            IOManagerDefinition(_make_default, description="Files in the storage of the instance.")
        )
    return _definition[0]


def is_default_io_manager(definition: object) -> bool:
    """Return whether a resource is the default IO manager."""
    return bool(_definition) and definition is _definition[0]
