"""What the contexts of IO managers ask of the step that runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class StepView(Protocol):
    """The running step, as the contexts of its inputs and outputs see it.

    Execution's step context has these; a context that a test builds has plain values behind the same names.
    A property that has no value raises by itself.
    """

    @property
    def step_key(self) -> str:
        """The key of the step."""
        ...

    @property
    def job_name(self) -> str:
        """The job."""
        ...

    @property
    def run_id(self) -> str:
        """The run."""
        ...

    @property
    def op_def(self) -> Any:
        """The op of the step."""
        ...

    @property
    def log(self) -> Any:
        """Where the step logs."""
        ...

    @property
    def resources(self) -> Any:
        """The open resources of the step."""
        ...

    @property
    def instance(self) -> Any:
        """The instance of the run."""
        ...

    @property
    def has_partition_key(self) -> bool:
        """Whether the run is of one partition."""
        ...

    @property
    def partition_key(self) -> str:
        """The partition of the run."""
        ...

    def has_asset_partitions_for_output(self, output_name: str) -> bool:
        """Return whether the output is a partitioned asset."""
        ...

    def may_make_many_partitions_for_output(self, output_name: str) -> bool:
        """Return whether the asset's backfill policy lets one run make several of its partitions."""
        ...

    def asset_partitions_def_for_output(self, output_name: str) -> Any:
        """Return the partitions definition of the asset that the output is."""
        ...

    def asset_partition_keys_for_output(self, output_name: str) -> Sequence[str]:
        """Return the partitions of the output that the step makes."""
        ...

    def asset_partition_key_range_for_output(self, output_name: str) -> Any:
        """Return the first and last partition of the output that the step makes."""
        ...

    def asset_partitions_time_window_for_output(self, output_name: str) -> Any:
        """Return the time that the partitions of the output cover."""
        ...

    def has_asset_partitions_for_input(self, input_name: str) -> bool:
        """Return whether the input is a partitioned asset."""
        ...

    def asset_partitions_def_for_input(self, input_name: str) -> Any:
        """Return the partitions definition of the asset that the input is."""
        ...

    def asset_partition_keys_for_input(self, input_name: str) -> Sequence[str]:
        """Return the partitions of the input that the step reads."""
        ...

    def asset_partition_key_range_for_input(self, input_name: str) -> Any:
        """Return the first and last partition of the input that the step reads."""
        ...

    def asset_partitions_time_window_for_input(self, input_name: str) -> Any:
        """Return the time that the partitions of the input cover."""
        ...
