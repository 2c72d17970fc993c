"""Which value it is, said for people: the asset and partition, or the output and step."""

from __future__ import annotations

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.io.output_context import OutputContext


class DescribedValue:
    """Says which value it is, when a message asks.

    Args:
        context: the input or output.
        partition_key: the partition of an asset, if it is one.
    """

    __slots__ = ("_context", "_partition_key")

    def __init__(self, context: OutputContext | InputContext, partition_key: str | None = None) -> None:
        self._context = context
        self._partition_key = partition_key

    @property
    def owner(self) -> str:
        """Whose value it is, with its run if it is no asset: values have it in their files, so it stays as it is."""
        context = self._context
        if context.has_asset_key:
            partition = f" (partition '{self._partition_key}')" if self._partition_key is not None else ""
            return f"asset '{context.asset_key.to_user_string()}'{partition}"
        run_id, *names = context.get_identifier()
        return f"output '{'/'.join(names)}' of run {run_id}"

    def __str__(self) -> str:
        context = self._context
        if context.has_asset_key:
            return self.owner
        try:
            _run_id, step_key, name, *mapping_key = context.get_identifier()
        except DagsterInvariantViolationError:  # a context that was built without them
            return "an output"
        return f"output '{name}' of step '{step_key}'" + (
            f" (mapping key '{mapping_key[0]}')" if mapping_key else ""
        )
