"""The graph that is being composed: calls of ops and graphs inside of a @graph or @job function are noted here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError, DagsterInvalidInvocationError
from weftwork.base.source import find_user_site
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.nodes.composing import enter_composition, leave_composition
from weftwork.definitions.nodes.dependencies import (
    DependencyDefinition,
    DynamicCollectDependencyDefinition,
    IDependencyDefinition,
    MappedInputPlaceholder,
    MultiDependencyDefinition,
    NodeInvocation,
)
from weftwork.definitions.nodes.handles import (
    CollectedHandle,
    InputHandle,
    Level,
    OutputHandle,
    OutputHandles,
)
from weftwork.definitions.nodes.mappings import InputMapping
from weftwork.records.keys import AssetKey
from weftwork.records.retry import RetryPolicy
from weftwork.records.specs import LevelSpec

_HANDLES = (OutputHandle, CollectedHandle, InputHandle)


class Composition:
    """The nodes and edges of a graph while its function runs; a context manager around that.

    Args:
        name: the name of the graph or job.
        kind: "@graph" or "@job", for messages.

    Attributes:
        levels: the dynamic outputs that enclosing calls of map have taken apart, outer first.
        zips: groups of these whose items are paired by key.
        node_defs: the definitions used, by name.
        dependencies: what each use takes.
        input_mappings: which inputs of nodes take inputs of the graph.
        input_assets: which inputs of nodes are assets, by node and input.
        node_levels: the levels that each node hangs under.
        pending: uses that were given an alias, tags, hooks or a policy, called or not.
    """

    __slots__ = ("_counts", "dependencies", "input_assets", "input_mappings", "kind", "levels", "name", "node_defs",
                 "node_levels", "pending", "zips")  # fmt: skip

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self.kind = kind
        self.levels: tuple[Level, ...] = ()
        self.node_defs: dict[str, Any] = {}
        self.dependencies: dict[NodeInvocation, dict[str, IDependencyDefinition]] = {}
        self.input_mappings: list[InputMapping] = []
        self.input_assets: dict[str, dict[str, Any]] = {}
        self.node_levels: dict[str, tuple[Level, ...]] = {}
        self.zips: tuple[tuple[Level, ...], ...] = ()
        self.pending: list[Any] = []
        self._counts: dict[str, int] = {}

    def __enter__(self) -> Composition:
        enter_composition(self)
        return self

    def __exit__(self, *_exception: object) -> None:
        leave_composition()

    def locate(self) -> str:
        """Return which graph is composed, and where, for messages."""
        site = find_user_site()
        return f"In {self.kind} '{self.name}'" + (f" ({site})" if site else "")

    def add(
        self,
        node_def: Any,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        alias: str | None = None,
        tags: Mapping[str, str] | None = None,
        hook_defs: frozenset[Any] | None = None,
        retry_policy: RetryPolicy | None = None,
        run_when: str | None = None,
    ) -> Any:
        """Note one use of an op or graph and return the handles of its outputs.

        Returns:
            One handle, a named tuple of several, or None where there is no output.

        Raises:
            DagsterInvalidDefinitionError: if an argument is no handle, not an input, or dynamic.
            DagsterInvalidInvocationError: if an input is given twice.
        """
        name = self._take_name(node_def, alias)
        given = self._bind(node_def, name, args, kwargs) if args or kwargs else {}
        zips, levels = self._levels_of(given)
        dependencies = {key: self._note_input(name, key, value) for key, value in self._in_order(given)}
        invocation = NodeInvocation(node_def.name, name, tags, hook_defs, retry_policy, run_when, zips)
        self.dependencies[invocation] = {
            key: found for key, found in dependencies.items() if found is not None
        }
        self.node_levels[name] = levels
        return self._make_handles(node_def, name, levels)

    def _take_name(self, node_def: Any, alias: str | None) -> str:
        known = self.node_defs.setdefault(node_def.name, node_def)
        if known is not node_def:
            raise DagsterInvalidDefinitionError(
                f"{self.locate()}: two different definitions are named '{node_def.name}'. Give one of them another name: "
                f"@op(name=…); an alias is not enough, as both would be configured and shown under one name."
            )
        if alias is not None:
            if alias in self.node_levels:
                raise DagsterInvalidDefinitionError(
                    f"{self.locate()}: two nodes are named '{alias}'. Give each use its own alias, or none to have "
                    f"them numbered."
                )
            return alias
        name: str = node_def.name
        while name in self.node_levels:
            count = self._counts.get(node_def.name, 1) + 1
            self._counts[node_def.name] = count
            name = f"{node_def.name}_{count}"
        return name

    def _bind(
        self, node_def: Any, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> dict[str, Any]:
        positions = node_def.positional_inputs
        if len(args) > len(positions):
            raise DagsterInvalidDefinitionError(
                f"{self.locate()}: '{name}' is called with {len(args)} arguments and has {len(positions)} inputs: "
                f"{quote_names(positions)}."
            )
        given = dict(zip(positions, args, strict=False))
        for key, value in kwargs.items():
            if key in given:
                raise DagsterInvalidInvocationError(
                    f"{self.locate()}: '{name}' is given its input '{key}' twice: by position and by name."
                )
            if key not in node_def.input_dict:
                raise DagsterInvalidDefinitionError(
                    f"{self.locate()}: '{name}' has no input '{key}'; its inputs: {quote_names(node_def.input_dict)}."
                    f"{did_you_mean(key, node_def.input_dict)}"
                )
            given[key] = value
        for key, value in given.items():
            self._check_argument(name, key, value)
        return given

    def _check_argument(self, name: str, key: str, value: Any) -> None:
        if isinstance(value, (list, tuple)) and not isinstance(value, OutputHandles):
            for index, item in enumerate(value):
                if not isinstance(item, _HANDLES):
                    raise self._bad_argument(name, f"{key}[{index}]", item)
                self._check_levels(name, key, item)
        elif isinstance(value, _HANDLES):
            self._check_levels(name, key, value)
        elif not _is_asset(value):
            raise self._bad_argument(name, key, value)

    def _check_levels(self, name: str, key: str, handle: Any) -> None:
        around = self.levels
        if all(level in around for level in handle.levels):
            return
        raise DagsterInvalidDefinitionError(
            f"{self.locate()}: input '{key}' of '{name}' is given {handle.describe()}, which is dynamic: there is one "
            f"value for each item. Use .map({name}) to run '{name}' for each of them, or .collect() to pass one list."
        )

    def _bad_argument(self, name: str, key: str, value: Any) -> DagsterInvalidDefinitionError:
        if isinstance(value, OutputHandles):
            hint = f"'{name}' is given all outputs of a node at once; pass one of them: {quote_names(value.names)}."
        elif hasattr(value, "input_dict"):
            hint = (
                f"It is the definition '{value.name}' itself. Did you forget the parentheses: {value.name}()?"
            )
        elif value is None:
            hint = "It is None: the function that made it returned nothing."
        else:
            hint = (
                "A constant goes into config, into the input's default value, or into an op that returns it."
            )
        return DagsterInvalidDefinitionError(
            f"{self.locate()}: input '{key}' of '{name}' must be what another op or graph gave, or an input of the "
            f"composing function, not {type(value).__name__}: {value!r:.100}. {hint}"
        )

    def _levels_of(self, given: Mapping[str, Any]) -> tuple[list[list[LevelSpec]], tuple[Level, ...]]:
        """Return which levels a node pairs, and the levels that it hangs under: of a pair, the first."""
        around = self.levels
        if not around or not given:
            return [], ()
        found = {level for value in given.values() for level in _levels_of_value(value)}
        zips = []
        for group in self.zips:
            present = [level for level in group if level in found]
            if len(present) > 1:
                zips.append([self._level_spec(level) for level in group])
                found.difference_update(present)
                found.add(group[0])
        return zips, tuple(level for level in around if level in found)

    def _level_spec(self, level: Level) -> LevelSpec:
        node, output, number = level
        use = next(use for use in self.dependencies if (use.alias or use.name) == node)
        depth = self.node_defs[use.name].output_dict[output].dynamic_depth
        return LevelSpec(node, output, depth - 1 - number)

    def _in_order(self, given: dict[str, Any]) -> list[tuple[str, Any]]:
        # Planning takes the levels of a node in the order of its inputs: outer levels come first.
        if len(self.levels) < 2 or len(given) < 2:
            return list(given.items())
        rank = {level: index for index, level in enumerate(self.levels)}
        return sorted(
            given.items(), key=lambda item: sorted(rank[level] for level in _levels_of_value(item[1]))
        )

    def _note_input(self, name: str, key: str, value: Any) -> IDependencyDefinition | None:
        if isinstance(value, OutputHandle):
            return DependencyDefinition(value.node_name, value.output_name)
        if isinstance(value, CollectedHandle):
            return DynamicCollectDependencyDefinition(value.node_name, value.output_name)
        if isinstance(value, InputHandle):
            self.input_mappings.append(InputMapping(value.input_name, name, key))
            return None
        if isinstance(value, (list, tuple)):
            return MultiDependencyDefinition(
                [self._note_item(name, key, i, item) for i, item in enumerate(value)]
            )
        self.input_assets.setdefault(name, {})[key] = value
        return None

    def _note_item(self, name: str, key: str, index: int, item: Any) -> Any:
        if isinstance(item, InputHandle):
            self.input_mappings.append(InputMapping(item.input_name, name, key, fan_in_index=index))
            return MappedInputPlaceholder
        return self._note_input(name, key, item)

    def _make_handles(self, node_def: Any, name: str, levels: tuple[Level, ...]) -> Any:
        output_defs = node_def.output_defs
        handles = tuple(
            OutputHandle(
                self, name, output.name,
                levels + tuple((name, output.name, n) for n in range(output.dynamic_depth))
                if output.dynamic_depth else levels,
                self.levels,
            )
            for output in output_defs
        )  # fmt: skip
        if len(handles) == 1:
            return handles[0]
        return OutputHandles(tuple(output.name for output in output_defs), handles) if handles else None


def _levels_of_value(value: Any) -> tuple[Level, ...]:
    if isinstance(value, (list, tuple)):
        return tuple(level for item in value for level in item.levels)
    return getattr(value, "levels", ())


def _is_asset(value: Any) -> bool:
    return not isinstance(value, type) and isinstance(getattr(value, "key", None), AssetKey)
