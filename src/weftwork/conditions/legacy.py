"""AutoMaterializePolicy and its rules: the older form of automation conditions; each rule is a condition.

A run that needs partitions that do not exist is refused where it is planned, so the rule on them never applies here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from enum import Enum
from typing import Any, NoReturn

import msgspec

from weftwork.base.errors import CheckError, DagsterInvalidInvocationError, ParameterCheckError
from weftwork.base.lifecycle import former, warn_of_use
from weftwork.conditions.condition_parts import check_cron
from weftwork.conditions.expression import AutomationCondition
from weftwork.serde import Record, deserialize_value, encode, register_upgrade
from weftwork.serde.record import force_set


class AutoMaterializeDecisionType(Enum):
    """What a rule says when it applies."""

    MATERIALIZE = "MATERIALIZE"
    SKIP = "SKIP"
    DISCARD = "DISCARD"


_FORMER = former("Use AutomationCondition, such as AutomationCondition.eager().")


class AutoMaterializePolicyType(Enum):
    """Whether a policy acts on changes upstream or only on freshness."""

    EAGER = "EAGER"
    LAZY = "LAZY"


class AutoMaterializeAssetPartitionsFilter(Record):
    """Which updates of parents count: those of runs with all of these tags."""

    latest_run_required_tags: dict[str, str] | None = None

    @property
    def description(self) -> str:
        """The filter in a few words."""
        return f"latest run includes required tags: {self.latest_run_required_tags}"

    def __hash__(self) -> int:
        return hash(tuple(sorted((self.latest_run_required_tags or {}).items())))


class AutoMaterializeRule(Record, tag="AutoMaterializeRule"):
    """When an asset of a policy is made, or left alone.

    Deprecated: every rule is an automation condition; see ``to_asset_condition``.

    Attributes:
        kind: which rule it is.
        cron_schedule: the schedule of a rule on ticks.
        timezone: its time zone.
        all_partitions: whether it is for all partitions, not only the latest.
        updated_parent_filter: which updates of parents count.
    """

    kind: str
    cron_schedule: str | None = None
    timezone: str | None = None
    all_partitions: bool = False
    updated_parent_filter: AutoMaterializeAssetPartitionsFilter | None = None

    @staticmethod
    def materialize_on_cron(
        cron_schedule: str, timezone: str = "UTC", all_partitions: bool = False
    ) -> AutoMaterializeRule:
        """Make it once after each tick of a cron schedule.

        Raises:
            ParameterCheckError: if the schedule is not one.
        """
        return AutoMaterializeRule(
            kind="materialize_on_cron", cron_schedule=check_cron(cron_schedule), timezone=timezone,
            all_partitions=all_partitions,
        )  # fmt: skip

    @staticmethod
    def materialize_on_parent_updated(
        updated_parent_filter: AutoMaterializeAssetPartitionsFilter | None = None,
    ) -> AutoMaterializeRule:
        """Make it when a parent was updated."""
        return AutoMaterializeRule(
            kind="materialize_on_parent_updated", updated_parent_filter=updated_parent_filter
        )

    @staticmethod
    def materialize_on_missing() -> AutoMaterializeRule:
        """Make it when it is missing."""
        return AutoMaterializeRule(kind="materialize_on_missing")

    @staticmethod
    def materialize_on_required_for_freshness() -> AutoMaterializeRule:
        """Make it when a freshness policy is broken."""
        return AutoMaterializeRule(kind="materialize_on_required_for_freshness")

    @staticmethod
    def skip_on_parent_missing() -> AutoMaterializeRule:
        """Leave it alone while a parent is missing."""
        return AutoMaterializeRule(kind="skip_on_parent_missing")

    @staticmethod
    def skip_on_parent_outdated() -> AutoMaterializeRule:
        """Leave it alone while a parent has parents with newer data."""
        return AutoMaterializeRule(kind="skip_on_parent_outdated")

    @staticmethod
    def skip_on_not_all_parents_updated(
        require_update_for_all_parent_partitions: bool = False,
    ) -> AutoMaterializeRule:
        """Leave it alone until all parents were updated."""
        return AutoMaterializeRule(
            kind="skip_on_not_all_parents_updated", all_partitions=require_update_for_all_parent_partitions
        )

    @staticmethod
    def skip_on_not_all_parents_updated_since_cron(
        cron_schedule: str, timezone: str = "UTC"
    ) -> AutoMaterializeRule:
        """Leave it alone until all parents were updated after the latest tick.

        Raises:
            ParameterCheckError: if the schedule is not one.
        """
        return AutoMaterializeRule(
            kind="skip_on_not_all_parents_updated_since_cron", cron_schedule=check_cron(cron_schedule), timezone=timezone
        )  # fmt: skip

    @staticmethod
    def skip_on_required_but_nonexistent_parents() -> AutoMaterializeRule:
        """Leave it alone while it needs partitions that do not exist."""
        return AutoMaterializeRule(kind="skip_on_required_but_nonexistent_parents")

    @staticmethod
    def skip_on_backfill_in_progress(all_partitions: bool = False) -> AutoMaterializeRule:
        """Leave it alone while a backfill means to make it."""
        return AutoMaterializeRule(kind="skip_on_backfill_in_progress", all_partitions=all_partitions)

    @staticmethod
    def skip_on_run_in_progress() -> AutoMaterializeRule:
        """Leave it alone while a run means to make it."""
        return AutoMaterializeRule(kind="skip_on_run_in_progress")

    @property
    def decision_type(self) -> AutoMaterializeDecisionType:
        """What it says when it applies."""
        is_skip = self.kind.startswith("skip")
        return AutoMaterializeDecisionType.SKIP if is_skip else AutoMaterializeDecisionType.MATERIALIZE

    @property
    def description(self) -> str:
        """The rule in a few words."""
        told = self.kind.replace("_", " ")
        return f"{told} {self.cron_schedule} ({self.timezone})" if self.cron_schedule else told

    def to_asset_condition(self) -> AutomationCondition:
        """Return the condition that holds where the rule applies."""
        condition: AutomationCondition = _CONDITIONS[self.kind](self).with_label(self.kind)
        return condition

    def evaluate_for_asset(self, context: Any) -> NoReturn:
        """Raise: a rule is evaluated as the condition that it is."""
        del context
        raise DagsterInvalidInvocationError(
            f"The rule {self.kind} is evaluated as a condition: see to_asset_condition()."
        )


_A = AutomationCondition


def _parent_updated(rule: AutoMaterializeRule) -> Any:
    if rule.updated_parent_filter is None:
        return _A.any_deps_updated().since_last_handled()
    tags = rule.updated_parent_filter.latest_run_required_tags
    updated = _A.newly_updated() & _A.executed_with_tags(tag_values=tags)
    return _A.any_deps_match(updated | _A.will_be_requested()).since_last_handled()


_CONDITIONS: Mapping[str, Callable[[AutoMaterializeRule], Any]] = {
    "materialize_on_cron": lambda rule: (
        _A.cron_tick_passed(rule.cron_schedule or "", rule.timezone or "UTC").since_last_handled()
    ),
    "materialize_on_parent_updated": _parent_updated,
    "materialize_on_missing": lambda _rule: _A.missing().since_last_handled(),
    "materialize_on_required_for_freshness": lambda _rule: _A.freshness_failed(),
    "skip_on_parent_missing": lambda _rule: _A.any_deps_missing(),
    "skip_on_parent_outdated": lambda _rule: _A.any_deps_match(
        _A.any_deps_match(_A.newly_updated()).since(_A.newly_updated()) & ~_A.will_be_requested()
    ),
    "skip_on_not_all_parents_updated": lambda _rule: ~_A.all_deps_match(
        _A.newly_updated() | _A.will_be_requested()
    ),
    "skip_on_not_all_parents_updated_since_cron": lambda rule: ~_A.all_deps_updated_since_cron(
        rule.cron_schedule or "", rule.timezone or "UTC"
    ),
    "skip_on_required_but_nonexistent_parents": lambda _rule: _A.missing() & ~_A.missing(),
    "skip_on_backfill_in_progress": lambda _rule: _A.backfill_in_progress(),
    "skip_on_run_in_progress": lambda _rule: _A.run_in_progress(),
}  # fmt: skip


def _skip_rules() -> set[AutoMaterializeRule]:
    rule = AutoMaterializeRule
    return {
        rule.skip_on_parent_missing(), rule.skip_on_parent_outdated(),
        rule.skip_on_required_but_nonexistent_parents(), rule.skip_on_backfill_in_progress(),
    }  # fmt: skip


class AutoMaterializePolicy(Record, kw_only=False):
    """Rules that say when an asset is made, and when it is left alone.

    Deprecated: use an ``AutomationCondition``.

    Args:
        rules: the rules.
        max_materializations_per_minute: how many partitions are made in a minute at most; None for any number.
        asset_condition: the condition, in place of rules.

    Raises:
        ParameterCheckError: if there are both rules and a condition, or neither.
        CheckError: if the number is not positive.
    """

    rules: Any = frozenset()
    max_materializations_per_minute: int | None = 1
    asset_condition: Any = None

    def __post_init__(self) -> None:
        warn_of_use("AutoMaterializePolicy", _FORMER)
        given = self.rules.get("__frozenset__", ()) if isinstance(self.rules, dict) else self.rules or ()
        rules = [deserialize_value(encode(rule)) if isinstance(rule, dict) else rule for rule in given]
        force_set(self, "rules", frozenset(rules))
        if isinstance(self.asset_condition, dict):
            force_set(self, "asset_condition", deserialize_value(encode(self.asset_condition)))
        if self.max_materializations_per_minute is not None and self.max_materializations_per_minute <= 0:
            raise CheckError(
                "max_materializations_per_minute must be positive, or None for any number. To make nothing by itself, "
                "leave out the policy."
            )
        if bool(self.rules) == (self.asset_condition is not None):
            raise ParameterCheckError("A policy takes rules or asset_condition: exactly one of them.")

    @staticmethod
    def eager(max_materializations_per_minute: int | None = 1) -> AutoMaterializePolicy:
        """Make it when it is missing or a parent was updated."""
        warn_of_use("AutoMaterializePolicy", _FORMER)
        rule = AutoMaterializeRule
        make = {
            rule.materialize_on_missing(), rule.materialize_on_parent_updated(),
            rule.materialize_on_required_for_freshness(),
        }  # fmt: skip
        return AutoMaterializePolicy(frozenset(make | _skip_rules()), max_materializations_per_minute)

    @staticmethod
    def lazy(max_materializations_per_minute: int | None = 1) -> AutoMaterializePolicy:
        """Make it when a freshness policy is broken."""
        warn_of_use("AutoMaterializePolicy", _FORMER)
        make = {AutoMaterializeRule.materialize_on_required_for_freshness()}
        return AutoMaterializePolicy(frozenset(make | _skip_rules()), max_materializations_per_minute)

    @staticmethod
    def from_automation_condition(automation_condition: AutomationCondition) -> AutoMaterializePolicy:
        """Return a condition as a policy."""
        return AutoMaterializePolicy(
            max_materializations_per_minute=None, asset_condition=automation_condition
        )

    def to_automation_condition(self) -> AutomationCondition:
        """Return the policy as a condition: a rule to make it applies, and none to leave it alone."""
        if self.asset_condition is not None:
            return self.asset_condition  # type: ignore[no-any-return]
        make = _any_of(self.materialize_rules)
        skip = _any_of(self.skip_rules)
        latest: AutomationCondition = _A.in_latest_time_window() & make
        return latest if skip is None else latest & ~skip

    @property
    def materialize_rules(self) -> Set[AutoMaterializeRule]:
        """The rules to make it."""
        return self._rules_of(AutoMaterializeDecisionType.MATERIALIZE)

    @property
    def skip_rules(self) -> Set[AutoMaterializeRule]:
        """The rules to leave it alone."""
        return self._rules_of(AutoMaterializeDecisionType.SKIP)

    def _rules_of(self, decision: AutoMaterializeDecisionType) -> Set[AutoMaterializeRule]:
        return {rule for rule in self.rules if rule.decision_type is decision}

    @property
    def policy_type(self) -> AutoMaterializePolicyType:
        """Whether it acts on updates of parents."""
        is_eager = AutoMaterializeRule.materialize_on_parent_updated() in self.rules
        return AutoMaterializePolicyType.EAGER if is_eager else AutoMaterializePolicyType.LAZY

    def with_rules(self, *rules_to_add: AutoMaterializeRule) -> AutoMaterializePolicy:
        """Return the policy with more rules; one of the same kind is replaced."""
        kinds = {rule.kind for rule in rules_to_add}
        kept = {rule for rule in self.rules if rule.kind not in kinds}
        return AutoMaterializePolicy(
            frozenset(kept | set(rules_to_add)), self.max_materializations_per_minute
        )

    def without_rules(self, *rules_to_remove: AutoMaterializeRule) -> AutoMaterializePolicy:
        """Return the policy with fewer rules.

        Raises:
            ParameterCheckError: if it does not have one of them.
        """
        missing = [rule.kind for rule in rules_to_remove if rule not in self.rules]
        if missing:
            raise ParameterCheckError(f"The policy has no such rules: {', '.join(missing)}.")
        return AutoMaterializePolicy(
            frozenset(self.rules - set(rules_to_remove)), self.max_materializations_per_minute
        )


def _any_of(rules: Iterable[AutoMaterializeRule]) -> Any:
    found: Any = None
    for rule in sorted(rules, key=lambda one: one.kind):
        condition = rule.to_asset_condition()
        found = condition if found is None else found | condition
    return found


_RULE_OF_FLAG = {
    "on_missing": "materialize_on_missing",
    "on_new_parent_data": "materialize_on_parent_updated",
    "for_freshness": "materialize_on_required_for_freshness",
}


def _upgrade_flags(raw: dict[str, Any]) -> dict[str, Any]:
    """Bring a policy that was written as flags to rules."""
    if not any(flag in raw for flag in _RULE_OF_FLAG):
        return raw
    make = [AutoMaterializeRule(kind=kind) for flag, kind in _RULE_OF_FLAG.items() if raw.get(flag)]
    kept = {
        name: value for name, value in raw.items() if name in ("__class__", "max_materializations_per_minute")
    }
    return {**kept, "rules": [_to_raw(rule) for rule in (*make, *_skip_rules())]}


def _to_raw(rule: AutoMaterializeRule) -> dict[str, Any]:
    return msgspec.to_builtins(rule)  # type: ignore[no-any-return]


register_upgrade("AutoMaterializePolicy", _upgrade_flags)
