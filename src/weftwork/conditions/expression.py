"""AutomationCondition: when an asset, check or job should run, as an expression that is evaluated later.

All kinds of condition are data: comparable, hashable and written as JSON; what they mean is in ``conditions.rules``. This file has
the base of all, and how conditions combine; ``conditions.kinds`` has those that ask something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from datetime import timedelta
from typing import Any, ClassVar, Literal, Self, cast

import msgspec

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError
from weftwork.base.lifecycle import BETA, PREVIEW, marked
from weftwork.conditions.condition_parts import (
    check_cron,
    node_id,
    revive,
    to_tag_fields,
)
from weftwork.conditions.node_snapshot import AutomationConditionNodeSnapshot
from weftwork.partitions.definition import digest
from weftwork.records.keys import AssetKey
from weftwork.serde import Record
from weftwork.serde.record import RECORD_TYPES, force_set

OperatorType = Literal["and", "or", "not", "identity"]


class AutomationCondition:
    """When an asset, a check or a job should run.

    Conditions are combined with ``&`` (and), ``|`` (or) and ``~`` (not), ``.since(reset)`` and ``.newly_true()``. Users
    may write their own: a subclass implements ``evaluate(context)`` and returns an ``AutomationResult``.

    Example:
        >>> AutomationCondition.on_cron("@daily") & ~AutomationCondition.any_deps_in_progress()
    """

    __slots__ = ()
    requires_cursor: ClassVar[bool] = True
    operator_type: ClassVar[OperatorType] = "identity"
    has_rule_condition: ClassVar[bool] = False

    def __class_getitem__(cls, _item: Any) -> type[Self]:
        return cls

    def evaluate(self, context: Any) -> Any:
        """Return for which partitions the condition holds.

        Args:
            context: an ``AutomationContext``.

        Returns:
            An ``AutomationResult``.
        """
        raise NotImplementedError(f"{type(self).__name__} must implement evaluate(self, context).")

    # ------------------------------------------------------------------------------ what it is

    @property
    def name(self) -> str:
        """What kind of condition it is."""
        return type(self).__name__

    @property
    def description(self) -> str:
        """What it says, in a few words; empty where the name says it all."""
        return ""

    @property
    def children(self) -> Sequence[AutomationCondition]:
        """The conditions that it is made of."""
        return ()

    @property
    def is_serializable(self) -> bool:
        """Whether it can be written as JSON: everything but conditions in user code can."""
        return False

    def get_label(self) -> str | None:
        """Return the label that it was given."""
        return getattr(self, "label", None)

    def iterate(self) -> Iterator[AutomationCondition]:
        """Yield it and all conditions inside."""
        yield self
        for child in self.children:
            yield from child.iterate()

    def get_node_unique_id(
        self, *, parent_unique_id: str | None = None, index: int | None = None, target_key: Any = None
    ) -> str:
        """Return a digest that names the condition by its place in an expression and its name."""
        return node_id(parent_unique_id, index, None if target_key is None else str(target_key), self.name)

    def get_node_snapshot(self, unique_id: str) -> AutomationConditionNodeSnapshot:
        """Return what is shown of the condition itself.

        Args:
            unique_id: what names it in its expression.
        """
        return AutomationConditionNodeSnapshot(
            class_name=type(self).__name__, description=self.description, unique_id=unique_id,
            label=self.get_label(), name=self.name, operator_type=self.operator_type,
        )  # fmt: skip

    def get_unique_id(self, *, parent_node_unique_id: str | None = None, index: int | None = None) -> str:
        """Return a digest of the whole expression."""
        own = self.get_node_unique_id(parent_unique_id=parent_node_unique_id, index=index)
        inner = [
            child.get_unique_id(parent_node_unique_id=own, index=place)
            for place, child in enumerate(self.children)
        ]
        return digest("".join([own, *inner]).encode())

    # ------------------------------------------------------------------------------ combining

    def __and__(self, other: AutomationCondition) -> AndAutomationCondition:
        return AndAutomationCondition(operands=_flatten(AndAutomationCondition, self, other))

    def __or__(self, other: AutomationCondition) -> OrAutomationCondition:
        return OrAutomationCondition(operands=_flatten(OrAutomationCondition, self, other))

    def __invert__(self) -> NotAutomationCondition:
        return NotAutomationCondition(operand=self)

    def since(self, reset_condition: AutomationCondition) -> SinceCondition:
        """Hold from when this condition is true until ``reset_condition`` is; a reset at the same time wins."""
        return SinceCondition(trigger_condition=self, reset_condition=_checked(reset_condition))

    def newly_true(self) -> NewlyTrueCondition:
        """Hold in the evaluation in which this condition becomes true."""
        return NewlyTrueCondition(operand=self)

    def since_last_handled(self) -> SinceCondition:
        """Hold from when this condition is true until the target was requested or updated."""
        handled = (
            _make("NewlyRequestedCondition")
            | _make("NewlyUpdatedCondition")
            | _make("InitialEvaluationCondition")
        )
        return self.since(handled.with_label("handled"))

    def replace(self, old: AutomationCondition | str, new: AutomationCondition) -> AutomationCondition:
        """Return the expression with every occurrence of a condition replaced.

        Args:
            old: the condition, or its label or name.
            new: what stands there instead.
        """
        is_old = old in (self.name, self.get_label()) if isinstance(old, str) else self == old
        return new if is_old else self.map_children(lambda child: child.replace(old, new))

    def map_children(
        self, change: Callable[[AutomationCondition], AutomationCondition]
    ) -> AutomationCondition:
        """Return the condition with each of its children changed."""
        del change
        return self

    def as_auto_materialize_policy(self) -> Any:
        """Return the condition in the older form."""
        return RECORD_TYPES["AutoMaterializePolicy"](asset_condition=self)

    # ------------------------------------------------------------------------------ state of the target

    @staticmethod
    def missing() -> BuiltinAutomationCondition:
        """Hold while the target was never executed or observed."""
        return _make("MissingAutomationCondition")

    @staticmethod
    def run_in_progress() -> BuiltinAutomationCondition:
        """Hold while a run means to execute the target."""
        return _make("RunInProgressAutomationCondition")

    @staticmethod
    def backfill_in_progress() -> BuiltinAutomationCondition:
        """Hold while a backfill means to execute the target."""
        return _make("BackfillInProgressAutomationCondition")

    @staticmethod
    def in_progress() -> OrAutomationCondition:
        """Hold while a run or a backfill means to execute the target."""
        running = AutomationCondition.run_in_progress() | AutomationCondition.backfill_in_progress()
        return running.with_label("in_progress")

    @staticmethod
    def execution_failed() -> BuiltinAutomationCondition:
        """Hold while the latest execution of the target failed."""
        return _make("ExecutionFailedAutomationCondition")

    @staticmethod
    def in_latest_time_window(lookback_delta: timedelta | None = None) -> BuiltinAutomationCondition:
        """Hold for the latest time window; for everything where there are none.

        Args:
            lookback_delta: hold for all windows that begin at most this long before the end of the latest.
        """
        given = (
            check_type(lookback_delta, timedelta, "lookback_delta") if lookback_delta is not None else None
        )
        return _make(
            "InLatestTimeWindowCondition", lookback_s=given.total_seconds() if given is not None else None
        )

    @staticmethod
    def check_passed() -> BuiltinAutomationCondition:
        """Hold for a check that passed against the latest data."""
        return _make("CheckResultCondition", passed=True)

    @staticmethod
    def check_failed() -> BuiltinAutomationCondition:
        """Hold for a check that failed against the latest data."""
        return _make("CheckResultCondition", passed=False)

    @staticmethod
    def freshness_passed() -> BuiltinAutomationCondition:
        """Hold while the freshness policy of the target is kept."""
        return _make("FreshnessResultCondition", state="PASS", label="freshness_passed")

    @staticmethod
    def freshness_warned() -> BuiltinAutomationCondition:
        """Hold while the freshness policy of the target warns."""
        return _make("FreshnessResultCondition", state="WARN", label="freshness_warned")

    @staticmethod
    def freshness_failed() -> BuiltinAutomationCondition:
        """Hold while the freshness policy of the target is broken."""
        return _make("FreshnessResultCondition", state="FAIL", label="freshness_failed")

    # ------------------------------------------------------------------------------ what happened

    @staticmethod
    def initial_evaluation() -> BuiltinAutomationCondition:
        """Hold in the first evaluation of the target."""
        return _make("InitialEvaluationCondition")

    @staticmethod
    def newly_missing() -> NewlyTrueCondition:
        """Hold in the evaluation in which the target becomes missing."""
        return _make("MissingAutomationCondition").newly_true().with_label("newly_missing")

    @staticmethod
    def newly_requested() -> BuiltinAutomationCondition:
        """Hold for what the previous evaluation requested."""
        return _make("NewlyRequestedCondition")

    @staticmethod
    def newly_updated() -> BuiltinAutomationCondition:
        """Hold for what was updated since the previous evaluation."""
        return _make("NewlyUpdatedCondition")

    @staticmethod
    def data_version_changed() -> BuiltinAutomationCondition:
        """Hold for what was updated with another data version since the previous evaluation."""
        return _make("DataVersionChangedCondition")

    @staticmethod
    def code_version_changed() -> BuiltinAutomationCondition:
        """Hold in the evaluation in which the target's code version is another than in the one before."""
        return _make("CodeVersionChangedCondition")

    @staticmethod
    def cron_tick_passed(cron_schedule: str, cron_timezone: str = "UTC") -> BuiltinAutomationCondition:
        """Hold in the first evaluation after a tick of a cron schedule.

        Raises:
            ParameterCheckError: if the schedule is not one.
        """
        return _make(
            "CronTickPassedCondition", cron_schedule=check_cron(cron_schedule), cron_timezone=cron_timezone
        )

    @staticmethod
    def will_be_requested() -> BuiltinAutomationCondition:
        """Hold for what this evaluation requests, so far as it can go into one run with the target."""
        return _make("WillBeRequestedCondition")

    @staticmethod
    def executed_with_root_target() -> BuiltinAutomationCondition:
        """Hold for what was last executed in a run that also executes the asset whose condition is evaluated."""
        return _make("LatestRunExecutedWithRootTargetCondition")

    @staticmethod
    def executed_with_tags(
        *, tag_keys: Set[str] | None = None, tag_values: Mapping[str, str] | None = None
    ) -> BuiltinAutomationCondition:
        """Hold for what was last executed in a run with all of these tags.

        Args:
            tag_keys: tags of any value.
            tag_values: tag to its value.
        """
        return _make("LatestRunExecutedWithTagsCondition", **to_tag_fields(tag_keys, tag_values))

    @staticmethod
    def any_new_update_has_run_tags(
        *, tag_keys: Set[str] | None = None, tag_values: Mapping[str, str] | None = None
    ) -> BuiltinAutomationCondition:
        """Hold for what was updated since the previous evaluation, at least once by a run with all of these tags."""
        return _make("AnyNewUpdateHasRunTagsCondition", **to_tag_fields(tag_keys, tag_values))

    @staticmethod
    def all_new_updates_have_run_tags(
        *, tag_keys: Set[str] | None = None, tag_values: Mapping[str, str] | None = None
    ) -> BuiltinAutomationCondition:
        """Hold for what was updated since the previous evaluation, always by runs with all of these tags."""
        return _make("AllNewUpdatesHaveRunTagsCondition", **to_tag_fields(tag_keys, tag_values))

    # ------------------------------------------------------------------------------ other targets

    @staticmethod
    def asset_matches(key: Any, condition: AutomationCondition) -> BuiltinAutomationCondition:
        """Hold where a condition holds for another asset."""
        return _make("EntityMatchesCondition", key=AssetKey.from_coercible(key), operand=_checked(condition))

    @staticmethod
    def any_deps_match(condition: AutomationCondition) -> CompositeCondition:
        """Hold where a condition holds for at least one partition of at least one dependency."""
        return _make("AnyDepsCondition", operand=_checked(condition))

    @staticmethod
    def all_deps_match(condition: AutomationCondition) -> CompositeCondition:
        """Hold where a condition holds for at least one partition of every dependency."""
        return _make("AllDepsCondition", operand=_checked(condition))

    @staticmethod
    def any_checks_match(condition: AutomationCondition, blocking_only: bool = False) -> CompositeCondition:
        """Hold where a condition holds for at least one check on the asset.

        Args:
            condition: what is asked of checks.
            blocking_only: whether only blocking checks count.
        """
        return _make("AnyChecksCondition", operand=_checked(condition), blocking_only=blocking_only)

    @staticmethod
    def all_checks_match(condition: AutomationCondition, blocking_only: bool = False) -> CompositeCondition:
        """Hold where a condition holds for all checks on the asset.

        Args:
            condition: what is asked of checks.
            blocking_only: whether only blocking checks count.
        """
        return _make("AllChecksCondition", operand=_checked(condition), blocking_only=blocking_only)

    @staticmethod
    @marked("AutomationCondition.any_job_root_assets_match", PREVIEW)
    def any_job_root_assets_match(condition: AutomationCondition) -> BuiltinAutomationCondition:
        """Hold where a condition holds for at least one asset of the job that depends on no other of the job."""
        return _make("AnyJobRootAssetsMatchCondition", operand=_checked(condition))

    @staticmethod
    @marked("AutomationCondition.all_job_root_assets_match", PREVIEW)
    def all_job_root_assets_match(condition: AutomationCondition) -> BuiltinAutomationCondition:
        """Hold where a condition holds for all assets of the job that depend on no other of the job."""
        return _make("AllJobRootAssetsMatchCondition", operand=_checked(condition))

    @staticmethod
    @marked("AutomationCondition.any_downstream_conditions", BETA)
    def any_downstream_conditions() -> BuiltinAutomationCondition:
        """Hold where any condition of an asset downstream would hold here."""
        return _make("AnyDownstreamConditionsCondition")

    # ------------------------------------------------------------------------------ whole expressions

    @staticmethod
    def any_deps_updated() -> CompositeCondition:
        """Hold where a dependency was updated since the previous evaluation, or will be; updates together don't count."""
        alone = _make("NewlyUpdatedCondition") & ~_make("LatestRunExecutedWithRootTargetCondition")
        updated = alone.with_label("newly_updated_without_root") | _make("WillBeRequestedCondition")
        return _make("AnyDepsCondition", operand=updated, label="any_deps_updated")

    @staticmethod
    def any_deps_missing() -> CompositeCondition:
        """Hold where a dependency is missing and this evaluation does not request it."""
        return _make(
            "AnyDepsCondition",
            operand=_make("MissingAutomationCondition") & ~_make("WillBeRequestedCondition"),
            label="any_deps_missing",
        )

    @staticmethod
    def any_deps_in_progress() -> CompositeCondition:
        """Hold where a dependency is in progress."""
        return _make(
            "AnyDepsCondition", operand=AutomationCondition.in_progress(), label="any_deps_in_progress"
        )

    @staticmethod
    def all_deps_blocking_checks_passed() -> CompositeCondition:
        """Hold where every blocking check on every dependency passed, or will be evaluated now."""
        passed = _make("CheckResultCondition", passed=True) | _make("WillBeRequestedCondition")
        checks = _make(
            "AllChecksCondition", operand=passed, blocking_only=True, label="all_blocking_checks_passed"
        )
        return _make("AllDepsCondition", operand=checks, label="all_deps_blocking_checks_passed")

    @staticmethod
    def all_deps_updated_since_cron(cron_schedule: str, cron_timezone: str = "UTC") -> CompositeCondition:
        """Hold where every dependency was updated since the latest tick of a cron schedule, or will be."""
        tick = AutomationCondition.cron_tick_passed(cron_schedule, cron_timezone)
        updated = _make("NewlyUpdatedCondition").since(tick) | _make("WillBeRequestedCondition")
        label = f"all_deps_updated_since_cron({cron_schedule}, {cron_timezone})"
        return _make("AllDepsCondition", operand=updated, label=label)

    @staticmethod
    def eager() -> AndAutomationCondition:
        """Hold when a dependency was updated or the target became missing, and nothing stands in the way."""
        changed = AutomationCondition.newly_missing() | AutomationCondition.any_deps_updated()
        parts = (
            _make("InLatestTimeWindowCondition"), changed.since_last_handled(), ~AutomationCondition.any_deps_missing(),
            ~AutomationCondition.any_deps_in_progress(), ~AutomationCondition.in_progress(),
        )  # fmt: skip
        return AndAutomationCondition(operands=parts, label="eager")

    @staticmethod
    def on_cron(cron_schedule: str, cron_timezone: str = "UTC") -> AndAutomationCondition:
        """Hold once after each tick of a cron schedule, as soon as all dependencies were updated after it."""
        parts = (
            _make("InLatestTimeWindowCondition"),
            AutomationCondition.cron_tick_passed(cron_schedule, cron_timezone).since_last_handled(),
            AutomationCondition.all_deps_updated_since_cron(cron_schedule, cron_timezone),
        )
        return AndAutomationCondition(operands=parts, label=f"on_cron({cron_schedule}, {cron_timezone})")

    @staticmethod
    def on_missing() -> AndAutomationCondition:
        """Hold once for what becomes missing, as soon as no dependency is missing."""
        missing = AutomationCondition.newly_missing().with_label(None).since_last_handled()
        parts = (
            _make("InLatestTimeWindowCondition"), missing.with_label("missing_since_last_handled"),
            ~AutomationCondition.any_deps_missing(),
        )  # fmt: skip
        return AndAutomationCondition(operands=parts, label="on_missing")


