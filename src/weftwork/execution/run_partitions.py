"""Which partitions a run makes and reads: its key or range, and the upstream partitions that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import DagsterInvariantViolationError, NoSinglePartitionError
from weftwork.records.keys import AssetKey
from weftwork.records.runs import DagsterRun
from weftwork.records.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)

if TYPE_CHECKING:
    from weftwork.partitions.definition import PartitionsDefinition, PartitionsSubset
    from weftwork.partitions.keys import PartitionKeyRange, TimeWindow


class RunPartitions:
    """The partitions of one run.

    Args:
        job: the job.
        run: the run, whose tags name a key or a range.
        instance: where dynamic partitions are found.
    """

    __slots__ = ("_instance", "_job", "_keys", "_upstream", "key_text", "range_tags")

    def __init__(self, job: Any, run: DagsterRun, instance: Any) -> None:
        self._job = job
        self._instance = instance
        tags = run.tags
        self.key_text = tags.get(PARTITION_NAME_TAG)
        start, end = tags.get(ASSET_PARTITION_RANGE_START_TAG), tags.get(ASSET_PARTITION_RANGE_END_TAG)
        self.range_tags = (start, end) if start is not None and end is not None else None
        self._keys: dict[Any, Sequence[str]] = {}
        self._upstream: dict[tuple[AssetKey | None, AssetKey], PartitionsSubset] = {}

    @property
    def is_partitioned(self) -> bool:
        """Whether the run is of a partition or of a range of them."""
        return self.key_text is not None or self.range_tags is not None

    @property
    def has_key(self) -> bool:
        """Whether the run is of one partition."""
        return self.key_text is not None or (
            self.range_tags is not None and self.range_tags[0] == self.range_tags[1]
        )

    @property
    def has_range(self) -> bool:
        """Whether the run is of a range of partitions."""
        return self.range_tags is not None

    def get_key(self, definition: PartitionsDefinition[Any] | None = None) -> str:
        """Return the partition of the run; a multi-dimensional one knows its dimensions.

        Raises:
            NoSinglePartitionError: if the run is of none, or of several.
        """
        if self.key_text is None and self.range_tags is not None and self.range_tags[0] == self.range_tags[1]:
            return self._typed(self.range_tags[0], definition)
        if self.key_text is None:
            what = (
                "of a range of partitions: use partition_keys or partition_key_range"
                if self.range_tags
                else ("not partitioned: pass partition_key=… to it, or look at has_partition_key first")
            )
            raise NoSinglePartitionError(f"There is no single partition key: the run is {what}.")
        return self._typed(self.key_text, definition)

    def _typed(self, key: str, definition: PartitionsDefinition[Any] | None) -> str:
        build = getattr(definition or self._job.partitions_def, "get_partition_key_from_str", None)
        return str.__str__(key) if build is None else build(key)

    def get_range(self) -> PartitionKeyRange:
        """Return the first and last partition of the run.

        Raises:
            DagsterInvariantViolationError: if the run is of none.
        """
        from weftwork.partitions.keys import PartitionKeyRange  # a run without partitions needs none of it

        if self.range_tags is not None:
            return PartitionKeyRange(*self.range_tags)
        key = self.get_key()
        return PartitionKeyRange(key, key)

    def list_keys(self, definition: PartitionsDefinition[Any] | None) -> Sequence[str]:
        """Return the partitions of one definition that the run is of.

        Raises:
            DagsterInvariantViolationError: if the run is of none.
        """
        from weftwork.partitions.context import (  # a run without partitions needs none of it
            partition_loading_context,
        )
        from weftwork.partitions.keys import PartitionKeyRange  # a run without partitions needs none of it

        if self.range_tags is None or definition is None:
            return [self.get_key(definition)]
        known = self._keys.get(definition)
        if known is None:
            with partition_loading_context(dynamic_partitions_store=self._instance):
                known = list(definition.get_partition_keys_in_range(PartitionKeyRange(*self.range_tags)))
            self._keys[definition] = known
        return known

    def subset(self, definition: PartitionsDefinition[Any]) -> PartitionsSubset:
        """Return the partitions of one definition that the run is of, without listing them."""
        from weftwork.partitions.context import (  # a run without partitions needs none of it
            partition_loading_context,
        )
        from weftwork.partitions.keys import PartitionKeyRange  # a run without partitions needs none of it

        with partition_loading_context(dynamic_partitions_store=self._instance):
            if self.range_tags is not None:
                return definition.subset_with_partition_key_range(PartitionKeyRange(*self.range_tags))
            return definition.subset_with_partition_keys([self.get_key(definition)])

    def upstream_subset(self, downstream: AssetKey | None, upstream: AssetKey) -> PartitionsSubset:
        """Return the partitions of an upstream asset that a step of the run reads.

        Args:
            downstream: the asset that the step makes; None for a check or op.
            upstream: the asset that it reads.

        Raises:
            DagsterInvariantViolationError: if one is needed that does not exist.
        """
        found = self._upstream.get((downstream, upstream))
        if found is None:
            found = self._upstream[downstream, upstream] = self._map(downstream, upstream)
        return found

    def _map(self, downstream: AssetKey | None, upstream: AssetKey) -> PartitionsSubset:
        from weftwork.partitions.context import (  # a run without partitions needs none of it
            partition_loading_context,
        )
        from weftwork.partitions.mappings.inference import (  # a run without partitions needs none of it
            infer_partition_mapping,
        )

        layer = self._job.asset_layer
        there = layer.partitions_def(upstream)
        here = layer.partitions_def(downstream) if downstream is not None else there
        given = layer.partition_mapping(downstream, upstream) if downstream is not None else None
        mapping = infer_partition_mapping(given, here, there)
        subset = self.subset(here) if here is not None and self.is_partitioned else None
        with partition_loading_context(dynamic_partitions_store=self._instance):
            result = mapping.get_upstream_mapped_partitions_result_for_partitions(subset, here, there)
        missing = result.required_but_nonexistent_partition_keys
        if missing:
            raise DagsterInvariantViolationError(
                f"Asset '{downstream.to_user_string() if downstream else ''}' needs partitions of "
                f"'{upstream.to_user_string()}' that do not exist: {', '.join(missing[:5])}"
                f"{' …' if len(missing) > 5 else ''}. Choose another partition, or a partition mapping that allows it "
                f"(TimeWindowPartitionMapping(allow_nonexistent_upstream_partitions=True))."
            )
        return result.partitions_subset

    def time_window(self, definition: PartitionsDefinition[Any] | None, keys: Sequence[str]) -> TimeWindow:
        """Return the time from the start of the first to the end of the last of some partitions.

        Raises:
            DagsterInvariantViolationError: if the partitions are not of time.
        """
        from weftwork.partitions.keys import TimeWindow  # a run without partitions needs none of it

        found = find_time_part(definition)
        if found is None:
            what = type(definition).__name__ if definition is not None else "no partitions"
            raise DagsterInvariantViolationError(
                f"There is no time window: {what} are not partitions of time."
            )
        dimension, timed = found
        first, last = keys[0], keys[-1]
        if dimension is not None:
            first, last = (_dimension_key(definition, key, dimension) for key in (first, last))
        return TimeWindow(
            timed.time_window_for_partition_key(first).start, timed.time_window_for_partition_key(last).end
        )


def find_time_part(definition: Any) -> tuple[str | None, Any] | None:
    """Return the time-window definition in a definition, with the name of its dimension if it is one of several."""
    if hasattr(definition, "time_window_for_partition_key"):
        return None, definition
    for dimension in getattr(definition, "partitions_defs", ()):
        if hasattr(dimension.partitions_def, "time_window_for_partition_key"):
            return dimension.name, dimension.partitions_def
    return None


def _dimension_key(definition: Any, key: str, dimension: str) -> str:
    typed = key if hasattr(key, "keys_by_dimension") else definition.get_partition_key_from_str(key)
    found: str = typed.keys_by_dimension[dimension]
    return found
