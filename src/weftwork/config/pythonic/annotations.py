"""What a type annotation of a pydantic field says: optional, union, list, dict, model, enum."""

from __future__ import annotations

import collections.abc
import enum
import types
import typing
from typing import Any

from pydantic import Discriminator, Secret, SecretBytes, SecretStr
from pydantic.fields import FieldInfo

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.config.schema import Field

_LISTS = (list, set, frozenset, collections.abc.Sequence, collections.abc.Set, collections.abc.Collection,
          collections.abc.Iterable, collections.abc.MutableSequence)  # fmt: skip
_DICTS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)


def refuse_dict_field(model: type[Any], name: str, info: FieldInfo) -> None:
    """Refuse a field of a class that was written with the Field of dicts.

    Raises:
        DagsterInvalidDefinitionError: if it was.
    """
    if type(info.default) is Field:
        raise DagsterInvalidDefinitionError(
            f"{model.__name__}.{name} is a Field of config schemas that are written as dicts. In a class, describe a field "
            f"with pydantic's: from pydantic import Field."
        )


def unwrap(annotation: Any) -> tuple[Any, str | None]:
    """Return the annotation without ``Annotated`` and type aliases, and its discriminator's field name."""
    discriminator: str | None = None
    while True:
        if typing.get_origin(annotation) is typing.Annotated:
            for mark in annotation.__metadata__:
                found = get_discriminator(mark)
                discriminator = found if found is not None else discriminator
            annotation = annotation.__origin__
        elif hasattr(annotation, "__value__") and type(annotation).__name__ == "TypeAliasType":
            annotation = annotation.__value__
        elif type(annotation) is typing.NewType:
            annotation = annotation.__supertype__
        else:
            return annotation, discriminator


def holds_secret(annotation: Any) -> bool:
    """Return whether values of an annotation are secrets: ``SecretStr``, optional ones, a list or dict of them."""
    annotation = unwrap(annotation)[0]
    if annotation in (SecretStr, SecretBytes) or (
        isinstance(annotation, type) and issubclass(annotation, Secret)
    ):
        return True
    return any(holds_secret(inner) for inner in typing.get_args(annotation))


def get_discriminator(mark: Any) -> str | None:
    """Return the discriminator's field name that a ``Field`` or ``Discriminator`` tells, or None."""
    if isinstance(mark, FieldInfo):
        mark = mark.discriminator
    if isinstance(mark, Discriminator):
        mark = mark.discriminator
    return mark if isinstance(mark, str) else None


def split_union(annotation: Any) -> tuple[list[Any], bool] | None:
    """Return the members of a union and whether None is one of them; None if it is no union."""
    if typing.get_origin(annotation) not in (typing.Union, types.UnionType):
        return None
    members = [member for member in typing.get_args(annotation) if member is not type(None)]
    return members, len(members) < len(typing.get_args(annotation))


def is_optional(annotation: Any) -> bool:
    """Return whether None is one of the values."""
    union = split_union(unwrap(annotation)[0])
    return union is not None and union[1]


def find_item_type(annotation: Any) -> Any:
    """Return the type of the items, for what is written as a list in config, or None."""
    if annotation in _LISTS:
        return Any
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in _LISTS:
        return arguments[0] if arguments else Any
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return arguments[0]
    return None


def find_entry_types(annotation: Any) -> tuple[Any, Any] | None:
    """Return the types of keys and values, for what is a dict in config, or None; (Any, Any) for a bare dict."""
    if annotation in _DICTS:
        return (Any, Any)
    if typing.get_origin(annotation) in _DICTS:
        arguments = typing.get_args(annotation)
        return (arguments[0], arguments[1]) if len(arguments) == 2 else (Any, Any)
    return None


def get_config_name(name: str, info: FieldInfo) -> str:
    """Return the name that a model's field has in config: its alias, if there is one."""
    alias = info.validation_alias
    first = getattr(alias, "choices", [alias])[0]
    return first if isinstance(first, str) else info.alias or name


def get_choice_name(value: Any) -> str:
    """Return the name in config of a discriminator's value."""
    return str(value.value if isinstance(value, enum.Enum) else value)
