"""Conditions on what happened: updates, versions, requests, cron ticks, and the tags of runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from weftwork.conditions import kinds
from weftwork.conditions.facts import CheckState, ExecutionState
from weftwork.conditions.result import AutomationResult
from weftwork.conditions.rules.state import within
from weftwork.conditions.subset import EntitySubset
from weftwork.partitions.cron import get_cron_ticks
from weftwork.records.keys import AssetCheckKey, AssetKey


def initial_evaluation(_condition: Any, context: Any) -> AutomationResult:
    """Hold in the first evaluation of the root's target."""
    is_first = context.previous is None
    return AutomationResult(context, context.candidate_subset if is_first else context.get_empty_subset())


def newly_requested(_condition: Any, context: Any) -> AutomationResult:
    """Hold for what the previous evaluation requested."""
    return within(context, context.get_previous_requested_subset(context.key))


def code_version_changed(_condition: Any, context: Any) -> AutomationResult:
    """Hold when the version is another than the one that was remembered."""
    version = context.view.graph.get(context.key).code_version
    before = context.cursor
    changed = before is not None and version != before
    subset = context.candidate_subset if changed else context.get_empty_subset()
    return AutomationResult(context, subset, cursor=version)


def get_latest_tick_s(condition: kinds.CronTickPassedCondition, context: Any) -> int:
    """Return the latest tick of a cron schedule up to now, in seconds since the epoch."""
    ticks = get_cron_ticks(condition.cron_schedule, condition.cron_timezone)
    return ticks.last_before(math.floor(context.evaluation_time.timestamp()) + 1)


def cron_tick_passed(condition: kinds.CronTickPassedCondition, context: Any) -> AutomationResult:
    """Hold when there is a tick after the previous evaluation, up to now."""
    before = context.previous_evaluation_time
    passed = before is not None and get_latest_tick_s(condition, context) > before.timestamp()
    return AutomationResult(context, context.candidate_subset if passed else context.get_empty_subset())


def latest_id(context: Any, state: Any) -> int:
    """Return the storage id of the latest update of a target that a state tells; 0 for none."""
    if isinstance(state, CheckState):
        return state.event_id or 0
    assert isinstance(state, ExecutionState)
    entity = context.view.graph.get(context.key)
    made = 0 if entity.is_observed else state.materialization_id or 0
    counts_observations = entity.is_observed or not entity.is_executable
    return max(made, (state.observation_id or 0) if counts_observations else 0)


def find_new(context: Any) -> Mapping[str | None, int]:
    """Return the partitions that were updated since the previous evaluation, with the latest event of each."""
    if context.previous is None:
        return {}
    after = context.previous_max_storage_id or 0
    key = context.key
    states = context.view.check_states(key) if isinstance(key, AssetCheckKey) else context.view.states(key)
    ids = {partition: latest_id(context, state) for partition, state in states.items()}
    return {partition: number for partition, number in ids.items() if number > after}


def _changed_versions(context: Any, new: Mapping[str | None, int]) -> list[str | None]:
    if not new or not isinstance(context.key, AssetKey):
        return []
    facts = context.view.facts
    after = context.previous_max_storage_id or 0
    is_observed = context.view.graph.get(context.key).is_observed
    now = facts.list_data_versions(list(new.values()))
    before = facts.list_previous_versions(context.key, list(new), after + 1, is_observed=is_observed)
    return [
        partition
        for partition, number in new.items()
        if partition not in before or before[partition] != now.get(number)
    ]


def newly_updated(_condition: Any, context: Any) -> AutomationResult:
    """Hold for what has new events; of what is only watched, for what has another data version."""
    new = find_new(context)
    is_watched = isinstance(context.key, AssetKey) and context.view.graph.get(context.key).is_observed
    partitions = _changed_versions(context, new) if is_watched else list(new)
    return within(context, context.view.from_keys(context.key, partitions))


def data_version_changed(_condition: Any, context: Any) -> AutomationResult:
    """Hold for what has new events that tell another data version."""
    return within(context, context.view.from_keys(context.key, _changed_versions(context, find_new(context))))


