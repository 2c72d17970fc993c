"""Which outputs the inputs of a node take, written as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.records.retry import RetryPolicy
from weftwork.records.specs import LevelSpec
from weftwork.records.tags import normalize_tags
from weftwork.serde.record import Record

NO_HOOKS: frozenset[Any] = frozenset()


class IDependencyDefinition(Record):
    """Base of the sources of an input."""

    def get_node_dependencies(self) -> Sequence[DependencyDefinition]:
        """Return the outputs that the input takes."""
        raise NotImplementedError

    def get_op_dependencies(self) -> Sequence[DependencyDefinition]:
        """Return the outputs that the input takes."""
        return self.get_node_dependencies()

    def is_fan_in(self) -> bool:
        """Return whether the input is given a list."""
        return False


class DependencyDefinition(IDependencyDefinition, kw_only=False):
    """An input takes an output of another node.

    Args:
        node: the name of the node.
        output: the name of its output (default "result").
        description: text for people.

    Example:
        >>> GraphDefinition("g", node_defs=[one, add], dependencies={"add": {"x": DependencyDefinition("one")}})
    """

    node: str
    output: str = "result"
    description: str | None = None

    def __post_init__(self) -> None:
        check_type(self.node, str, "node")
        check_type(self.output, str, "output")

    def get_node_dependencies(self) -> Sequence[DependencyDefinition]:
        """Return this output."""
        return [self]


class MappedInputPlaceholder:
    """The place in a fan-in list that an input of the graph fills."""


class MultiDependencyDefinition(IDependencyDefinition, kw_only=False):
    """An input takes a list of outputs (fan-in), in order.

    Args:
        dependencies: the outputs.

    Raises:
        DagsterInvalidDefinitionError: if an output occurs twice.

    Example:
        >>> MultiDependencyDefinition([DependencyDefinition("a"), DependencyDefinition("b")])
    """

    dependencies: list[Any]

    def __post_init__(self) -> None:
        seen = set()
        for entry in check_type(self.dependencies, (list, tuple), "dependencies"):
            if entry is MappedInputPlaceholder:
                continue
            if not isinstance(entry, (DependencyDefinition, DynamicCollectDependencyDefinition)):
                raise CheckError(
                    f"An entry of a MultiDependencyDefinition must be a DependencyDefinition, not {entry!r}."
                )
            if (entry.node, entry.output) in seen:
                raise DagsterInvalidDefinitionError(
                    f"Output '{entry.output}' of '{entry.node}' occurs twice in one MultiDependencyDefinition."
                )
            seen.add((entry.node, entry.output))

    def get_node_dependencies(self) -> Sequence[DependencyDefinition]:
        """Return the outputs in the list."""
        return [d for d in self.dependencies if isinstance(d, DependencyDefinition)]

    def get_dependencies_and_mappings(self) -> Sequence[Any]:
        """Return the outputs, and the places that inputs of the graph fill."""
        return self.dependencies

    def is_fan_in(self) -> bool:
        """Always True."""
        return True


class DynamicCollectDependencyDefinition(IDependencyDefinition, kw_only=False):
    """An input takes the items of a dynamic output, collected to a list.

    Args:
        node_name: the name of the node.
        output_name: the name of its output.
    """

    node_name: str
    output_name: str = "result"

    @property
    def node(self) -> str:
        """The name of the node."""
        return self.node_name

    @property
    def output(self) -> str:
        """The name of its output."""
        return self.output_name

    def get_node_dependencies(self) -> Sequence[DependencyDefinition]:
        """Return the dynamic output."""
        return [DependencyDefinition(self.node_name, self.output_name)]

    def is_fan_in(self) -> bool:
        """Always True."""
        return True


class NodeInvocation:
    """One use of an op or graph in a graph: the key of ``dependencies`` where a name is not enough.

    Args:
        name: the name of the op or graph.
        alias: the name of this use (default: ``name``).
        tags: tags of this use.
        hook_defs: hooks of this use.
        retry_policy: retry policy of this use.
        run_when: run condition of this use.
        zips: groups of dynamic outputs above it whose items are paired by key instead of combined.
    """

    __slots__ = ("alias", "hook_defs", "name", "retry_policy", "run_when", "tags", "zips")

    def __init__(
        self,
        name: str,
        alias: str | None = None,
        tags: Mapping[str, Any] | None = None,
        hook_defs: Set[Any] | None = None,
        retry_policy: RetryPolicy | None = None,
        run_when: str | None = None,
        zips: Sequence[Sequence[LevelSpec]] = (),
    ) -> None:
        self.run_when = run_when if run_when is None else check_type(run_when, str, "run_when")
        self.zips = tuple([tuple(group) for group in zips]) if zips else ()
        self.name: str = check_type(name, str, "name")
        self.alias = alias if alias is None else check_type(alias, str, "alias")
        self.tags: Mapping[str, str] = normalize_tags(tags, f"the tags of '{alias or name}'") if tags else {}
        self.hook_defs: frozenset[Any] = frozenset(hook_defs) if hook_defs else NO_HOOKS
        self.retry_policy: RetryPolicy | None = (
            retry_policy if retry_policy is None else check_type(retry_policy, RetryPolicy, "retry_policy")
        )

    @property
    def node_name(self) -> str:
        """The name of this use."""
        return self.alias or self.name

    @property
    def is_plain(self) -> bool:
        """Whether it says nothing but the name."""
        return (
            self.alias is None
            and not self.tags
            and not self.hook_defs
            and self.retry_policy is None
            and not (self.run_when or self.zips)
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NodeInvocation) and all(
            getattr(self, slot) == getattr(other, slot) for slot in NodeInvocation.__slots__
        )

    def __hash__(self) -> int:
        return hash((self.name, self.alias))

    def __repr__(self) -> str:
        return f"NodeInvocation({self.name!r}, alias={self.alias!r})"


def check_hooks(hook_defs: Any, name: str = "hook_defs") -> frozenset[Any]:
    """Return hooks as a set.

    Raises:
        ParameterCheckError: if it is no set of hooks.
    """
    if not isinstance(hook_defs, Set):
        raise ParameterCheckError(
            f"Parameter '{name}' must be a set of hooks, not {type(hook_defs).__name__}: {hook_defs!r:.100}."
        )
    from weftwork.definitions.hooks.hook_definition import HookDefinition  # most definitions have no hooks

    for hook in hook_defs:
        check_type(hook, HookDefinition, name)
    return frozenset(hook_defs)
