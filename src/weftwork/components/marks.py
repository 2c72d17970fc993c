"""``@component_instance`` and ``@template_var``: functions that a project's Python files offer to its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar, overload

from weftwork.base.arguments import check_callable
from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.base.source import describe_function
from weftwork.components.load_context import ComponentLoadContext

F = TypeVar("F", bound=Callable[..., Any])
_INSTANCE, _VARIABLE = "_is_component_instance", "_is_template_var"


def component_instance(fn: F) -> F:
    """Make a function of a Python file among the definitions declare a component.

    Args:
        fn: gets the ``ComponentLoadContext`` and returns the component.

    Example:
        >>> @component_instance
        ... def tables(context: ComponentLoadContext) -> Tables:
        ...     return Tables(schema_name="sales", tables=["orders"])
    """
    setattr(check_callable(fn, "fn"), _INSTANCE, True)
    return fn


@overload
def template_var(fn: F) -> F: ...
@overload
def template_var(fn: None = None) -> Callable[[F], F]: ...
def template_var(fn: Callable[..., Any] | None = None) -> Callable[..., Any]:
    """Make what a function returns, a value or a function, a name that templates see.

    It counts in the module that ``template_vars_module`` of a defs.yaml names, and as a static method of a component.

    Args:
        fn: takes nothing, or the ``ComponentLoadContext``.

    Example:
        >>> @template_var
        ... def schema_name():
        ...     return "sales"
    """
    if fn is None:
        return template_var
    setattr(check_callable(fn, "fn"), _VARIABLE, True)
    return fn


def is_template_var(value: Any) -> bool:
    """Return whether something is decorated with ``@template_var``."""
    return callable(value) and bool(getattr(value, _VARIABLE, False))


def iterate_instances(module: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield name and function of what declares components in a module."""
    for name, value in list(vars(module).items()):
        if not isinstance(value, type) and callable(value) and getattr(value, _INSTANCE, False) is True:
            yield name, value


def build_template_vars(holder: Any, context: ComponentLoadContext) -> dict[str, Any]:
    """Return name to value of what a module or class has for templates.

    Raises:
        DagsterInvalidDefinitionError: if a function for templates takes more than a context.
    """
    found = {}
    for owner in reversed(getattr(holder, "__mro__", (holder,))):
        for name, value in list(vars(owner).items()):
            fn = value.__func__ if isinstance(value, staticmethod) else value
            if is_template_var(fn):
                found[name] = call_with_context(fn, context)
    return found


def call_with_context(fn: Callable[..., Any], context: ComponentLoadContext) -> Any:
    """Return what a function returns that takes a context, or nothing.

    Raises:
        DagsterInvalidDefinitionError: if it takes more.
    """
    code = getattr(fn, "__code__", None)
    count = code.co_argcount if code is not None else 1
    if count > 1:
        raise DagsterInvalidDefinitionError(
            f"{describe_function(fn)} takes {count} arguments; it may take nothing, or a ComponentLoadContext."
        )
    return fn(context) if count else fn()
