"""Decorators that make a PartitionedConfig from a function of a key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from weftwork.base.arguments import check_callable
from weftwork.base.errors import CheckError
from weftwork.definitions.partitioned_config.partitioned_config import (
    AnyRunConfig,
    PartitionConfigFn,
    PartitionedConfig,
    PartitionTagsFn,
)
from weftwork.partitions.definition import PartitionsDefinition
from weftwork.partitions.dynamic import DynamicPartitionsDefinition
from weftwork.partitions.static import StaticPartitionsDefinition


def partitioned_config(
    partitions_def: PartitionsDefinition[Any],
    tags_for_partition_key_fn: Callable[[str], Mapping[str, str]] | None = None,
) -> Callable[[PartitionConfigFn], PartitionedConfig[Any]]:
    """Make a PartitionedConfig of any partitions from a function that takes a key.

    Args:
        partitions_def: the partitions.
        tags_for_partition_key_fn: run tags of a key.
    """
    if not isinstance(partitions_def, PartitionsDefinition):
        raise CheckError(f"@partitioned_config takes a partitions definition, not {partitions_def!r:.100}.")

    def decorate(fn: PartitionConfigFn) -> PartitionedConfig[Any]:
        check_callable(fn, "fn")
        return PartitionedConfig(
            partitions_def, decorated_fn=fn, run_config_for_partition_key_fn=fn,
            tags_for_partition_key_fn=tags_for_partition_key_fn,
        )  # fmt: skip

    return decorate


def static_partitioned_config(
    partition_keys: Sequence[str],
    tags_for_partition_fn: Callable[[str], Mapping[str, str]] | None = None,
    tags_for_partition_key_fn: Callable[[str], Mapping[str, str]] | None = None,
) -> Callable[[Callable[[str], AnyRunConfig]], PartitionedConfig[StaticPartitionsDefinition]]:
    """Make a PartitionedConfig of a fixed list of keys from a function that takes a key.

    Args:
        partition_keys: the keys.
        tags_for_partition_fn: deprecated name of the next.
        tags_for_partition_key_fn: run tags of a key.

    Example:
        ``@static_partitioned_config(partition_keys=["a", "b"])`` over ``def config(partition_key): return {...}``
    """
    tags_fn = _one_of(tags_for_partition_fn, tags_for_partition_key_fn)
    return partitioned_config(StaticPartitionsDefinition(partition_keys), tags_fn)


def dynamic_partitioned_config(
    partition_fn: Callable[[datetime | None], Sequence[str]],
    tags_for_partition_fn: Callable[[str], Mapping[str, str]] | None = None,
    tags_for_partition_key_fn: Callable[[str], Mapping[str, str]] | None = None,
) -> Callable[[Callable[[str], AnyRunConfig]], PartitionedConfig[DynamicPartitionsDefinition]]:
    """Make a PartitionedConfig of keys that a function computes, from a function that takes a key.

    Args:
        partition_fn: gives the keys for a time.
        tags_for_partition_fn: deprecated name of the next.
        tags_for_partition_key_fn: run tags of a key.
    """
    check_callable(partition_fn, "partition_fn")
    tags_fn = _one_of(tags_for_partition_fn, tags_for_partition_key_fn)
    return partitioned_config(DynamicPartitionsDefinition(partition_fn), tags_fn)


def _one_of(old: PartitionTagsFn | None, new: PartitionTagsFn | None) -> PartitionTagsFn | None:
    if old is not None and new is not None:
        raise CheckError(
            "Give one of tags_for_partition_key_fn and tags_for_partition_fn (deprecated), not both."
        )
    return new or old
