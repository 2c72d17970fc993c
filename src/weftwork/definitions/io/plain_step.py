"""A step made of plain values, for contexts that are built outside of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from weftwork.base.errors import CheckError, DagsterInvariantViolationError
from weftwork.definitions.io.asset_partitions import AssetPartitions
from weftwork.partitions.keys import PartitionKeyRange, TimeWindow


class PlainStep:
    """Implements ``StepView`` with values; what was not given raises when it is asked for.

    Args:
        run_id: the run.
        partition_key: the partition of the run.
        partitions: the partitions of the asset.
        op_def: the op.
        instance: the instance.
        step_context: another step to ask for what was not given here.
    """

    __slots__ = ("_instance", "_op_def", "_partition_key", "_partitions", "_step_context", "run_id")

    def __init__(
        self,
        run_id: str,
        partition_key: str | None = None,
        partitions: AssetPartitions | None = None,
        op_def: Any = None,
        instance: Any = None,
        step_context: Any = None,
    ) -> None:
        self.run_id = run_id
        self._partition_key = partition_key
        self._partitions = partitions
        self._op_def = op_def
        self._instance = instance
        self._step_context = step_context

    def _ask(self, name: str) -> Any:
        if self._step_context is None:
            self._refuse(name)
        return getattr(self._step_context, name)

    def _refuse(self, name: str) -> NoReturn:
        raise DagsterInvariantViolationError(
            f"This context has no {name}: it was built outside of a run, without it."
        )

    def get_step_behind(self) -> Any:
        """Return the other step.

        Raises:
            DagsterInvariantViolationError: if there is none.
        """
        return self._step_context if self._step_context is not None else self._refuse("step_context")

    @property
    def step_key(self) -> str:
        """The key of the step."""
        return str(self._ask("step_key"))

    @property
    def job_name(self) -> str:
        """The job."""
        return str(self._ask("job_name"))

    @property
    def op_def(self) -> Any:
        """The op that was given."""
        return self._op_def if self._op_def is not None else self._ask("op_def")

    @property
    def instance(self) -> Any:
        """The instance that was given."""
        return self._instance if self._instance is not None else self._ask("instance")

    @property
    def resources(self) -> Any:
        """The open resources of the step."""
        return self._ask("resources")

    @property
    def log(self) -> Any:
        """A logger."""
        if self._step_context is not None:
            return self._step_context.log
        import logging  # only where something is logged

        return logging.getLogger("dagster")

    @property
    def has_partition_key(self) -> bool:
        """Whether a partition of the run was given."""
        return self._partition_key is not None

    @property
    def partition_key(self) -> str:
        """The partition of the run."""
        if self._partition_key is None:
            raise CheckError(
                "This run is of no partition, so there is no partition_key; look at has_partition_key first."
            )
        return self._partition_key

    def _has_partitions(self, _name: str) -> bool:
        return self._partitions is not None

    def _get_partitions(self) -> AssetPartitions:
        if self._partitions is None:
            raise CheckError("The asset is not partitioned; look at has_asset_partitions first.")
        return self._partitions

    def _partitions_def(self, _name: str) -> Any:
        found = self._partitions.partitions_def if self._partitions is not None else None
        return found if found is not None else self._refuse("asset_partitions_def")

    def _keys(self, _name: str) -> Sequence[str]:
        return self._get_partitions().keys

    def _key_range(self, _name: str) -> PartitionKeyRange:
        return self._get_partitions().key_range

    def _time_window(self, _name: str) -> TimeWindow:
        return self._get_partitions().time_window

    def may_make_many_partitions_for_output(self, _name: str) -> bool:
        """Return whether several partitions were given."""
        return self._partitions is not None and len(self._partitions.keys) > 1

    # A built context stands for one input or one output, so both are answered alike.
    has_asset_partitions_for_output = has_asset_partitions_for_input = _has_partitions
    asset_partitions_def_for_output = asset_partitions_def_for_input = _partitions_def
    asset_partition_keys_for_output = asset_partition_keys_for_input = _keys
    asset_partition_key_range_for_output = asset_partition_key_range_for_input = _key_range
    asset_partitions_time_window_for_output = asset_partitions_time_window_for_input = _time_window
