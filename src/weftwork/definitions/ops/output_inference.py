"""The outputs of an op, as its declarations and the return annotation of its function say together."""

from __future__ import annotations

import collections.abc
import typing
from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError, ParameterCheckError
from weftwork.base.source import describe_function
from weftwork.definitions.events import (
    AssetCheckResult,
    DynamicOutput,
    MaterializeResult,
    ObserveResult,
    Output,
)
from weftwork.definitions.nodes.outputs import DEFAULT_OUTPUT, DynamicOut, Out, OutputDefinition
from weftwork.definitions.nodes.written_type import NO_VALUE
from weftwork.definitions.ops.compute import ComputeFunction

_NOTHING = type(None)
_STREAMS = (
    collections.abc.Generator, collections.abc.Iterator, collections.abc.AsyncGenerator, collections.abc.AsyncIterator,
    collections.abc.Iterable, collections.abc.AsyncIterable,
)  # fmt: skip
_PROMISES = (collections.abc.Awaitable, collections.abc.Coroutine)
_SEQUENCES = (list, collections.abc.Sequence)
_ASSET_RESULTS = (MaterializeResult, ObserveResult, AssetCheckResult)


def build_output_defs(
    compute: ComputeFunction,
    out: Out | Mapping[str, Out] | None,
    op_name: str,
    code_version: str | None = None,
) -> list[OutputDefinition]:
    """Return the outputs of an op.

    Args:
        compute: its function.
        out: what the op declares: one output, several by name, or None to go by the annotation.
        op_name: the op, for messages.
        code_version: the version of outputs that have none of their own.

    Raises:
        ParameterCheckError: if ``out`` is of another kind.
        DagsterInvariantViolationError: if several outputs are declared and the annotation is no matching tuple.
    """
    annotation = NO_VALUE if compute.return_annotation is NO_VALUE else _read_annotation(compute)
    if out is None:
        return [_infer(annotation).to_definition(_value_type(annotation), DEFAULT_OUTPUT, None, code_version)]
    if isinstance(out, Out):
        return [out.to_definition(_value_type(annotation), DEFAULT_OUTPUT, None, code_version)]
    if not isinstance(out, Mapping):
        raise ParameterCheckError(
            f"Op '{op_name}': out must be an Out or a dict of name to Out, not {type(out).__name__}: {out!r:.100}."
            + (f" To declare the type, write out=Out({out.__name__})." if isinstance(out, type) else "")
        )
    for name, declaration in out.items():
        if not isinstance(declaration, Out):
            raise ParameterCheckError(
                f"Op '{op_name}': out['{name}'] must be an Out, not {type(declaration).__name__}: {declaration!r:.100}."
                + (
                    f" To declare the type, write Out({declaration.__name__})."
                    if isinstance(declaration, type)
                    else ""
                )
            )
    types = [_value_type(annotation)] if len(out) == 1 else _split(annotation, out, compute, op_name)
    return [
        declaration.to_definition(written, name, None, code_version)
        for (name, declaration), written in zip(out.items(), types, strict=True)
    ]


def _read_annotation(compute: ComputeFunction) -> Any:
    """Return what the function gives: of a generator, what it yields."""
    annotation = _NOTHING if compute.return_annotation is None else compute.return_annotation
    origin = typing.get_origin(annotation) or annotation
    if origin in _PROMISES:
        return (typing.get_args(annotation) or (NO_VALUE,))[-1]
    if _is_stream(compute):
        args = typing.get_args(annotation) if origin in _STREAMS else ()
        return list[args[0]] if args and _is_dynamic_item(args[0]) else _yielded(args)  # type: ignore[valid-type]
    return annotation


def _is_stream(compute: ComputeFunction) -> bool:
    """Return whether a function yields, or returns what yields."""
    annotation = compute.return_annotation
    return (
        compute.kind in ("generator", "async_generator")
        or (typing.get_origin(annotation) or annotation) in _STREAMS
    )


def _yielded(args: tuple[Any, ...]) -> Any:
    item = args[0] if args else NO_VALUE
    return item if typing.get_origin(item) is Output or item in _ASSET_RESULTS else NO_VALUE


def _is_dynamic_item(annotation: Any) -> bool:
    return annotation is DynamicOutput or typing.get_origin(annotation) is DynamicOutput


def _is_dynamic(annotation: Any) -> bool:
    args = typing.get_args(annotation)
    return typing.get_origin(annotation) in _SEQUENCES and bool(args) and _is_dynamic_item(args[0])


def _infer(annotation: Any) -> Out:
    if annotation is not NO_VALUE and _is_dynamic(annotation):
        return DynamicOut()
    if annotation is not NO_VALUE and _is_dynamic_item(annotation):
        raise DagsterInvariantViolationError(
            "A function cannot return a single DynamicOutput. Annotate it with list[DynamicOutput[…]] and return a list, "
            "yield the items, or return an Output."
        )
    return Out()


def _value_type(annotation: Any) -> Any:
    if annotation is NO_VALUE or not _is_dynamic(annotation):
        return annotation
    args = typing.get_args(typing.get_args(annotation)[0])
    return args[0] if args else NO_VALUE


def _is_declared_nothing(out: Out) -> bool:
    declared = out.dagster_type
    return declared is not NO_VALUE and bool(getattr(declared, "is_nothing", declared is _NOTHING))


def _split(annotation: Any, out: Mapping[str, Out], compute: ComputeFunction, op_name: str) -> Sequence[Any]:
    """Return the annotated type of each of several outputs."""
    if annotation is NO_VALUE or not out:
        return [NO_VALUE] * len(out)
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    item = args[0] if origin in _SEQUENCES and args else annotation
    if (typing.get_origin(item) or item) in _ASSET_RESULTS:
        return [_NOTHING] * len(out)
    if annotation in (None, type(None)) and all(_is_declared_nothing(each) for each in out.values()):
        return [_NOTHING] * len(out)  # it stores everything itself
    if _is_stream(compute):
        return [NO_VALUE] * len(out)  # one annotation cannot tell which of the outputs is yielded
    if origin is tuple and args and args[-1] is not Ellipsis:
        if len(args) == len(out):
            return [_value_type(_NOTHING if arg is None else arg) for arg in args]
        raise DagsterInvariantViolationError(
            f"Op '{op_name}' declares {len(out)} outputs, but {describe_function(compute.fn)} is annotated to return a "
            f"tuple of {len(args)}. Make them as many."
        )
    raise DagsterInvariantViolationError(
        f"Op '{op_name}' declares {len(out)} outputs, so the return annotation of {describe_function(compute.fn)} must "
        f"be a tuple of their types in the order of `out`, not {annotation!r}."
    )
