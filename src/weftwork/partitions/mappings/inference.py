"""Which mapping counts between two definitions when the user named none."""

from __future__ import annotations

from functools import lru_cache

from weftwork.partitions.mappings.mapping import AnyPartitions, PartitionMapping
from weftwork.partitions.mappings.multi import (
    DimensionPartitionMapping,
    MultiPartitionMapping,
    MultiToSingleDimensionPartitionMapping,
    find_dimension,
)
from weftwork.partitions.mappings.time_window import TimeWindowPartitionMapping
from weftwork.partitions.mappings.whole import AllPartitionMapping, IdentityPartitionMapping
from weftwork.partitions.multi import MultiPartitionsDefinition
from weftwork.partitions.time_window import TimeWindowPartitionsDefinition

_ALL = AllPartitionMapping()
_IDENTITY = IdentityPartitionMapping()
_OVERLAP = TimeWindowPartitionMapping()
_DIMENSION = MultiToSingleDimensionPartitionMapping()


def infer_partition_mapping(
    partition_mapping: PartitionMapping | None,
    downstream_partitions_def: AnyPartitions | None,
    upstream_partitions_def: AnyPartitions | None,
) -> PartitionMapping:
    """Return the mapping of a dependency: the given one, or the one that follows from the definitions.

    Without partitions on a side everything is needed; time windows map by overlap; multi-dimensional partitions and
    those of one of their dimensions map by that dimension; two with several dimensions, of which one has all of the
    other's, by dimension; everything else by equal keys.

    Args:
        partition_mapping: what the user named; None for nothing.
        downstream_partitions_def: the partitions of what depends.
        upstream_partitions_def: the partitions of what it depends on.
    """
    if partition_mapping is not None:
        return partition_mapping
    if downstream_partitions_def is None or upstream_partitions_def is None:
        return _ALL
    if isinstance(downstream_partitions_def, TimeWindowPartitionsDefinition) and isinstance(
        upstream_partitions_def, TimeWindowPartitionsDefinition
    ):
        return _OVERLAP
    if find_dimension(upstream_partitions_def, downstream_partitions_def)[0] is not None:
        return _DIMENSION
    return _find_shared_dimensions(downstream_partitions_def, upstream_partitions_def) or _IDENTITY


def _find_shared_dimensions(below: AnyPartitions, above: AnyPartitions) -> PartitionMapping | None:
    """Return the mapping by dimension of equal name, where one side has all dimensions of the other; else None."""
    if not (isinstance(below, MultiPartitionsDefinition) and isinstance(above, MultiPartitionsDefinition)):
        return None
    if below == above:
        return None
    mine = {dimension.name: dimension.partitions_def for dimension in below.partitions_defs}
    theirs = {dimension.name: dimension.partitions_def for dimension in above.partitions_defs}
    shared = mine.keys() & theirs.keys()
    if len(shared) < min(len(mine), len(theirs)):
        return None
    overlapping = {
        name for name in shared
        if isinstance(mine[name], TimeWindowPartitionsDefinition)
        and isinstance(theirs[name], TimeWindowPartitionsDefinition)
    }  # fmt: skip
    if any(mine[name] != theirs[name] for name in shared - overlapping):
        return None
    return _build_by_dimension(tuple((name, name in overlapping) for name in sorted(shared)))


@lru_cache(maxsize=256)
def _build_by_dimension(dimensions: tuple[tuple[str, bool], ...]) -> PartitionMapping:
    return MultiPartitionMapping(
        {
            name: DimensionPartitionMapping(name, _OVERLAP if overlaps else _IDENTITY)
            for name, overlaps in dimensions
        }
    )
