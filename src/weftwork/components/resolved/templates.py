"""Templates in YAML values: ``{{ expression }}``, in a sandbox.

A value that is nothing but a template becomes what the expression stands for, of whatever type; text around a template
makes text, which is read as a number, list... where it looks like one.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from weftwork.base.text import did_you_mean, quote_names
from weftwork.components.errors import ResolutionException

_MARKS = ("{{", "{%", "{#")
_WHOLE = re.compile(r"\s*\{\{(?P<expression>(?:(?!\}\}\s*\S).)*)\}\}\s*\Z", re.DOTALL)


def has_template(text: str) -> bool:
    """Return whether a text has templates in it."""
    return any(mark in text for mark in _MARKS)


def is_whole_template(value: Any) -> bool:
    """Return whether a value is nothing but one ``{{ expression }}``."""
    return isinstance(value, str) and _WHOLE.match(value) is not None


def render(text: str, scope: Mapping[str, Any], *, as_text: bool = False) -> Any:
    """Return what a text with templates stands for.

    Args:
        text: the text.
        scope: name to value, for its expressions.
        as_text: whether text is wanted, so that what looks like a number stays text.

    Raises:
        ResolutionException: if it is no template, a name in it is not there, or the code that it calls fails.
    """
    _environments()
    import jinja2  # heavy, optional, and most values hold no template

    try:
        value = _render(text, scope, as_text=as_text)
        if isinstance(value, jinja2.Undefined):
            str(value)  # raises, and says which name it is
    except jinja2.UndefinedError as error:
        raise ResolutionException(_describe_undefined(error, scope)) from error
    except jinja2.TemplateSyntaxError as error:
        raise ResolutionException(f"{text!r} is no template: {error.message}.") from error
    except jinja2.exceptions.SecurityError as error:
        raise ResolutionException(f"{text!r} is refused: {error}") from error
    except ResolutionException:
        raise
    except Exception as error:
        raise ResolutionException(f"{text!r} failed with {type(error).__name__}: {error}") from error
    return value


def _render(text: str, scope: Mapping[str, Any], *, as_text: bool) -> Any:
    if not as_text:
        return _compile_native(text).render(scope)
    whole = _WHOLE.match(text)
    return (
        _compile_text(text).render(scope)
        if whole is None
        else _compile_expression(whole["expression"])(**scope)
    )


def _describe_undefined(error: Exception, scope: Mapping[str, Any]) -> str:
    said = re.match(r"'(?P<name>\w+)' is undefined", str(error))
    if said is None:
        return f"{error}."
    name = said["name"]
    return (
        f"There is no '{name}' for templates here.{did_you_mean(name, scope)} There are {quote_names(scope)}."
    )


@functools.lru_cache(maxsize=1)
def _environments() -> tuple[Any, Any]:
    try:
        from jinja2 import StrictUndefined
        from jinja2.nativetypes import NativeEnvironment
        from jinja2.sandbox import SandboxedEnvironment
    except ImportError as error:
        raise ResolutionException(
            "Templates in YAML files need the library jinja2: pip install 'weftwork[components]'."
        ) from error

    class SandboxedNativeEnvironment(SandboxedEnvironment, NativeEnvironment):
        """What templates are compiled in: no underscores, no way to the interpreter, values of any type."""

    return (
        SandboxedNativeEnvironment(undefined=StrictUndefined),
        SandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True),
    )


@functools.lru_cache(maxsize=2048)
def _compile_native(text: str) -> Any:
    return _environments()[0].from_string(text)


@functools.lru_cache(maxsize=2048)
def _compile_text(text: str) -> Any:
    return _environments()[1].from_string(text)


@functools.lru_cache(maxsize=2048)
def _compile_expression(expression: str) -> Any:
    return _environments()[1].compile_expression(expression, undefined_to_none=False)
