"""Partitions of several dimensions."""

from weftwork.partitions.multi.definition import MultiPartitionsDefinition, PartitionDimensionDefinition
from weftwork.partitions.multi.subset import MultiPartitionsSubset, ProductsRecord

__all__ = [
    "MultiPartitionsDefinition",
    "MultiPartitionsSubset",
    "PartitionDimensionDefinition",
    "ProductsRecord",
]
