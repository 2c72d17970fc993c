"""The config of a graph: a mapping from its own config to that of its nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.arguments import check_type


def check_config_mapping(config: Any, graph_name: str) -> Any:
    """Return the config mapping of a graph; a dict is the config of its nodes, fixed.

    Raises:
        ParameterCheckError: if it is no mapping.
    """
    if config is None:
        return None
    from weftwork.definitions.run_config.config_mapping import ConfigMapping  # few graphs map config

    if isinstance(config, Mapping):
        fixed = dict(config)
        return ConfigMapping(config_fn=lambda _config: fixed, config_schema={})
    return check_type(config, ConfigMapping, f"config of graph '{graph_name}'")
