"""Conditions on other targets: dependencies, checks, downstream assets, the assets of a job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

from weftwork.conditions import kinds
from weftwork.conditions.expression import AutomationCondition
from weftwork.conditions.graph import EntityGraph
from weftwork.conditions.result import AutomationResult
from weftwork.conditions.subset import EntitySubset
from weftwork.records.keys import AssetCheckKey, AssetKey


def entity_matches(condition: kinds.EntityMatchesCondition, context: Any) -> AutomationResult:
    """Hold for the partitions that belong to those of another target for which the operand holds."""
    view, key = context.view, condition.key
    if key in view.graph.get(context.key).deps or context.key not in view.graph.get(key).deps:
        asked = view.map_up(context.candidate_subset, key)
        result = context.evaluate_child(condition.operand, 0, asked)
        found = _map_back(context, result.true_subset)
    else:
        result = context.evaluate_child(condition.operand, 0, view.map_down(context.candidate_subset, key))
        found = view.map_up(result.true_subset, context.key)
    return AutomationResult(context, found & context.candidate_subset, child_results=[result])


def _map_back(context: Any, subset: EntitySubset) -> EntitySubset:
    """Return which of the candidates depend on a subset of a target upstream."""
    candidate: EntitySubset = context.candidate_subset
    if not candidate.is_partitioned:
        # Asked for one thing only: what is true upstream is what it depends on.
        return candidate if not subset.is_empty else context.get_empty_subset()
    return context.view.map_down(subset, context.key)  # type: ignore[no-any-return]


def _each(context: Any, keys: Iterable[Any], operand: AutomationCondition) -> list[AutomationResult]:
    return [
        context.evaluate_child(
            kinds.EntityMatchesCondition(key=key, operand=operand), None, context.candidate_subset
        )
        for key in keys
    ]


def _combine(context: Any, results: list[AutomationResult], *, is_any: bool) -> AutomationResult:
    subsets = [result.true_subset for result in results]
    if is_any:
        true = reduce(or_, subsets, context.get_empty_subset())
    else:
        true = reduce(and_, subsets, context.candidate_subset)
    return AutomationResult(context, true, child_results=results)


def list_deps(condition: kinds.DepsCondition, graph: EntityGraph, key: Any) -> list[AssetKey]:
    """Return the dependencies that a condition considers."""
    keys = set(graph.get(key).deps)
    if condition.allow_selection is not None:
        keys &= graph.select(condition.allow_selection)
    if condition.ignore_selection is not None:
        keys -= graph.select(condition.ignore_selection)
    return sorted(keys)


def deps_match(condition: kinds.DepsCondition, context: Any) -> AutomationResult:
    """Hold where the operand holds for a partition of any, or of every, dependency."""
    results = _each(context, list_deps(condition, context.view.graph, context.key), condition.operand)
    return _combine(context, results, is_any=isinstance(condition, kinds.AnyDepsCondition))


def list_checks(condition: kinds.ChecksCondition, graph: EntityGraph, key: Any) -> list[AssetCheckKey]:
    """Return the checks that a condition considers."""
    entity = graph.find(key.asset_key if isinstance(key, AssetCheckKey) else key)
    checks = [
        check
        for check in (entity.checks if entity is not None else ())
        if check != key and (graph.get(check).is_blocking or not condition.blocking_only)
    ]
    if condition.allow_selection is not None:
        checks = [check for check in checks if check in graph.select(condition.allow_selection)]
    if condition.ignore_selection is not None:
        checks = [check for check in checks if check not in graph.select(condition.ignore_selection)]
    return sorted(checks, key=lambda check: check.name)


def checks_match(condition: kinds.ChecksCondition, context: Any) -> AutomationResult:
    """Hold where the operand holds for any, or for every, check."""
    results = _each(context, list_checks(condition, context.view.graph, context.key), condition.operand)
    return _combine(context, results, is_any=isinstance(condition, kinds.AnyChecksCondition))


def job_roots_match(condition: kinds.JobRootsCondition, context: Any) -> AutomationResult:
    """Hold where the operand holds for any, or for every, root asset of the job."""
    results = _each(context, context.view.graph.get(context.key).roots, condition.operand)
    return _combine(context, results, is_any=isinstance(condition, kinds.AnyJobRootAssetsMatchCondition))


def any_downstream_conditions(_condition: Any, context: Any) -> AutomationResult:
    """Hold where the condition of any asset downstream would hold for this target."""
    conditions = list_downstream_conditions(context.view.graph, context.key)
    results = [
        context.evaluate_child(condition, int(unique_id[:8], 16), context.candidate_subset)
        for unique_id, condition in sorted(conditions.items())
    ]
    return _combine(context, results, is_any=True)


def list_downstream_conditions(graph: EntityGraph, key: Any) -> dict[str, AutomationCondition]:
    """Return the distinct conditions downstream; one that asks downstream itself stands for those further down."""
    found: dict[str, AutomationCondition] = {}
    waiting: list[Any] = list(graph.children.get(key, ()))
    seen = {key}
    while waiting:
        child = waiting.pop()
        if child in seen:
            continue
        seen.add(child)
        condition = graph.get(child).condition
        if condition is None:
            continue
        if any(isinstance(part, kinds.AnyDownstreamConditionsCondition) for part in condition.iterate()):
            waiting.extend(graph.children.get(child, ()))
        else:
            found[condition.get_unique_id()] = condition
    return found


TARGET_RULES: Mapping[type, Callable[[Any, Any], AutomationResult]] = {
    kinds.EntityMatchesCondition: entity_matches,
    kinds.AnyDepsCondition: deps_match,
    kinds.AllDepsCondition: deps_match,
    kinds.AnyChecksCondition: checks_match,
    kinds.AllChecksCondition: checks_match,
    kinds.AnyJobRootAssetsMatchCondition: job_roots_match,
    kinds.AllJobRootAssetsMatchCondition: job_roots_match,
    kinds.AnyDownstreamConditionsCondition: any_downstream_conditions,
}
