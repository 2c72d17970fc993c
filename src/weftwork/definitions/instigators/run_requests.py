"""From what a tick asks for to requests that can be launched: tags, partitions, config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.errors import CheckError, DagsterInvariantViolationError
from weftwork.base.text import quote_names
from weftwork.records.run_request import RunRequest


def complete_request(
    request: RunRequest,
    tags: Mapping[str, str],
    job: Any,
    store: Any = None,
    new_keys: Mapping[str, Any] | None = None,
) -> RunRequest:
    """Return a request with the tags of the tick, and with config and tags of its partition.

    Args:
        request: what the user asked for.
        tags: the tags of the tick.
        job: the job, or a function that finds it; called only if the request names a partition.
        store: where dynamic partitions are kept.
        new_keys: dynamic definition to the keys that the tick adds.

    Raises:
        CheckError: if the request names a partition and the job has none.
        DagsterUnknownPartitionError: if there is no such partition.
    """
    if request.partition_key is None or request.has_resolved_partition():
        return request.with_replaced_attrs(tags={**request.tags, **tags})
    target = job() if callable(job) else job
    own = getattr(target, "partitions_def", None)
    partitions_def = own if own is not None else _find_asset_partitions(request, target)
    if request.partition_key not in (new_keys or {}).get(getattr(partitions_def, "name", None) or "", ()):
        _check_partition(partitions_def, request.partition_key, store)
    config, partition_tags = (
        request.run_config,
        partitions_def.get_tags_for_partition_key(request.partition_key),
    )
    if own is not None:
        config = config or dict(target.get_run_config_for_partition_key(request.partition_key))
        partition_tags = target.get_tags_for_partition_key(request.partition_key)
    return request.with_replaced_attrs(run_config=config, tags={**request.tags, **partition_tags, **tags})


def _find_asset_partitions(request: RunRequest, job: Any) -> Any:
    """Return the partitions of the assets that are asked for, of a job whose assets have several kinds.

    Raises:
        CheckError: if they have none, or not the same.
    """
    layer: Any = getattr(job, "asset_layer", None)
    keys = (
        (request.asset_selection if request.asset_selection is not None else layer.selected_keys)
        if layer is not None
        else ()
    )
    found: dict[Any, str] = {}
    for key in keys:
        partitions_def = layer.partitions_def(key)
        if partitions_def is not None:
            found.setdefault(partitions_def, key.to_user_string())
    if len(found) == 1:
        return next(iter(found))
    if found:
        raise CheckError(
            f"The request names the partition '{request.partition_key}', but {quote_names(found.values())} have different "
            f"partitions: one run is for partitions of one kind. Ask for a run of each."
        )
    what = (
        f"the assets {quote_names(key.to_user_string() for key in keys)} have"
        if keys
        else f"the job '{job.name}' has"
    )
    raise CheckError(f"The request names the partition '{request.partition_key}', but {what} no partitions.")


def _check_partition(partitions_def: Any, key: str, store: Any) -> None:
    from weftwork.partitions.context import partition_loading_context  # only where partitions are asked for

    with partition_loading_context(None, store):
        partitions_def.validate_partition_key(key)


def find_job(name: str, target: Any, repository_def: Any) -> Any:
    """Return the job that a request is for.

    Raises:
        DagsterInvariantViolationError: if it has to be looked up and there is no repository.
    """
    if repository_def is not None:
        return repository_def.get_job(name)
    if target is not None and target.has_job and hasattr(target.job, "get_run_config_for_partition_key"):
        return target.job
    raise DagsterInvariantViolationError(
        f"The request names a partition, and the job '{name}' has to be looked up for it: give repository_def= to the context."
    )
