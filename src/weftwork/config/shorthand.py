"""The shorthand that users write for config types: ``int``, ``[str]``, ``{"a": int}``, a ``Config`` class.

Containers and dicts of fields are made of shorthand themselves, so they live above and add their part here.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Sequence
from typing import Any

from weftwork.config import config_type as scalars
from weftwork.config.config_type import ConfigType
from weftwork.config.errors import InvalidConfigSchemaError

# Gets the value, what the user passed as a whole, and the place of the value in it.
Reader = Callable[[Any, Any, Sequence[str]], ConfigType | None]

BUILTINS: dict[Any, ConfigType] = {
    int: scalars.INT,
    float: scalars.FLOAT,
    bool: scalars.BOOL,
    str: scalars.STRING,
    Any: scalars.ANY,
}
_READERS: list[Reader] = []
_ABSENT: Any = object()


def add_reader(reader: Reader) -> Reader:
    """Add a function that reads one form of shorthand, and returns None for what is not of its form."""
    _READERS.append(reader)
    return reader


def to_config_type(value: Any, root: Any = _ABSENT, stack: Sequence[str] = ()) -> ConfigType:
    """Return the config type that ``value`` is, or is shorthand for.

    Args:
        value: a config type, a Python type, a dict of fields, ``{str: int}``, ``[int]``, a ``Config`` class.
        root: what the user passed, where ``value`` is a part of it.
        stack: the place of ``value`` in it.

    Raises:
        DagsterInvalidConfigDefinitionError: if it is none.
    """
    if isinstance(value, ConfigType):
        return value
    root = value if root is _ABSENT else root
    try:
        known = BUILTINS.get(value)
    except TypeError:  # not hashable, so no type
        known = None
    if known is not None:
        return known
    for read in _READERS:
        found = read(value, root, stack)
        if found is not None:
            return found
    found = getattr(value, "__weft_config_type__", None)
    if isinstance(found, ConfigType):
        return found
    raise InvalidConfigSchemaError(root, value, stack, _explain(value))


def _explain(value: Any) -> str:
    if value is None:
        return "None is no type; use Noneable(...) for values that may be None."
    if value in (set, tuple, typing.Tuple, typing.Set) or isinstance(value, tuple):  # noqa: UP006 - as written
        return "Config has no sets and tuples; use a list, such as [int]."
    if typing.get_origin(value) is not None or getattr(value, "__module__", None) == "typing":
        return (
            "Types of the typing module mean nothing here; write [int] for a list, {str: int} for a map, "
            "Noneable(int) for an optional value, or a Config class."
        )
    return ""
