"""Partitions definitions and mappings as records, so that plans are made without user code."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeAlias

from weftwork.base.errors import ParameterCheckError
from weftwork.partitions.definition import PartitionsDefinition
from weftwork.partitions.dynamic import DynamicPartitionsDefinition
from weftwork.partitions.mappings import (
    AllPartitionMapping,
    DimensionPartitionMapping,
    IdentityPartitionMapping,
    LastPartitionMapping,
    MultiPartitionMapping,
    MultiToSingleDimensionPartitionMapping,
    PartitionMapping,
    SpecificPartitionsPartitionMapping,
    StaticPartitionMapping,
    TimeWindowPartitionMapping,
)
from weftwork.partitions.multi import MultiPartitionsDefinition
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.partitions.time_window import TimestampWithTimezone, TimeWindowPartitionsDefinition
from weftwork.serde import Record


class StaticPartitionsSpec(Record):
    """A fixed list of keys."""

    partition_keys: tuple[str, ...]


class TimeWindowPartitionsSpec(Record):
    """Time windows; instants are seconds since the epoch, an exclusion is an instant or a cron expression."""

    cron_schedule: str
    start_s: float
    timezone: str
    fmt: str
    end_s: float | None = None
    end_offset: int = 0
    exclusions: tuple[float | str, ...] = ()


class DynamicPartitionsSpec(Record):
    """Partitions that the instance keeps under a name."""

    name: str


class ComputedPartitionsSpec(Record):
    """Partitions that user code gives, as they were when the definition was exported."""

    class_name: str
    partition_keys: tuple[str, ...] = ()


class DimensionSpec(Record):
    """One dimension of multi-dimensional partitions."""

    name: str
    partitions: (
        StaticPartitionsSpec | TimeWindowPartitionsSpec | DynamicPartitionsSpec | ComputedPartitionsSpec
    )


class MultiPartitionsSpec(Record):
    """Multi-dimensional partitions."""

    dimensions: tuple[DimensionSpec, ...]


PartitionsSpec: TypeAlias = (
    StaticPartitionsSpec
    | TimeWindowPartitionsSpec
    | DynamicPartitionsSpec
    | ComputedPartitionsSpec
    | MultiPartitionsSpec
)


class PartitionMappingSpec(Record):
    """A mapping: its class, its arguments as plain data, and what it does in a sentence.

    Attributes:
        class_name: the name of a built-in mapping, or of a class in user code.
        arguments: the arguments of a built-in mapping.
        is_built_in: whether the mapping can be made again without user code.
        description: the mapping in a sentence.
    """

    class_name: str
    arguments: dict[str, Any] = {}
    is_built_in: bool = True
    description: str = ""


def partitions_to_spec(definition: PartitionsDefinition[Any]) -> PartitionsSpec:
    """Return a partitions definition as a record.

    Args:
        definition: any definition; one of user code is written with the keys that it has now.
    """
    if isinstance(definition, TimeWindowPartitionsDefinition):
        return TimeWindowPartitionsSpec(
            cron_schedule=definition.cron_schedule, start_s=definition.start_ts.timestamp,
            timezone=definition.timezone, fmt=definition.fmt, end_s=definition.end_timestamp,
            end_offset=definition.end_offset,
            exclusions=tuple(e if isinstance(e, str) else e.timestamp for e in definition.exclusions or ()),
        )  # fmt: skip
    if isinstance(definition, StaticPartitionsDefinition):
        return StaticPartitionsSpec(partition_keys=tuple(definition.get_partition_keys()))
    if isinstance(definition, MultiPartitionsDefinition):
        dimensions = [(d.name, partitions_to_spec(d.partitions_def)) for d in definition.partitions_defs]
        return MultiPartitionsSpec(
            dimensions=tuple(DimensionSpec(name=n, partitions=s) for n, s in dimensions)  # type: ignore[arg-type]
        )
    if isinstance(definition, DynamicPartitionsDefinition) and definition.name is not None:
        return DynamicPartitionsSpec(name=definition.name)
    return ComputedPartitionsSpec(
        class_name=type(definition).__name__, partition_keys=tuple(definition.get_partition_keys())
    )


@lru_cache(maxsize=4096)
def partitions_from_spec(spec: PartitionsSpec) -> PartitionsDefinition[Any]:
    """Return the partitions definition that a record describes; the same object for equal records."""
    if isinstance(spec, TimeWindowPartitionsSpec):
        zone = spec.timezone
        exclusions = [e if isinstance(e, str) else TimestampWithTimezone(e, zone) for e in spec.exclusions]
        return TimeWindowPartitionsDefinition(
            start=TimestampWithTimezone(spec.start_s, zone), fmt=spec.fmt, timezone=zone,
            end=None if spec.end_s is None else TimestampWithTimezone(spec.end_s, zone),
            end_offset=spec.end_offset, cron_schedule=spec.cron_schedule, exclusions=exclusions or None,
        )  # fmt: skip
    if isinstance(spec, MultiPartitionsSpec):
        return MultiPartitionsDefinition(
            {d.name: partitions_from_spec(d.partitions) for d in spec.dimensions}
        )
    if isinstance(spec, DynamicPartitionsSpec):
        return DynamicPartitionsDefinition(name=spec.name)
    return StaticPartitionsDefinition(spec.partition_keys)


_BUILT_IN: dict[str, type[PartitionMapping]] = {
    mapping.__name__: mapping
    for mapping in (
        AllPartitionMapping, IdentityPartitionMapping, LastPartitionMapping, SpecificPartitionsPartitionMapping,
        StaticPartitionMapping, TimeWindowPartitionMapping, MultiToSingleDimensionPartitionMapping,
        MultiPartitionMapping,
    )
}  # fmt: skip


def mapping_to_spec(mapping: PartitionMapping) -> PartitionMappingSpec:
    """Return a partition mapping as a record; of one in user code only its name and description."""
    name = type(mapping).__name__
    if isinstance(mapping, MultiPartitionMapping):
        dimensions = mapping.downstream_mappings_by_upstream_dimension
        parts = {up: (down, mapping_to_spec(inner)) for up, (down, inner) in dimensions.items()}
        return PartitionMappingSpec(
            class_name=name, arguments={up: [down, inner] for up, (down, inner) in parts.items()},
            is_built_in=all(inner.is_built_in for _, inner in parts.values()), description=mapping.description,
        )  # fmt: skip
    if isinstance(mapping, StaticPartitionMapping):
        keys = {up: sorted(down) for up, down in mapping.to_downstream().items()}
        return PartitionMappingSpec(class_name=name, arguments=keys, description=mapping.description)
    if _BUILT_IN.get(name) is type(mapping):
        arguments: dict[str, Any] = mapping.arguments()  # type: ignore[attr-defined]
        return PartitionMappingSpec(class_name=name, arguments=arguments, description=mapping.description)
    return PartitionMappingSpec(class_name=name, is_built_in=False, description=mapping.description)


def mapping_from_spec(spec: PartitionMappingSpec) -> PartitionMapping:
    """Return the partition mapping that a record describes.

    Raises:
        ParameterCheckError: if the mapping is one of user code.
    """
    if not spec.is_built_in:
        raise ParameterCheckError(
            f"The mapping {spec.class_name} is user code; it can be asked in its code location only."
        )
    if spec.class_name == MultiPartitionMapping.__name__:
        return MultiPartitionMapping({
            up: DimensionPartitionMapping(down, mapping_from_spec(_to_mapping_spec(inner)))
            for up, (down, inner) in spec.arguments.items()
        })  # fmt: skip
    if spec.class_name == StaticPartitionMapping.__name__:
        return StaticPartitionMapping(spec.arguments)
    return _BUILT_IN[spec.class_name](**spec.arguments)


def _to_mapping_spec(value: Any) -> PartitionMappingSpec:
    if isinstance(value, PartitionMappingSpec):
        return value
    plain = {name: item for name, item in value.items() if name != "__class__"}
    return PartitionMappingSpec(**plain)
