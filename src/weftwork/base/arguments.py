"""Checks of arguments at the border, with the documented error type."""

from __future__ import annotations

from typing import Any, TypeVar

from weftwork.base.errors import ParameterCheckError

T = TypeVar("T")


def check_type(value: Any, types: type[T] | tuple[type, ...], name: str, *, optional: bool = False) -> Any:
    """Return ``value`` if it is an instance of ``types`` (or None where that is allowed).

    Args:
        value: what the user passed.
        types: the class or classes it must be an instance of.
        name: the parameter's name.
        optional: whether None is allowed.

    Raises:
        ParameterCheckError: if it is not.
    """
    if isinstance(value, types) or (optional and value is None):
        return value
    expected = " or ".join(t.__name__ for t in types) if isinstance(types, tuple) else types.__name__
    raise ParameterCheckError(
        f"Parameter '{name}' must be {expected}{' or None' if optional else ''}, not {type(value).__name__}: {value!r:.200}."
    )


def check_callable(value: Any, name: str) -> Any:
    """Return ``value`` if it can be called.

    Raises:
        ParameterCheckError: if it cannot.
    """
    if callable(value):
        return value
    raise ParameterCheckError(
        f"Parameter '{name}' must be a function, not {type(value).__name__}: {value!r:.200}."
    )
