"""The config of an op: from its schema, or from the parameter of its function that takes config."""

from __future__ import annotations

import sys
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError, DagsterInvalidPythonicConfigDefinitionError
from weftwork.base.source import describe_function
from weftwork.config.config_type import ANY, FLOAT, ConfigType
from weftwork.config.containers import Array
from weftwork.config.schema import DefinitionConfigSchema, Field, Permissive, build_definition_schema
from weftwork.config.sources import BoolSource, IntSource, StringSource
from weftwork.definitions.nodes.written_type import NO_VALUE
from weftwork.definitions.ops.compute import ComputeFunction

# Those that need no pydantic. A float takes no variable, as documented.
_PLAIN: dict[Any, ConfigType] = {
    str: StringSource, int: IntSource, bool: BoolSource, float: FLOAT, dict: Permissive(), list: Array(ANY), Any: ANY,
}  # fmt: skip


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
    return _from_annotation(compute)


def find_config_class(annotation: Any) -> type | None:
    """Return the annotation if it is a Config class."""
    module = sys.modules.get("weftwork.config.pythonic.config")  # not loaded: nobody can have defined one
    if module is None or not isinstance(annotation, type):
        return None
    return annotation if issubclass(annotation, module.Config) else None


def build_config_argument(compute: ComputeFunction, config: Any) -> Any:
    """Return what the ``config`` parameter of an op's function is given.

    Args:
        compute: the function.
        config: the op's config, which its schema has accepted.

    Raises:
        pydantic.ValidationError: if a validator of the user's refuses it.
    """
    config_class = find_config_class(compute.config_class)
    if config_class is not None and compute.config_model is None:
        from weftwork.config.pythonic.config import build_config  # pydantic is loaded by those who use it

        return build_config(config_class, config)
    return config if compute.config_model is None else compute.config_model(value=config).value


def _from_annotation(compute: ComputeFunction) -> DefinitionConfigSchema:
    annotation, default = compute.config_class, compute.config_default
    config_class: Any = find_config_class(annotation)
    if config_class is not None and default is NO_VALUE:
        found: DefinitionConfigSchema = config_class.to_config_schema()
        return found
    try:
        plain = _PLAIN.get(annotation)
    except TypeError:  # an object that is no type
        plain = None
    if plain is not None:
        return DefinitionConfigSchema(Field(plain) if default is NO_VALUE else Field(plain, default))
    if isinstance(annotation, (dict, Field, ConfigType)):
        return build_definition_schema(annotation)
    if annotation is None or isinstance(annotation, str):
        raise DagsterInvalidPythonicConfigDefinitionError(None, "config", annotation)
    return DefinitionConfigSchema(_read_other(compute))


def _read_other(compute: ComputeFunction) -> Field:
    import pydantic  # only for config annotated with neither a Config class nor a plain type

    from weftwork.config.pythonic.config import Config  # needs pydantic

    default = ... if compute.config_default is NO_VALUE else compute.config_default
    model = pydantic.create_model("config", __base__=Config, value=(compute.config_class, default))
    compute.config_model = model
    return model.to_fields_dict()["value"]
