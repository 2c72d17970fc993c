"""The nodes of an asset job and how asset keys connect them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.base.graph import topological_order
from weftwork.base.text import did_you_mean
from weftwork.definitions.assets.asset_layer import AssetLayer, SubsetJob
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog
from weftwork.definitions.assets.layer.job_graph import AssetJobStructure
from weftwork.definitions.graphs.node import Node
from weftwork.definitions.nodes.dependencies import NodeInvocation
from weftwork.records.keys import AssetKey
from weftwork.records.specs import FromOutput, InputSource


def wire_nodes(
    catalog: AssetCatalog, definitions: Sequence[AssetsDefinition], subset_job: SubsetJob
) -> tuple[AssetJobStructure, Mapping[str, Sequence[FromOutput]], AssetLayer]:
    """Return nodes and edges, what waits for blocking checks, and which node is which asset.

    Args:
        catalog: all assets that are known together.
        definitions: those of the job, narrowed to what it makes.
        subset_job: builds the part of a job that makes fewer assets.

    Raises:
        DagsterInvalidDefinitionError: if assets depend on each other in a circle, or load what nobody makes.
    """
    nodes, named = _make_nodes(definitions)
    wiring = _Wiring(catalog, named)
    order = wiring.find_order()
    if order is None:  # parts of a definition must wait for others, or there is a circle
        from weftwork.definitions.assets.layer.grouping import (
            group_nodes,  # few assets wait for each other so
        )

        nodes, named = _make_nodes([group.definition for group in group_nodes(definitions)])
        wiring = _Wiring(catalog, named)
        order = wiring.get_order()
    structure = AssetJobStructure(nodes, wiring.sources, order)
    return structure, wiring.after, AssetLayer(catalog, named, subset_job)


def _make_nodes(
    definitions: Sequence[AssetsDefinition],
) -> tuple[dict[str, Node], dict[str, AssetsDefinition]]:
    nodes: dict[str, Node] = {}
    named: dict[str, AssetsDefinition] = {}
    for definition in definitions:
        node = _make_node(definition, nodes)
        nodes[node.name] = node
        named[node.name] = definition
    return nodes, named


def _make_node(definition: AssetsDefinition, taken: Mapping[str, Node]) -> Node:
    node_def = definition.node_def
    name, number = node_def.name, 1
    while name in taken:
        number += 1
        name = f"{node_def.name}_{number}"
    return Node(
        NodeInvocation(node_def.name, name if number > 1 else None, None, definition.hook_defs), node_def
    )


class _Wiring:
    """Where the inputs of the nodes come from, and which nodes wait for blocking checks."""

    def __init__(self, catalog: AssetCatalog, nodes: Mapping[str, AssetsDefinition]) -> None:
        self._catalog = catalog
        self._nodes = nodes
        self._made: dict[AssetKey, FromOutput] = {}
        blocking: dict[AssetKey, list[FromOutput]] = {}
        for name, definition in nodes.items():
            for output, key in definition.keys_by_output_name.items():
                self._made[key] = FromOutput(name, output)
            if definition.node_check_specs_by_output_name:
                for output, check in definition.check_specs_by_output_name.items():
                    if check.blocking:
                        blocking.setdefault(check.asset_key, []).append(FromOutput(name, output))
        self.sources: dict[str, dict[str, InputSource]] = {
            name: self._sources_of(name, definition) for name, definition in nodes.items()
        }
        self.after: dict[str, list[FromOutput]] = self._waits(blocking) if blocking else {}
        for name, definition in nodes.items():
            self._wait_for_added(name, definition)

    def _sources_of(self, name: str, definition: AssetsDefinition) -> dict[str, InputSource]:
        found: dict[str, InputSource] = {}
        for input_name, key in definition.keys_by_input_name.items():
            source = self._made.get(key)
            if source is None:
                self._check_loadable(definition, input_name, key)
            elif source.node != name:
                found[input_name] = source
        return found

    def _check_loadable(self, definition: AssetsDefinition, input_name: str, key: AssetKey) -> None:
        if key in self._catalog.by_key or not definition.specs_by_key:
            return
        declared = definition.node_def.input_dict[input_name]
        if declared.is_nothing or declared.input_manager_key:
            return
        nearest = did_you_mean(
            key.to_user_string(), [known.to_user_string() for known in self._catalog.by_key]
        )
        raise DagsterInvalidDefinitionError(
            f"{definition.describe()} takes '{input_name}' (asset '{key.to_user_string()}'), which is not produced by any of "
            f"the given assets and not declared as an AssetSpec or SourceAsset either.{nearest}"
        )

    def _wait_for_added(self, name: str, definition: AssetsDefinition) -> None:
        """Let a node wait for dependencies that it got later (as by ``map_asset_specs``), so that it has no input for them."""
        inputs = definition.node_keys_by_input_name.values()
        for spec in definition.specs_by_key.values():
            for dep in spec.deps:
                if dep.asset_key in inputs:
                    continue
                made = self._made.get(dep.asset_key)
                if made is not None and made.node != name:
                    self.after.setdefault(name, []).append(made)

    def _waits(self, blocking: Mapping[AssetKey, Sequence[FromOutput]]) -> dict[str, list[FromOutput]]:
        """Return node to the blocking checks on assets upstream of it that another node evaluates."""
        found: dict[str, list[FromOutput]] = {}
        for name, definition in self._nodes.items():
            if not definition.specs_by_key:
                continue
            for key in definition.keys_by_input_name.values():
                for wait in blocking.get(key, ()):
                    if wait.node != name:
                        found.setdefault(name, []).append(wait)
        return found

    def get_order(self) -> list[str]:
        """Return the nodes, each after those that it depends on.

        Raises:
            DagsterInvalidDefinitionError: if blocking checks wait for what waits for them.
        """
        order = self.find_order()
        if order is None:
            raise DagsterInvalidDefinitionError(
                "Blocking checks depend on assets that wait for them: a blocking check may only depend on the asset that it "
                "checks and on what is upstream of it."
            )
        return order

    def find_order(self) -> list[str] | None:
        """Return the nodes, each after those that it depends on; None if some depend on each other."""
        names = list(self._nodes)
        number = {name: place for place, name in enumerate(names)}
        parents = []
        for name in names:
            above = [
                number[source.node]
                for source in self.sources[name].values()
                if isinstance(source, FromOutput)
            ]
            parents.append(above + [number[wait.node] for wait in self.after.get(name, ())])
        order = topological_order(parents)
        return [names[place] for place in order] if order is not None else None
