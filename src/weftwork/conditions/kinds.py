"""The conditions that ask something: of the target, of its history, of its dependencies, checks and jobs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self

import msgspec

from weftwork.conditions.condition_parts import check_selection, describe_tags
from weftwork.conditions.expression import AutomationCondition, BuiltinAutomationCondition, CompositeCondition
from weftwork.serde import register_upgrade
from weftwork.serde.record import TAG_FIELD


class LeafCondition(BuiltinAutomationCondition):
    """A condition without parts."""

    requires_cursor = False


class MissingAutomationCondition(LeafCondition):
    """Holds while the target was never executed or observed."""

    kind = "missing"


class RunInProgressAutomationCondition(LeafCondition):
    """Holds while a run means to execute the target."""

    kind = "run_in_progress"


class BackfillInProgressAutomationCondition(LeafCondition):
    """Holds while a backfill means to execute the target."""

    kind = "backfill_in_progress"


class ExecutionFailedAutomationCondition(LeafCondition):
    """Holds while the latest execution of the target failed."""

    kind = "execution_failed"


class InitialEvaluationCondition(LeafCondition):
    """Holds in the first evaluation of the target."""

    kind = "initial_evaluation"
    requires_cursor = True


class NewlyRequestedCondition(LeafCondition):
    """Holds for what the previous evaluation requested."""

    kind = "newly_requested"


class NewlyUpdatedCondition(LeafCondition):
    """Holds for what was updated since the previous evaluation."""

    kind = "newly_updated"


class DataVersionChangedCondition(LeafCondition):
    """Holds for what was updated with another data version since the previous evaluation."""

    kind = "data_version_changed"


class CodeVersionChangedCondition(LeafCondition):
    """Holds in the evaluation in which the code version is another than in the one before."""

    kind = "code_version_changed"
    requires_cursor = True


class WillBeRequestedCondition(LeafCondition):
    """Holds for what this evaluation requests."""

    kind = "will_be_requested"
    description = "Will be requested this tick"


class LatestRunExecutedWithRootTargetCondition(LeafCondition):
    """Holds for what was last executed together with the asset whose condition is evaluated."""

    kind = "executed_with_root_target"


class CheckResultCondition(LeafCondition, kw_only=True):
    """Holds for a check whose latest result is this, against the latest data."""

    passed: bool

    @property
    def name(self) -> str:
        """What kind of condition it is."""
        return "check_passed" if self.passed else "check_failed"


class FreshnessResultCondition(LeafCondition, kw_only=True):
    """Holds while the freshness of the target is in this state."""

    state: str

    @property
    def name(self) -> str:
        """What kind of condition it is."""
        return f"freshness_result(state={self.state})"


class InLatestTimeWindowCondition(LeafCondition):
    """Holds for the latest time windows."""

    lookback_s: float | None = None

    @property
    def lookback_delta(self) -> timedelta | None:
        """How long before the end of the latest window a window may begin."""
        return timedelta(seconds=self.lookback_s) if self.lookback_s is not None else None

    @property
    def name(self) -> str:
        """What kind of condition it is."""
        told = f"(lookback_timedelta={self.lookback_delta})" if self.lookback_s is not None else ""
        return f"in_latest_time_window{told}"

    @property
    def description(self) -> str:
        """What it says."""
        if self.lookback_s is None:
            return "Within the latest time window"
        return f"Within {self.lookback_delta} of the end of the latest time window"


class CronTickPassedCondition(LeafCondition, kw_only=True):
    """Holds in the first evaluation after a tick of a cron schedule."""

    cron_schedule: str
    cron_timezone: str = "UTC"

    @property
    def name(self) -> str:
        """What kind of condition it is."""
        return f"cron_tick_passed(cron_schedule={self.cron_schedule}, cron_timezone={self.cron_timezone})"


class RunTagsCondition(LeafCondition):
    """A condition on the tags of runs."""

    tag_keys: tuple[str, ...] | None = None
    tag_values: tuple[tuple[str, str], ...] | None = None

    @property
    def name(self) -> str:
        """What kind of condition it is."""
        return f"{self.kind}{describe_tags(self.tag_keys, self.tag_values)}"


class LatestRunExecutedWithTagsCondition(RunTagsCondition):
    """Holds for what was last executed in a run with these tags."""

    kind = "executed_with_tags"


class AnyNewUpdateHasRunTagsCondition(RunTagsCondition):
    """Holds for what was updated since the previous evaluation, at least once with these tags."""

    kind = "any_new_update_has_run_tags"


class AllNewUpdatesHaveRunTagsCondition(RunTagsCondition):
    """Holds for what was updated since the previous evaluation, always with these tags."""

    kind = "all_new_updates_have_run_tags"


class AnyDownstreamConditionsCondition(LeafCondition):
    """Holds where any condition of an asset downstream would hold here."""

    kind = "ANY_DOWNSTREAM_CONDITIONS"
    operator_type = "or"
    description = "Any downstream conditions"


class EntityMatchesCondition(CompositeCondition, kw_only=True):
    """Holds where a condition holds for another asset or check."""

    key: Any
    operand: Any
    parts = ("operand",)

    @property
    def name(self) -> str:
        """The target that it asks."""
        return str(self.key.to_user_string())


class SelectiveCondition(CompositeCondition, kw_only=True):
    """A condition on dependencies or checks, of which some may be selected."""

    operand: Any
    allow_selection: Any = None
    ignore_selection: Any = None
    parts = ("operand",)
    requires_cursor = False

    def allow(self, selection: Any) -> Self:
        """Return the condition with only the selected dependencies or checks considered.

        Args:
            selection: an ``AssetSelection``; what an earlier ``allow`` selected is still considered.
        """
        return self._select("allow_selection", selection)

    def ignore(self, selection: Any) -> Self:
        """Return the condition with the selected dependencies or checks not considered.

        Args:
            selection: an ``AssetSelection``; what an earlier ``ignore`` selected is still not considered.
        """
        return self._select("ignore_selection", selection)

    def _select(self, field: str, selection: Any) -> Self:
        check_selection(selection)
        earlier = getattr(self, field)
        return msgspec.structs.replace(self, **{field: selection if earlier is None else earlier | selection})

    def selection_props(self) -> list[str]:
        """Return what is selected as text."""
        return [
            f"{field}={getattr(self, field)}"
            for field in ("allow_selection", "ignore_selection")
            if getattr(self, field) is not None
        ]

    @property
    def name(self) -> str:
        """What kind of condition it is, with what is selected."""
        told = ",".join(self.selection_props())
        return f"{self.kind}({told})" if told else self.kind


class DepsCondition(SelectiveCondition, kw_only=True):
    """A condition on dependencies."""

    def get_node_unique_id(
        self, *, parent_unique_id: str | None = None, index: int | None = None, target_key: Any = None
    ) -> str:
        """Return a digest that does not change with what is selected."""
        return AutomationCondition.get_node_unique_id(
            msgspec.structs.replace(self, allow_selection=None, ignore_selection=None)
            if self.selection_props()
            else self,
            parent_unique_id=parent_unique_id,
            index=index,
            target_key=target_key,
        )


class AnyDepsCondition(DepsCondition):
    """Holds where a condition holds for at least one partition of at least one dependency."""

    kind = "ANY_DEPS_MATCH"
    operator_type = "or"


class AllDepsCondition(DepsCondition):
    """Holds where a condition holds for at least one partition of every dependency."""

    kind = "ALL_DEPS_MATCH"
    operator_type = "and"


class ChecksCondition(SelectiveCondition, kw_only=True):
    """A condition on the checks of the asset."""

    blocking_only: bool = False

    def selection_props(self) -> list[str]:
        """Return which checks count, as text."""
        return [
            *(["blocking_only=True"] if self.blocking_only else []),
            *SelectiveCondition.selection_props(self),
        ]


class AnyChecksCondition(ChecksCondition):
    """Holds where a condition holds for at least one check on the asset."""

    kind = "ANY_CHECKS_MATCH"
    operator_type = "or"


class AllChecksCondition(ChecksCondition):
    """Holds where a condition holds for all checks on the asset."""

    kind = "ALL_CHECKS_MATCH"
    operator_type = "and"


class JobRootsCondition(CompositeCondition, kw_only=True):
    """A condition on the assets of a job that depend on no other of the job."""

    operand: Any
    parts = ("operand",)
    requires_cursor = False

    def get_label(self) -> str | None:
        """Return the label that it was given, else one that names the operand."""
        return self.label or f"{self.kind.lower()}({self.operand.get_label() or self.operand.name})"


class AnyJobRootAssetsMatchCondition(JobRootsCondition):
    """Holds where a condition holds for at least one root asset of the job."""

    kind = "ANY_JOB_ROOT_ASSETS_MATCH"
    operator_type = "or"


class AllJobRootAssetsMatchCondition(JobRootsCondition):
    """Holds where a condition holds for all root assets of the job."""

    kind = "ALL_JOB_ROOT_ASSETS_MATCH"
    operator_type = "and"


def _rename(operator: str) -> None:
    """Read an operator under the name that it had in older JSON."""
    name = f"{operator}AutomationCondition"
    register_upgrade(f"{operator}AssetCondition", lambda raw: {**raw, TAG_FIELD: name})


for _operator in ("And", "Or", "Not"):
    _rename(_operator)
