"""Some partitions of a multi-dimensional definition, kept as products of subsets of the dimensions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any, Protocol

from weftwork.base.errors import ParameterCheckError
from weftwork.partitions.definition import (
    DefaultPartitionsSubset,
    KeySetRecord,
    PartitionsDefinition,
    PartitionsSubset,
)
from weftwork.partitions.keys import MultiPartitionKey, PartitionKeyRange
from weftwork.partitions.multi import products
from weftwork.partitions.time_window.subset import TimeWindowsRecord
from weftwork.serde import Record


class ProductsRecord(Record):
    """A subset as products, each one subset per dimension in the order of the dimension names."""

    products: list[list[KeySetRecord | TimeWindowsRecord]]


class DimensionedDefinition(Protocol):
    """What the subset asks of its definition."""

    @property
    def partition_dimension_names(self) -> list[str]:
        """The names of the dimensions, in order."""
        ...

    def split_key(self, partition_key: str) -> Sequence[str]:
        """Return the key of each dimension."""
        ...

    def empty_parts(self) -> Sequence[PartitionsSubset]:
        """Return the empty subset of each dimension."""
        ...


class MultiPartitionsSubset(PartitionsSubset):
    """Some partitions of a multi-dimensional definition.

    Args:
        partitions_def: the definition.
        rows: the partitions as a product set (see ``products``).
    """

    __slots__ = ("_definition", "rows")

    def __init__(self, partitions_def: Any, rows: Any = products.NOTHING) -> None:
        self._definition: DimensionedDefinition = partitions_def
        self.rows = rows

    @property
    def partitions_def(self) -> PartitionsDefinition[Any]:
        """The definition that the partitions are of."""
        return self._definition  # type: ignore[return-value]

    @property
    def is_empty(self) -> bool:
        """Whether there is no partition in it."""
        return products.is_empty(self.rows)

    def boxes(self) -> Iterator[products.Box]:
        """Yield products, one subset per dimension, that share nothing and make up the subset."""
        return products.boxes(self.rows)

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str):
            return False
        parts = key.split("|")
        return len(parts) == len(self._definition.partition_dimension_names) and products.contains(
            self.rows, parts
        )

    def __len__(self) -> int:
        return products.size(self.rows)

    def __iter__(self) -> Iterator[str]:
        names = self._definition.partition_dimension_names
        for box in self.boxes():
            for parts in product(*box):
                yield MultiPartitionKey.build(zip(names, parts, strict=True))

    def get_partition_keys(self) -> Sequence[str]:
        """Return the keys in the subset, in the definition's order."""
        return self.partitions_def.sort_keys(self)

    def get_partition_key_ranges(
        self, partitions_def: PartitionsDefinition[Any]
    ) -> Sequence[PartitionKeyRange]:
        """Return the subset as ranges of keys, each a product of one range per dimension."""
        names = self._definition.partition_dimension_names
        definition: Any = partitions_def
        ranges = []
        for box in self.boxes():
            factors = [
                factor.get_partition_key_ranges(definition.get_partitions_def_for_dimension(name))
                for name, factor in zip(names, box, strict=True)
            ]
            for parts in product(*factors):
                start = MultiPartitionKey.build(zip(names, (part.start for part in parts), strict=True))
                end = MultiPartitionKey.build(zip(names, (part.end for part in parts), strict=True))
                ranges.append(PartitionKeyRange(start, end))
        return ranges

    def with_rows(self, rows: Any) -> MultiPartitionsSubset:
        """Return the subset of the same definition with other partitions."""
        return MultiPartitionsSubset(self._definition, rows)

    def _rows_of(self, other: Any) -> Any:
        if isinstance(other, MultiPartitionsSubset):
            return other.rows
        if isinstance(other, DefaultPartitionsSubset):
            return self._rows_of_keys(other.subset)
        raise ParameterCheckError(
            f"A subset of multi-dimensional partitions combines with another one, not with {type(other).__name__}."
        )

    def _rows_of_keys(self, keys: Iterable[str]) -> Any:
        return products.from_tuples(
            self._definition.empty_parts(), [self._definition.split_key(key) for key in keys]
        )

    def __or__(self, other: Any) -> MultiPartitionsSubset:
        return self.with_rows(products.unite(self.rows, self._rows_of(other)))

    def __and__(self, other: Any) -> MultiPartitionsSubset:
        return self.with_rows(products.intersect(self.rows, self._rows_of(other)))

    def __sub__(self, other: Any) -> MultiPartitionsSubset:
        return self.with_rows(products.subtract(self.rows, self._rows_of(other)))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, MultiPartitionsSubset):
            return bool(self.rows == other.rows)
        if isinstance(other, DefaultPartitionsSubset):
            return len(self) == len(other) and all(key in self for key in other.subset)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.rows)

    def __repr__(self) -> str:
        shown = [" x ".join(map(repr, box)) for _, box in zip(range(5), self.boxes(), strict=False)]
        return f"MultiPartitionsSubset({len(self)} partitions: {'; '.join(shown)})"

    def with_partition_keys(self, partition_keys: Iterable[str]) -> MultiPartitionsSubset:
        """Return the subset with these keys added.

        Raises:
            DagsterUnknownPartitionError: if a key does not have one part per dimension.
        """
        return self.with_rows(products.unite(self.rows, self._rows_of_keys(partition_keys)))

    def empty_subset(self) -> MultiPartitionsSubset:
        """Return a subset without partitions."""
        return self.with_rows(products.NOTHING)

    def to_record(self) -> ProductsRecord:
        """Return the products as a record."""
        boxes: list[Any] = [[factor.to_record() for factor in box] for box in self.boxes()]
        return ProductsRecord(products=sorted(boxes, key=repr))
