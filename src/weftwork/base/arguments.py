"""Checks of arguments at the border, with the documented error type."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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


def check_hidden_arguments(function: Callable[..., Any], given: Iterable[str], hidden: Iterable[str]) -> None:
    """Refuse arguments that a function with ``**hidden`` does not have.

    Args:
        function: the function; the nearest of its keyword-only parameters is told.
        given: the names that it was given beside its parameters.
        hidden: those of them that it takes.

    Raises:
        TypeError: if it has one of them not, as Python raises where there is no ``**hidden``.
    """
    known = set(hidden)
    unknown = [name for name in given if name not in known]
    if unknown:
        from weftwork.base.text import did_you_mean  # only on the way to an error

        name = function.__qualname__.removesuffix(".__init__")
        nearest = did_you_mean(unknown[0], function.__kwdefaults__ or ())
        raise TypeError(f"{name}() has no parameter '{unknown[0]}'.{nearest}")
