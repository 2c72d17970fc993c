"""The decorator that makes a function that calls ops a graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterError
from weftwork.base.source import add_place
from weftwork.definitions.graphs.compose import compose_graph
from weftwork.definitions.graphs.graph_definition import GraphDefinition
from weftwork.definitions.nodes.inputs import GraphIn, InputDefinition
from weftwork.definitions.nodes.outputs import GraphOut, OutputDefinition
from weftwork.definitions.ops.decorator import get_function_name


@overload
def graph(compose_fn: Callable[..., Any]) -> GraphDefinition: ...


@overload
def graph(
    compose_fn: None = None,
    *,
    name: str | None = ...,
    description: str | None = ...,
    input_defs: Sequence[InputDefinition] | None = ...,
    output_defs: Sequence[OutputDefinition] | None = ...,
    ins: Mapping[str, GraphIn] | None = ...,
    out: GraphOut | Mapping[str, GraphOut] | None = ...,
    tags: Mapping[str, Any] | None = ...,
    config: Any = ...,
) -> Callable[[Callable[..., Any]], GraphDefinition]: ...


def graph(
    compose_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    input_defs: Sequence[InputDefinition] | None = None,
    output_defs: Sequence[OutputDefinition] | None = None,
    ins: Mapping[str, GraphIn] | None = None,
    out: GraphOut | Mapping[str, GraphOut] | None = None,
    tags: Mapping[str, Any] | None = None,
    config: Any = None,
) -> GraphDefinition | Callable[[Callable[..., Any]], GraphDefinition]:
    """Make a function that calls ops and graphs a graph of them.

    The function runs once, when it is decorated; each call in it is a node, and what a call gives is a placeholder
    that can be passed to other calls.

    Args:
        compose_fn: the function, where the decorator is used without parentheses.
        name: its name (default: that of the function).
        description: text for people (default: the docstring).
        input_defs: the inputs, in the older form.
        output_defs: the outputs, in the older form.
        ins: input name to GraphIn.
        out: the output, or output name to GraphOut; needed where there are several.
        tags: tags; what is not text is written as JSON.
        config: a ConfigMapping, or the config of the nodes, fixed.

    Raises:
        DagsterInvalidDefinitionError: if a call does not fit the op, or what is returned is no output.

    Example:
        >>> @graph
        ... def add_twice(x):
        ...     return add_one(add_one(x))
    """

    def decorate(fn: Callable[..., Any]) -> GraphDefinition:
        outputs = {
            output_def.name: GraphOut(output_def.description) for output_def in output_defs or ()
        } or out
        try:
            return compose_graph(
                fn, name=name or get_function_name(fn, "graph"), kind="@graph", description=description, ins=ins, out=outputs,
                input_defs=input_defs, tags=tags, config=config,
            )  # fmt: skip
        except (DagsterError, CheckError) as error:
            add_place(error, "@graph", fn)
            raise

    if compose_fn is not None:
        return decorate(compose_fn)
    check_type(name, str, "name", optional=True)
    return decorate