def _latest_ids_of_candidates(context: Any) -> dict[str | None, int]:
    candidate: EntitySubset = context.candidate_subset
    if candidate.is_empty:
        return {}
    key = context.key
    states = context.view.check_states(key) if isinstance(key, AssetCheckKey) else context.view.states(key)
    asked = candidate.value
    ids = {
        partition: latest_id(context, state)
        for partition, state in states.items()
        if isinstance(asked, bool) or partition in asked
    }
    return {partition: number for partition, number in ids.items() if number}


def _where_latest_run(context: Any, holds: Callable[[Any, str | None], bool]) -> AutomationResult:
    ids = _latest_ids_of_candidates(context)
    runs = context.view.facts.list_runs_of_events(list(ids.values())) if ids else {}
    found = [
        partition for partition, number in ids.items() if number in runs and holds(runs[number], partition)
    ]
    return within(context, context.view.from_keys(context.key, found))


def has_tags(condition: kinds.RunTagsCondition, tags: Mapping[str, str]) -> bool:
    """Return whether a run with these tags has all that a condition asks for."""
    return all(key in tags for key in condition.tag_keys or ()) and all(
        tags.get(key) == value for key, value in condition.tag_values or ()
    )


def executed_with_tags(condition: kinds.LatestRunExecutedWithTagsCondition, context: Any) -> AutomationResult:
    """Hold for what was last executed in a run with these tags."""
    return _where_latest_run(context, lambda run, _: has_tags(condition, run.tags))


def executed_with_root_target(_condition: Any, context: Any) -> AutomationResult:
    """Hold for what was last executed in a run that meant to execute what depends on it of the root's target too."""
    root, key, view = context.root_context.key, context.key, context.view
    if isinstance(root, AssetCheckKey):
        evaluated_by = {state.run_id for state in view.check_states(root).values()}
        return _where_latest_run(context, lambda run, _: run.run_id in evaluated_by)
    target = root

    def is_together(run: Any, partition: str | None) -> bool:
        if target not in run.planned:
            return False
        if target == key and key not in view.graph.get(key).deps:
            return partition in run.planned[target]
        if target not in view.graph or view.graph.get(target).partitions_def is None:
            return True
        needed = view.map_subset(view.from_keys(target, run.planned[target]), key).value
        return needed if isinstance(needed, bool) else partition in needed

    return _where_latest_run(context, is_together)


def new_updates_have_run_tags(condition: kinds.RunTagsCondition, context: Any) -> AutomationResult:
    """Hold for what has new events of which any, or all, come from runs with these tags."""
    if context.previous is None or not isinstance(context.key, AssetKey) or not find_new(context):
        return AutomationResult(context, context.get_empty_subset())
    facts = context.view.facts
    updates = facts.list_updates(context.key, context.previous_max_storage_id or 0)
    runs = facts.list_runs_of_events([number for number, _ in updates])
    found: dict[str | None, list[bool]] = {}
    for number, partition in updates:
        found.setdefault(partition, []).append(number in runs and has_tags(condition, runs[number].tags))
    count = any if isinstance(condition, kinds.AnyNewUpdateHasRunTagsCondition) else all
    return within(
        context,
        context.view.from_keys(context.key, [partition for partition, each in found.items() if count(each)]),
    )


HISTORY_RULES: Mapping[type, Callable[[Any, Any], AutomationResult]] = {
    kinds.InitialEvaluationCondition: initial_evaluation,
    kinds.NewlyRequestedCondition: newly_requested,
    kinds.CodeVersionChangedCondition: code_version_changed,
    kinds.CronTickPassedCondition: cron_tick_passed,
    kinds.NewlyUpdatedCondition: newly_updated,
    kinds.DataVersionChangedCondition: data_version_changed,
    kinds.LatestRunExecutedWithTagsCondition: executed_with_tags,
    kinds.LatestRunExecutedWithRootTargetCondition: executed_with_root_target,
    kinds.AnyNewUpdateHasRunTagsCondition: new_updates_have_run_tags,
    kinds.AllNewUpdatesHaveRunTagsCondition: new_updates_have_run_tags,
}
