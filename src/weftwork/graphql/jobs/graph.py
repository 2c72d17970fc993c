"""The graph of a job as objects of the schema: its nodes, how they are connected, their types and their config."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from weftwork.graphql.entry import Thing, thing
from weftwork.graphql.jobs.config_types import view_config_field
from weftwork.records.snapshots.jobs import JobDetail, NodeSnapshot, PortSnapshot
from weftwork.records.specs import FromMany, FromOutput, GraphSpec, InputSource, NodeSpec

_BUILTIN_TYPES = ("Any", "Bool", "Float", "Int", "Nothing", "String")


class JobGraph:
    """The graph of a job, with those nested in it.

    Args:
        detail: the job in full.
        find_assets: finds the assets that an op of this name makes.
    """

    def __init__(self, detail: JobDetail, find_assets: Callable[[str], list[Thing]]) -> None:
        self._detail = detail
        self._find_assets = find_assets
        self._definitions = {node.name: node for node in detail.nodes}
        self.solids = self._view_graph(detail.spec.graph)

    def list_handles(self, parent: str | None = None) -> list[Thing]:
        """Return all nodes at any depth, by their paths; those inside of ``parent`` only, if it is given."""
        found = list(self._walk(self._detail.spec.graph, self.solids, None))
        if parent is not None:
            found = [one for one in found if (one["parent"] or {}).get("handleID") == parent]
        return sorted(found, key=lambda one: str(one["handleID"]))

    def list_types(self) -> list[Thing]:
        """Return the types that the job uses, and those that are always there."""
        ports = (port for node in self._detail.nodes for port in (*node.inputs, *node.outputs))
        return [view_type(name) for name in sorted({*_BUILTIN_TYPES, *(port.type_name for port in ports)})]

    def _walk(self, graph: GraphSpec, solids: list[Thing], parent: Thing | None) -> Iterator[Thing]:
        for node, solid in zip(graph.nodes, solids, strict=True):
            path = f"{parent['handleID']}.{node.name}" if parent is not None else node.name
            handle: Thing = {"handleID": path, "solid": solid, "parent": parent}
            yield handle
            if isinstance(node.definition, GraphSpec):
                yield from self._walk(node.definition, solid["inner"], handle)

    def _view_graph(self, graph: GraphSpec) -> list[Thing]:
        solids = {node.name: self._view_solid(node) for node in graph.nodes}
        outputs = {
            (solid["name"], out["definition"]["name"]): out
            for solid in solids.values()
            for out in solid["outputs"]
        }
        for node in graph.nodes:
            for given in solids[node.name]["inputs"]:
                source = node.inputs.get(given["definition"]["name"])
                for one in _list_sources(source):
                    output = outputs.get((one.node, one.output))
                    if output is not None:
                        given["dependsOn"].append(output)
                        given["isDynamicCollect"] = given["isDynamicCollect"] or one.collect
                        output["dependedBy"].append(given)
        dynamic = {name for name, solid in solids.items() if any(_is_mapped(one) for one in solid["inputs"])}
        for node in (
            graph.nodes
        ):  # in the order of the definition, which is no order of data: what hangs below is found by going on
            _spread(solids[node.name], dynamic)
        for name in dynamic:
            solids[name]["isDynamicMapped"] = True
        return list(solids.values())

    def _view_solid(self, node: NodeSpec) -> Thing:
        snapshot = self._definitions[node.definition.name]
        inner = self._view_graph(node.definition) if isinstance(node.definition, GraphSpec) else []
        definition = self._view_definition(snapshot, inner)
        solid: Thing = {"name": node.name, "definition": definition, "isDynamicMapped": False, "inner": inner}
        solid["inputs"] = [
            {"solid": solid, "definition": one, "dependsOn": [], "isDynamicCollect": False}
            for one in definition["inputDefinitions"]
        ]
        solid["outputs"] = [
            {"solid": solid, "definition": one, "dependedBy": []} for one in definition["outputDefinitions"]
        ]
        return solid

    def _view_definition(self, node: NodeSnapshot, inner: list[Thing]) -> Thing:
        return view_definition(node, inner, lambda _info: self._find_assets(node.name))


def view_definition(
    node: NodeSnapshot, inner: list[Thing], find_assets: Callable[[Any], list[Thing]]
) -> Thing:
    """Return an op or graph."""
    return thing(
        "CompositeSolidDefinition" if node.is_graph else "SolidDefinition",
        id=node.name,
        name=node.name,
        description=node.description,
        metadata=[{"key": key, "value": value} for key, value in node.tags.items()],
        inputDefinitions=[_view_port(port) for port in node.inputs],
        outputDefinitions=[{**_view_port(port), "isDynamic": port.is_dynamic} for port in node.outputs],
        requiredResources=[{"resourceKey": key} for key in node.resource_keys],
        assetNodes=find_assets,
        pool=node.pool,
        pools=[node.pool] if node.pool else _pools_of(inner),
        solids=inner,
        configField=lambda _info: view_config_field(node.config_schema),
    )


def _pools_of(solids: list[Thing]) -> list[str]:
    return sorted({pool for solid in solids for pool in solid["definition"]["pools"]})


def _view_port(port: PortSnapshot) -> Thing:
    return {
        "name": port.name,
        "description": port.description,
        "type": view_type(port.type_name),
        "metadataEntries": [],
    }


def view_type(name: str) -> Thing:
    """Return a type of values by its name."""
    return thing(
        "RegularDagsterType",
        key=name,
        name=name,
        displayName=name,
        description=None,
        isNullable=name.startswith("Optional["),
        isList=name.startswith(("[", "List[")),
        isBuiltin=name in _BUILTIN_TYPES,
        isNothing=name == "Nothing",
        innerTypes=[],
        metadataEntries=[],
    )


def _list_sources(source: InputSource | None) -> list[FromOutput]:
    if isinstance(source, FromMany):
        return [one for one in source.sources if isinstance(one, FromOutput)]
    return [source] if isinstance(source, FromOutput) else []


def _is_mapped(given: Mapping[str, Any]) -> bool:
    return not given["isDynamicCollect"] and any(one["definition"]["isDynamic"] for one in given["dependsOn"])


def _spread(solid: Thing, dynamic: set[str]) -> None:
    """Take note of the nodes that run once for each item because those before them do."""
    todo = [solid] if solid["name"] in dynamic else []
    while todo:
        for output in todo.pop()["outputs"]:
            for given in output["dependedBy"]:
                below = given["solid"]
                if not given["isDynamicCollect"] and below["name"] not in dynamic:
                    dynamic.add(below["name"])
                    todo.append(below)
