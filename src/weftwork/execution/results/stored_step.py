"""A step as the load of its own output sees it: what is loaded are the partitions that it made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weftwork.execution.steps.scope import StepScope
from weftwork.partitions.keys import PartitionKeyRange, TimeWindow


class StoredStep:
    """Implements ``StepView`` for an output that is loaded after the run.

    Args:
        step: the step that made it.
        output: the output.
    """

    __slots__ = ("_output", "_step")

    def __init__(self, step: StepScope, output: str) -> None:
        self._step = step
        self._output = output

    def __getattr__(self, name: str) -> Any:
        return getattr(self._step, name)

    def has_asset_partitions_for_input(self, input_name: str) -> bool:
        """Return whether it is a partitioned asset."""
        return self._step.has_asset_partitions_for_output(self._output)

    def asset_partition_keys_for_input(self, input_name: str) -> Sequence[str]:
        """Return the partitions that the step made."""
        return self._step.asset_partition_keys_for_output(self._output)

    def asset_partition_key_range_for_input(self, input_name: str) -> PartitionKeyRange:
        """Return the first and last partition that the step made."""
        return self._step.asset_partition_key_range_for_output(self._output)

    def asset_partitions_time_window_for_input(self, input_name: str) -> TimeWindow:
        """Return the time that the partitions cover."""
        return self._step.asset_partitions_time_window_for_output(self._output)

    def asset_partitions_def_for_input(self, input_name: str) -> Any:
        """Return the partitions definition of the asset."""
        return self._step.asset_partitions_def_for_output(self._output)
