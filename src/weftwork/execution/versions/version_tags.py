"""From which code and which data a materialization is made: the version tags of its event."""

from __future__ import annotations

from typing import Any

from weftwork.execution.run_scope import RunScope
from weftwork.execution.versions.config_digest import CONFIG_DIGEST_TAG, find_config_digest
from weftwork.execution.versions.input_versions import find_input_versions
from weftwork.records.data_version import DataVersion, compute_data_version
from weftwork.records.keys import AssetKey
from weftwork.records.tags import (
    CODE_VERSION_TAG,
    DATA_VERSION_IS_USER_PROVIDED_TAG,
    DATA_VERSION_TAG,
    INPUT_DATA_VERSION_TAG_PREFIX,
    INPUT_EVENT_POINTER_TAG_PREFIX,
)


def build_version_tags(
    run: RunScope, key: AssetKey, spec: Any, given: DataVersion | None, node: str
) -> tuple[dict[str, str], DataVersion]:
    """Return the version tags of a materialization, and the version of its data.

    Args:
        run: the run.
        key: the asset.
        spec: its spec.
        given: the data version that the user gave, if any.
        node: the node of the job that makes it.
    """
    declared = spec.code_version if spec is not None else None
    code_version = declared or run.run_id
    tags = {CODE_VERSION_TAG: code_version}
    if declared is not None:
        digest = find_config_digest(run.config, node)
        if digest is not None:
            tags[CONFIG_DIGEST_TAG] = digest
    upstream = [dep.asset_key for dep in spec.deps] if spec is not None else []
    versions: list[tuple[AssetKey, DataVersion]] = []
    if upstream:
        for above, (version, pointer) in find_input_versions(run, key, upstream).items():
            versions.append((above, version))
            name = above.to_user_string()
            tags[f"{INPUT_DATA_VERSION_TAG_PREFIX}/{name}"] = version.value
            tags[f"{INPUT_EVENT_POINTER_TAG_PREFIX}/{name}"] = "NULL" if pointer is None else str(pointer)
    made = given if given is not None else compute_data_version(code_version, versions)
    tags[DATA_VERSION_TAG] = made.value
    if given is not None:
        tags[DATA_VERSION_IS_USER_PROVIDED_TAG] = "true"
    return tags, made
