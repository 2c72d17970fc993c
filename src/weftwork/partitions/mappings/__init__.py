"""Which upstream partitions a downstream partition depends on."""

from weftwork.partitions.mappings.inference import infer_partition_mapping
from weftwork.partitions.mappings.mapping import PartitionMapping, UpstreamPartitionsResult
from weftwork.partitions.mappings.multi import (
    DimensionPartitionMapping,
    MultiPartitionMapping,
    MultiToSingleDimensionPartitionMapping,
)
from weftwork.partitions.mappings.static import StaticPartitionMapping
from weftwork.partitions.mappings.time_window import TimeWindowPartitionMapping
from weftwork.partitions.mappings.whole import (
    AllPartitionMapping,
    IdentityPartitionMapping,
    LastPartitionMapping,
    SpecificPartitionsPartitionMapping,
)

__all__ = [
    "AllPartitionMapping",
    "DimensionPartitionMapping",
    "IdentityPartitionMapping",
    "LastPartitionMapping",
    "MultiPartitionMapping",
    "MultiToSingleDimensionPartitionMapping",
    "PartitionMapping",
    "SpecificPartitionsPartitionMapping",
    "StaticPartitionMapping",
    "TimeWindowPartitionMapping",
    "UpstreamPartitionsResult",
    "infer_partition_mapping",
]
