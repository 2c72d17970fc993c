"""The config of several resources at once: ``{key: {"config": ...}}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.config.evaluation import build_config_value
from weftwork.config.schema import Shape
from weftwork.definitions.resources.resource_definition import ResourceDefinition


def build_resources_config(
    resource_defs: Mapping[str, ResourceDefinition], config: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return validated config for resources, as a session takes it.

    Args:
        resource_defs: the resources, by key.
        config: key to ``{"config": ...}``; what is absent takes its defaults.

    Raises:
        DagsterInvalidConfigError: if anything is wrong with it; carries every error.
    """
    if not config and all(definition.is_plain for definition in resource_defs.values()):
        return {}
    schema = Shape({key: Shape({"config": d.config_field}) for key, d in resource_defs.items()})
    checked: dict[str, Any] = build_config_value(schema, config or {}, "Error in config for resources")
    return checked
