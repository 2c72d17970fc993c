"""``Config``: the base of the classes that describe the config of ops, assets and resources.

A class is a pydantic model. In run config it is a dict of its fields, checked by a schema that is made from
the class once; the checked dict is then given to the class by ``build_config``, so that pydantic's own
validators and constraints have the last word.

For classes of other floors that are configured in the same way (resources, IO managers): derive from
``Config``; override ``list_config_fields`` to name the fields that are config; ``to_fields_dict``,
``to_config_schema`` and ``to_config_dict`` then speak of these alone. The constructor takes ``EnvVar`` for any
value; such a value stays an ``EnvVar`` until ``to_config_dict`` writes it as ``{"env": NAME}``, the schema
reads it, and ``build_config`` makes a second instance from the result.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict

from weftwork.base.errors import (
    DagsterInvalidDagsterTypeInPythonicConfigDefinitionError,
    DagsterInvalidInvocationError,
)
from weftwork.config.env_var import contains_env_var
from weftwork.config.pythonic.construction import Construction, get_construction
from weftwork.config.pythonic.schema import build_fields, build_shape
from weftwork.config.pythonic.values import to_config_dict
from weftwork.config.schema import DefinitionConfigSchema, Field

C = TypeVar("C", bound="Config")


class Config(BaseModel):
    """Base of config classes: a frozen pydantic model.

    Fields may have every type that pydantic understands. In run config, each value may also be
    ``{"env": NAME}``; in Python, ``EnvVar(NAME)``.

    Example:
        >>> class LoadConfig(Config):
        ...     path: str
        ...     limit: int = 100
    """

    model_config = ConfigDict(
        frozen=True,
        arbitrary_types_allowed=True,  # so that our own error names the field that config cannot hold
        protected_namespaces=("model_validate", "model_dump"),
    )
    __weft_schema__: ClassVar[DefinitionConfigSchema | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, annotation in vars(cls).get("__annotations__", {}).items():
            if _is_dagster_type(annotation) and not hasattr(annotation, "__weft_config_type__"):
                raise DagsterInvalidDagsterTypeInPythonicConfigDefinitionError(cls.__name__, name)

    def __init__(self, **config_dict: Any) -> None:
        construction: Construction = get_construction(type(self))
        if construction.prepares:
            config_dict = construction.prepare(config_dict)
        if contains_env_var(config_dict):
            construction.validator_with_env.validate_python(config_dict, self_instance=self)
        else:
            super().__init__(**config_dict)

    def __setattr__(self, name: str, value: Any) -> None:
        if self._is_locked(name):
            raise DagsterInvalidInvocationError(
                f"{type(self).__name__} is a config class, and its instances cannot be changed. "
                f"Make another one: instance.model_copy(update={{'{name}': ...}})."
            )
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        if self._is_locked(name):
            raise DagsterInvalidInvocationError(
                f"{type(self).__name__} is a config class, and its instances cannot be changed."
            )
        super().__delattr__(name)

    def _is_locked(self, name: str) -> bool:
        return not name.startswith("_") and bool(self.model_config.get("frozen"))

    @classmethod
    def list_config_fields(cls) -> list[str]:
        """Return the names of the fields that are config; classes with other fields override it."""
        return list(cls.model_fields)

    @classmethod
    def to_config_schema(cls) -> DefinitionConfigSchema:
        """Return the class as a config schema.

        Raises:
            DagsterInvalidPythonicConfigDefinitionError: if a field's type cannot be written as config.
        """
        found = cls.__dict__.get("__weft_schema__")
        if found is None:
            names = _find_partial_names(cls)
            shape = build_shape(cls, names)
            found = DefinitionConfigSchema(Field(shape, description=shape.description))
            cls.__weft_schema__ = found
        schema: DefinitionConfigSchema = found
        return schema

    @classmethod
    def to_fields_dict(cls) -> dict[str, Field]:
        """Return the config fields of the class.

        Raises:
            DagsterInvalidPythonicConfigDefinitionError: if a field's type cannot be written as config.
        """
        return dict(build_fields(cls, _find_partial_names(cls)))

    def to_config_dict(self) -> dict[str, Any]:
        """Return the values as plain config: enum names, ``{"env": NAME}``, nested dicts; no default None."""
        names = _find_partial_names(type(self))
        return to_config_dict(self, None if names is None else set(names))


class PermissiveConfig(Config):
    """Base of config classes that take other fields too; they become attributes.

    Example:
        >>> class Options(PermissiveConfig):
        ...     name: str
        >>> Options(name="a", depth=3).depth
        3
    """

    model_config = ConfigDict(extra="allow")


def _is_dagster_type(annotation: Any) -> bool:
    # The class lives on a higher floor.
    return any(base.__name__ == "DagsterType" for base in type(annotation).__mro__)


def _find_partial_names(cls: type[Config]) -> list[str] | None:
    names = cls.list_config_fields()
    return None if len(names) == len(cls.model_fields) else names


def build_config(cls: type[C], value: dict[str, Any] | None) -> C:
    """Return an instance of a config class from config that its schema has accepted.

    Args:
        cls: the class.
        value: the processed dict.

    Raises:
        pydantic.ValidationError: if a constraint or a validator of the class refuses it.
    """
    return cls(**get_construction(cls).drop_defaults(value)) if value else cls()