def _make(kind: str, **fields: Any) -> CompositeCondition:
    """Return a condition of a kind that is defined further on, in ``conditions.kinds``."""
    return cast("CompositeCondition", RECORD_TYPES[kind](**fields))


def _checked(condition: Any) -> Any:
    return check_type(condition, AutomationCondition, "condition")


def _flatten(kind: type[AutomationCondition], *conditions: Any) -> tuple[AutomationCondition, ...]:
    found: list[AutomationCondition] = []
    for condition in conditions:
        if not isinstance(condition, AutomationCondition):
            raise CheckError(f"A condition combines with a condition, not with {type(condition).__name__}.")
        is_same = type(condition) is kind and condition.get_label() is None
        found.extend(condition.children if is_same else (condition,))
    return tuple(found)


class BuiltinAutomationCondition(AutomationCondition, Record, kw_only=True):  # type: ignore[misc]
    """A condition that is a value: equal, hashed and shown by its arguments, and written as JSON."""

    label: str | None = None
    kind: ClassVar[str] = ""
    parts: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for field in self.__struct_fields__:
            value = getattr(self, field)
            if isinstance(value, (dict, list)):  # read from JSON
                force_set(self, field, revive(value))

    def evaluate(self, context: Any) -> Any:
        """Return for which partitions the condition holds."""
        return context.evaluate_builtin()

    @property
    def name(self) -> str:
        """What kind of condition it is."""
        return self.kind

    @property
    def children(self) -> Sequence[AutomationCondition]:
        """The conditions that it is made of."""
        found: list[AutomationCondition] = []
        for part in self.parts:
            value = getattr(self, part)
            found.extend(value if isinstance(value, tuple) else (value,))
        return tuple(found)

    @property
    def is_serializable(self) -> bool:
        """Whether it can be written as JSON."""
        return all(child.is_serializable for child in self.children)

    def with_label(self, label: str | None) -> Self:
        """Return the condition with another label."""
        check_type(label, str, "label", optional=True)
        return msgspec.structs.replace(self, label=label)

    def map_children(
        self, change: Callable[[AutomationCondition], AutomationCondition]
    ) -> AutomationCondition:
        """Return the condition with each of its children changed."""
        changes: dict[str, Any] = {}
        for part in self.parts:
            value = getattr(self, part)
            changes[part] = (
                tuple(change(item) for item in value) if isinstance(value, tuple) else change(value)
            )
        return msgspec.structs.replace(self, **changes) if changes else self


