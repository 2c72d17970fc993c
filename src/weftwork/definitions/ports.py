"""The one inversion in the house: what definitions ask of execution, and the slot that execution fills.

Definitions know neither storage nor instance. ``job.execute_in_process()`` and the direct call of an op
go through ``execution_port()``; the execution floor registers itself here when it is imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from weftwork.base.errors import DagsterInvariantViolationError


class ExecutionPort(Protocol):
    """What definitions ask of execution."""

    def execute_in_process(self, job: Any, **arguments: Any) -> Any:
        """Run a job in this process; arguments as in ``JobDefinition.execute_in_process``."""
        ...

    def invoke_op(
        self, op_def: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], assets_def: Any = None
    ) -> Any:
        """Call the function of an op directly, as a test does."""
        ...

    def ephemeral_instance(self) -> Any:
        """Return a new instance in memory."""
        ...

    def enter_async(self, manager: Any, event_loop: Any = None) -> AbstractContextManager[Any]:
        """Return a context manager that enters an asynchronous one; ``event_loop`` is the loop that the user gave."""
        ...


_slot: list[ExecutionPort] = []


def register_execution(port: ExecutionPort) -> None:
    """Fill the slot; called once by the execution floor."""
    _slot[:] = [port]


def execution_port() -> ExecutionPort:
    """Return what execution registered, importing it on first use.

    Raises:
        DagsterInvariantViolationError: if nothing can execute.
    """
    if not _slot:
        import importlib

        importlib.import_module(
            "weftwork.execution.port"
        )  # by name: definitions must not depend on execution
    if not _slot:
        raise DagsterInvariantViolationError("Nothing is registered that can execute.")
    return _slot[0]
