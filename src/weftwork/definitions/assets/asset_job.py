"""A job over assets: its selection, its nodes, its resources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from weftwork.base.errors import (
    DagsterInvalidDefinitionError,
    DagsterInvalidSubsetError,
)
from weftwork.base.graph import topological_order
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.assets.asset_layer import AssetLayer
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog
from weftwork.definitions.assets.layer.grouping import NodeGroup, group_nodes
from weftwork.definitions.assets.layer.job_graph import AssetJobGraph, AssetJobStructure
from weftwork.definitions.assets.node_resources import refuse_second_resources
from weftwork.definitions.graphs.node import Node
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.definitions.nodes.dependencies import NodeInvocation
from weftwork.definitions.resources.wrapping import wrap_resources
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.retry import RetryPolicy
from weftwork.records.specs import FromOutput, InputSource

IMPLICIT_JOB_NAME = "__ASSET_JOB"


def build_asset_job(
    name: str,
    assets: Iterable[Any] | AssetCatalog,
    *,
    checks: Iterable[Any] = (),
    selection: Any = None,
    check_selection: Iterable[AssetCheckKey] | None = None,
    resources: Mapping[str, Any] | None = None,
    executor_def: Any = None,
    logger_defs: Mapping[str, Any] | None = None,
    partitions_def: Any = None,
    description: str | None = None,
    tags: Mapping[str, Any] | None = None,
    run_tags: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    config: Any = None,
    hooks: Set[Any] | None = None,
    op_retry_policy: RetryPolicy | None = None,
    owners: Sequence[str] | None = None,
    automation_condition: Any = None,
    allow_different_partitions_defs: bool = True,
) -> JobDefinition:
    """Return a job that makes assets and evaluates checks.

    Args:
        name: its name.
        assets: definitions, specs and source assets, or the catalog of them.
        checks: definitions of checks, beside those among the assets.
        selection: the assets to make, with the checks on them (default: all that can be made or observed).
        check_selection: the checks to evaluate, instead of those that go with the selection.
        resources: resource key to resource, beside those that belong to single definitions.
        executor_def: how steps are run.
        logger_defs: logger name to logger.
        partitions_def: the partitions of its runs (default: those of the assets).
        description: text for people.
        tags: tags of the job, and of its runs unless ``run_tags`` is given.
        run_tags: tags of its runs.
        metadata: name to metadata value.
        config: the default run config, a ConfigMapping, or a PartitionedConfig.
        hooks: hooks of every op.
        op_retry_policy: for ops that have none of their own.
        owners: who answers for it.
        automation_condition: when it runs by itself.
        allow_different_partitions_defs: whether assets with different partitions may be in one job; it then has none.

    Raises:
        DagsterInvalidDefinitionError: if assets depend on each other in a circle, load something that nobody makes, or
            have different partitions.
        DagsterInvalidSubsetError: if the selection names something that does not exist, or splits what is whole.
    """
    catalog = assets if isinstance(assets, AssetCatalog) else AssetCatalog(assets, checks)
    keys, check_keys = resolve_selection(catalog, selection, check_selection)
    definitions = select_definitions(catalog, keys, check_keys)
    job_partitions = resolve_partitions(
        definitions, partitions_def, allow_different=allow_different_partitions_defs, config=config
    )
    wrapped = wrap_resources(resources) if resources else {}
    graph, layer = _build_graph(name, catalog, definitions)
    return JobDefinition(
        graph_def=graph, name=name, resource_defs=_join_resources(definitions, wrapped), executor_def=executor_def,
        logger_defs=logger_defs, config=config, description=description, partitions_def=job_partitions, tags=tags,
        run_tags=run_tags, metadata=metadata, hook_defs=hooks, op_retry_policy=op_retry_policy, asset_layer=layer,
        owners=owners, automation_condition=automation_condition,
    )  # fmt: skip


def resolve_selection(
    catalog: AssetCatalog, selection: Any, check_selection: Iterable[AssetCheckKey] | None = None
) -> tuple[frozenset[AssetKey], frozenset[AssetCheckKey]]:
    """Return the assets and checks that a selection means.

    Raises:
        DagsterInvalidSubsetError: if it names an asset that does not exist, or that nothing here makes or observes.
    """
    if selection is None:
        keys = catalog.executable_keys
        checks = catalog.check_keys if check_selection is None else frozenset(check_selection)
        return keys, checks
    if isinstance(selection, frozenset):
        keys = selection
        chosen = {key for key in catalog.by_check if key.asset_key in keys} if check_selection is None else ()
    else:
        resolvable = AssetSelection.from_coercible(selection)
        keys = frozenset(resolvable.resolve(catalog.graph))
        chosen = resolvable.resolve_checks(catalog.graph) if check_selection is None else ()
    _refuse_external(catalog, keys)
    return keys, frozenset(chosen if check_selection is None else check_selection)


def _refuse_external(catalog: AssetCatalog, keys: frozenset[AssetKey]) -> None:
    strangers = sorted(keys - catalog.executable_keys)
    if strangers:
        name = strangers[0].to_user_string()
        nearest = did_you_mean(name, [key.to_user_string() for key in catalog.executable_keys])
        reason = "is external: nothing here makes or observes it" if strangers[0] in catalog.graph else "does not exist"
        raise DagsterInvalidSubsetError(f"Asset '{name}' is selected, but it {reason}.{nearest}")


def select_definitions(
    catalog: AssetCatalog, keys: frozenset[AssetKey], checks: frozenset[AssetCheckKey]
) -> list[AssetsDefinition]:
    """Return the definitions that make the selected assets and checks, narrowed to them.

    Raises:
        DagsterInvalidSubsetError: if only a part is selected of a definition that cannot be split.
    """
    if keys == catalog.executable_keys and checks == catalog.check_keys:
        return [definition for definition in catalog.definitions if definition.is_executable]
    needed: dict[int, AssetsDefinition] = {}
    for definition in [*map(catalog.by_key.__getitem__, keys), *_evaluators(catalog, checks)]:
        needed[id(definition)] = definition
    number = {id(definition): place for place, definition in enumerate(catalog.definitions)}
    return [_narrow(needed[place], keys, checks) for place in sorted(needed, key=number.__getitem__)]


def _evaluators(catalog: AssetCatalog, checks: Iterable[AssetCheckKey]) -> list[AssetsDefinition]:
    found = []
    for check in checks:
        if check not in catalog.by_check:
            known = [key.to_user_string() for key in catalog.by_check]
            raise DagsterInvalidSubsetError(
                f"Check '{check.to_user_string()}' is selected, but it does not exist."
                f"{did_you_mean(check.to_user_string(), known)}"
            )
        found.append(catalog.by_check[check])
    return found


def _narrow(
    definition: AssetsDefinition, keys: frozenset[AssetKey], checks: frozenset[AssetCheckKey]
) -> AssetsDefinition:
    own_keys, own_checks = definition.keys, definition.check_keys
    if own_keys <= keys and own_checks <= checks:
        return definition
    if definition.can_subset:
        return definition.subset_for(own_keys & keys, own_checks & checks)
    chosen = {entity.to_user_string() for entity in (*(own_keys & keys), *(own_checks & checks))}
    left_out = {entity.to_user_string() for entity in (*(own_keys - keys), *(own_checks - checks))}
    raise DagsterInvalidSubsetError(
        f"{definition.describe()} cannot be split, but {quote_names(chosen)} is selected without {quote_names(left_out)}. "
        f"Select all of it, or define it with can_subset=True."
    )


def resolve_partitions(
    definitions: Iterable[AssetsDefinition], given: Any = None, *, allow_different: bool = True, config: Any = None
) -> Any:
    """Return the partitions of a job over assets; None if they have none, or different ones where that is allowed.

    Raises:
        DagsterInvalidDefinitionError: if they have different ones, or others than those given.
    """
    found: dict[int, tuple[Any, str]] = {}
    for definition in definitions:
        for spec in (*definition.specs_by_key.values(), *_partitioned_checks(definition)):
            own = spec.partitions_def
            if own is not None and id(own) not in found and all(own != other for other, _ in found.values()):
                found[id(own)] = own, spec.key.to_user_string()
    kinds = list(found.values())
    wanted = given if given is not None else getattr(config, "partitions_def", None)
    if wanted is not None:
        other = next((name for own, name in kinds if own != wanted), None)
        if other is not None:
            raise DagsterInvalidDefinitionError(f"Asset '{other}' has other partitions than the job that selects it.")
        return given if kinds or given is None else None
    if len(kinds) > 1 and not allow_different:
        raise DagsterInvalidDefinitionError(
            f"'{kinds[0][1]}' and '{kinds[1][1]}' have different partitions, so one job cannot run them together: a run is "
            f"for partitions of one kind. Make a job for each."
        )
    return kinds[0][0] if len(kinds) == 1 else None


def _partitioned_checks(definition: AssetsDefinition) -> Iterable[Any]:
    return definition.check_specs_by_output_name.values() if definition.node_check_specs_by_output_name else ()


def _join_resources(definitions: Iterable[AssetsDefinition], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the given resources with those that belong to single definitions.

    Raises:
        DagsterInvalidInvocationError: if one that belongs to a definition is given again.
        DagsterInvalidDefinitionError: if two definitions have different resources under one key.
    """
    bound: dict[str, tuple[Any, AssetsDefinition]] = {}
    for definition in definitions:
        if not definition.resource_defs:
            continue
        refuse_second_resources(definition, given)
        for key, resource in definition.resource_defs.items():
            other = bound.setdefault(key, (resource, definition))
            if other[0] is not resource:
                raise DagsterInvalidDefinitionError(
                    f"{other[1].describe()} and {definition.describe()} have different resources under the key '{key}'. "
                    f"Use one object for both, or another key."
                )
    return {**given, **{key: resource for key, (resource, _) in bound.items()}}


