"""Conditions on how the target stands: missing, in progress, failed, checked, in which window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from weftwork.conditions import kinds
from weftwork.conditions.facts import ExecutionState
from weftwork.conditions.result import AutomationResult
from weftwork.conditions.subset import EntitySubset
from weftwork.conditions.view import (
    can_share_run,
    is_check_broken,
    is_check_running,
    is_failed,
    is_running,
)
from weftwork.records.keys import AssetCheckKey


def within(context: Any, subset: EntitySubset, **extra: Any) -> AutomationResult:
    """Return the result of a condition that holds for some partitions, as far as it was asked for them."""
    return AutomationResult(context, subset & context.candidate_subset, **extra)


def missing(_condition: Any, context: Any) -> AutomationResult:
    """Hold for what was never made, observed or, against the latest data, checked."""
    view, key = context.view, context.key
    if isinstance(key, AssetCheckKey):
        done = view.where(key, lambda _state: True)
    else:
        entity = view.graph.get(key)
        counts_observations = entity.is_observed or not entity.is_executable

        def exists(state: ExecutionState) -> bool:
            return state.materialization_id is not None or (
                counts_observations and state.observation_id is not None
            )

        done = view.where(key, exists)
    return AutomationResult(context, context.candidate_subset - done)


def run_in_progress(_condition: Any, context: Any) -> AutomationResult:
    """Hold for what a run that is not over means to execute."""
    is_check = isinstance(context.key, AssetCheckKey)
    return within(context, context.view.where(context.key, is_check_running if is_check else is_running))


def backfill_in_progress(_condition: Any, context: Any) -> AutomationResult:
    """Hold for what a backfill means to make."""
    return within(context, context.view.from_keys(context.key, context.view.backfilled(context.key)))


def execution_failed(_condition: Any, context: Any) -> AutomationResult:
    """Hold for what the latest attempt failed to execute."""
    is_check = isinstance(context.key, AssetCheckKey)
    return within(context, context.view.where(context.key, is_check_broken if is_check else is_failed))


def check_result(condition: kinds.CheckResultCondition, context: Any) -> AutomationResult:
    """Hold for a check that has this result."""
    wanted = "SUCCEEDED" if condition.passed else "FAILED"
    if not isinstance(context.key, AssetCheckKey):
        return AutomationResult(context, context.get_empty_subset())
    return within(context, context.view.where(context.key, lambda state: state.status == wanted))


def freshness_result(condition: kinds.FreshnessResultCondition, context: Any) -> AutomationResult:
    """Hold while the freshness policy is in this state."""
    holds = context.view.freshness(context.key) == condition.state
    return AutomationResult(context, context.candidate_subset if holds else context.get_empty_subset())


def in_latest_time_window(condition: kinds.InLatestTimeWindowCondition, context: Any) -> AutomationResult:
    """Hold for the latest windows."""
    return within(context, context.view.latest_windows(context.key, condition.lookback_delta))


def will_be_requested(_condition: Any, context: Any) -> AutomationResult:
    """Hold for what this evaluation requests, if one run can execute it together with the root's target."""
    requested = context.request_subsets_by_key.get(context.key)
    if requested is None or not can_share_run(context.view.graph, context.root_context.key, context.key):
        return AutomationResult(context, context.get_empty_subset())
    return within(context, requested)


STATE_RULES: Mapping[type, Callable[[Any, Any], AutomationResult]] = {
    kinds.MissingAutomationCondition: missing,
    kinds.RunInProgressAutomationCondition: run_in_progress,
    kinds.BackfillInProgressAutomationCondition: backfill_in_progress,
    kinds.ExecutionFailedAutomationCondition: execution_failed,
    kinds.CheckResultCondition: check_result,
    kinds.FreshnessResultCondition: freshness_result,
    kinds.InLatestTimeWindowCondition: in_latest_time_window,
    kinds.WillBeRequestedCondition: will_be_requested,
}
