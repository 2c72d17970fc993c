"""What every partition mapping can say."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any, NamedTuple

from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.partitions.context import DynamicPartitionsStore, partition_loading_context
from weftwork.partitions.definition import DefaultPartitionsSubset, PartitionsDefinition, PartitionsSubset
from weftwork.serde import register_form

AnyPartitions = PartitionsDefinition[Any]


class UpstreamPartitionsResult(NamedTuple):
    """What downstream partitions depend on.

    Args:
        partitions_subset: the upstream partitions that exist.
        required_but_nonexistent_subset: those that are needed and do not exist; a run that needs one is an error.
    """

    partitions_subset: PartitionsSubset
    required_but_nonexistent_subset: PartitionsSubset = DefaultPartitionsSubset()

    @property
    def required_but_nonexistent_partition_keys(self) -> Sequence[str]:
        """The keys that are needed and do not exist."""
        return list(self.required_but_nonexistent_subset.get_partition_keys())


class PartitionMapping(ABC):
    """Says which upstream partitions a downstream partition depends on, and the other way round.

    Users may write their own: both directions are functions from a subset to a subset.
    """

    __slots__ = ()

    @abstractmethod
    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: AnyPartitions | None,
        upstream_partitions_def: AnyPartitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        """Return the upstream partitions that some downstream partitions depend on.

        Args:
            downstream_partitions_subset: the downstream partitions; None if downstream is not partitioned.
            downstream_partitions_def: their definition; None if downstream is not partitioned.
            upstream_partitions_def: the definition of the result.
            current_time: the time that counts as now; the clock's by default.
            dynamic_partitions_store: where dynamic partitions are found, usually the instance.
        """

    @abstractmethod
    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: AnyPartitions,
        downstream_partitions_def: AnyPartitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """Return the existing downstream partitions that depend on some upstream partitions.

        Args:
            upstream_partitions_subset: the upstream partitions.
            upstream_partitions_def: their definition.
            downstream_partitions_def: the definition of the result.
            current_time: the time that counts as now; the clock's by default.
            dynamic_partitions_store: where dynamic partitions are found, usually the instance.
        """

    def validate_partition_mapping(  # noqa: B027 a mapping that fits everything need not say so
        self, upstream_partitions_def: AnyPartitions, downstream_partitions_def: AnyPartitions | None
    ) -> None:
        """Raise DagsterInvalidDefinitionError if the mapping does not fit two definitions; every pair fits by default."""

    @property
    def description(self) -> str:
        """The mapping in a sentence."""
        return f"Maps partitions with {type(self).__name__}."


def looking_with(
    current_time: datetime | None, dynamic_partitions_store: DynamicPartitionsStore | None
) -> AbstractContextManager[Any]:
    """Return a block in which this time and store count; those that count already where they are None."""
    if current_time is None and dynamic_partitions_store is None:
        return nullcontext()
    return partition_loading_context(current_time, dynamic_partitions_store)


def check_partitioned(
    mapping: PartitionMapping, subset: PartitionsSubset | None, definition: AnyPartitions | None
) -> tuple[PartitionsSubset, AnyPartitions]:
    """Return both if downstream is partitioned.

    Raises:
        DagsterInvalidInvocationError: if it is not.
    """
    if subset is None or definition is None:
        raise DagsterInvalidInvocationError(
            f"{type(mapping).__name__} maps the partitions of a downstream asset, and this one has none. Use "
            f"AllPartitionMapping, LastPartitionMapping or SpecificPartitionsPartitionMapping there."
        )
    return subset, definition


class BuiltInMapping(PartitionMapping):
    """A mapping that is a value: equal, hashed and shown by its arguments."""

    __slots__ = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        register_form(cls)

    def arguments(self) -> dict[str, Any]:
        """Return the arguments that make an equal mapping."""
        names: tuple[str, ...] = type(self).__slots__
        return {name: getattr(self, name) for name in names}

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, BuiltInMapping)
            and type(self) is type(other)
            and self.arguments() == other.arguments()
        )

    def __hash__(self) -> int:
        return hash(
            (type(self), *(value for value in self.arguments().values() if isinstance(value, (str, int))))
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.arguments().items())})"
