"""Mappings between multi-dimensional partitions, dimension by dimension."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import product
from typing import Any, NamedTuple

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.partitions.context import DynamicPartitionsStore
from weftwork.partitions.definition import PartitionsSubset
from weftwork.partitions.mappings.mapping import (
    AnyPartitions,
    BuiltInMapping,
    PartitionMapping,
    UpstreamPartitionsResult,
    check_partitioned,
    looking_with,
)
from weftwork.partitions.mappings.time_window import TimeWindowPartitionMapping
from weftwork.partitions.mappings.whole import IdentityPartitionMapping
from weftwork.partitions.multi import MultiPartitionsDefinition
from weftwork.partitions.time_window import TimeWindowPartitionsDefinition
from weftwork.serde import register_form

Box = tuple[PartitionsSubset, ...]
_ONLY = ""
"""The name of the one dimension of partitions that are not multi-dimensional."""


class _DimensionPartitionMapping(NamedTuple):
    dimension_name: str
    partition_mapping: PartitionMapping


class DimensionPartitionMapping(_DimensionPartitionMapping):
    """How one upstream dimension is mapped.

    Args:
        dimension_name: the downstream dimension.
        partition_mapping: the mapping between the two.
    """

    __slots__ = ()

    def __new__(cls, dimension_name: str, partition_mapping: PartitionMapping) -> DimensionPartitionMapping:
        """Check the arguments."""
        check_type(dimension_name, str, "dimension_name")
        check_type(partition_mapping, PartitionMapping, "partition_mapping")
        return super().__new__(cls, dimension_name, partition_mapping)

    def arguments(self) -> dict[str, Any]:
        """Return the arguments that make an equal one."""
        return self._asdict()


register_form(DimensionPartitionMapping)


class DimensionDependency(NamedTuple):
    """One upstream dimension depends on one downstream dimension by a mapping."""

    upstream: str
    downstream: str
    partition_mapping: PartitionMapping


class _Side(NamedTuple):
    """One side of a mapping as dimensions: those of a multi-dimensional definition, or the definition itself as one."""

    definition: AnyPartitions
    names: list[str]
    parts: list[AnyPartitions]

    def boxes(self, subset: PartitionsSubset) -> Iterator[Box]:
        if isinstance(self.definition, MultiPartitionsDefinition):
            full = self.definition.empty_subset() | subset
            return full.boxes()
        return iter([(subset,)] if not subset.is_empty else [])

    def unite(self, boxes: Iterator[Box] | Sequence[Box]) -> PartitionsSubset:
        result = self.definition.empty_subset()
        for box in boxes:
            if isinstance(self.definition, MultiPartitionsDefinition):
                result = result | self.definition.subset_of_product(box)
            else:
                result = result | box[0]
        return result


def _side(definition: AnyPartitions) -> _Side:
    if isinstance(definition, MultiPartitionsDefinition):
        dimensions = definition.partitions_defs
        return _Side(definition, [d.name for d in dimensions], [d.partitions_def for d in dimensions])
    return _Side(definition, [_ONLY], [definition])


class BaseMultiPartitionMapping(BuiltInMapping):
    """A mapping that follows from mappings between dimensions; dimensions it does not name depend on everything."""

    __slots__ = ()

    @abstractmethod
    def get_dimension_dependencies(
        self, upstream_partitions_def: AnyPartitions, downstream_partitions_def: AnyPartitions
    ) -> Sequence[DimensionDependency]:
        """Return which upstream dimension depends on which downstream dimension, and how."""

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: AnyPartitions | None,
        upstream_partitions_def: AnyPartitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        """Return the upstream partitions of downstream ones: per dimension, then the product."""
        subset, definition = check_partitioned(self, downstream_partitions_subset, downstream_partitions_def)
        dependencies = self.get_dimension_dependencies(upstream_partitions_def, definition)
        upstream, downstream = _side(upstream_partitions_def), _side(definition)
        existing: list[Box] = []
        needed: list[Box] = []
        with looking_with(current_time, dynamic_partitions_store):
            everything = [part.subset_with_all_partitions() for part in upstream.parts]
            for box in _split(downstream, subset, [dependency.downstream for dependency in dependencies]):
                found, missing = list(everything), [part.empty_subset() for part in upstream.parts]
                for up, down, mapping in dependencies:
                    to, of = upstream.names.index(up), downstream.names.index(down)
                    result = mapping.get_upstream_mapped_partitions_result_for_partitions(
                        box[of], downstream.parts[of], upstream.parts[to]
                    )
                    found[to], missing[to] = result
                existing.append(tuple(found))
                if any(not part.is_empty for part in missing):
                    needed.append(
                        tuple(a if b.is_empty else _join(a, b) for a, b in zip(found, missing, strict=True))
                    )
        subset_of_existing = upstream.unite(existing)
        absent = (
            upstream.unite(needed) - subset_of_existing if needed else upstream_partitions_def.empty_subset()
        )
        return UpstreamPartitionsResult(subset_of_existing, absent)

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: AnyPartitions,
        downstream_partitions_def: AnyPartitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """Return the downstream partitions that depend on upstream ones: per dimension, then the product."""
        dependencies = self.get_dimension_dependencies(upstream_partitions_def, downstream_partitions_def)
        upstream, downstream = _side(upstream_partitions_def), _side(downstream_partitions_def)
        boxes: list[Box] = []
        with looking_with(current_time, dynamic_partitions_store):
            everything = [part.subset_with_all_partitions() for part in downstream.parts]
            for box in upstream.boxes(upstream_partitions_subset):
                found = list(everything)
                for up, down, mapping in dependencies:
                    to, of = downstream.names.index(down), upstream.names.index(up)
                    found[to] = found[to] & mapping.get_downstream_partitions_for_partitions(
                        box[of], upstream.parts[of], downstream.parts[to]
                    )
                boxes.append(tuple(found))
        return downstream.unite(boxes)


def _split(side: _Side, subset: PartitionsSubset, used: Sequence[str]) -> Iterator[Box]:
    """Yield products; a dimension that several upstream dimensions depend on is taken key by key.

    The image of a product is a product only if each of its factors goes to one upstream dimension.
    """
    shared = {place for place, name in enumerate(side.names) if used.count(name) > 1}
    for box in side.boxes(subset):
        if not shared:
            yield box
            continue
        choices = [
            [factor.empty_subset().with_partition_keys([key]) for key in factor]
            if place in shared
            else [factor]
            for place, factor in enumerate(box)
        ]
        yield from product(*choices)


def _join(existing: PartitionsSubset, missing: PartitionsSubset) -> PartitionsSubset:
    if type(existing) is type(missing):
        return existing | missing
    return missing | existing


class MultiPartitionMapping(BaseMultiPartitionMapping):
    """Maps multi-dimensional to multi-dimensional partitions, dimension by dimension.

    An upstream dimension that is not named is needed whole; a downstream dimension that is not named has no influence.

    Args:
        downstream_mappings_by_upstream_dimension: upstream dimension to the downstream dimension and the mapping.

    Example:
        ``MultiPartitionMapping({"date": DimensionPartitionMapping("date", TimeWindowPartitionMapping(start_offset=-1,
        end_offset=-1)), "color": DimensionPartitionMapping("color", IdentityPartitionMapping())})``
    """

    __slots__ = ("downstream_mappings_by_upstream_dimension",)

    def __init__(
        self, downstream_mappings_by_upstream_dimension: Mapping[str, DimensionPartitionMapping]
    ) -> None:
        for name, mapping in downstream_mappings_by_upstream_dimension.items():
            if not isinstance(name, str) or not isinstance(mapping, DimensionPartitionMapping):
                raise CheckError(
                    f"MultiPartitionMapping maps the name of an upstream dimension to a DimensionPartitionMapping; "
                    f"{name!r} has {mapping!r:.200}. Write DimensionPartitionMapping(<downstream dimension>, <mapping>)."
                )
        self.downstream_mappings_by_upstream_dimension = dict(downstream_mappings_by_upstream_dimension)

    def validate_partition_mapping(
        self, upstream_partitions_def: AnyPartitions, downstream_partitions_def: AnyPartitions | None
    ) -> None:
        """Raise if a side is not multi-dimensional or does not have a named dimension, or a mapping does not fit."""
        if not (
            isinstance(upstream_partitions_def, MultiPartitionsDefinition)
            and isinstance(downstream_partitions_def, MultiPartitionsDefinition)
        ):
            raise CheckError("MultiPartitionMapping needs a MultiPartitionsDefinition on both sides.")
        for upstream, (downstream, mapping) in self.downstream_mappings_by_upstream_dimension.items():
            for side, name, definition in (
                ("upstream", upstream, upstream_partitions_def), ("downstream", downstream, downstream_partitions_def),
            ):  # fmt: skip
                names = definition.partition_dimension_names
                if name not in names:
                    raise CheckError(
                        f"MultiPartitionMapping names the {side} dimension '{name}', and there are only "
                        f"{quote_names(names)}.{did_you_mean(name, names)}"
                    )
            mapping.validate_partition_mapping(
                upstream_partitions_def.get_partitions_def_for_dimension(upstream),
                downstream_partitions_def.get_partitions_def_for_dimension(downstream),
            )

    def get_dimension_dependencies(
        self, upstream_partitions_def: AnyPartitions, downstream_partitions_def: AnyPartitions
    ) -> Sequence[DimensionDependency]:
        """Return which upstream dimension depends on which downstream dimension, and how."""
        self.validate_partition_mapping(upstream_partitions_def, downstream_partitions_def)
        items = self.downstream_mappings_by_upstream_dimension.items()
        return [
            DimensionDependency(upstream, downstream, mapping) for upstream, (downstream, mapping) in items
        ]

    @property
    def description(self) -> str:
        """The mapping in a sentence."""
        items = self.downstream_mappings_by_upstream_dimension.items()
        parts = [f"'{up}' by {type(mapping).__name__} to '{down}'" for up, (down, mapping) in items]
        return f"Maps upstream to downstream dimensions: {', '.join(parts) or 'none'}; all of the others."


class MultiToSingleDimensionPartitionMapping(BaseMultiPartitionMapping):
    """Maps between multi-dimensional partitions and partitions of one of their dimensions, in either direction.

    Args:
        partition_dimension_name: the dimension; found by itself if only one fits.
    """

    __slots__ = ("partition_dimension_name",)

    def __init__(self, partition_dimension_name: str | None = None) -> None:
        self.partition_dimension_name = check_type(
            partition_dimension_name, str, "partition_dimension_name", optional=True
        )

    def validate_partition_mapping(
        self, upstream_partitions_def: AnyPartitions, downstream_partitions_def: AnyPartitions | None
    ) -> None:
        """Raise if not exactly one side is multi-dimensional, or no dimension or several fit."""
        if downstream_partitions_def is None:
            raise CheckError("MultiToSingleDimensionPartitionMapping needs partitions downstream.")
        self.get_dimension_dependencies(upstream_partitions_def, downstream_partitions_def)

    def get_dimension_dependencies(
        self, upstream_partitions_def: AnyPartitions, downstream_partitions_def: AnyPartitions
    ) -> Sequence[DimensionDependency]:
        """Return which upstream dimension depends on which downstream dimension, and how."""
        choice, problem = find_dimension(
            upstream_partitions_def, downstream_partitions_def, self.partition_dimension_name
        )
        if choice is None:
            raise CheckError(problem)
        return [choice]

    @property
    def description(self) -> str:
        """The mapping in a sentence."""
        name = self.partition_dimension_name
        return f"Maps a key to all multi-dimensional partitions that have it in {f'dimension {name}' if name else 'the dimension that fits'}."


def find_dimension(
    upstream: AnyPartitions, downstream: AnyPartitions, dimension_name: str | None = None
) -> tuple[DimensionDependency | None, str]:
    """Return how the single-dimensional one of two sides is a dimension of the other, or None and why not."""
    is_multi = [isinstance(side, MultiPartitionsDefinition) for side in (upstream, downstream)]
    if sum(is_multi) != 1:
        return None, (
            f"MultiToSingleDimensionPartitionMapping needs multi-dimensional partitions on exactly one side, not on "
            f"{'both' if all(is_multi) else 'none'}."
        )
    multi: Any = upstream if is_multi[0] else downstream
    single = downstream if is_multi[0] else upstream
    dimensions = [d for d in multi.partitions_defs if dimension_name in (None, d.name)]
    if not dimensions:
        return (
            None,
            f"There is no dimension '{dimension_name}'; there are {quote_names(multi.partition_dimension_names)}.",
        )
    fitting = [(d.name, d.partitions_def) for d in dimensions if d.partitions_def == single]
    mapping: PartitionMapping = IdentityPartitionMapping()
    if not fitting and isinstance(single, TimeWindowPartitionsDefinition):
        fitting = [
            (d.name, d.partitions_def)
            for d in dimensions
            if isinstance(d.partitions_def, TimeWindowPartitionsDefinition)
        ]
        mapping = TimeWindowPartitionMapping()
    if not fitting and dimension_name is not None:
        fitting = [(dimension_name, dimensions[0].partitions_def)]
    if len(fitting) > 1:
        names = quote_names(name for name, _ in fitting)
        return (
            None,
            f"Several dimensions fit the single-dimensional partitions: {names}. Name one: partition_dimension_name=…",
        )
    if not fitting:
        return None, (
            f"{single.describe()} is none of the dimensions {quote_names(multi.partition_dimension_names)}, nor time "
            f"windows beside one dimension of time; so MultiToSingleDimensionPartitionMapping does not fit."
        )
    name = fitting[0][0]
    return DimensionDependency(name if is_multi[0] else _ONLY, _ONLY if is_multi[0] else name, mapping), ""
