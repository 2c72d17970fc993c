"""Values in a dict, for runs in one process and for tests."""

from __future__ import annotations

from typing import Any

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
        identifier = tuple(context.get_identifier())
        try:
            return self.values[identifier]
        except KeyError:
            raise KeyError(
                f"No value of output '{identifier[2]}' of step '{identifier[1]}' is in memory in run {identifier[0]}. Values "
                f"in memory end with their run; use FilesystemIOManager for values that later runs load."
            ) from None


@io_manager(description="Values in memory.")
def mem_io_manager() -> InMemoryIOManager:
    """Values in memory, for runs in one process."""
    return InMemoryIOManager()
