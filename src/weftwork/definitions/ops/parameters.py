"""The parameters of a compute function: read from its code object where that is enough, else from its signature."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from types import CodeType, FrameType, FunctionType, MethodType
from typing import Any

import msgspec

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.base.source import describe_function
from weftwork.definitions.nodes.written_type import NO_VALUE

_VARARGS, _VARKEYWORDS = 0x04, 0x08
_GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x20, 0x80, 0x200
_KINDS = ((_ASYNC_GENERATOR, "async_generator"), (_COROUTINE, "coroutine"), (_GENERATOR, "generator"))


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of a function.

    Attributes:
        name: its name.
        annotation: its annotation, or NO_VALUE.
        default: its default, or NO_VALUE.
        is_positional: whether it can be given by position.
    """

    name: str
    annotation: Any
    default: Any
    is_positional: bool


class Signature(msgspec.Struct, frozen=True):
    """What a compute function takes and gives.

    Attributes:
        parameters: its named parameters, in order.
        has_varargs: whether it takes ``*args``.
        has_varkeywords: whether it takes ``**kwargs``.
        return_annotation: its return annotation, or NO_VALUE.
    """

    parameters: list[Parameter]
    has_varargs: bool
    has_varkeywords: bool
    return_annotation: Any


def read_signature(fn: Callable[..., Any]) -> Signature:
    """Return what a function takes and gives, annotations resolved.

    Raises:
        DagsterInvalidDefinitionError: if an annotation that is text names nothing.
    """
    if type(fn) is FunctionType and "__wrapped__" not in fn.__dict__:
        return _read_function(fn)
    if (
        type(fn) is MethodType
        and type(fn.__func__) is FunctionType
        and "__wrapped__" not in fn.__func__.__dict__
    ):
        found = _read_function(fn.__func__)
        return msgspec.structs.replace(found, parameters=found.parameters[1:])
    return _read_callable(fn)


def find_kind(fn: Callable[..., Any]) -> str:
    """Return "function", "generator", "coroutine" or "async_generator"."""
    while isinstance(fn, partial):
        fn = fn.func
    code: CodeType | None = getattr(fn, "__code__", None)
    if code is None:
        code = getattr(_find_call(fn), "__code__", None)
    flags = code.co_flags if code is not None else 0
    return next((kind for flag, kind in _KINDS if flags & flag), "function")


def _find_call(instance: Any) -> Any:
    """Return the function that runs when an object is called."""
    return next((vars(base)["__call__"] for base in type(instance).__mro__ if "__call__" in vars(base)), None)


def _read_function(fn: FunctionType) -> Signature:
    code = fn.__code__
    count, only = code.co_argcount, code.co_kwonlyargcount
    names = code.co_varnames
    annotations = resolve_annotations(fn, fn.__annotations__) if fn.__annotations__ else fn.__annotations__
    defaults = fn.__defaults__ or ()
    first_default = count - len(defaults)
    parameters = [
        Parameter(
            names[i], annotations.get(names[i], NO_VALUE),
            defaults[i - first_default] if i >= first_default else NO_VALUE, True,
        )
        for i in range(count)
    ]  # fmt: skip
    if only:
        by_name = fn.__kwdefaults__ or {}
        parameters += [
            Parameter(name, annotations.get(name, NO_VALUE), by_name.get(name, NO_VALUE), False)
            for name in names[count : count + only]
        ]
    flags = code.co_flags
    return Signature(
        parameters, bool(flags & _VARARGS), bool(flags & _VARKEYWORDS), annotations.get("return", NO_VALUE)
    )


