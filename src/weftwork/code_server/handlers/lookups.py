"""Answers that look at definitions: the snapshot, a job in full, partitions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.code_server.handlers.open_instance import open_instance
from weftwork.code_server.loaded_code import LoadedCode
from weftwork.definitions.locations.snapshots.job_detail import export_job_detail, to_json_text
from weftwork.definitions.locations.snapshots.jobs import describe_config
from weftwork.partitions.context import PartitionLoadingContext, TemporalContext, partition_loading_context
from weftwork.records.keys import AssetKey
from weftwork.records.snapshots.requests import (
    JobDetailAnswer,
    JobDetailRequest,
    PartitionConfigAnswer,
    PartitionConfigRequest,
    PartitionKeysAnswer,
    PartitionKeysRequest,
    SnapshotAnswer,
    SnapshotRequest,
)


def get_snapshot(request: SnapshotRequest, code: LoadedCode) -> SnapshotAnswer:
    """Return what the location offers; only its hash if the host knows it."""
    is_known = request.known_hash == code.content_hash
    return SnapshotAnswer(
        content_hash=code.content_hash,
        content=None if is_known else code.content.decode(),
        warnings=code.warnings,
        files=code.files,
    )


def get_job_detail(request: JobDetailRequest, code: LoadedCode) -> JobDetailAnswer:
    """Return a job in full."""
    return JobDetailAnswer(detail=export_job_detail(code.get_repository(request.repository), request.job))


def list_partition_keys(request: PartitionKeysRequest, code: LoadedCode) -> PartitionKeysAnswer:
    """Return a page of partition keys."""
    definition, what = _find_partitions(request, code)
    if definition is None:
        raise DagsterInvariantViolationError(f"{what} has no partitions.")
    instance = open_instance(request.home)
    now = datetime.now(UTC)
    with partition_loading_context(now, instance):
        context = PartitionLoadingContext(TemporalContext(now), instance)
        page = definition.get_paginated_partition_keys(
            context, request.limit, request.ascending, request.cursor
        )
        count = definition.get_num_partitions()
    return PartitionKeysAnswer(
        keys=tuple(page.results), cursor=page.cursor or None, has_more=page.has_more, count=count
    )


def _find_partitions(request: PartitionKeysRequest, code: LoadedCode) -> tuple[Any, str]:
    repository = code.get_repository(request.repository)
    if request.job is not None:
        return repository.get_job(request.job).partitions_def, f"Job '{request.job}'"
    key = request.asset_key
    if not isinstance(key, AssetKey):
        raise DagsterInvariantViolationError("Name the job or the asset whose partitions are asked for.")
    return repository.catalog.get_spec(key).partitions_def, f"Asset '{key.to_user_string()}'"


def get_partition_config(request: PartitionConfigRequest, code: LoadedCode) -> PartitionConfigAnswer:
    """Return run config and tags of a partition of a job."""
    job = code.get_repository(request.repository).get_job(request.job)
    config = job.get_run_config_for_partition_key(request.partition_key)
    return PartitionConfigAnswer(
        run_config=to_json_text(describe_config(config)),
        tags=dict(job.get_tags_for_partition_key(request.partition_key)),
    )
