"""The function of a resource: whether it takes a context, and what it gives."""

from __future__ import annotations

import types
from collections.abc import Callable, Generator, Iterator
from contextlib import _GeneratorContextManager
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError, DagsterInvariantViolationError


def find_context_parameter(fn: Callable[..., Any]) -> str | None:
    """Return the name of the parameter that takes the context, or None if the function takes none.

    Raises:
        DagsterInvalidDefinitionError: if it needs more than one argument.
    """
    if type(fn) is types.FunctionType and not hasattr(fn, "__wrapped__"):
        code = fn.__code__
        names = code.co_varnames[: code.co_argcount]
        needed = list(names[: len(names) - len(fn.__defaults__ or ())])
        needed += [n for n in code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
                   if n not in (fn.__kwdefaults__ or {})]  # fmt: skip
    else:
        names, needed = _read_signature(fn)
    if len(needed) > 1:
        raise DagsterInvalidDefinitionError(
            f"The function '{getattr(fn, '__name__', fn)}' of a resource gets one argument, its context, but it also needs "
            f"{', '.join(repr(name) for name in needed[1:])}. Read what it needs from context.resource_config or "
            f"context.resources, or give the parameters defaults."
        )
    return names[0] if names else None


def _read_signature(fn: Callable[..., Any]) -> tuple[tuple[str, ...], list[str]]:
    import inspect  # partials, classes, callable objects and wrapped functions are rare

    try:
        parameters = inspect.signature(fn).parameters.values()
    except (ValueError, TypeError):  # a builtin that tells no signature is called without arguments
        return (), []
    plain = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = [
        p.name for p in parameters if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]
    if not plain and any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return ("context",), needed
    return tuple(p.name for p in plain), needed


def find_generator(made: Any) -> Iterator[Any] | None:
    """Return the generator that yields the resource and then tears it down, or None for a ready resource."""
    if type(made) is types.GeneratorType:
        return made
    if isinstance(made, _GeneratorContextManager):  # the function is decorated with @contextmanager
        return made.gen
    return None


def start_generator(generator: Iterator[Any], key: str) -> Any:
    """Return what the generator of a resource yields.

    Raises:
        DagsterInvariantViolationError: if it yields nothing.
    """
    try:
        return next(generator)
    except StopIteration:
        raise DagsterInvariantViolationError(
            f"The generator function of resource '{key}' ended without yielding the resource. It must yield exactly once."
        ) from None


def end_generator(generator: Iterator[Any]) -> None:
    """Run the part after ``yield``; a second ``yield`` is not reached by anybody and closed."""
    try:
        next(generator)
    except StopIteration:
        return
    generator.close()  # type: ignore[attr-defined]


def yield_wrapped(definition: Any, context: Any, name: str) -> Generator[Any, None, None]:
    """Yield the resource of a definition, and tear it down.

    Args:
        definition: the ``ResourceDefinition``.
        context: what its function gets.
        name: what it is called in messages.
    """
    made = definition.make(context)
    generator = find_generator(made)
    if generator is None:
        yield made
        return
    opened = start_generator(generator, name)
    try:
        yield opened
    finally:
        end_generator(generator)
