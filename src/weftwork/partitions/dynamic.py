"""Partitions that come and go while the system runs: kept in the instance, or given by a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.partitions.context import DynamicPartitionsStore, get_now_s, get_store
from weftwork.partitions.definition import PartitionsDefinition, digest
from weftwork.partitions.keys import Partition, check_keys
from weftwork.serde import encode

PartitionFunction = Callable[[datetime | None], Sequence[Partition[Any]] | Sequence[str]]


class _DynamicPartitionsRequest(NamedTuple):
    partitions_def_name: str
    partition_keys: Sequence[str]


class AddDynamicPartitionsRequest(_DynamicPartitionsRequest):
    """Asks to add keys to a dynamic definition; a sensor returns it.

    Args:
        partitions_def_name: the name of the definition.
        partition_keys: the keys; one that exists, or comes twice, is added once.
    """

    __slots__ = ()

    def __new__(cls, partitions_def_name: str, partition_keys: Sequence[str]) -> Self:
        """Check the arguments."""
        keys = _check_request(partitions_def_name, partition_keys)
        check_keys(keys, f"the dynamic partitions '{partitions_def_name}'")
        return super().__new__(cls, partitions_def_name, keys)


class DeleteDynamicPartitionsRequest(_DynamicPartitionsRequest):
    """Asks to delete keys from a dynamic definition; a sensor returns it.

    Args:
        partitions_def_name: the name of the definition.
        partition_keys: the keys.
    """

    __slots__ = ()

    def __new__(cls, partitions_def_name: str, partition_keys: Sequence[str]) -> Self:
        """Check the arguments."""
        return super().__new__(cls, partitions_def_name, _check_request(partitions_def_name, partition_keys))


def _check_request(name: str, keys: Sequence[str]) -> list[str]:
    check_type(name, str, "partitions_def_name")
    if isinstance(keys, str) or not isinstance(keys, Sequence):
        raise ParameterCheckError(
            f"partition_keys must be a list of text, not {type(keys).__name__}: {keys!r:.100}. "
            f"For one key: [{str(keys)!r:.100}]."
        )
    for key in keys:
        check_type(key, str, "partition_keys")
    return list(dict.fromkeys(keys))


class DynamicPartitionsDefinition(PartitionsDefinition[str]):
    """Partitions that come and go while the system runs.

    Args:
        partition_fn: gives the partitions for a time; for programs that compute them.
        name: the name under which the instance keeps the keys; exactly one of the two is given.

    Example:
        ``DynamicPartitionsDefinition(name="customers")``, and in a sensor
        ``SensorResult(dynamic_partitions_requests=[customers.build_add_request(["acme"])])``
    """

    __slots__ = ("name", "partition_fn")

    def __init__(self, partition_fn: PartitionFunction | None = None, name: str | None = None) -> None:
        if partition_fn is None and name is None:
            raise DagsterInvalidDefinitionError(
                "A DynamicPartitionsDefinition needs a name (its keys live in the instance) or a partition_fn."
            )
        if partition_fn is not None and name is not None:
            raise DagsterInvalidDefinitionError(
                f"The DynamicPartitionsDefinition '{name}' has a name and a partition_fn; it takes one of the two."
            )
        self.partition_fn = partition_fn
        self.name = check_type(name, str, "name", optional=True)

    def _checked_name(self) -> str:
        if self.name is None:
            raise CheckError(
                "This DynamicPartitionsDefinition computes its keys with partition_fn; keys are added to and deleted "
                "from definitions with a name only."
            )
        return str(self.name)

    def get_partition_keys(
        self,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[str]:
        """Return all keys that exist now.

        Args:
            current_time: the time that ``partition_fn`` gets.
            dynamic_partitions_store: where the keys are found, usually the instance; the one of
                ``partition_loading_context`` by default.

        Raises:
            CheckError: if there is no store.
        """
        if self.partition_fn is not None:
            moment = datetime.fromtimestamp(get_now_s(current_time), UTC)
            found = self.partition_fn(moment)
            return [item.name if isinstance(item, Partition) else item for item in found]
        return list(
            get_store(dynamic_partitions_store, self.name).get_dynamic_partitions(self._checked_name())
        )

    def has_partition_key(
        self,
        partition_key: str,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> bool:
        """Return whether there is a partition with this key now.

        Args:
            partition_key: the key.
            current_time: the time that ``partition_fn`` gets.
            dynamic_partitions_store: where the keys are found; the context's by default.
        """
        if self.partition_fn is not None:
            return partition_key in self.get_partition_keys(current_time)
        return get_store(dynamic_partitions_store, self.name).has_dynamic_partition(
            self._checked_name(), partition_key
        )

    def filter_valid_partition_keys(self, partition_keys: set[str]) -> set[Any]:
        """Return those of the keys that exist."""
        if self.partition_fn is None and len(partition_keys) < 100:
            return {key for key in partition_keys if self.has_partition_key(key)}
        return super().filter_valid_partition_keys(partition_keys)

    def build_add_request(self, partition_keys: Sequence[str]) -> AddDynamicPartitionsRequest:
        """Return a request to add keys, for a sensor to return.

        Args:
            partition_keys: the keys.
        """
        return AddDynamicPartitionsRequest(self._checked_name(), partition_keys)

    def build_delete_request(self, partition_keys: Sequence[str]) -> DeleteDynamicPartitionsRequest:
        """Return a request to delete keys, for a sensor to return.

        Args:
            partition_keys: the keys.
        """
        return DeleteDynamicPartitionsRequest(self._checked_name(), partition_keys)

    def get_serializable_unique_identifier(
        self, dynamic_partitions_store: DynamicPartitionsStore | None = None
    ) -> str:
        """Return a digest of the name; of the keys where there is none."""
        if self.name is None:
            return super().get_serializable_unique_identifier(dynamic_partitions_store)
        return digest(encode(["dynamic", self.name]))

    def describe(self) -> str:
        """Return the definition in a few words, for messages."""
        return (
            f"the dynamic partitions '{self.name}'"
            if self.name is not None
            else "the computed dynamic partitions"
        )

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, DynamicPartitionsDefinition)
            and self.name == other.name
            and self.partition_fn == other.partition_fn
        )

    def __hash__(self) -> int:
        return hash((self.name, self.partition_fn))

    def __str__(self) -> str:
        return f'Dynamic partitions: "{self.name}"' if self.name is not None else super().__str__()

    def __repr__(self) -> str:
        return f"DynamicPartitionsDefinition(partition_fn={self.partition_fn!r}, name={self.name!r})"
