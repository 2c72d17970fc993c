"""All assets and checks that are known together: who makes which, and the graph of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeGuard

from weftwork.base.collector.rest import collector_at_rest
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.attributes import DEFAULT_GROUP_NAME, STUB_METADATA
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.records.keys import AssetCheckKey, AssetKey

if TYPE_CHECKING:
    from weftwork.definitions.assets.layer.defined_graph import DefinedAssetGraph, UnresolvedJob
    from weftwork.definitions.assets.source_asset import SourceAsset


class AssetCatalog:
    """Assets and checks by key; built once, read by every job over them.

    Args:
        assets: definitions, specs and source assets; one object given twice counts once.
        checks: definitions of checks (and of assets, which count as assets).

    Attributes:
        definitions: all of them as definitions.
        by_key: asset to the definition that makes, observes or declares it.
        by_check: check to the definition that evaluates it.
        resolved: selection to what it means here, kept by the jobs that asked.
        list_automated_jobs: returns the jobs over them that run by conditions; set by who knows jobs.

    Raises:
        DagsterInvalidDefinitionError: if two of them have the same key.
        CheckError: if something is none of these.
    """

    def __init__(self, assets: Iterable[Any], checks: Iterable[Any] = ()) -> None:
        self.definitions: list[AssetsDefinition] = []
        self.by_key: dict[AssetKey, AssetsDefinition] = {}
        self.by_check: dict[AssetCheckKey, AssetsDefinition] = {}
        self.source_assets: dict[AssetKey, SourceAsset] = {}
        self.resolved: dict[Any, Any] = {}
        self.list_automated_jobs: Callable[[], Iterable[UnresolvedJob]] = tuple
        seen: set[int] = set()
        for given in (*assets, *checks):
            if id(given) not in seen:
                seen.add(id(given))
                self._add(given)
        self._resolve_short_names()

    def _is_known_spec(self, definition: AssetsDefinition) -> bool:
        """Return whether equal specs of external assets are there already, as when two modules share one."""
        return bool(definition.specs_by_key) and all(
            (known := self.by_key.get(key)) is not None
            and known.binding is None
            and known.specs_by_key[key] == spec
            for key, spec in definition.specs_by_key.items()
        )

    def _resolve_short_names(self) -> None:
        """Let a dependency on a bare name mean the one asset of that name in the same group, where no key is that name."""
        by_key = self.by_key
        unknown = [
            number
            for number, definition in enumerate(self.definitions)
            if any(
                dep.asset_key not in by_key and len(dep.asset_key.path) == 1
                for spec in definition.specs_by_key.values()
                for dep in spec.deps
            )
        ]
        if not unknown:
            return
        named: dict[tuple[str | None, str], list[AssetKey]] = {}
        for key, definition in by_key.items():
            if len(key.path) > 1:
                named.setdefault((definition.specs_by_key[key].group_name, key.path[-1]), []).append(key)
        for number in unknown:
            self._resolve_names_of(number, named)

    def _resolve_names_of(self, number: int, named: Mapping[tuple[str | None, str], list[AssetKey]]) -> None:
        definition = self.definitions[number]
        groups = {spec.group_name for spec in definition.specs_by_key.values()}
        if len(groups) != 1:
            return
        group = groups.pop()
        meant: dict[AssetKey, AssetKey] = {}
        for key in definition.dependency_keys:
            found = (
                named.get((group, key.path[0]), ()) if len(key.path) == 1 and key not in self.by_key else ()
            )
            if len(found) == 1 and found[0] not in definition.keys:
                meant[key] = found[0]
        if meant:
            resolved = definition.with_attributes(asset_key_replacements=meant)
            self.definitions[number] = resolved
            self.by_key.update(dict.fromkeys(resolved.specs_by_key, resolved))
            for check in resolved.node_check_specs_by_output_name.values():
                self.by_check[check.key] = resolved

    def _add(self, given: Any) -> None:
        definition = to_definition(given)
        if definition is not given and _is_source(given):
            self.source_assets[given.key] = given
        if definition.binding is None and self._is_known_spec(definition):
            return
        self.definitions.append(definition)
        for key in definition.specs_by_key:
            other = self.by_key.setdefault(key, definition)
            if other is not definition:
                raise _defined_twice(f"Asset '{key.to_user_string()}'", other, definition)
        if definition.node_check_specs_by_output_name:
            for check in definition.check_specs_by_output_name.values():
                other = self.by_check.setdefault(check.key, definition)
                if other is not definition:
                    raise _defined_twice(f"Check '{check.key.to_user_string()}'", other, definition)

    @cached_property
    def graph(self) -> DefinedAssetGraph:
        """The graph of all assets, with those that are only known as dependencies."""
        from weftwork.definitions.assets.layer.defined_graph import (  # a run needs no graph of assets
            DefinedAssetGraph,
        )

        with collector_at_rest():
            return DefinedAssetGraph(self.definitions, lambda: self.list_automated_jobs())

    @cached_property
    def places(self) -> Mapping[int, int]:
        """Identity of a definition to its number among the definitions."""
        return {id(definition): number for number, definition in enumerate(self.definitions)}

    @cached_property
    def order(self) -> Mapping[AssetKey, int]:
        """Asset to its number in the graph."""
        return {node.key: number for number, node in enumerate(self.graph.nodes)}

    @cached_property
    def executable_keys(self) -> frozenset[AssetKey]:
        """The assets that something here makes or observes."""
        return frozenset(key for key, definition in self.by_key.items() if definition.is_executable)

    @property
    def check_keys(self) -> frozenset[AssetCheckKey]:
        """All checks."""
        return frozenset(self.by_check)

    def find_spec(self, key: AssetKey) -> AssetSpec | None:
        """Return the spec of an asset, or None if nothing declares it."""
        definition = self.by_key.get(key)
        return definition.specs_by_key[key] if definition is not None else None

    def get_spec(self, key: AssetKey) -> AssetSpec:
        """Return the spec of an asset; one that nothing declares is external and bare."""
        return self.find_spec(key) or stub_spec(key)

    def get_check_spec(self, key: AssetCheckKey) -> AssetCheckSpec:
        """Return the spec of a check.

        Raises:
            KeyError: if nothing evaluates it.
        """
        return self.by_check[key].get_spec_for_check_key(key)

    def specs(self) -> Iterator[AssetSpec]:
        """Yield the specs of all assets, those only known as dependencies included."""
        for key in self.graph:
            yield self.get_spec(key)

    @property
    def is_empty(self) -> bool:
        """Whether there is neither an asset nor a check."""
        return not self.by_key and not self.by_check


def stub_spec(key: AssetKey) -> AssetSpec:
    """Return the spec of an asset that is only known because others depend on it."""
    return AssetSpec(key, metadata={STUB_METADATA: True}, group_name=DEFAULT_GROUP_NAME)


def _is_source(given: Any) -> TypeGuard[SourceAsset]:
    from weftwork.definitions.assets.source_asset import SourceAsset  # few are given

    return isinstance(given, SourceAsset)


def to_definition(given: Any) -> AssetsDefinition:
    """Return a definition, or what a spec or source asset is as one.

    Raises:
        CheckError: if it is none of these.
    """
    if isinstance(given, AssetsDefinition):
        return given
    if isinstance(given, AssetSpec):
        spec = given if given.group_name is not None else given.changed(group_name=DEFAULT_GROUP_NAME)
        definition: AssetsDefinition = AssetsDefinition.build(None, (spec,))
        return definition
    if _is_source(given):
        source: AssetsDefinition = AssetsDefinition.build(
            given.to_binding(), (given.to_external_spec(),), resource_defs=given.resource_defs
        )
        return source
    hint = ""
    if isinstance(given, (list, tuple)):
        hint = " Unpack the list: [*these, *those]."
    elif callable(given):
        hint = " Decorate the function with @asset."
    raise CheckError(
        f"An asset must be made by @asset and its like, or be an AssetSpec or SourceAsset, not {type(given).__name__}: "
        f"{given!r:.200}.{hint}"
    )


def _defined_twice(
    what: str, first: AssetsDefinition, second: AssetsDefinition
) -> DagsterInvalidDefinitionError:
    return DagsterInvalidDefinitionError(
        f"{what} is defined twice: by {_place(first)} and by {_place(second)}. Give one of them another key, or leave it out."
    )


def _place(definition: AssetsDefinition) -> str:
    place = definition.describe_place()
    return (
        place or f"a {'spec' if definition.binding is None else type(definition).__name__} without a function"
    )
