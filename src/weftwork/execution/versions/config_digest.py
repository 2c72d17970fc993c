"""The config that an asset is made with, as a short text that can be compared."""

from __future__ import annotations

from weftwork.base.digest import digest_text
from weftwork.definitions.run_config.resolved import ResolvedRunConfig

CONFIG_DIGEST_TAG = "weftwork/config_digest"


def find_config_digest(config: ResolvedRunConfig, node: str) -> str | None:
    """Return the digest of what a node of the job gets, with all nodes inside; None if it gets nothing.

    Args:
        config: the config of the run.
        node: the name of the node.
    """
    if not config.ops:
        return None
    given = {
        ".".join(handle): [entry.config, dict(entry.inputs)]
        for handle, entry in config.ops.items()
        if handle[0] == node and (entry.config is not None or entry.inputs)
    }
    if not given:
        return None
    import json  # only for assets with config

    text = json.dumps(given, sort_keys=True, default=repr)
    return digest_text(text)[:32]
