"""``build_input_context`` and ``build_output_context``: contexts for calling IO managers directly, as tests do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError
from weftwork.definitions.io.asset_partitions import AssetPartitions
from weftwork.definitions.io.context_base import IOContext
from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.io.output_context import OutputContext
from weftwork.definitions.io.plain_step import PlainStep
from weftwork.definitions.resources.context_resources import ContextResources
from weftwork.partitions.keys import PartitionKeyRange
from weftwork.records.keys import AssetKey
from weftwork.records.metadata import RawMetadata

EPHEMERAL_RUN_ID = "__EPHEMERAL_RUN_ID"


def build_output_context(
    step_key: str | None = None,
    name: str | None = None,
    definition_metadata: RawMetadata | None = None,
    run_id: str | None = None,
    mapping_key: str | None = None,
    config: Any = None,
    dagster_type: Any = None,
    version: str | None = None,
    resource_config: Mapping[str, Any] | None = None,
    resources: Any = None,
    op_def: Any = None,
    asset_key: AssetKey | str | Sequence[str] | None = None,
    partition_key: str | None = None,
    asset_partitions_def: Any = None,
    asset_partition_key_range: PartitionKeyRange | None = None,
    instance: Any = None,
    asset_spec: Any = None,
    metadata: RawMetadata | None = None,
    output_metadata: RawMetadata | None = None,
) -> OutputContext:
    """Build the context for calling ``handle_output`` directly; every argument fills the property of its name.

    Args:
        step_key: the step that made the value.
        name: the output.
        definition_metadata: metadata of the output's definition.
        run_id: the run; "__EPHEMERAL_RUN_ID" if None.
        mapping_key: the key of a dynamic item.
        config: the config of the output.
        dagster_type: the type of the output.
        version: the version of the output.
        resource_config: the config of the IO manager.
        resources: the resources of the IO manager: values or definitions; those with a teardown need ``with``.
        op_def: the op.
        asset_key: the asset that the output is.
        partition_key: the partition of the run, and of the asset.
        asset_partitions_def: the partitions of the asset.
        asset_partition_key_range: the partitions of the asset, where they are several.
        instance: the instance, which knows dynamic partitions.
        asset_spec: the spec of the asset.
        metadata: the older name of ``definition_metadata``.
        output_metadata: metadata of the value that was yielded.

    Raises:
        ParameterCheckError: if an argument is of the wrong kind.

    Example:
        >>> Files("/tmp").handle_output(build_output_context(step_key="load", name="result"), "text")
    """
    for value, argument in ((step_key, "step_key"), (name, "name"), (run_id, "run_id"), (mapping_key, "mapping_key"),
                            (version, "version"), (partition_key, "partition_key")):  # fmt: skip
        check_type(value, str, argument, optional=True)
    step = PlainStep(
        run_id if run_id is not None else EPHEMERAL_RUN_ID,
        partition_key,
        _find_partitions(partition_key, asset_partition_key_range, asset_partitions_def, instance),
        op_def,
        instance,
    )
    context = OutputContext(
        step=step,
        name=name,
        asset_key=AssetKey.from_coercible(asset_key) if asset_key is not None else None,
        mapping_key=mapping_key,
        asset_spec=asset_spec,
        config=config,
        definition_metadata=_choose_metadata(definition_metadata, metadata),
        output_metadata=dict(output_metadata or {}),  # type: ignore[arg-type]  # as it was given
        dagster_type=dagster_type,
        step_key=step_key,
        version=version,
    )
    _add_resources(context, resources, resource_config, "build_output_context", instance)
    return context


def build_input_context(
    name: str | None = None,
    config: Any = None,
    definition_metadata: RawMetadata | None = None,
    upstream_output: OutputContext | None = None,
    dagster_type: Any = None,
    resource_config: Mapping[str, Any] | None = None,
    resources: Any = None,
    op_def: Any = None,
    step_context: Any = None,
    asset_key: AssetKey | str | Sequence[str] | None = None,
    partition_key: str | None = None,
    asset_partition_key_range: PartitionKeyRange | None = None,
    asset_partitions_def: Any = None,
    instance: Any = None,
    metadata: RawMetadata | None = None,
) -> InputContext:
    """Build the context for calling ``load_input`` directly; every argument fills the property of its name.

    Args:
        name: the input.
        config: the config of the input.
        definition_metadata: metadata of the input's definition.
        upstream_output: the output that gives the value, as from ``build_output_context``.
        dagster_type: the type of the input.
        resource_config: the config of the manager.
        resources: the resources of the manager: values or definitions; those with a teardown need ``with``.
        op_def: the op.
        step_context: the step that is asked for what is not given here.
        asset_key: the asset that is loaded.
        partition_key: the partition of the run, and of the asset.
        asset_partition_key_range: the partitions of the asset, where they are several.
        asset_partitions_def: the partitions of the asset.
        instance: the instance, which knows dynamic partitions.
        metadata: the older name of ``definition_metadata``.

    Raises:
        ParameterCheckError: if an argument is of the wrong kind.

    Example:
        >>> stored = build_output_context(step_key="load", name="result")
        >>> Files("/tmp").load_input(build_input_context(upstream_output=stored))
    """
    check_type(name, str, "name", optional=True)
    check_type(upstream_output, OutputContext, "upstream_output", optional=True)
    check_type(partition_key, str, "partition_key", optional=True)
    step = PlainStep(
        EPHEMERAL_RUN_ID,
        partition_key,
        _find_partitions(partition_key, asset_partition_key_range, asset_partitions_def, instance),
        op_def,
        instance,
        step_context,
    )
    context = InputContext(
        step=step,
        name=name,
        upstream_output=upstream_output,
        asset_key=AssetKey.from_coercible(asset_key) if asset_key is not None else None,
        config=config,
        definition_metadata=_choose_metadata(definition_metadata, metadata),
        dagster_type=dagster_type,
    )
    _add_resources(context, resources, resource_config, "build_input_context", instance)
    return context


def _choose_metadata(definition_metadata: RawMetadata | None, metadata: RawMetadata | None) -> RawMetadata:
    if definition_metadata is not None and metadata is not None:
        raise CheckError(
            "'metadata' is the older name of 'definition_metadata'; give only definition_metadata."
        )
    chosen = definition_metadata if definition_metadata is not None else metadata
    check_type(chosen, Mapping, "definition_metadata", optional=True)
    return chosen if chosen is not None else {}


def _find_partitions(
    key: str | None, key_range: PartitionKeyRange | None, partitions_def: Any, instance: Any
) -> AssetPartitions | None:
    check_type(key_range, PartitionKeyRange, "asset_partition_key_range", optional=True)
    if key_range is None and key is None:
        return None
    return AssetPartitions(partitions_def, key_range or PartitionKeyRange(key or "", key or ""), instance)


def _add_resources(
    context: IOContext,
    resources: Any,
    resource_config: Mapping[str, Any] | None,
    built_by: str,
    instance: Any,
) -> None:
    context.use_resources(ContextResources(resources, built_by, instance=instance), resource_config or {})
