"""``build_op_context`` and its like: contexts for calling functions directly, as tests do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterInvalidInvocationError
from weftwork.execution.invocation.direct_context import (
    DirectAssetCheckExecutionContext,
    DirectAssetExecutionContext,
    DirectOpExecutionContext,
)
from weftwork.execution.invocation.direct_step import DirectStep
from weftwork.instance.instance import DagsterInstance
from weftwork.partitions.keys import PartitionKeyRange


def build_op_context(
    resources: Mapping[str, Any] | None = None,
    op_config: Any = None,
    resources_config: Mapping[str, Any] | None = None,
    instance: DagsterInstance | None = None,
    config: Any = None,
    partition_key: str | None = None,
    partition_key_range: PartitionKeyRange | None = None,
    mapping_key: str | None = None,
    run_tags: Mapping[str, str] | None = None,
    event_loop: Any = None,
) -> DirectOpExecutionContext:
    """Build the context for calling an op, asset or check in a test.

    It can be used for one call after another. What the last call told is read back with ``get_output_metadata`` and
    ``get_events``.

    Args:
        resources: key to value or definition; those with a teardown need ``with``.
        op_config: the config of the op.
        resources_config: key to ``{"config": ...}``, for resources given as definitions.
        instance: the instance (default: a new one in memory).
        config: the older name of ``op_config``.
        partition_key: the partition of the run.
        partition_key_range: the partitions of the run, where they are several.
        mapping_key: what ``context.get_mapping_key()`` returns.
        run_tags: the tags of the run.
        event_loop: the loop for asynchronous resources.

    Raises:
        DagsterInvalidInvocationError: if both ``op_config`` and ``config`` are given.
        CheckError: if both a partition and a range are given, or an argument is of the wrong kind.

    Example:
        >>> greet(build_op_context(resources={"mail": FakeMail()}), "Ada")
        >>> with build_op_context(resources={"db": database}) as context:
        ...     load(context)
    """
    if op_config is not None and config is not None:
        raise DagsterInvalidInvocationError(
            "build_op_context was given op_config and config, which is its older name; give only op_config."
        )
    return DirectOpExecutionContext(
        _build_step(
            "build_op_context", resources, op_config if op_config is not None else config, resources_config, instance,
            partition_key, partition_key_range, mapping_key, run_tags, event_loop,
        )
    )  # fmt: skip


def build_asset_context(
    resources: Mapping[str, Any] | None = None,
    resources_config: Mapping[str, Any] | None = None,
    asset_config: Mapping[str, Any] | None = None,
    instance: DagsterInstance | None = None,
    partition_key: str | None = None,
    partition_key_range: PartitionKeyRange | None = None,
    run_tags: Mapping[str, str] | None = None,
    event_loop: Any = None,
) -> DirectAssetExecutionContext:
    """Build the context for calling an asset in a test; see ``build_op_context``.

    Args:
        resources: key to value or definition; those with a teardown need ``with``.
        resources_config: key to ``{"config": ...}``, for resources given as definitions.
        asset_config: the config of the asset.
        instance: the instance (default: a new one in memory).
        partition_key: the partition of the run.
        partition_key_range: the partitions of the run, where they are several.
        run_tags: the tags of the run.
        event_loop: the loop for asynchronous resources.

    Raises:
        CheckError: if both a partition and a range are given, or an argument is of the wrong kind.

    Example:
        >>> orders(build_asset_context(partition_key="2024-01-01"))
    """
    return DirectAssetExecutionContext(
        _build_step(
            "build_asset_context", resources, asset_config, resources_config, instance, partition_key, partition_key_range,
            None, run_tags, event_loop,
        )
    )  # fmt: skip


def build_asset_check_context(
    resources: Mapping[str, Any] | None = None,
    resources_config: Mapping[str, Any] | None = None,
    asset_config: Mapping[str, Any] | None = None,
    instance: DagsterInstance | None = None,
) -> DirectAssetCheckExecutionContext:
    """Build the context for calling an asset check in a test; see ``build_op_context``.

    Args:
        resources: key to value or definition; those with a teardown need ``with``.
        resources_config: key to ``{"config": ...}``, for resources given as definitions.
        asset_config: the config of the check.
        instance: the instance (default: a new one in memory).

    Raises:
        CheckError: if an argument is of the wrong kind.
    """
    return DirectAssetCheckExecutionContext(
        _build_step("build_asset_check_context", resources, asset_config, resources_config, instance)
    )


def _build_step(
    built_by: str,
    resources: Any,
    config: Any,
    resources_config: Any,
    instance: Any,
    partition_key: Any = None,
    partition_key_range: Any = None,
    mapping_key: Any = None,
    run_tags: Any = None,
    event_loop: Any = None,
) -> DirectStep:
    for value, types, name in (
        (resources, Mapping, "resources"),
        (resources_config, Mapping, "resources_config"),
        (instance, DagsterInstance, "instance"),
        (partition_key, str, "partition_key"),
        (partition_key_range, PartitionKeyRange, "partition_key_range"),
        (mapping_key, str, "mapping_key"),
        (run_tags, Mapping, "run_tags"),
    ):
        check_type(value, types, name, optional=True)
    if partition_key is not None and partition_key_range is not None:
        raise CheckError(f"{built_by} was given a partition_key and a partition_key_range; give one of them.")
    return DirectStep(
        resources, config, resources_config, instance, partition_key, partition_key_range, mapping_key, run_tags, event_loop,
        built_by,
    )  # fmt: skip
