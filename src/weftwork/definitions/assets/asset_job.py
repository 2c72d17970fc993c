"""A job over assets: its selection, its nodes, its resources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from weftwork.base.collector.rest import collector_at_rest
from weftwork.base.errors import (
    DagsterInvalidDefinitionError,
    SplitAssetsError,
    UnknownAssetsError,
)
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.assets.asset_layer import AssetLayer
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog
from weftwork.definitions.assets.layer.job_graph import AssetJobGraph, AssetJobStructure
from weftwork.definitions.assets.layer.partition_validity import check_partitions
from weftwork.definitions.assets.node_resources import refuse_second_resources
from weftwork.definitions.assets.node_wiring import wire_nodes
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.definitions.jobs.requirements import Requirement, expand_resource_keys
from weftwork.definitions.resources.wrapping import wrap_resources
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.retry import RetryPolicy
from weftwork.records.specs import FromOutput

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
    with collector_at_rest():
        catalog = assets if isinstance(assets, AssetCatalog) else AssetCatalog(assets, checks)
        resolved = resolve_assets(catalog, selection, check_selection)
        job_partitions = resolved.get_partitions(
            partitions_def, allow_different=allow_different_partitions_defs, config=config
        )
        wrapped = wrap_resources(resources) if resources else {}
        structure, after, layer = resolved.wire()
    return AssetJob(
        graph_def=AssetJobGraph(name, structure, after), name=name,
        resource_defs=_add_managers(layer, _join_resources(resolved.definitions, wrapped)), executor_def=executor_def,
        logger_defs=logger_defs, config=config, description=description, partitions_def=job_partitions, tags=tags,
        run_tags=run_tags, metadata=metadata, hook_defs=hooks, op_retry_policy=op_retry_policy, asset_layer=layer,
        owners=owners, automation_condition=automation_condition,
    )  # fmt: skip


class AssetJob(JobDefinition):
    """A job over assets; jobs with one selection check only once that the resources are there."""

    def list_requirements(self) -> Iterable[Requirement]:
        """Return the resources that its ops and hooks need, and the IO managers of assets that it only loads."""
        layer: AssetLayer = self.asset_layer
        yield from super().list_requirements()
        for key, who in layer.loaded_elsewhere.items():
            yield Requirement(layer.io_manager_key(key), who, "IO manager")

    def validate_resource_requirements_satisfied(self) -> None:
        """Check that every resource that is needed is there.

        Raises:
            DagsterInvalidDefinitionError: if one is not.
        """
        layer: AssetLayer = self.asset_layer
        given = frozenset((key, id(resource)) for key, resource in self.resource_defs.items())
        if self.hook_defs or given not in layer.satisfied:
            super().validate_resource_requirements_satisfied()
            layer.satisfied.add(given)


Wired = tuple[AssetJobStructure, Mapping[str, Sequence[FromOutput]], AssetLayer]


class ResolvedSelection:
    """The assets and checks that a selection means, shared by all jobs with that selection.

    Attributes:
        catalog: all assets.
        keys: the selected assets.
        checks: the selected checks.
        definitions: the definitions that make them, narrowed to them.
    """

    __slots__ = ("_kinds", "_wired", "catalog", "checks", "definitions", "keys")

    def __init__(
        self, catalog: AssetCatalog, keys: frozenset[AssetKey], checks: frozenset[AssetCheckKey]
    ) -> None:
        self.catalog = catalog
        self.keys = keys
        self.checks = checks
        self.definitions = select_definitions(catalog, keys, checks)
        self._kinds: list[tuple[Any, str]] | None = None
        self._wired: Wired | None = None

    def get_partitions(self, given: Any = None, *, allow_different: bool = True, config: Any = None) -> Any:
        """Return the partitions of a job over them; None if they have none, or different ones where that is allowed.

        Raises:
            DagsterInvalidDefinitionError: if they have different ones, or others than those given.
        """
        if self._kinds is None:
            self._kinds = list_partitions(self.definitions)
        kinds = self._kinds
        wanted = given if given is not None else getattr(config, "partitions_def", None)
        if wanted is not None:
            other = next((name for own, name in kinds if own != wanted), None)
            if other is not None:
                raise DagsterInvalidDefinitionError(
                    f"'{other}' has other partitions than the job that selects it."
                )
            return given if kinds else None
        if len(kinds) > 1 and not allow_different:
            raise DagsterInvalidDefinitionError(
                f"'{kinds[0][1]}' and '{kinds[1][1]}' have different partitions, so one job cannot run them together: a run "
                f"is for partitions of one kind. Make a job for each."
            )
        return kinds[0][0] if len(kinds) == 1 else None

    def wire(self) -> Wired:
        """Return nodes and edges, what waits for blocking checks, and which node is which asset.

        Raises:
            DagsterInvalidDefinitionError: if assets depend on each other in a circle, load what nobody makes, or depend on
                partitions that cannot be mapped to theirs.
        """
        if self._wired is None:
            check_partitions(self.catalog, self.definitions)
            self._wired = wire_nodes(self.catalog, self.definitions, _subset_job)
        return self._wired


def resolve_assets(
    catalog: AssetCatalog, selection: Any, check_selection: Iterable[AssetCheckKey] | None = None
) -> ResolvedSelection:
    """Return what a selection means in a catalog; the same selection is resolved once.

    Raises:
        DagsterInvalidSubsetError: if it names something that does not exist, or splits what is whole.
    """
    cache: dict[Any, ResolvedSelection] = catalog.resolved
    known = selection is None or isinstance(selection, str) or _is_asset_selection(selection)
    key = selection if known and check_selection is None else NotImplemented
    if key in cache:
        return cache[key]
    resolved = ResolvedSelection(catalog, *resolve_selection(catalog, selection, check_selection))
    if key is not NotImplemented:
        cache[key] = resolved
    return resolved


def _is_asset_selection(selection: Any) -> bool:
    from weftwork.planning.selection.asset_selection import AssetSelection  # most runs take all assets

    return isinstance(selection, AssetSelection)


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
        from weftwork.planning.selection.asset_selection import (
            AssetSelection,  # most runs take all assets
        )

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
        reason = (
            "is external: nothing here makes or observes it"
            if strangers[0] in catalog.graph
            else "does not exist"
        )
        raise UnknownAssetsError(f"Asset '{name}' is selected, but it {reason}.{nearest}")


def select_definitions(
    catalog: AssetCatalog, keys: frozenset[AssetKey], checks: frozenset[AssetCheckKey]
) -> list[AssetsDefinition]:
    """Return the definitions that make the selected assets and checks, narrowed to them.

    Raises:
        SplitAssetsError: if only a part is selected of a definition that cannot be split.
    """
    if keys == catalog.executable_keys and checks == catalog.check_keys:
        return [one for one in catalog.definitions if one.is_executable and (one.keys or one.check_keys)]
    needed: dict[int, AssetsDefinition] = {}
    for definition in [*map(catalog.by_key.__getitem__, keys), *_evaluators(catalog, checks)]:
        needed[id(definition)] = definition
    return [_narrow(needed[one], keys, checks) for one in sorted(needed, key=catalog.places.__getitem__)]


def _evaluators(catalog: AssetCatalog, checks: Iterable[AssetCheckKey]) -> list[AssetsDefinition]:
    found = []
    for check in checks:
        if check not in catalog.by_check:
            known = [key.to_user_string() for key in catalog.by_check]
            raise UnknownAssetsError(
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
    everything: list[AssetKey | AssetCheckKey] = [*own_keys, *own_checks]
    chosen = {entity.to_user_string() for entity in everything if entity in keys or entity in checks}
    left_out = {entity.to_user_string() for entity in everything} - chosen
    raise SplitAssetsError(
        f"{definition.describe()} cannot be split, but {quote_names(chosen)} is selected without {quote_names(left_out)}. "
        f"Select all of it, or define it with can_subset=True."
    )


def list_partitions(definitions: Iterable[AssetsDefinition]) -> list[tuple[Any, str]]:
    """Return the different partitions of definitions, each with an asset or check that has them."""
    seen: set[int] = set()
    found: list[tuple[Any, str]] = []
    for definition in definitions:
        for spec in (*definition.specs_by_key.values(), *_partitioned_checks(definition)):
            own = spec.partitions_def
            if own is None or id(own) in seen:
                continue
            seen.add(id(own))
            if all(own != other for other, _ in found):
                found.append((own, spec.key.to_user_string()))
    return found


def _partitioned_checks(definition: AssetsDefinition) -> Iterable[Any]:
    return (
        definition.check_specs_by_output_name.values() if definition.node_check_specs_by_output_name else ()
    )


def _join_resources(definitions: Iterable[AssetsDefinition], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the given resources with those that belong to single definitions.

    Raises:
        DagsterInvalidInvocationError: if one that belongs to a definition is given again.
        DagsterInvalidDefinitionError: if two definitions have different resources under one key.
    """
    listed = list(definitions)
    bound = refuse_conflicting_resources(listed, given)
    if bound:
        _refuse_borrowed(listed, bound.keys() - given.keys())
    return {**given, **bound}


