"""The mapping between time windows: what overlaps, moved by offsets."""

from __future__ import annotations

from datetime import datetime

from weftwork.base.arguments import check_type
from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.partitions import intervals as sets
from weftwork.partitions.context import DynamicPartitionsStore
from weftwork.partitions.definition import PartitionsSubset
from weftwork.partitions.intervals import Intervals
from weftwork.partitions.mappings.mapping import (
    AnyPartitions,
    BuiltInMapping,
    UpstreamPartitionsResult,
    check_partitioned,
    looking_with,
)
from weftwork.partitions.time_window import TimeWindowPartitionsDefinition, TimeWindowPartitionsSubset


class TimeWindowPartitionMapping(BuiltInMapping):
    """Each window depends on the upstream windows that overlap it.

    Args:
        start_offset: how many downstream windows the start is moved by before overlaps are looked for.
        end_offset: how many downstream windows the end is moved by.
        allow_nonexistent_upstream_partitions: whether windows that upstream does not have are left out; otherwise a run
            that needs one is an error. Windows that are reached by an offset only may always be missing.

    Example:
        ``TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)`` is the window before;
        ``TimeWindowPartitionMapping(start_offset=-6)`` the last seven.
    """

    __slots__ = ("allow_nonexistent_upstream_partitions", "end_offset", "start_offset")

    def __init__(
        self, start_offset: int = 0, end_offset: int = 0, allow_nonexistent_upstream_partitions: bool = False
    ) -> None:
        self.start_offset = check_type(start_offset, int, "start_offset")
        self.end_offset = check_type(end_offset, int, "end_offset")
        self.allow_nonexistent_upstream_partitions = check_type(
            allow_nonexistent_upstream_partitions, bool, "allow_nonexistent_upstream_partitions"
        )

    def validate_partition_mapping(
        self, upstream_partitions_def: AnyPartitions, downstream_partitions_def: AnyPartitions | None
    ) -> None:
        """Raise if a definition is not of time windows, or their zones differ."""
        _check_sides(upstream_partitions_def, downstream_partitions_def)

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: AnyPartitions | None,
        upstream_partitions_def: AnyPartitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        """Return the upstream windows that overlap some downstream windows, moved by the offsets."""
        subset, definition = check_partitioned(self, downstream_partitions_subset, downstream_partitions_def)
        upstream, downstream = _check_sides(upstream_partitions_def, definition)
        own = (downstream.empty_subset() | subset).numbers
        if self.start_offset == self.end_offset == 0 and upstream == downstream:
            return UpstreamPartitionsResult(
                TimeWindowPartitionsSubset(upstream, own), upstream.empty_subset()
            )
        wanted = _overlapping(sets.shift(own, self.start_offset, self.end_offset), downstream, upstream)
        with looking_with(current_time, dynamic_partitions_store):
            existing = upstream.subset_with_all_partitions().numbers
        missing: Intervals = ()
        if not self.allow_nonexistent_upstream_partitions:
            # A window is required if the downstream window itself overlaps it; an offset may reach into nothing.
            required = (
                wanted
                if self.start_offset == self.end_offset == 0
                else sets.intersect(wanted, _overlapping(own, downstream, upstream))
            )
            missing = sets.subtract(required, existing)
        return UpstreamPartitionsResult(
            TimeWindowPartitionsSubset(upstream, sets.intersect(wanted, existing)),
            TimeWindowPartitionsSubset(upstream, missing),
        )

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: AnyPartitions,
        downstream_partitions_def: AnyPartitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """Return the existing downstream windows that depend on some upstream windows."""
        upstream, downstream = _check_sides(upstream_partitions_def, downstream_partitions_def)
        own = (upstream.empty_subset() | upstream_partitions_subset).numbers
        touched = sets.shift(_overlapping(own, upstream, downstream), -self.end_offset, -self.start_offset)
        with looking_with(current_time, dynamic_partitions_store):
            existing = downstream.subset_with_all_partitions().numbers
        return TimeWindowPartitionsSubset(downstream, sets.intersect(touched, existing))

    @property
    def description(self) -> str:
        """The mapping in a sentence."""
        text = "Maps each downstream window to the upstream windows that overlap it"
        if self.start_offset == self.end_offset == 0:
            return f"{text}."
        return f"{text}, its start moved by {self.start_offset} and its end by {self.end_offset} windows."


def _check_sides(
    upstream: AnyPartitions | None, downstream: AnyPartitions | None
) -> tuple[TimeWindowPartitionsDefinition, TimeWindowPartitionsDefinition]:
    for side, definition in (("upstream", upstream), ("downstream", downstream)):
        if not isinstance(definition, TimeWindowPartitionsDefinition):
            raise DagsterInvalidDefinitionError(
                f"TimeWindowPartitionMapping needs time-window partitions {side}, not "
                f"{'none' if definition is None else type(definition).__name__}."
            )
    assert isinstance(upstream, TimeWindowPartitionsDefinition)
    assert isinstance(downstream, TimeWindowPartitionsDefinition)
    if upstream.timezone != downstream.timezone:
        raise DagsterInvalidDefinitionError(
            f"TimeWindowPartitionMapping needs one time zone on both sides; upstream has {upstream.timezone}, "
            f"downstream has {downstream.timezone}."
        )
    return upstream, downstream


def _overlapping(
    numbers: Intervals, source: TimeWindowPartitionsDefinition, target: TimeWindowPartitionsDefinition
) -> Intervals:
    """Return the windows of ``target`` that share time with some windows of ``source``."""
    if source.calendar.identity == target.calendar.identity:
        return sets.shift(numbers, target.calendar.first_from(source.calendar.start_s(0)))
    spans = (span for low, high in numbers for span in source.calendar.spans(low, high))
    return sets.join(target.calendar.overlapping(start, end) for start, end in spans)
