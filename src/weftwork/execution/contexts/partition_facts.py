"""What a context knows of the partitions that its step makes and reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import CheckError, DagsterInvariantViolationError
from weftwork.base.lifecycle import former, marked, warn_of_use

if TYPE_CHECKING:
    from weftwork.partitions.keys import MultiPartitionKey, PartitionKeyRange, TimeWindow


class PartitionFacts:
    """What a context knows of the partitions that its step makes and reads; ``_step`` is the running step."""

    __slots__ = ()
    _step: Any

    @property
    def has_partition_key(self) -> bool:
        """Whether the run is of one partition."""
        return self._step.run.partitions.has_key  # type: ignore[no-any-return]

    @property
    def has_partition_key_range(self) -> bool:
        """Whether the run is of a range of partitions."""
        return self._step.run.partitions.has_range  # type: ignore[no-any-return]

    @property
    def has_partitions(self) -> bool:
        """Whether the run is of partitions."""
        return self._step.run.partitions.is_partitioned  # type: ignore[no-any-return]

    @property
    def partition_key(self) -> str:
        """The partition of the run.

        Raises:
            DagsterInvariantViolationError: if the run is of none, or of several.
        """
        return self._step.run.partitions.get_key(self._step.partitions_def)  # type: ignore[no-any-return]

    @property
    def partition_keys(self) -> Sequence[str]:
        """The partitions of the run."""
        return self._step.run.partitions.list_keys(self._step.partitions_def)  # type: ignore[no-any-return]

    @property
    def partition_key_range(self) -> PartitionKeyRange:
        """The first and last partition of the run."""
        return self._step.run.partitions.get_range()  # type: ignore[no-any-return]

    @property
    @marked("context.asset_partition_key_range", former("Use context.partition_key_range."))
    def asset_partition_key_range(self) -> PartitionKeyRange:
        """The first and last partition of the run (the older name)."""
        return self.partition_key_range

    @property
    def multi_partition_key(self) -> MultiPartitionKey:
        """The partition of the run, one key for each dimension.

        Raises:
            DagsterInvariantViolationError: if the run is of no partition of several dimensions.
        """
        from weftwork.partitions.keys import MultiPartitionKey  # a run without partitions needs none of it

        key = self.partition_key
        if not isinstance(key, MultiPartitionKey):
            raise DagsterInvariantViolationError(
                f"There is no multi_partition_key: partition '{key}' has one dimension only."
            )
        return key

    @property
    def partition_time_window(self) -> TimeWindow:
        """The time that the partitions of the run cover.

        Raises:
            DagsterInvariantViolationError: if they are not partitions of time.
        """
        partitions = self._step.run.partitions
        definition = self._step.partitions_def
        if definition is None:
            raise DagsterInvariantViolationError(
                "There is no partition_time_window: neither the assets of the step nor the job are partitioned."
            )
        bounds = partitions.get_range()
        return partitions.time_window(definition, [bounds.start, bounds.end])  # type: ignore[no-any-return]

    def asset_partition_key_for_output(self, output_name: str = "result") -> str:
        """Return the one partition of an output that the step makes.

        Raises:
            CheckError: if the output is not partitioned, or the step makes several of its partitions.
        """
        _warn("asset_partition_key_for_output", "partition_key")
        if not self._step.has_asset_partitions_for_output(output_name):
            raise CheckError(
                f"Output '{output_name}' of step '{self._step.key}' has no partitions in this run."
            )
        return _single(self._step.asset_partition_keys_for_output(output_name), f"output '{output_name}'")

    def asset_partition_keys_for_output(self, output_name: str = "result") -> Sequence[str]:
        """Return the partitions of an output that the step makes."""
        _warn("asset_partition_keys_for_output", "partition_keys")
        return self._step.asset_partition_keys_for_output(output_name)  # type: ignore[no-any-return]

    def asset_partition_key_for_input(self, input_name: str) -> str:
        """Return the one partition of an input that the step reads.

        Raises:
            CheckError: if the step reads several.
        """
        return _single(self._step.asset_partition_keys_for_input(input_name), f"input '{input_name}'")

    def asset_partition_keys_for_input(self, input_name: str) -> Sequence[str]:
        """Return the partitions of an input that the step reads."""
        return self._step.asset_partition_keys_for_input(input_name)  # type: ignore[no-any-return]

    def asset_partition_key_range_for_output(self, output_name: str = "result") -> PartitionKeyRange:
        """Return the first and last partition of an output that the step makes."""
        _warn("asset_partition_key_range_for_output", "partition_key_range")
        return self._step.asset_partition_key_range_for_output(output_name)  # type: ignore[no-any-return]

    def asset_partition_key_range_for_input(self, input_name: str) -> PartitionKeyRange:
        """Return the first and last partition of an input that the step reads."""
        return self._step.asset_partition_key_range_for_input(input_name)  # type: ignore[no-any-return]

    def asset_partitions_def_for_output(self, output_name: str = "result") -> Any:
        """Return the partitions definition of an output."""
        return self._step.asset_partitions_def_for_output(output_name)

    def asset_partitions_def_for_input(self, input_name: str) -> Any:
        """Return the partitions definition of an input."""
        return self._step.asset_partitions_def_for_input(input_name)

    def asset_partitions_time_window_for_output(self, output_name: str = "result") -> TimeWindow:
        """Return the time that the partitions of an output cover.

        Raises:
            DagsterInvariantViolationError: if they are not partitions of time.
        """
        _warn("asset_partitions_time_window_for_output", "partition_time_window")
        return self._step.asset_partitions_time_window_for_output(output_name)  # type: ignore[no-any-return]

    def asset_partitions_time_window_for_input(self, input_name: str = "result") -> TimeWindow:
        """Return the time that the partitions of an input cover.

        Raises:
            DagsterInvariantViolationError: if they are not partitions of time.
        """
        return self._step.asset_partitions_time_window_for_input(input_name)  # type: ignore[no-any-return]


def _single(keys: Sequence[str], what: str) -> str:
    if len(keys) != 1:
        raise CheckError(f"The {what} has {len(keys)} partitions here, not one: use the plural form.")
    return keys[0]


def _warn(method: str, other: str) -> None:
    warn_of_use(f"context.{method}", former(f"Use context.{other}."), depth=3)
