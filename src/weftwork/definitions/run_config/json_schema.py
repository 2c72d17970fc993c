"""``config_json_schema``: what anything takes as config, as JSON schema."""

from __future__ import annotations

from typing import Any

from weftwork.config.json_schema import to_json_schema
from weftwork.definitions.run_config.resolution import get_run_config_schema


def config_json_schema(subject: Any) -> dict[str, Any]:
    """Return what is taken as config as JSON schema (draft 2020-12), for editors and forms.

    Defaults, descriptions, choices and required entries are in it; a selector is a ``oneOf``; whatever may come
    from the environment also takes ``{"env": NAME}``.

    Args:
        subject: a job (its whole run config); an op, graph, resource, logger or executor (its config); a
            ``Config`` class; or a config schema in any of its forms.

    Raises:
        DagsterInvalidConfigDefinitionError: if it takes no config, and is no schema.

    Example:
        >>> config_json_schema({"rows": int})["properties"]
        {'rows': {'type': 'integer'}}
    """
    if hasattr(subject, "executor_def") and hasattr(subject, "graph"):
        return get_run_config_schema(subject).to_json_schema()
    if hasattr(subject, "get_resource_definition") and not isinstance(subject, type):
        subject = subject.get_resource_definition()
    schema = getattr(subject, "config_schema", None)
    if hasattr(schema, "as_field") and not isinstance(subject, type):
        return to_json_schema(schema)
    return to_json_schema(subject)
