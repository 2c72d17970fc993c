"""Partitions that are the product of several definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice, product
from typing import Any, NamedTuple

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, DagsterInvalidInvocationError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.partitions.context import (
    DynamicPartitionsStore,
    PartitionLoadingContext,
    partition_loading_context,
)
from weftwork.partitions.definition import PaginatedResults, PartitionsDefinition, PartitionsSubset, digest
from weftwork.partitions.dynamic import DynamicPartitionsDefinition
from weftwork.partitions.keys import (
    DIMENSION_DELIMITER,
    INVALID_DIMENSION_KEY_PARTS,
    MultiPartitionKey,
    PartitionKeyRange,
    TimeWindow,
    UnreadableKeyError,
    unknown_key_error,
)
from weftwork.partitions.multi import products
from weftwork.partitions.multi.subset import MultiPartitionsSubset, ProductsRecord
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.partitions.time_window import TimeWindowPartitionsDefinition
from weftwork.records.tags import MULTIDIMENSIONAL_PARTITION_PREFIX, PARTITION_NAME_TAG
from weftwork.serde import Record, encode


class PartitionDimensionDefinition(NamedTuple):
    """One dimension: its name and its partitions."""

    name: str
    partitions_def: PartitionsDefinition[Any]


class MultiPartitionsDefinition(PartitionsDefinition[MultiPartitionKey]):
    """Partitions that are the product of several definitions: one partition for each combination of their keys.

    Args:
        partitions_defs: name of the dimension to its definition; two or more, none of them multi-dimensional itself.
            Dimensions are ordered by name.

    Example:
        ``MultiPartitionsDefinition({"date": DailyPartitionsDefinition("2024-01-01"), "color": StaticPartitionsDefinition(
        ["red", "blue"])})`` has keys like ``red|2024-01-01``.
    """

    __slots__ = ("_dimensions", "_hash", "_names")

    def __init__(self, partitions_defs: Mapping[str, PartitionsDefinition[Any]]) -> None:
        if len(partitions_defs) < 2:
            raise DagsterInvalidInvocationError(
                f"A MultiPartitionsDefinition needs two dimensions or more, not {len(partitions_defs)}. For one "
                f"dimension use its definition itself."
            )
        for name, definition in partitions_defs.items():
            if isinstance(definition, MultiPartitionsDefinition):
                raise DagsterInvalidDefinitionError(
                    f"Dimension '{name}' of a MultiPartitionsDefinition is multi-dimensional itself. List its "
                    f"dimensions here instead: {quote_names(definition.partition_dimension_names)}."
                )
            if not isinstance(definition, PartitionsDefinition):
                raise DagsterInvalidDefinitionError(
                    f"Dimension '{name}' of a MultiPartitionsDefinition must be a partitions definition, "
                    f"not {type(definition).__name__}."
                )
            if isinstance(definition, StaticPartitionsDefinition):
                _check_dimension_keys(name, definition.get_partition_keys())
        self._dimensions = [
            PartitionDimensionDefinition(name, partitions_defs[name]) for name in sorted(partitions_defs)
        ]
        self._names = [dimension.name for dimension in self._dimensions]
        self._hash: int | None = None

    # ------------------------------------------------------------------ dimensions

    @property
    def partitions_defs(self) -> Sequence[PartitionDimensionDefinition]:
        """The dimensions, ordered by name."""
        return list(self._dimensions)

    @property
    def partition_dimension_names(self) -> list[str]:
        """The names of the dimensions, in order."""
        return list(self._names)

    @property
    def primary_dimension(self) -> PartitionDimensionDefinition:
        """The dimension of time if there is one, else the first."""
        return self.time_window_dimension if self.has_time_window_dimension else self._dimensions[0]

    @property
    def secondary_dimension(self) -> PartitionDimensionDefinition:
        """The first dimension that is not the primary one."""
        primary = self.primary_dimension
        return next(dimension for dimension in self._dimensions if dimension.name != primary.name)

    def _time_dimensions(self) -> list[PartitionDimensionDefinition]:
        return [d for d in self._dimensions if isinstance(d.partitions_def, TimeWindowPartitionsDefinition)]

    @property
    def has_time_window_dimension(self) -> bool:
        """Whether exactly one dimension is time."""
        return len(self._time_dimensions()) == 1

    @property
    def time_window_dimension(self) -> PartitionDimensionDefinition:
        """The one dimension that is time.

        Raises:
            CheckError: if none is, or several are.
        """
        found = self._time_dimensions()
        if len(found) != 1:
            raise CheckError(
                f"Exactly one dimension must be time windows; {len(found)} of {self._names} are."
            )
        return found[0]

    @property
    def time_window_partitions_def(self) -> TimeWindowPartitionsDefinition:
        """The definition of the one dimension that is time."""
        definition = self.time_window_dimension.partitions_def
        assert isinstance(definition, TimeWindowPartitionsDefinition)
        return definition

    def get_partitions_def_for_dimension(self, dimension_name: str) -> PartitionsDefinition[Any]:
        """Return the definition of a dimension.

        Raises:
            CheckError: if there is no such dimension.
        """
        for dimension in self._dimensions:
            if dimension.name == dimension_name:
                return dimension.partitions_def
        raise CheckError(
            f"There is no dimension {dimension_name!r} in {self.describe()}.{did_you_mean(str(dimension_name), self._names)}"
        )

    def describe(self) -> str:
        """Return the definition in a few words, for messages."""
        return f"the partitions of dimensions {' | '.join(self._names)}"

    # ------------------------------------------------------------------ keys

    def split_key(self, partition_key: str) -> Sequence[str]:
        """Return the key of each dimension.

        Raises:
            UnreadableKeyError: if the key does not have one part per dimension.
        """
        if isinstance(partition_key, MultiPartitionKey):
            by_name = partition_key.keys_by_dimension
            if by_name.keys() == set(self._names):
                return [by_name[name] for name in self._names]
        parts = str(partition_key).split(DIMENSION_DELIMITER)
        if len(parts) != len(self._names):
            raise UnreadableKeyError(
                f"The partition key {str(partition_key)!r} has {len(parts)} parts; {self.describe()} need "
                f"{len(self._names)}, as in '{DIMENSION_DELIMITER.join(f'<{name}>' for name in self._names)}'."
            )
        return parts

    def _build_key(self, parts: Iterable[str]) -> MultiPartitionKey:
        return MultiPartitionKey.build(zip(self._names, parts, strict=True))

    def is_valid_key_format(self, partition_key: str) -> bool:
        """Return whether a key has one part per dimension."""
        return len(partition_key.split(DIMENSION_DELIMITER)) == len(self._names)

    def get_partition_key_from_str(self, partition_key_str: str) -> MultiPartitionKey:
        """Return a key that knows its dimensions.

        Raises:
            DagsterUnknownPartitionError: if it does not have one part per dimension.
        """
        return self._build_key(self.split_key(partition_key_str))

    def _factors(
        self,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> list[Sequence[str]]:
        keys = [
            d.partitions_def.get_partition_keys(current_time, dynamic_partitions_store)
            for d in self._dimensions
        ]
        for dimension, own in zip(self._dimensions, keys, strict=True):
            if isinstance(dimension.partitions_def, DynamicPartitionsDefinition):
                _check_dimension_keys(dimension.name, own)
        return keys

    def get_partition_keys(
        self,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[MultiPartitionKey]:
        """Return all combinations of keys, the last dimension changing fastest.

        Args:
            current_time: the time that counts as now; the clock's by default.
            dynamic_partitions_store: where dynamic partitions are found, usually the instance.
        """
        return [
            self._build_key(parts)
            for parts in product(*self._factors(current_time, dynamic_partitions_store))
        ]

    def get_num_partitions(self) -> int:
        """Return how many combinations there are."""
        count = 1
        for dimension in self._dimensions:
            count *= dimension.partitions_def.get_num_partitions()
        return count

    def get_first_partition_key(self) -> MultiPartitionKey | None:
        """Return the first combination, or None if there is none."""
        parts = [dimension.partitions_def.get_first_partition_key() for dimension in self._dimensions]
        return self._build_key_of(parts)

    def get_last_partition_key(self) -> MultiPartitionKey | None:
        """Return the last combination, or None if there is none."""
        parts = [dimension.partitions_def.get_last_partition_key() for dimension in self._dimensions]
        return self._build_key_of(parts)

    def _build_key_of(self, parts: Sequence[str | None]) -> MultiPartitionKey | None:
        present = [part for part in parts if part is not None]
        return self._build_key(present) if len(present) == len(parts) else None

    def has_partition_key(
        self,
        partition_key: MultiPartitionKey | str,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> bool:
        """Return whether every part of a key is a key of its dimension.

        Args:
            partition_key: the key.
            current_time: the time that counts as now; the clock's by default.
            dynamic_partitions_store: where dynamic partitions are found, usually the instance.
        """
        try:
            parts = self.split_key(partition_key)
        except UnreadableKeyError:
            return False
        return all(
            d.partitions_def.has_partition_key(part, current_time, dynamic_partitions_store)
            for d, part in zip(self._dimensions, parts, strict=True)
        )

    def validate_partition_key(
        self,
        partition_key: str,
        context: PartitionLoadingContext | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> None:
        """Raise if a part of a key is no key of its dimension.

        Args:
            partition_key: the key.
            context: the time and store to look with; those that count here by default.
            dynamic_partitions_store: where dynamic partitions are found, usually the instance.

        Raises:
            DagsterUnknownPartitionError: if so; the message names the dimension and its nearest key.
        """
        for dimension, part in zip(self._dimensions, self.split_key(partition_key), strict=True):
            try:
                dimension.partitions_def.validate_partition_key(part, context, dynamic_partitions_store)
            except UnreadableKeyError as error:
                raise unknown_key_error(
                    str(partition_key), self.describe(), hint=f"{dimension.name}: {error}"
                ) from None
            except Exception as error:
                error.add_note(f"It is dimension '{dimension.name}' of the key '{partition_key}'.")
                raise

    def filter_valid_partition_keys(self, partition_keys: set[str]) -> set[Any]:
        """Return those of the keys that exist, knowing their dimensions."""
        return {self.get_partition_key_from_str(key) for key in partition_keys if self.has_partition_key(key)}

    def sort_keys(self, keys: Iterable[str]) -> list[str]:
        """Return keys in the order of the definition."""
        split = [self.split_key(key) for key in keys]
        places: list[dict[str, int]] = []
        for number, dimension in enumerate(self._dimensions):
            own = dimension.partitions_def.sort_keys({parts[number] for parts in split})
            places.append({key: place for place, key in enumerate(own)})
        split.sort(key=lambda parts: [place[part] for place, part in zip(places, parts, strict=True)])
        return [self._build_key(parts) for parts in split]

    def get_multipartition_keys_with_dimension_value(
        self, dimension_name: str, dimension_partition_key: str
    ) -> Sequence[MultiPartitionKey]:
        """Return all keys that have this key in a dimension.

        Args:
            dimension_name: the dimension.
            dimension_partition_key: its key.
        """
        return self.get_multipartition_keys_with_dimension_values(dimension_name, [dimension_partition_key])

    def get_multipartition_keys_with_dimension_values(
        self, dimension_name: str, dimension_partition_keys: Sequence[str]
    ) -> Sequence[MultiPartitionKey]:
        """Return all keys that have one of these keys in a dimension.

        Args:
            dimension_name: the dimension.
            dimension_partition_keys: its keys.
        """
        self.get_partitions_def_for_dimension(dimension_name)
        place = self._names.index(dimension_name)
        factors = self._factors()
        found: list[MultiPartitionKey] = []
        for key in dimension_partition_keys:
            factors[place] = [key]
            found.extend(self._build_key(parts) for parts in product(*factors))
        return found

    def get_partition_keys_in_range(
        self,
        partition_key_range: PartitionKeyRange,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[MultiPartitionKey]:
        """Return the product of the ranges of the dimensions, both ends included.

        Raises:
            DagsterInvalidInvocationError: if an end of a range does not exist.
        """
        with partition_loading_context(dynamic_partitions_store=dynamic_partitions_store):
            ranges = zip(
                self.split_key(partition_key_range.start),
                self.split_key(partition_key_range.end),
                strict=True,
            )
            factors = [
                d.partitions_def.get_partition_keys_in_range(PartitionKeyRange(*ends))
                for d, ends in zip(self._dimensions, ranges, strict=True)
            ]
        return [self._build_key(parts) for parts in product(*factors)]

    def get_paginated_partition_keys(
        self, context: PartitionLoadingContext, limit: int, ascending: bool, cursor: str | None = None
    ) -> PaginatedResults[MultiPartitionKey]:
        """Return a page of keys; keys of other pages are not made.

        Args:
            context: the time and store to look with.
            limit: how many keys at most.
            ascending: whether to begin at the first key.
            cursor: the ``cursor`` of the page before; None for the first page.
        """
        with partition_loading_context(new_ctx=context):
            factors = [keys if ascending else keys[::-1] for keys in self._factors()]
        start = 0
        if cursor:
            for keys, part in zip(factors, self.split_key(cursor), strict=True):
                start = start * len(keys) + (keys.index(part) if part in keys else 0)
            start += 1
        parts = list(islice(_product_from(factors, start), limit + 1))
        page = [self._build_key(p) for p in parts[:limit]]
        return PaginatedResults(page, str(page[-1]) if page else cursor or "", len(parts) > limit)

    def time_window_for_partition_key(self, partition_key: str) -> TimeWindow:
        """Return the window of the part of a key that is time."""
        place = self._names.index(self.time_window_dimension.name)
        return self.time_window_partitions_def.time_window_for_partition_key(
            self.split_key(partition_key)[place]
        )

    def get_tags_for_partition_key(self, partition_key: str) -> Mapping[str, str]:
        """Return the tags of a run for this partition: the key, and the part of each dimension."""
        parts = zip(self._names, self.split_key(partition_key), strict=True)
        tags = {f"{MULTIDIMENSIONAL_PARTITION_PREFIX}{name}": part for name, part in parts}
        return {PARTITION_NAME_TAG: str(self.get_partition_key_from_str(partition_key)), **tags}

    # ------------------------------------------------------------------ subsets

    @property
    def partitions_subset_class(self) -> type[PartitionsSubset]:
        """The class of this definition's subsets."""
        return MultiPartitionsSubset

    def empty_parts(self) -> Sequence[PartitionsSubset]:
        """Return the empty subset of each dimension."""
        return [dimension.partitions_def.empty_subset() for dimension in self._dimensions]

    def empty_subset(self) -> MultiPartitionsSubset:
        """Return the subset without partitions."""
        return MultiPartitionsSubset(self)

    def subset_with_all_partitions(self) -> MultiPartitionsSubset:
        """Return the subset with all combinations, as one product."""
        return self.subset_of_product(
            [d.partitions_def.subset_with_all_partitions() for d in self._dimensions]
        )

    def subset_of_product(self, factors: Sequence[PartitionsSubset]) -> MultiPartitionsSubset:
        """Return the subset that is a product of one subset per dimension, in the order of the dimension names."""
        return MultiPartitionsSubset(self, products.from_box(factors))

    def subset_with_partition_key_range(
        self, partition_key_range: PartitionKeyRange
    ) -> MultiPartitionsSubset:
        """Return the product of the ranges of the dimensions, both ends included."""
        ranges = zip(
            self.split_key(partition_key_range.start), self.split_key(partition_key_range.end), strict=True
        )
        return self.subset_of_product([
            d.partitions_def.subset_with_partition_key_range(PartitionKeyRange(*ends))
            for d, ends in zip(self._dimensions, ranges, strict=True)
        ])  # fmt: skip

    def subset_from_record(self, record: Record) -> MultiPartitionsSubset:
        """Return the subset that ``subset.to_record`` described."""
        if not isinstance(record, ProductsRecord):
            return self.empty_subset() | super().subset_from_record(record)
        rows: Any = products.NOTHING
        for factors in record.products:
            parts = zip(self._dimensions, factors, strict=True)
            rows = products.unite(
                rows, products.from_box([d.partitions_def.subset_from_record(f) for d, f in parts])
            )
        return MultiPartitionsSubset(self, rows)

    def _subset_record_type(self) -> Any:
        return ProductsRecord

    def get_serializable_unique_identifier(
        self, dynamic_partitions_store: DynamicPartitionsStore | None = None
    ) -> str:
        """Return a digest of the dimensions."""
        get = "get_serializable_unique_identifier"
        return digest(
            encode(
                [[d.name, getattr(d.partitions_def, get)(dynamic_partitions_store)] for d in self._dimensions]
            )
        )

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, MultiPartitionsDefinition) and self._dimensions == other._dimensions
        )

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(tuple(self._dimensions))
        return self._hash

    def __str__(self) -> str:
        lines = [f"{d.name.capitalize()}: {d.partitions_def}" for d in self._dimensions]
        return "Multi-partitioned, with dimensions: \n" + " \n".join(lines)

    def __repr__(self) -> str:
        return f"MultiPartitionsDefinition({dict(self._dimensions)!r})"


def _check_dimension_keys(name: str, keys: Iterable[str]) -> None:
    for key in keys:
        if any(part in key for part in INVALID_DIMENSION_KEY_PARTS):
            raise DagsterInvalidDefinitionError(
                f"{key!r} cannot be a key of dimension '{name}': keys of dimensions may not hold "
                f"{' '.join(INVALID_DIMENSION_KEY_PARTS)}."
            )


def _product_from(factors: Sequence[Sequence[str]], start: int) -> Iterable[tuple[str, ...]]:
    """Yield the product of factors from its ``start``-th tuple on."""
    total = 1
    for keys in factors:
        total *= len(keys)
    for number in range(start, total):
        parts = []
        for keys in reversed(factors):
            number, place = divmod(number, len(keys))  # noqa: PLW2901 the digits of one number
            parts.append(keys[place])
        yield tuple(reversed(parts))
