"""Run a composing function once and read from it the nodes, the edges, and what the graph takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from weftwork.base.arguments import check_callable, check_type
from weftwork.base.errors import (
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
    ParameterCheckError,
)
from weftwork.base.source import describe_function
from weftwork.base.text import did_you_mean, quote_names
from weftwork.base.warnings import warn_user
from weftwork.definitions.graphs.graph_definition import GraphDefinition
from weftwork.definitions.graphs.graph_inputs import infer_types
from weftwork.definitions.nodes.composition import Composition
from weftwork.definitions.nodes.handles import CollectedHandle, InputHandle, OutputHandle, OutputHandles
from weftwork.definitions.nodes.inputs import GraphIn, InputDefinition
from weftwork.definitions.nodes.mappings import OutputMapping
from weftwork.definitions.nodes.outputs import DEFAULT_OUTPUT, GraphOut
from weftwork.definitions.ops.parameters import read_signature


def compose_graph(
    fn: Callable[..., Any],
    *,
    name: str,
    kind: str,
    description: str | None = None,
    ins: Mapping[str, GraphIn] | None = None,
    out: GraphOut | Mapping[str, GraphOut] | None = None,
    input_defs: Sequence[InputDefinition] | None = None,
    gives_outputs: bool = True,
    tags: Mapping[str, Any] | None = None,
    config: Any = None,
) -> GraphDefinition:
    """Return the graph that a function composes.

    Args:
        fn: the function; it is called once, with a handle for each parameter.
        name: the name of the graph.
        kind: "@graph" or "@job", for messages.
        description: text for people (default: the docstring).
        ins: what is said of the inputs.
        out: the output, or output name to GraphOut.
        input_defs: the inputs, instead of ``ins``.
        gives_outputs: whether what the function returns becomes the outputs.
        tags: tags of the graph.
        config: its config mapping.

    Raises:
        DagsterInvalidDefinitionError: if the function composes something that is no graph.
    """
    check_callable(fn, "compose_fn")
    inputs = _build_inputs(fn, name, kind, ins, input_defs)
    with Composition(name, kind) as composition:
        returned = fn(**{input_def.name: InputHandle(input_def.name) for input_def in inputs})
    for pending in composition.pending:
        if not pending.is_used:
            warn_user(
                f"{kind} '{name}' ({describe_function(fn)}) mentions {pending.describe_node()} and does not call it, so it is "
                f"no part of the graph. Add the parentheses: …(…)()."
            )
    mapped = {mapping.graph_input_name for mapping in composition.input_mappings}
    for input_def in inputs:
        if input_def.name not in mapped:
            raise DagsterInvalidDefinitionError(
                f"{kind} '{name}' ({describe_function(fn)}) never uses its input '{input_def.name}'. Pass it to an op or "
                f"graph, or remove the parameter."
            )
    definitions = {use.node_name: composition.node_defs[use.name] for use in composition.dependencies}
    infer_types(inputs, composition.input_mappings, definitions)
    reader = _Returned(fn, name, kind, composition)
    outputs = reader.to_mappings(returned, out) if gives_outputs else reader.refuse(returned)
    return GraphDefinition(
        name,
        description=_find_description(fn) if description is None else description,
        node_defs=list(composition.node_defs.values()),
        dependencies=composition.dependencies,
        input_mappings=composition.input_mappings,
        output_mappings=outputs,
        config=config,
        tags=tags,
        input_assets=composition.input_assets,
        composition_fn=fn,
        input_defs=inputs,
    )


def _build_inputs(
    fn: Callable[..., Any], name: str, kind: str, ins: Mapping[str, GraphIn] | None,
    input_defs: Sequence[InputDefinition] | None,
) -> list[InputDefinition]:  # fmt: skip
    signature = read_signature(fn)
    if signature.has_varargs:
        raise DagsterInvalidDefinitionError(
            f"{kind} '{name}' ({describe_function(fn)}) takes *args, but inputs are given by name. Name each as a parameter."
        )
    if ins is not None:
        check_type(ins, Mapping, "ins")
        for key, declaration in ins.items():
            check_type(declaration, GraphIn, f"ins['{key}']")
    known = {input_def.name: input_def for input_def in input_defs or ()}
    names = [parameter.name for parameter in signature.parameters]
    for key in (*known, *(ins or {})):
        if key not in names and not signature.has_varkeywords:
            raise DagsterInvalidDefinitionError(
                f"{kind} '{name}': {describe_function(fn)} has no parameter for input '{key}'; it has {quote_names(names)}."
                f"{did_you_mean(key, names)}"
            )
    found = {}
    for parameter in signature.parameters:
        declared = (ins or {}).get(parameter.name)
        found[parameter.name] = known.get(parameter.name) or InputDefinition(
            parameter.name, parameter.annotation, declared.description if declared else None
        )
    for key in (*known, *(ins or {})):
        if key not in found:
            found[key] = known.get(key) or (ins or {})[key].to_definition(key)
    return list(found.values())


def _find_description(fn: Any) -> str | None:
    text = getattr(fn, "__doc__", None)
    if not isinstance(text, str) or not hasattr(fn, "__code__"):
        return None
    from inspect import cleandoc  # only where there is a docstring

    return cleandoc(text)


class _Returned:
    """What a composing function returned, read as the outputs of the graph."""

    def __init__(self, fn: Callable[..., Any], name: str, kind: str, composition: Composition) -> None:
        self._where = f"{kind} '{name}' ({describe_function(fn)})"
        self._composition = composition

    def to_mappings(
        self, returned: Any, out: GraphOut | Mapping[str, GraphOut] | None
    ) -> list[OutputMapping]:
        declared = self._read_declared(out)
        if declared is None:
            declared = {} if returned is None else {DEFAULT_OUTPUT: GraphOut()}
            if isinstance(returned, Mapping) and set(returned) != {DEFAULT_OUTPUT}:
                raise self._error(
                    f"returned a dict of outputs without declaring them: add out={{{', '.join(f'{k!r}: GraphOut()' for k in returned)}}}."
                )
            if isinstance(returned, tuple) and returned:
                returned = self._take_first(returned)
        given = self._by_name(returned, declared)
        for key in declared:
            if key not in given:
                raise self._error(f"does not return its output '{key}'. Return it, or remove it from `out`.")
        return [self._to_mapping(key, given[key], declaration) for key, declaration in declared.items()]

    def _take_first(self, returned: tuple[Any, ...]) -> Any:
        if len(returned) > 1:
            warn_user(
                f"{self._where} returned {len(returned)} outputs without declaring them, so only the first is an output of the "
                f"graph. Declare them, as in out={{'first': GraphOut(), 'second': GraphOut()}}, or return one."
            )
        return returned[0]

    def refuse(self, returned: Any) -> list[OutputMapping]:
        if returned is not None:
            raise self._error(
                f"returned {self._describe(returned)}, but a job has no outputs. Remove the return; to give outputs, make "
                f"it a @graph and run graph.execute_in_process(), or use .to_job()."
            )
        return []

    def _read_declared(self, out: GraphOut | Mapping[str, GraphOut] | None) -> dict[str, GraphOut] | None:
        if out is None:
            return None
        if isinstance(out, GraphOut):
            return {DEFAULT_OUTPUT: out}
        if not isinstance(out, Mapping):
            raise ParameterCheckError(
                f"Parameter 'out' must be a GraphOut or a dict of them, not {out!r:.100}."
            )
        for key, declaration in out.items():
            check_type(declaration, GraphOut, f"out['{key}']")
        return dict(out)

    def _by_name(self, returned: Any, declared: Mapping[str, GraphOut]) -> Mapping[str, Any]:
        names = list(declared)
        if isinstance(returned, Mapping):
            for key in returned:
                if key not in declared:
                    raise self._error(
                        f"returned the output '{key}', which is not declared: {quote_names(names)}.{did_you_mean(str(key), names)}"
                    )
            return returned
        if isinstance(returned, OutputHandles) and set(returned.names) == set(names):
            return dict(zip(returned.names, returned, strict=True))
        if isinstance(returned, tuple):
            if len(returned) != len(names):
                raise self._error(
                    f"returned {len(returned)} outputs and declares {len(names)}: {quote_names(names)}."
                )
            return dict(zip(names, returned, strict=True))
        if returned is None:
            return {}
        if len(names) != 1:
            raise self._error(
                f"returned {self._describe(returned)}, but declares {len(names)} outputs ({quote_names(names)}). "
                f"Return a dict or a tuple of them."
            )
        return {names[0]: returned}

    def _to_mapping(self, key: str, handle: Any, declaration: GraphOut) -> OutputMapping:
        if not isinstance(handle, OutputHandle):
            hint = ""
            if isinstance(handle, CollectedHandle):
                hint = (
                    " Pass the list to an op and return what that gives, or return the dynamic output itself."
                )
            elif isinstance(handle, InputHandle):
                hint = " Pass the input to an op and return what that gives."
            raise self._error(
                f"returned {self._describe(handle)} as output '{key}'; expected what an op or graph gave.{hint}"
            )
        if handle.scope is not self._composition:
            raise DagsterInvariantViolationError(
                f"{self._where} returned {handle.describe()}, which is of another graph."
            )
        return OutputMapping(
            key, handle.node_name, handle.output_name, declaration.description, None, bool(handle.levels)
        )

    def _describe(self, returned: Any) -> str:
        if isinstance(returned, (OutputHandle, CollectedHandle, InputHandle)):
            return returned.describe()
        return f"{type(returned).__name__} {returned!r:.100}"

    def _error(self, text: str) -> DagsterInvalidDefinitionError:
        return DagsterInvalidDefinitionError(f"{self._where} {text}")
