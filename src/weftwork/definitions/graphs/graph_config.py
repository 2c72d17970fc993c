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
    from weftwork.definitions.run_config.config_mapping import ConfigMapping  # few graphs have one

    if isinstance(config, Mapping):
        fixed = dict(config)
        return ConfigMapping(config_fn=lambda _config: fixed, config_schema={})
    return check_type(config, ConfigMapping, f"config of graph '{graph_name}'")


def configure_graph(graph_def: Any, config_or_config_fn: Any, name: str, config_schema: Any, description: str | None) -> Any:
    """Return a graph under another name, with its config given or computed from other config."""
    from weftwork.definitions.run_config.configured import configure  # few graphs are configured

    return configure(graph_def, config_or_config_fn, name, config_schema, description)
