"""Values in a dict, for runs in one process and for tests."""

from __future__ import annotations

from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.io.io_manager import IOManager, io_manager
from weftwork.definitions.io.output_context import OutputContext


class InMemoryIOManager(IOManager):
    """Keeps values in a dict: for runs in one process, and for tests; a later run does not see them.

    Attributes:
        values: run, step and output (and mapping key) to value.
    """

    def __init__(self) -> None:
        self.values: dict[tuple[str, ...], Any] = {}

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Keep the value."""
        self.values[tuple(context.get_identifier())] = obj

    def load_input(self, context: InputContext) -> Any:
        """Return the value.

        Raises:
            KeyError: if no step of this run has made it.
        """
        try:
            identifier = tuple(context.get_identifier())
        except DagsterInvariantViolationError as error:
            if not context.has_asset_key:
                raise
            # The asset is made by no step of this run.
            raise _not_there(f"asset '{context.asset_key.to_user_string()}'") from error
        try:
            return self.values[identifier]
        except KeyError:
            raise _not_there(
                f"output '{identifier[2]}' of step '{identifier[1]}' in run {identifier[0]}"
            ) from None


def _not_there(what: str) -> KeyError:
    return KeyError(
        f"No value of {what} is in memory. Values in memory end with their run; use FilesystemIOManager for values that "
        f"later runs load."
    )


@io_manager(description="Values in memory.")
def mem_io_manager() -> InMemoryIOManager:
    """Values in memory, for runs in one process."""
    return InMemoryIOManager()
