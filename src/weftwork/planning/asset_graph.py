"""The graph of assets as plain data: who depends on whom, in integers inside and keys at the edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, UnknownAssetsError
from weftwork.base.graph import build_children, find_cycle, reachable, topological_order
from weftwork.base.text import did_you_mean
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.tags import COMPUTE_KIND_TAG, KIND_PREFIX
from weftwork.serde.record import Record

DEFAULT_GROUP = "default"


class AssetNodeSpec(Record):
    """What planning knows of an asset.

    Attributes:
        key: the asset.
        deps: the assets that it depends on.
        group: its group.
        tags: its tags.
        kinds: its kinds.
        owners: its owners.
        checks: the checks on it.
        is_materializable: whether something here makes it.
        is_observable: whether something here observes it.
        required_with: the assets that are always made together with it, itself included; empty if it is made alone.
        code_version: the version of the code that makes it.
    """

    key: AssetKey
    deps: tuple[AssetKey, ...] = ()
    group: str | None = DEFAULT_GROUP
    tags: dict[str, str] = {}
    kinds: frozenset[str] = frozenset()
    owners: tuple[str, ...] = ()
    checks: tuple[AssetCheckKey, ...] = ()
    is_materializable: bool = True
    is_observable: bool = False
    required_with: tuple[AssetKey, ...] = ()
    code_version: str | None = None

    @property
    def is_executable(self) -> bool:
        """Whether something here makes or observes it."""
        return self.is_materializable or self.is_observable

    @property
    def is_external(self) -> bool:
        """Whether nothing here makes or observes it."""
        return not self.is_executable


class AssetGraph:
    """Assets and how they depend on each other.

    Args:
        nodes: the assets; what they depend on and is not among them is added as external.

    Raises:
        DagsterInvalidDefinitionError: if two nodes have one key.
    """

    def __init__(self, nodes: Iterable[AssetNodeSpec]) -> None:
        self.nodes: list[AssetNodeSpec] = list(nodes)
        self._index: dict[AssetKey, int] = {node.key: number for number, node in enumerate(self.nodes)}
        if len(self._index) < len(self.nodes):
            raise _duplicate(self.nodes)
        self.parents: list[list[int]] = [self._numbers(node.deps) for node in self.nodes]
        self.parents.extend([] for _ in range(len(self.nodes) - len(self.parents)))

    def _numbers(self, keys: Iterable[AssetKey]) -> list[int]:
        index = self._index
        numbers = []
        for key in keys:
            number = index.get(key)
            if number is None:
                number = index[key] = len(self.nodes)
                self.nodes.append(AssetNodeSpec(key=key, group=None, is_materializable=False))
            numbers.append(number)
        return numbers

    @staticmethod
    def from_definitions(definitions: Iterable[Any]) -> AssetGraph:
        """Return the graph of assets definitions, source assets and asset specs.

        Raises:
            DagsterInvalidDefinitionError: if two of them have one key.
            CheckError: if something is none of these.
        """
        return AssetGraph(node for definition in definitions for node in list_node_specs(definition))

    # ------------------------------------------------------------------------------ nodes

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, key: object) -> bool:
        return key in self._index

    def __iter__(self) -> Iterator[AssetKey]:
        return iter(self._index)

    def has(self, key: AssetKey) -> bool:
        """Return whether there is such an asset."""
        return key in self._index

    def get(self, key: AssetKey) -> AssetNodeSpec:
        """Return an asset.

        Raises:
            DagsterInvalidSubsetError: if there is none of that key.
        """
        return self.nodes[self.get_number(key)]

    def get_number(self, key: AssetKey) -> int:
        """Return the number of an asset.

        Raises:
            DagsterInvalidSubsetError: if there is none of that key.
        """
        number = self._index.get(key)
        if number is None:
            raise unknown_assets([key], self)
        return number

    def find_number(self, key: AssetKey) -> int | None:
        """Return the number of an asset, or None."""
        return self._index.get(key)

    def to_keys(self, numbers: Iterable[int]) -> set[AssetKey]:
        """Return the keys of numbered assets."""
        nodes = self.nodes
        return {nodes[number].key for number in numbers}

    @property
    def asset_keys(self) -> list[AssetKey]:
        """All assets."""
        return list(self._index)

    def _keys_where(self, attribute: str) -> set[AssetKey]:
        return {node.key for node in self.nodes if getattr(node, attribute)}

    @cached_property
    def materializable_asset_keys(self) -> set[AssetKey]:
        """The assets that something here makes."""
        return self._keys_where("is_materializable")

    @cached_property
    def observable_asset_keys(self) -> set[AssetKey]:
        """The assets that something here observes."""
        return self._keys_where("is_observable")

    @cached_property
    def external_asset_keys(self) -> set[AssetKey]:
        """The assets that nothing here makes or observes."""
        return self._keys_where("is_external")

    @cached_property
    def executable_asset_keys(self) -> set[AssetKey]:
        """The assets that something here makes or observes."""
        return self._keys_where("is_executable")

    @cached_property
    def asset_check_keys(self) -> set[AssetCheckKey]:
        """All checks."""
        return {check for node in self.nodes for check in node.checks}

    @cached_property
    def groups(self) -> Mapping[str, list[AssetKey]]:
        """Group to its assets."""
        nodes = self.nodes
        return {
            group: [nodes[number].key for number in numbers] for group, numbers in self.group_numbers.items()
        }

    @cached_property
    def group_numbers(self) -> Mapping[str, list[int]]:
        """Group to the numbers of its assets."""
        found: dict[str, list[int]] = {}
        for number, node in enumerate(self.nodes):
            if node.group is not None:
                found.setdefault(node.group, []).append(number)
        return found

    # ------------------------------------------------------------------------------ edges

    @cached_property
    def children(self) -> list[list[int]]:
        """For each asset the numbers of those that depend on it."""
        return build_children(self.parents)

    @cached_property
    def order(self) -> list[int]:
        """The numbers of all assets, each after those that it depends on.

        Raises:
            DagsterInvalidDefinitionError: if assets depend on each other in a circle.
        """
        order = topological_order(self.parents)
        if order is None:
            cycle = [self.nodes[number].key.to_user_string() for number in find_cycle(self.parents) or ()]
            raise DagsterInvalidDefinitionError(
                f"Assets depend on each other in a circle: {' -> '.join([*cycle, cycle[0]])}. Take one of these dependencies out."
            )
        return order

    @property
    def toposorted_asset_keys(self) -> list[AssetKey]:
        """All assets, each after those that it depends on."""
        return [self.nodes[number].key for number in self.order]

    @cached_property
    def toposorted_asset_keys_by_level(self) -> list[list[AssetKey]]:
        """The assets in levels: each depends only on assets of earlier levels; sorted inside a level."""
        level = [0] * len(self.nodes)
        for number in self.order:
            level[number] = max((level[parent] + 1 for parent in self.parents[number]), default=0)
        levels: list[list[AssetKey]] = [[] for _ in range(max(level, default=-1) + 1)]
        for number, at in enumerate(level):
            levels[at].append(self.nodes[number].key)
        return [sorted(keys) for keys in levels]

    def get_parent_keys(self, key: AssetKey) -> set[AssetKey]:
        """Return what an asset depends on directly."""
        return self.to_keys(self.parents[self.get_number(key)])

    def get_child_keys(self, key: AssetKey) -> set[AssetKey]:
        """Return what depends on an asset directly."""
        return self.to_keys(self.children[self.get_number(key)])

    def get_ancestor_keys(self, key: AssetKey, *, include_self: bool = False) -> set[AssetKey]:
        """Return everything that an asset depends on."""
        return self._closure(self.parents, key, include_self)

    def get_descendant_keys(self, key: AssetKey, *, include_self: bool = False) -> set[AssetKey]:
        """Return everything that depends on an asset."""
        return self._closure(self.children, key, include_self)

    @cached_property
    def asset_dep_graph(self) -> Mapping[str, Mapping[AssetKey, set[AssetKey]]]:
        """What each asset depends on directly (``"upstream"``), and what depends on it (``"downstream"``)."""
        sides = {"upstream": self.parents, "downstream": self.children}
        return {
            side: {
                node.key: self.to_keys(numbers) for node, numbers in zip(self.nodes, neighbours, strict=True)
            }
            for side, neighbours in sides.items()
        }

    def get_all_asset_keys(self) -> set[AssetKey]:
        """Return all assets."""
        return set(self._index)

    def _closure(
        self, neighbours: Sequence[Sequence[int]], key: AssetKey, include_self: bool
    ) -> set[AssetKey]:
        start = self.get_number(key)
        found = reachable(neighbours, [start])
        if not include_self:
            found.discard(start)
        return self.to_keys(found)


def list_node_specs(definition: Any) -> Iterable[AssetNodeSpec]:
    """Return the node specs of an assets definition, a source asset, an asset spec, or a node spec itself.

    Raises:
        CheckError: if it is none of these.
    """
    if isinstance(definition, AssetNodeSpec):
        return (definition,)
    export = getattr(definition, "node_specs", None)
    if export is not None:
        return export()  # type: ignore[no-any-return]
    key = getattr(definition, "key", None)
    if not isinstance(key, AssetKey):
        raise CheckError(
            f"Expected assets definitions, source assets or asset specs, not {definition!r:.200}."
        )
    tags = dict(getattr(definition, "tags", None) or {})
    return (
        AssetNodeSpec(
            key=key,
            deps=tuple(dep.asset_key for dep in getattr(definition, "deps", ())),
            group=getattr(definition, "group_name", None) or DEFAULT_GROUP,
            tags=tags,
            kinds=kinds_of(tags),
            owners=tuple(getattr(definition, "owners", ())),
            is_materializable=False,
            is_observable=bool(getattr(definition, "is_observable", False)),
        ),
    )


def kinds_of(tags: Mapping[str, str]) -> frozenset[str]:
    """Return the kinds that an asset's tags tell."""
    kinds = {tag.removeprefix(KIND_PREFIX) for tag in tags if tag.startswith(KIND_PREFIX)}
    if COMPUTE_KIND_TAG in tags:
        kinds.add(tags[COMPUTE_KIND_TAG])
    return frozenset(kinds)


def unknown_assets(keys: Sequence[AssetKey], known: Iterable[AssetKey]) -> UnknownAssetsError:
    """Return the error for assets that were selected and do not exist."""
    names = [key.to_user_string() for key in known]
    told = " ".join(
        f"There is no asset '{key.to_user_string()}'.{did_you_mean(key.to_user_string(), names)}"
        for key in keys[:10]
    )
    rest = f" And {len(keys) - 10} more." if len(keys) > 10 else ""
    return UnknownAssetsError(
        f"{told}{rest} Check the spelling, and that its definition is among the assets given."
    )


def _duplicate(nodes: Iterable[AssetNodeSpec]) -> DagsterInvalidDefinitionError:
    seen: set[AssetKey] = set()
    twice = next(node.key for node in nodes if node.key in seen or seen.add(node.key))  # type: ignore[func-returns-value]
    return DagsterInvalidDefinitionError(f"The asset '{twice.to_user_string()}' is defined more than once.")
