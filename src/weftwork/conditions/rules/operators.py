"""And, or, not, since and newly true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from weftwork.conditions import expression
from weftwork.conditions.kinds import CronTickPassedCondition, NewlyUpdatedCondition
from weftwork.conditions.result import AutomationResult
from weftwork.conditions.rules.history import find_new, get_latest_tick_s
from weftwork.conditions.subset import EntitySubset


def all_of(condition: expression.AndAutomationCondition, context: Any) -> AutomationResult:
    """Hold where every operand does; each is asked only for what those before it left."""
    true = context.candidate_subset
    results = []
    for index, operand in enumerate(condition.operands):
        result = context.evaluate_child(operand, index, true)
        results.append(result)
        true = result.true_subset & true
    return AutomationResult(context, true, child_results=results)


def any_of(condition: expression.OrAutomationCondition, context: Any) -> AutomationResult:
    """Hold where one of the operands does."""
    true = context.get_empty_subset()
    results = []
    for index, operand in enumerate(condition.operands):
        result = context.evaluate_child(operand, index, context.candidate_subset)
        results.append(result)
        true = true | result.true_subset
    return AutomationResult(context, true, child_results=results)


def not_so(condition: expression.NotAutomationCondition, context: Any) -> AutomationResult:
    """Hold where the operand does not."""
    result = context.evaluate_child(condition.operand, 0, context.candidate_subset)
    return AutomationResult(context, context.candidate_subset - result.true_subset, child_results=[result])


def since(condition: expression.SinceCondition, context: Any) -> AutomationResult:
    """Hold from trigger to reset; both are asked for everything, so that no change of state is missed."""
    everything = context.view.full(context.key)
    trigger = context.evaluate_child(condition.trigger_condition, 0, everything)
    reset = context.evaluate_child(condition.reset_condition, 1, everything)
    before = context.previous_true_subset or context.get_empty_subset()
    true = (before | trigger.true_subset) - reset.true_subset
    if isinstance(condition.reset_condition, CronTickPassedCondition) and not reset.true_subset.is_empty:
        true = true | find_updated_after_tick(condition, context, trigger.true_subset)
    facts = dict(context.previous_metadata or {})
    for name, result in (("trigger", trigger), ("reset", reset)):
        if not result.true_subset.is_empty:
            facts[f"{name}_evaluation_id"] = context.evaluation_id
            facts[f"{name}_timestamp"] = context.evaluation_time.timestamp()
    return AutomationResult(
        context, true & context.candidate_subset, child_results=[trigger, reset], metadata=facts, remembered=true
    )  # fmt: skip


def find_updated_after_tick(
    condition: expression.SinceCondition, context: Any, updated: EntitySubset
) -> EntitySubset:
    """Return what was updated after the cron tick, where both came between two evaluations: the update counts."""
    if not isinstance(condition.trigger_condition, NewlyUpdatedCondition) or updated.is_empty:
        return context.get_empty_subset()  # type: ignore[no-any-return]
    new = find_new(context)
    times = context.view.facts.list_event_times(list(new.values()))
    tick_s = get_latest_tick_s(condition.reset_condition, context)
    later = [partition for partition, number in new.items() if times.get(number, 0.0) >= tick_s]
    return context.view.from_keys(context.key, later) & updated  # type: ignore[no-any-return]


def newly_true(condition: expression.NewlyTrueCondition, context: Any) -> AutomationResult:
    """Hold where the operand holds and did not at the previous evaluation."""
    result = context.evaluate_child(condition.operand, 0, context.view.full(context.key))
    before = context.previous_true_subset or context.get_empty_subset()
    new = result.true_subset - before
    return AutomationResult(
        context, new & context.candidate_subset, child_results=[result], remembered=result.true_subset
    )


OPERATOR_RULES: Mapping[type, Callable[[Any, Any], AutomationResult]] = {
    expression.AndAutomationCondition: all_of,
    expression.OrAutomationCondition: any_of,
    expression.NotAutomationCondition: not_so,
    expression.SinceCondition: since,
    expression.NewlyTrueCondition: newly_true,
}