def _read_callable(fn: Callable[..., Any]) -> Signature:
    import inspect  # only for callables that are no plain functions

    found = inspect.signature(fn)
    inner: Any = inspect.unwrap(fn.func if isinstance(fn, partial) else fn)
    function = inner if isinstance(inner, FunctionType) else _find_call(inner)
    empty = inspect.Parameter.empty
    written = {p.name: p.annotation for p in found.parameters.values() if p.annotation is not empty}
    if found.return_annotation is not empty:
        written["return"] = found.return_annotation
    annotations = resolve_annotations(function, written)
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    kinds = {p.kind for p in found.parameters.values()}
    bound = set(fn.keywords) if isinstance(fn, partial) else set()
    parameters = [
        Parameter(
            p.name, annotations.get(p.name, NO_VALUE), NO_VALUE if p.default is empty else p.default,
            p.kind is not inspect.Parameter.KEYWORD_ONLY,
        )
        for p in found.parameters.values()
        if p.kind not in variable and p.name not in bound
    ]  # fmt: skip
    return Signature(
        parameters, variable[0] in kinds, variable[1] in kinds, annotations.get("return", NO_VALUE)
    )


def resolve_annotations(fn: Any, annotations: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return annotations with those that are text replaced by what they name.

    Names are looked up in the function's closure, in the frames that called us (a class may be local to the
    function that defines the op), in the function's globals and among the builtins.

    Raises:
        DagsterInvalidDefinitionError: if a name is found nowhere.
    """
    if not any(isinstance(annotation, str) for annotation in annotations.values()):
        return annotations
    names = _Names(fn)
    return {
        key: names.resolve(key, annotation) if isinstance(annotation, str) else annotation
        for key, annotation in annotations.items()
    }


class _Names:
    """Where the names in a function's annotations are looked up."""

    def __init__(self, fn: Any) -> None:
        self._fn = fn
        self._globals: dict[str, Any] = getattr(fn, "__globals__", None) or vars(sys.modules[fn.__module__])
        self._locals = {**_enclosing_locals(fn), **_closure(fn)}

    def resolve(self, key: str, text: str) -> Any:
        for names in (self._locals, self._globals, _BUILTINS):
            if text in names:
                return names[text]
        try:
            return eval(text, self._globals, self._locals)  # noqa: S307 - the user's own annotation
        except Exception as error:
            name = text.rpartition(".")[2]
            if name in CONTEXT_CLASS_NAMES:
                return ContextName(name)
            what = "The return annotation" if key == "return" else f"The annotation of '{key}'"
            raise DagsterInvalidDefinitionError(
                f"{what} of {describe_function(self._fn)} is the text '{text}', which cannot be resolved: {error}. "
                f"Import the name outside of `if TYPE_CHECKING`, and define it before the function."
            ) from error


# The names by which a parameter is known to be the context, even where the class is imported for type checkers only.
CONTEXT_CLASS_NAMES = frozenset({"OpExecutionContext", "AssetExecutionContext", "AssetCheckExecutionContext"})
_BUILTINS = vars(builtins)


class ContextName(str):
    """The name of a context class that cannot be resolved at run time."""

    __slots__ = ()


def _closure(fn: Any) -> dict[str, Any]:
    found = {}
    code = getattr(fn, "__code__", None)
    for name, cell in zip(
        code.co_freevars if code else (), getattr(fn, "__closure__", None) or (), strict=False
    ):
        with suppress(ValueError):  # a variable that is bound later
            found[name] = cell.cell_contents
    return found


def _enclosing_locals(fn: Any) -> dict[str, Any]:
    """Return the local variables of the functions and classes in which ``fn`` is being defined."""
    enclosing = getattr(fn, "__qualname__", "").rpartition(".")[0]
    code = getattr(fn, "__code__", None)
    if not enclosing or code is None:
        return {}
    found: dict[str, Any] = {}
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and enclosing:
        if frame.f_code.co_filename == code.co_filename and _is_part(frame.f_code.co_qualname, enclosing):
            found = {**frame.f_locals, **found}
            enclosing = frame.f_code.co_qualname.rpartition(".")[0]
        frame = frame.f_back
    return found


def _is_part(qualname: str, enclosing: str) -> bool:
    return enclosing == qualname or enclosing.startswith(f"{qualname}.")
