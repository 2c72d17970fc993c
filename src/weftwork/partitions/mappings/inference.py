"""Which mapping counts between two definitions when the user named none."""

from __future__ import annotations

from weftwork.partitions.mappings.mapping import AnyPartitions, PartitionMapping
from weftwork.partitions.mappings.multi import MultiToSingleDimensionPartitionMapping, find_dimension
from weftwork.partitions.mappings.time_window import TimeWindowPartitionMapping
from weftwork.partitions.mappings.whole import AllPartitionMapping, IdentityPartitionMapping
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
    those of one of their dimensions map by that dimension; everything else by equal keys.

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
    return _IDENTITY
