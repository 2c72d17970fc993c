"""Assets, checks and jobs of a code location as the targets of automation conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from weftwork.conditions.expression import AutomationCondition
from weftwork.conditions.graph import Entity, EntityGraph
from weftwork.definitions.assets.asset_job import resolve_assets
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.keys import AssetKey
from weftwork.records.values.asset_job_key import AssetJobKey


def build_entity_graph(
    catalog: AssetCatalog, jobs: Iterable[Any] = (), default_condition: AutomationCondition | None = None
) -> EntityGraph:
    """Return the targets of automation conditions.

    Args:
        catalog: the assets and checks.
        jobs: the jobs over assets that have a condition.
        default_condition: for assets and checks that have none.
    """
    entities = [*_assets(catalog, default_condition), *_checks(catalog, default_condition)]
    entities.extend(_job(job, catalog) for job in jobs)
    return EntityGraph(entities, lambda selection: _select(selection, catalog))


def _select(selection: Any, catalog: AssetCatalog) -> Iterable[Any]:
    return (*selection.resolve(catalog.graph), *selection.resolve_checks(catalog.graph))


def _assets(catalog: AssetCatalog, default: AutomationCondition | None) -> Iterator[Entity]:
    for node in catalog.graph.nodes:
        spec = catalog.get_spec(node.key)
        mappings = {dep.asset_key: dep.partition_mapping for dep in spec.deps}
        condition = spec.automation_condition or (default if node.is_executable else None)
        yield Entity(
            key=node.key,
            condition=_hold_back(condition, spec.deps),
            partitions_def=spec.partitions_def,
            deps={dep: mappings.get(dep) for dep in node.deps},
            checks=node.checks,
            executed_with=tuple(node.required_with),
            code_version=spec.code_version,
            is_observed=node.is_observable,
            is_executable=node.is_executable,
            freshness=spec.freshness_policy,
        )


def _hold_back(condition: AutomationCondition | None, deps: Iterable[Any]) -> AutomationCondition | None:
    """Return the condition that also waits for the dependencies that say so: ``missing="wait"``."""
    waited = [dep.asset_key for dep in deps if dep.missing == "wait"]
    if condition is None or not waited:
        return condition
    missing = AutomationCondition.any_deps_missing().allow(AssetSelection.assets(*waited))
    return condition & (~missing).with_label("waits for no dependency")


def _checks(catalog: AssetCatalog, default: AutomationCondition | None) -> Iterator[Entity]:
    for key in catalog.by_check:
        spec = catalog.get_check_spec(key)
        deps: dict[AssetKey, Any] = {key.asset_key: None}
        deps.update({dep.asset_key: dep.partition_mapping for dep in spec.additional_deps})
        yield Entity(
            key=key,
            condition=spec.automation_condition or default,
            partitions_def=spec.partitions_def,
            deps=deps,
            is_blocking=spec.blocking,
        )


def _job(job: Any, catalog: AssetCatalog) -> Entity:
    resolved = resolve_assets(catalog, job.selection)
    partitions_def = resolved.get_partitions(job.partitions_def, allow_different=False, config=job.config)
    return Entity(
        key=AssetJobKey(job.name), condition=job.automation_condition, partitions_def=partitions_def,
        roots=list_roots(resolved.keys, catalog),
    )  # fmt: skip


def list_roots(keys: Iterable[AssetKey], catalog: AssetCatalog) -> list[AssetKey]:
    """Return those of some assets that depend on no other of them."""
    chosen = frozenset(keys)
    return sorted(key for key in chosen if chosen.isdisjoint(catalog.graph.get_parent_keys(key) - {key}))