class CompositeCondition(BuiltinAutomationCondition):
    """A condition that passes selections of dependencies and checks on to its parts."""

    def allow(self, selection: Any) -> Self:
        """Return the condition with only the selected dependencies and checks considered.

        Args:
            selection: an ``AssetSelection``.
        """
        return self.map_children(lambda child: child.allow(selection) if hasattr(child, "allow") else child)  # type: ignore[return-value]

    def ignore(self, selection: Any) -> Self:
        """Return the condition with the selected dependencies and checks not considered.

        Args:
            selection: an ``AssetSelection``.
        """
        return self.map_children(lambda child: child.ignore(selection) if hasattr(child, "ignore") else child)  # type: ignore[return-value]


class AndAutomationCondition(CompositeCondition, kw_only=True):
    """Holds where all of its operands do."""

    operands: Any
    kind = "AND"
    parts = ("operands",)
    operator_type = "and"
    requires_cursor = False
    description = "All of"

    def without(self, condition: AutomationCondition) -> AndAutomationCondition:
        """Return the condition without one of its operands.

        Raises:
            CheckError: if it is none of them.
        """
        if condition not in self.operands:
            raise CheckError(f"{condition!r:.200} is not one of the conditions combined here.")
        kept = tuple(one for one in self.operands if one != condition)
        return AndAutomationCondition(operands=kept, label=self.label)


class OrAutomationCondition(CompositeCondition, kw_only=True):
    """Holds where any of its operands does."""

    operands: Any
    kind = "OR"
    parts = ("operands",)
    operator_type = "or"
    requires_cursor = False
    description = "Any of"


class NotAutomationCondition(CompositeCondition, kw_only=True):
    """Holds where its operand does not."""

    operand: Any
    kind = "NOT"
    parts = ("operand",)
    operator_type = "not"
    requires_cursor = False
    description = "Not"


class SinceCondition(CompositeCondition, kw_only=True):
    """Holds from when a trigger holds until a reset does."""

    trigger_condition: Any
    reset_condition: Any
    kind = "SINCE"
    parts = ("trigger_condition", "reset_condition")


class NewlyTrueCondition(CompositeCondition, kw_only=True):
    """Holds in the evaluation in which its operand becomes true."""

    operand: Any
    kind = "NEWLY_TRUE"
    parts = ("operand",)
