"""From which code and which data a materialization is made: the version tags of its event."""

from __future__ import annotations

from typing import Any

from weftwork.execution.run_scope import RunScope
from weftwork.records.data_version import (
    DEFAULT_DATA_VERSION,
    DataVersion,
    compute_data_version,
    data_version_of,
)
from weftwork.records.keys import AssetKey
from weftwork.records.tags import (
    CODE_VERSION_TAG,
    DATA_VERSION_IS_USER_PROVIDED_TAG,
    DATA_VERSION_TAG,
    INPUT_DATA_VERSION_TAG_PREFIX,
    INPUT_EVENT_POINTER_TAG_PREFIX,
)


def build_version_tags(
    run: RunScope, key: AssetKey, spec: Any, given: DataVersion | None
) -> tuple[dict[str, str], DataVersion]:
    """Return the version tags of a materialization, and the version of its data.

    Args:
        run: the run.
        key: the asset.
        spec: its spec.
        given: the data version that the user gave, if any.
    """
    code_version = (spec.code_version if spec is not None else None) or run.run_id
    tags = {CODE_VERSION_TAG: code_version}
    upstream = run.job.asset_layer.upstream_keys(key)
    versions: dict[AssetKey, DataVersion] = {}
    if upstream:
        for above, (version, pointer) in _find_versions(run, upstream).items():
            versions[above] = version
            name = above.to_user_string()
            tags[f"{INPUT_DATA_VERSION_TAG_PREFIX}/{name}"] = version.value
            tags[f"{INPUT_EVENT_POINTER_TAG_PREFIX}/{name}"] = "NULL" if pointer is None else str(pointer)
    made = given if given is not None else compute_data_version(code_version, versions)
    tags[DATA_VERSION_TAG] = made.value
    if given is not None:
        tags[DATA_VERSION_IS_USER_PROVIDED_TAG] = "true"
    return tags, made


def _find_versions(run: RunScope, keys: Any) -> dict[AssetKey, tuple[DataVersion, int | None]]:
    unknown = [key for key in keys if key not in run.versions]
    if unknown:
        for key, source in run.instance.latest_data_version_sources(unknown).items():
            pointer, tags = source if source is not None else (None, None)
            run.versions[key] = (data_version_of(tags) or DEFAULT_DATA_VERSION, pointer)
    return {key: run.versions[key] for key in keys}