def _refuse_borrowed(definitions: Iterable[AssetsDefinition], bound: Set[str]) -> None:
    """Raise if a definition could run only because another one in the same job brings a resource.

    Raises:
        DagsterInvalidDefinitionError: if one could.
    """
    for definition in definitions:
        for key in bound & definition.required_resource_keys:
            if key not in definition.resource_defs:
                raise DagsterInvalidDefinitionError(
                    f"{definition.describe()} requires the resource '{key}', which is not given; another asset has one under "
                    f"this key, for itself alone. Give the resource to both, or to all."
                )


def refuse_conflicting_resources(
    definitions: Iterable[AssetsDefinition], given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the resources that belong to single definitions.

    Args:
        definitions: the definitions.
        given: resources for all of them, which must not be given again.

    Raises:
        DagsterInvalidInvocationError: if one that belongs to a definition is given again.
        DagsterInvalidDefinitionError: if two definitions have different resources under one key.
    """
    bound: dict[str, tuple[Any, AssetsDefinition]] = {}
    for definition in definitions:
        if not definition.resource_defs:
            continue
        if given:
            refuse_second_resources(definition, given)
        for key, resource in definition.resource_defs.items():
            other = bound.setdefault(key, (resource, definition))
            if other[0] is not resource:
                raise DagsterInvalidDefinitionError(
                    f"{other[1].describe()} and {definition.describe()} have different resources under the key '{key}'. "
                    f"Use one object for both, or another key."
                )
    return {key: resource for key, (resource, _) in bound.items()}


def _add_managers(layer: AssetLayer, resources: dict[str, Any]) -> dict[str, Any]:
    """Return resources with the IO managers of assets that are only loaded, where these bring their own."""
    for key in layer.loaded_elsewhere:
        own = layer.catalog.by_key[key].resource_defs
        if own:
            wanted = expand_resource_keys([layer.io_manager_key(key)], own)
            resources = {**{name: own[name] for name in wanted if name in own}, **resources}
    return resources


def _subset_job(
    job: JobDefinition, keys: frozenset[AssetKey], checks: frozenset[AssetCheckKey]
) -> JobDefinition:
    layer: AssetLayer = job.asset_layer
    catalog = layer.catalog
    definitions = select_definitions(catalog, keys, checks)
    structure, after, new_layer = wire_nodes(catalog, definitions, _subset_job)
    kinds = list_partitions(definitions)
    part = job._copy(
        graph_def=AssetJobGraph(job.name, structure, after), asset_layer=new_layer,
        partitions_def=kinds[0][0] if len(kinds) == 1 else None,
    )  # fmt: skip
    part.parent_job = job.parent_job or job
    if part.run_config:
        kept = part.drop_unselected_config(part.run_config)
        part = part._copy(config=kept)
    part.asset_selection = keys
    part.asset_check_selection = checks
    return part
