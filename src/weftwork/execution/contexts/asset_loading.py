"""Loads the value of an asset that a function asks its context for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.base.text import did_you_mean
from weftwork.definitions.io.asset_partitions import AssetPartitions
from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.io.output_context import OutputContext
from weftwork.definitions.io.plain_step import PlainStep
from weftwork.definitions.types.resolution import resolve_dagster_type
from weftwork.partitions.keys import PartitionKeyRange
from weftwork.records.keys import AssetKey


def load_asset(step: Any, asset_key: Any, python_type: type | None, partition_key: str | None) -> Any:
    """Load the value of an asset of the job through its IO manager.

    Args:
        step: the running step.
        asset_key: the asset.
        python_type: the type that the IO manager is told to load.
        partition_key: the partition; None for all that the run needs of it.

    Raises:
        KeyError: if the job knows no such asset.
    """
    key = AssetKey.from_coercible(asset_key)
    run = step.run
    layer = run.job.asset_layer
    spec = layer.find_spec(key) if layer is not None else None
    if spec is None:
        known = [known.to_user_string() for known in (layer.selected_keys if layer is not None else ())]
        raise KeyError(
            f"Job '{run.job_name}' knows no asset '{key.to_user_string()}'.{did_you_mean(key.to_user_string(), known)}"
        )
    manager_key = layer.io_manager_key(key)
    config, resources = run.manager_view(manager_key)
    view = PlainStep(
        step.run_id, partition_key, _find_partitions(step, key, spec.partitions_def, partition_key), step.op_def,
        step.instance, step,
    )  # fmt: skip
    origin = OutputContext(
        None, None, None, key, asset_spec=spec, definition_metadata=spec.metadata,
        resource_config=config, run_id=step.run_id,
    )  # fmt: skip
    context = InputContext(
        view, None, None, origin, key, config, resources,
        dagster_type=resolve_dagster_type(python_type) if python_type is not None else None,
        definition_metadata=spec.metadata,
    )  # fmt: skip
    value = step.runtime.io_manager(run, manager_key).load_input(context)
    for observation in context.consume_events():
        step.emit_user_event(observation)
    return value


def _find_partitions(
    step: Any, key: AssetKey, partitions_def: Any, partition_key: str | None
) -> AssetPartitions | None:
    if partitions_def is None:
        if partition_key is not None:
            raise DagsterInvariantViolationError(
                f"Asset '{key.to_user_string()}' is not partitioned, so it has no partition '{partition_key}'."
            )
        return None
    if partition_key is not None:
        return AssetPartitions(partitions_def, PartitionKeyRange(partition_key, partition_key), step.instance)
    if not step.run.partitions.is_partitioned:
        return None
    keys = _list_upstream(step, key, partitions_def)
    return (
        AssetPartitions(partitions_def, PartitionKeyRange(keys[0], keys[-1]), step.instance) if keys else None
    )


def _list_upstream(step: Any, key: AssetKey, partitions_def: Any) -> Sequence[str]:
    downstream = next(iter(step.runtime.asset_outputs), None)
    subset = step.run.partitions.upstream_subset(downstream, key)
    return partitions_def.sort_keys(subset.get_partition_keys())  # type: ignore[no-any-return]
