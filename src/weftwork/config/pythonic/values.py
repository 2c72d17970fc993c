"""Values of pydantic models as plain config: dicts, lists, enum names, ``{"env": NAME}``."""

from __future__ import annotations

import enum
from typing import Any

from pydantic import BaseModel, SecretBytes, SecretStr
from pydantic_core import PydanticUndefined, to_jsonable_python

from weftwork.config.env_var import ENV_VAR_TYPES
from weftwork.config.pythonic.annotations import (
    find_entry_types,
    find_item_type,
    get_choice_name,
    get_config_name,
    get_discriminator,
    split_union,
    unwrap,
)
from weftwork.config.redaction import REDACTOR

_PLAIN = (str, int, float, bool, type(None))


def to_config_dict(model: BaseModel, names: set[str] | None = None) -> dict[str, Any]:
    """Return the values of a model as plain config.

    A None that is the field's default is left out, as nobody needs to write it.

    Args:
        model: the instance.
        names: which of its fields (default: all).
    """
    result = {}
    for name, info in type(model).model_fields.items():
        if names is not None and name not in names:
            continue
        value = getattr(model, name)
        if value is None and info.default is None:
            continue
        result[get_config_name(name, info)] = to_config_value(value, info.annotation, get_discriminator(info))
    for name, value in (model.__pydantic_extra__ or {}).items():
        result[name] = to_config_value(value)
    return result


def to_config_value(value: Any, annotation: Any = Any, discriminator: str | None = None) -> Any:
    """Return one value as plain config.

    Args:
        value: the value.
        annotation: its declared type; tells where a discriminated union is written as a selector.
        discriminator: the field that discriminates, if the union's field names it.
    """
    if isinstance(value, ENV_VAR_TYPES):
        return {"env": value.env_var_name}
    if value is None or value is PydanticUndefined:
        return None
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, _PLAIN):
        return value
    annotation, found = unwrap(annotation)
    discriminator = discriminator or found
    union = split_union(annotation)
    if isinstance(value, BaseModel):
        return _model_value(value, union[0] if union else [], discriminator)
    if union and len(union[0]) == 1:
        return to_config_value(value, union[0][0], discriminator)
    if isinstance(value, dict):
        inner = (find_entry_types(annotation) or (Any, Any))[1]
        return {key: to_config_value(item, inner) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        inner = find_item_type(annotation) or Any
        return [to_config_value(item, inner) for item in value]
    if isinstance(value, (SecretStr, SecretBytes)):
        secret = to_jsonable_python(value.get_secret_value())
        REDACTOR.add(secret)
        return secret
    return to_jsonable_python(value, fallback=lambda other: other)


def _model_value(value: BaseModel, members: list[Any], discriminator: str | None) -> Any:
    convert = getattr(value, "to_config_dict", None)
    plain = convert() if convert is not None else to_config_dict(value)
    if discriminator is None:
        return plain
    for member in members:
        # The member of a union of unions has a discriminator of its own.
        inner, inner_discriminator = unwrap(member)
        nested = split_union(inner)
        if inner_discriminator and nested and isinstance(value, tuple(unwrap(m)[0] for m in nested[0])):
            discriminator = inner_discriminator
    chosen = getattr(value, discriminator)
    plain.pop(discriminator, None)
    return {get_choice_name(chosen): plain}
