"""Runs of a job for one of its partitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from weftwork.base.errors import CheckError
from weftwork.partitions.context import partition_loading_context
from weftwork.records.keys import AssetKey
from weftwork.records.run_request import RunRequest


def get_partition_tags(job: Any, partition_key: str) -> dict[str, str]:
    """Return the tags of a run for a partition of a job.

    Raises:
        CheckError: if the job has no partitions.
    """
    config = job.partitioned_config
    if config is None:
        raise CheckError(
            f"Job '{job.name}' has no partitions. Give it a partitions_def, or a PartitionedConfig as config."
        )
    return dict(config.get_tags_for_partition_key(partition_key, job_name=job.name))


def build_run_request(
    job: Any,
    partition_key: str,
    run_key: str | None,
    tags: Mapping[str, str] | None,
    asset_selection: Sequence[AssetKey] | None,
    run_config: Mapping[str, Any] | None,
    current_time: Any,
    dynamic_partitions_store: Any,
) -> RunRequest:
    """Return the request of a run for a partition of a job; arguments as in ``run_request_for_partition``.

    Raises:
        CheckError: if the job has no partitions.
        DagsterUnknownPartitionError: if there is no such partition.
    """
    partition_tags = get_partition_tags(job, partition_key)
    looks_elsewhere = current_time is not None or dynamic_partitions_store is not None
    with (
        partition_loading_context(current_time, dynamic_partitions_store)
        if looks_elsewhere
        else nullcontext()
    ):
        job.partitions_def.validate_partition_key(partition_key)
    config = run_config if run_config is not None else job.get_run_config_for_partition_key(partition_key)
    return RunRequest(
        run_key=run_key,
        run_config=dict(config),
        tags={**(tags or {}), **partition_tags},
        job_name=job.name,
        asset_selection=list(asset_selection) if asset_selection is not None else None,
        partition_key=partition_key,
    )
