"""What ops and graphs share: a name, inputs and outputs, and being used in a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.nodes.inputs import InputDefinition
from weftwork.definitions.nodes.outputs import OutputDefinition
from weftwork.definitions.types.builtin_types import BUILTIN_TYPES
from weftwork.definitions.types.dagster_type import DagsterType
from weftwork.records.retry import RetryPolicy

if TYPE_CHECKING:
    from weftwork.definitions.nodes.invocation import PendingNodeInvocation  # what composes graphs


class NodeDefinition:
    """Base of ops and graphs."""

    name: str
    tags: Mapping[str, str]
    input_defs: Sequence[InputDefinition]
    output_defs: Sequence[OutputDefinition]
    is_graph = False

    @property
    def node_type_str(self) -> str:
        """What it is: "op" or "graph"."""
        return "graph" if self.is_graph else "op"

    def describe_node(self) -> str:
        """Return what it is and its name."""
        return f"{self.node_type_str} '{self.name}'"

    @cached_property
    def input_dict(self) -> Mapping[str, InputDefinition]:
        """The inputs by name."""
        return {input_def.name: input_def for input_def in self.input_defs}

    @cached_property
    def output_dict(self) -> Mapping[str, OutputDefinition]:
        """The outputs by name."""
        return {output_def.name: output_def for output_def in self.output_defs}

    @cached_property
    def positional_inputs(self) -> Sequence[str]:
        """The inputs in the order in which a call gives them by position."""
        return [input_def.name for input_def in self.input_defs]

    def has_input(self, name: str) -> bool:
        """Return whether there is an input of that name."""
        return name in self.input_dict

    def has_output(self, name: str) -> bool:
        """Return whether there is an output of that name."""
        return name in self.output_dict

    def input_def_named(self, name: str) -> InputDefinition:
        """Return the input of that name.

        Raises:
            KeyError: if there is none.
        """
        return self.input_dict[name]

    def output_def_named(self, name: str) -> OutputDefinition:
        """Return the output of that name.

        Raises:
            KeyError: if there is none.
        """
        return self.output_dict[name]

    def input_has_default(self, input_name: str) -> bool:
        """Return whether the input has a default."""
        return self.input_dict[input_name].has_default_value

    def default_value_for_input(self, input_name: str) -> Any:
        """Return the default of the input."""
        return self.input_dict[input_name].default_value

    def resolve_input_name_at_position(self, idx: int) -> str | None:
        """Return the input that a call gives at that position, or None."""
        names = self.positional_inputs
        return names[idx] if idx < len(names) else None

    def iterate_node_defs(self) -> Iterator[NodeDefinition]:
        """Yield the definition and every op and graph inside."""
        yield self

    def all_dagster_types(self) -> Sequence[DagsterType]:
        """Return every type in it once: the built-in ones, then those of the inputs and outputs inside."""
        found = dict.fromkeys(BUILTIN_TYPES)
        for inner in self.iterate_node_defs():
            for slot in (*inner.input_defs, *inner.output_defs):
                _add_with_inner(slot.dagster_type, found)
        return list(found)

    def has_dagster_type(self, name: str) -> bool:
        """Return whether a type of that display name is in it."""
        return any(dagster_type.display_name == name for dagster_type in self.all_dagster_types())

    def dagster_type_named(self, name: str) -> DagsterType:
        """Return the type of that display name.

        Raises:
            DagsterInvalidDefinitionError: if there is none.
        """
        found = {dagster_type.display_name: dagster_type for dagster_type in self.all_dagster_types()}
        named: DagsterType = get_named(found, name, "type", f"In {self.describe_node()}")
        return named

    def get_pending_invocation(
        self, given_alias: str | None = None, tags: Mapping[str, Any] | None = None,
        hook_defs: Set[Any] | None = None, retry_policy: RetryPolicy | None = None,
    ) -> PendingNodeInvocation:  # fmt: skip
        """Return the node with what is said of one use of it."""
        from weftwork.definitions.nodes.invocation import (
            PendingNodeInvocation,  # only where graphs are composed
        )

        return PendingNodeInvocation(self, given_alias, tags, hook_defs, retry_policy)

    def alias(self, name: str) -> PendingNodeInvocation:
        """Return the node under another name, to be called in a graph."""
        return self.get_pending_invocation(name)

    def tag(self, tags: Mapping[str, Any] | None) -> PendingNodeInvocation:
        """Return the node with tags, to be called in a graph."""
        return self.get_pending_invocation(None, tags)

    def with_hooks(self, hook_defs: Set[Any]) -> PendingNodeInvocation:
        """Return the node with hooks, to be called in a graph."""
        return self.get_pending_invocation().with_hooks(hook_defs)

    def with_retry_policy(self, retry_policy: RetryPolicy) -> PendingNodeInvocation:
        """Return the node with a retry policy, to be called in a graph."""
        return self.get_pending_invocation(retry_policy=retry_policy)

    def with_run_when(self, run_when: str) -> PendingNodeInvocation:
        """Return the op with a run condition, to be called in a graph; see ``@op(run_when=…)``."""
        return self.get_pending_invocation().with_run_when(run_when)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} '{self.name}'>"


def _add_with_inner(dagster_type: DagsterType, found: dict[DagsterType, None]) -> None:
    found.setdefault(dagster_type)
    for inner in dagster_type.inner_types:
        _add_with_inner(inner, found)


def get_named(found: Mapping[str, Any], name: str, what: str, where: str) -> Any:
    """Return the entry of that name.

    Raises:
        DagsterInvalidDefinitionError: if there is none; names what there is, and the nearest.
    """
    if name in found:
        return found[name]
    raise DagsterInvalidDefinitionError(
        f"{where} there is no {what} '{name}'; there is: {quote_names(found)}.{did_you_mean(name, found)}"
    )
