"""The config of an op: from its schema, or from the parameter of its function that takes config."""

from __future__ import annotations

import sys
import typing
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.base.source import describe_function
from weftwork.config.schema import DefinitionConfigSchema, Field, build_definition_schema
from weftwork.definitions.ops.compute import ComputeFunction


def build_config_schema(
    compute: ComputeFunction | None, config_schema: Any, op_name: str
) -> DefinitionConfigSchema:
    """Return the schema of an op's config.

    Args:
        compute: its function, whose ``config`` parameter may say it; None where the schema alone counts.
        config_schema: the schema that the user gave, or None.
        op_name: the op, for messages.

    Raises:
        DagsterInvalidDefinitionError: if both are given.
        DagsterInvalidConfigDefinitionError: if the schema is none.
    """
    if compute is None or compute.config_param is None:
        return build_definition_schema(config_schema)
    if config_schema is not None:
        raise DagsterInvalidDefinitionError(
            f"Op '{op_name}' has a config_schema, and {describe_function(compute.fn)} takes its config as a parameter. "
            f"Remove one of them."
        )
    return _from_annotation(compute.config_class)


def find_config_class(annotation: Any) -> type | None:
    """Return the annotation if it is a Config class."""
    module = sys.modules.get("weftwork.config.pythonic.config")  # not loaded: nobody can have defined one
    if module is None or not isinstance(annotation, type):
        return None
    return annotation if issubclass(annotation, module.Config) else None


def _from_annotation(annotation: Any) -> DefinitionConfigSchema:
    config_class: Any = find_config_class(annotation)
    if config_class is not None:
        found: DefinitionConfigSchema = config_class.to_config_schema()
        return found
    if typing.get_origin(annotation) is None or isinstance(annotation, (dict, Field)):
        return build_definition_schema(annotation)
    return DefinitionConfigSchema(_read_generic(annotation))


def _read_generic(annotation: Any) -> Field:
    import pydantic  # only for config annotated with a generic type, such as dict[str, int]

    from weftwork.config.pythonic.schema import build_fields  # needs pydantic

    model = pydantic.create_model("config", value=(annotation, ...))
    return build_fields(model)["value"]
