"""The versions of the data that an asset is made of: of its upstream assets, partition by partition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weftwork.base.digest import digest_text
from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.execution.run_scope import RunScope
from weftwork.records.data_version import DEFAULT_DATA_VERSION, DataVersion, data_version_of
from weftwork.records.keys import AssetKey

InputVersion = tuple[DataVersion, int | None]
"""A version, and the storage id of the event that tells it."""

MOST_PARTITIONS = 100
"""Of more upstream partitions the latest event alone counts, so that no step reads thousands of events."""


def find_input_versions(
    run: RunScope, key: AssetKey, upstream: Sequence[AssetKey]
) -> dict[AssetKey, InputVersion]:
    """Return the version of each upstream asset as an asset reads it: of the partitions that it reads, if it has some.

    Args:
        run: the run.
        key: the asset that is made.
        upstream: the assets that it depends on.
    """
    if not run.partitions.is_partitioned:
        return _of_assets(run, upstream)
    found: dict[AssetKey, InputVersion] = {}
    whole: list[AssetKey] = []
    for above in upstream:
        partitions = _list_partitions(run, key, above)
        if partitions:
            found[above] = _of_partitions(run, above, partitions)
        else:
            whole.append(above)
    found.update(_of_assets(run, whole))
    return found


def _list_partitions(run: RunScope, key: AssetKey, above: AssetKey) -> Sequence[str]:
    """Return the partitions of an upstream asset that are read; none if it counts as a whole."""
    layer = run.job.asset_layer
    definition = layer.partitions_def(above)
    if definition is None:
        return ()
    if above in run.made_keys and definition == layer.partitions_def(key):
        return ()  # this run has made just these
    keys = _read(run, key, above)
    return keys if len(keys) <= MOST_PARTITIONS else ()


def _read(run: RunScope, key: AssetKey, above: AssetKey) -> list[str]:
    try:
        return sorted(run.partitions.upstream_subset(key, above).get_partition_keys())
    except DagsterInvariantViolationError:
        return []  # a partition that does not exist is told of where it is loaded


def _of_partitions(run: RunScope, key: AssetKey, partitions: Sequence[str]) -> InputVersion:
    records = [run.instance.get_latest_data_version_record(key, partition_key=one) for one in partitions]
    versions = [_version_of(record) for record in records]
    pointers = [record.storage_id for record in records if record is not None]
    if len(versions) == 1:
        return versions[0], pointers[0] if pointers else None
    joined = "\0".join(f"{one}={version.value}" for one, version in zip(partitions, versions, strict=True))
    return DataVersion(digest_text(joined)), max(pointers, default=None)


def _version_of(record: Any) -> DataVersion:
    tags = record.event_log_entry.tags if record is not None else None
    return data_version_of(tags) or DEFAULT_DATA_VERSION


def _of_assets(run: RunScope, keys: Sequence[AssetKey]) -> dict[AssetKey, InputVersion]:
    known = run.versions
    found: dict[AssetKey, InputVersion] = {}
    unknown: list[AssetKey] = []
    for key in keys:
        version = known.get(key)
        if version is None:
            unknown.append(key)
        else:
            found[key] = version
    if not unknown:
        return found
    for key, source in run.instance.latest_data_version_sources(unknown).items():
        pointer, tags = source if source is not None else (None, None)
        known[key] = (data_version_of(tags) or DEFAULT_DATA_VERSION, pointer)
    return {key: known[key] for key in keys}
