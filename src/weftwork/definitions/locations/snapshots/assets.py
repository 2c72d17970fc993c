"""Assets and checks as plain records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog
from weftwork.definitions.assets.node_resources import ops_of_node
from weftwork.definitions.assets.specs.backfill_policy import BackfillPolicy
from weftwork.definitions.locations.snapshots.tables import SharedTables
from weftwork.definitions.nodes.written_type import NO_VALUE
from weftwork.planning.asset_graph import AssetNodeSpec
from weftwork.records.keys import AssetKey
from weftwork.records.metadata import normalize_metadata
from weftwork.records.snapshots.assets import AssetSnapshot, CheckSnapshot, DependencySnapshot
from weftwork.serde import encode

Attributes = dict[str, Any]


def export_assets(catalog: AssetCatalog, tables: SharedTables) -> Iterator[AssetSnapshot]:
    """Yield the assets of a catalog in the order of its graph, those only known as dependencies included."""
    nodes: dict[int, Attributes] = {}
    for node in catalog.graph.nodes:
        definition = catalog.by_key.get(node.key)
        if definition is None:
            yield AssetSnapshot(key=node.key, group=node.group, is_declared=False)
        else:
            yield _export_asset(node, definition, tables, nodes)


def _export_asset(
    node: AssetNodeSpec, definition: AssetsDefinition, tables: SharedTables, nodes: dict[int, Attributes]
) -> AssetSnapshot:
    key = node.key
    spec = definition.specs_by_key[key]
    shared = nodes.get(id(definition))
    if shared is None:
        shared = nodes[id(definition)] = _export_node(definition)
    freshness = spec.freshness_policy
    return AssetSnapshot(
        key=key, deps=export_deps(spec.deps, tables), description=spec.description, group=node.group,
        kinds=tuple(sorted(node.kinds)), tags=node.tags, owners=node.owners,
        metadata=normalize_metadata(spec.metadata, allow_invalid=True) if spec.metadata else {},
        code_version=node.code_version, is_materializable=node.is_materializable, is_observable=node.is_observable,
        is_virtual=spec.is_virtual, is_skippable=spec.skippable, required_with=node.required_with,
        partitions=tables.place_partitions(spec.partitions_def),
        condition=tables.place_condition(spec.automation_condition),
        freshness=encode(freshness).decode() if freshness is not None else None,
        backfill=_describe_backfill(definition.backfill_policy), **_export_output(definition, key), **shared,
    )  # fmt: skip


def _export_node(definition: AssetsDefinition) -> Attributes:
    """Return what the assets of one definition share."""
    binding = definition.binding
    if binding is None:
        return {}
    node = definition.node_def
    ops = list(ops_of_node(node))
    return {
        "node": node.name,
        "ops": tuple(op.name for op in ops) if node.is_graph else (),
        "resource_keys": tuple(sorted(definition.required_resource_keys)),
        "pools": tuple(sorted({op.pool for op in ops if op.pool})),
        "source": source_of_node(node),
    }


def _export_output(definition: AssetsDefinition, key: AssetKey) -> Attributes:
    if definition.binding is None or not definition.has_output_for_asset_key(key):
        return {"io_manager_key": definition.get_io_manager_key_for_asset_key(key)}
    name = definition.get_output_name_for_asset_key(key)
    output = definition.node_def.output_dict.get(name)
    is_typed = output is not None and output.written_type is not NO_VALUE
    return {
        "output": name,
        "io_manager_key": definition.get_io_manager_key_for_asset_key(key),
        "type_name": output.dagster_type.display_name if is_typed else None,
    }


def _describe_backfill(policy: BackfillPolicy | None) -> str | None:
    if policy is None:
        return None
    count = policy.max_partitions_per_run
    return f"at most {count} partitions in one run" if count else "all partitions in one run"


def export_deps(deps: Iterable[Any], tables: SharedTables) -> tuple[DependencySnapshot, ...]:
    """Return dependencies as records."""
    return tuple(
        [DependencySnapshot(dep.asset_key, tables.place_mapping(dep.partition_mapping)) for dep in deps]
    )


def export_checks(catalog: AssetCatalog, tables: SharedTables) -> Iterator[CheckSnapshot]:
    """Yield the checks of a catalog."""
    for key, definition in catalog.by_check.items():
        spec = definition.get_spec_for_check_key(key)
        node = definition.node_def if definition.binding is not None else None
        yield CheckSnapshot(
            asset_key=key.asset_key, name=key.name, description=spec.description, is_blocking=spec.blocking,
            metadata=normalize_metadata(spec.metadata, allow_invalid=True),
            deps=export_deps(spec.additional_deps, tables),
            partitions=tables.place_partitions(spec.partitions_def),
            condition=tables.place_condition(spec.automation_condition),
            node=node.name if node is not None else None,
            source=source_of_node(node) if node is not None else None,
        )  # fmt: skip


def source_of_node(node: Any) -> str | None:
    """Return file and line of the function of an op or graph."""
    compute = getattr(node, "compute", None)
    return source_of(compute.fn if compute is not None else getattr(node, "composition_fn", None))


def source_of(function: Any) -> str | None:
    """Return "file.py:12" of a function, or None if it has no code of Python's."""
    code = getattr(getattr(function, "__wrapped__", function), "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code is not None else None


def number_assets(catalog: AssetCatalog) -> Mapping[AssetKey, int]:
    """Return asset to its number in the repository."""
    return catalog.order
