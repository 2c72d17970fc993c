"""Asynchronous resources outside of runs: there the user says on which event loop they live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.errors import DagsterInvalidInvocationError

_ASYNC_GENERATOR = 0x200  # inspect.CO_ASYNC_GENERATOR; inspect is slow to import


def check_event_loop(resource_defs: Mapping[str, Any], event_loop: Any, built_by: str) -> None:
    """Refuse asynchronous resources where no loop is given.

    On a loop of our own they would be of no use to the asynchronous op that is called with them: a connection belongs to
    the loop that it was opened on.

    Args:
        resource_defs: key to resource.
        event_loop: the loop that was given, or None.
        built_by: the function that they were given to.

    Raises:
        DagsterInvalidInvocationError: if there is no loop, and a resource needs one.
    """
    if event_loop is not None:
        return
    for key, definition in resource_defs.items():
        if _is_asynchronous(definition):
            raise DagsterInvalidInvocationError(
                f"Resource '{key}' opens asynchronously, and {built_by} was given no event loop to open it on. Write loop = "
                f"asyncio.new_event_loop(), pass event_loop=loop, and run what uses the resource by loop.run_until_complete()."
            )


def _is_asynchronous(value: Any) -> bool:
    configurable = getattr(value, "configurable", value)
    opens = getattr(getattr(configurable, "resource_cls", type(configurable)), "yield_for_execution", None)
    if opens is None:
        return False
    code = getattr(getattr(opens, "__wrapped__", opens), "__code__", None)  # below @asynccontextmanager
    if code is not None and code.co_flags & _ASYNC_GENERATOR:
        return True
    return any(_is_asynchronous(inner) for inner in getattr(configurable, "nested_values", {}).values())