def _build_graph(
    name: str, catalog: AssetCatalog, definitions: Sequence[AssetsDefinition]
) -> tuple[AssetJobGraph, AssetLayer]:
    nodes: dict[str, Node] = {}
    named: dict[str, AssetsDefinition] = {}
    for group in group_nodes(definitions):
        node = _make_node(group, nodes)
        nodes[node.name] = node
        named[node.name] = group.definition
    wiring = _Wiring(catalog, named)
    structure = AssetJobStructure(nodes, wiring.sources, wiring.order())
    return AssetJobGraph(name, structure, wiring.after), AssetLayer(catalog, named, _subset_job)


def _make_node(group: NodeGroup, taken: Mapping[str, Node]) -> Node:
    definition = group.definition
    node_def = definition.node_def
    name, number = node_def.name, 1
    while name in taken:
        number += 1
        name = f"{node_def.name}_{number}"
    return Node(NodeInvocation(node_def.name, name if number > 1 else None, None, definition.hook_defs), node_def)


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
        if declared.is_nothing or declared.input_manager_key or declared.has_default_value:
            return
        nearest = did_you_mean(key.to_user_string(), [known.to_user_string() for known in self._catalog.by_key])
        raise DagsterInvalidDefinitionError(
            f"{definition.describe()} takes '{input_name}' (asset '{key.to_user_string()}'), which is not produced by any of "
            f"the given assets and not declared as an AssetSpec or SourceAsset either.{nearest}"
        )

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

    def order(self) -> list[str]:
        """Return the nodes, each after those that it depends on.

        Raises:
            DagsterInvalidDefinitionError: if blocking checks wait for what waits for them.
        """
        names = list(self._nodes)
        number = {name: place for place, name in enumerate(names)}
        parents = []
        for name in names:
            above = [number[source.node] for source in self.sources[name].values() if isinstance(source, FromOutput)]
            parents.append(above + [number[wait.node] for wait in self.after.get(name, ())])
        order = topological_order(parents)
        if order is None:
            raise DagsterInvalidDefinitionError(
                "Blocking checks depend on assets that wait for them: a blocking check may only depend on the asset that it "
                "checks and on what is upstream of it."
            )
        return [names[place] for place in order]


def _subset_job(job: JobDefinition, keys: frozenset[AssetKey], checks: frozenset[AssetCheckKey]) -> JobDefinition:
    layer: AssetLayer = job.asset_layer
    catalog = layer.catalog
    definitions = select_definitions(catalog, keys, checks)
    graph, new_layer = _build_graph(job.name, catalog, definitions)
    part = job._copy(graph_def=graph, asset_layer=new_layer, partitions_def=resolve_partitions(definitions))
    part.parent_job = job.parent_job or job
    if part.run_config:
        kept = part.drop_unselected_config(part.run_config)
        part = part._copy(config=kept)
    part.asset_selection = keys
    part.asset_check_selection = checks
    return part
