"""How old an asset may become."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Any, NamedTuple

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.base.lifecycle import former, warn_of_use
from weftwork.partitions.cron import get_cron_ticks, parse_cron
from weftwork.partitions.freshness import judge_age, judge_deadline
from weftwork.serde import decode
from weftwork.serde.record import Record

_METADATA_KEY = "dagster/internal_freshness_policy"
_SHORTEST = timedelta(minutes=1)
_SAMPLE_START_S = 1_704_067_200  # 2024-01-01: a leap year, so that every kind of interval occurs
_SAMPLE_TICKS = 1500


class FreshnessPolicy(Record, kw_only=False):
    """How old an asset may become; made by ``time_window`` or ``cron``.

    Example:
        >>> policy = FreshnessPolicy.time_window(fail_window=timedelta(hours=24), warn_window=timedelta(hours=12))
    """

    @staticmethod
    def time_window(
        fail_window: timedelta, warn_window: timedelta | None = None
    ) -> TimeWindowFreshnessPolicy:
        """Return the policy that an asset is made at least every so often.

        Args:
            fail_window: how long ago the latest materialization may be before the asset counts as failed.
            warn_window: how long ago it may be before it counts as a warning; shorter than ``fail_window``.

        Raises:
            CheckError: if a window is shorter than a minute, or the warning comes after the failure.
        """
        return TimeWindowFreshnessPolicy(fail_window, warn_window)

    @staticmethod
    def cron(deadline_cron: str, lower_bound_delta: timedelta, timezone: str = "UTC") -> CronFreshnessPolicy:
        """Return the policy that an asset is made shortly before each of a series of deadlines.

        Args:
            deadline_cron: the deadlines.
            lower_bound_delta: how long before a deadline it may be made to count for it.
            timezone: the zone of the deadlines.

        Raises:
            CheckError: if there is no such cron schedule or zone, or the time before a deadline is shorter than a
                minute or longer than the time between deadlines.
        """
        return CronFreshnessPolicy(deadline_cron, lower_bound_delta, timezone)

    def judge(self, made_s: float | None, now_s: float) -> str:
        """Return "PASS", "WARN" or "FAIL"; "UNKNOWN" where nothing was made yet, or no deadline has come.

        Args:
            made_s: when the asset was made last, in seconds since the epoch; None if never.
            now_s: the instant for which is asked.
        """
        return "UNKNOWN" if made_s is None else self._judge(made_s, now_s)

    def _judge(self, made_s: float, now_s: float) -> str:
        raise TypeError("A FreshnessPolicy is made by FreshnessPolicy.time_window or FreshnessPolicy.cron.")

    @classmethod
    def from_asset_spec_metadata(cls, metadata: Mapping[str, Any]) -> FreshnessPolicy | None:
        """Return the policy that older programs kept in the metadata of an asset, or None."""
        stored = metadata.get(_METADATA_KEY)
        text = getattr(stored, "value", stored)
        return (
            decode(text, TimeWindowFreshnessPolicy | CronFreshnessPolicy) if isinstance(text, str) else None
        )


class TimeWindowFreshnessPolicy(FreshnessPolicy, kw_only=False):
    """An asset is made at least every so often; see ``FreshnessPolicy.time_window``."""

    fail_window: timedelta
    warn_window: timedelta | None = None

    def __post_init__(self) -> None:
        for name, window in (("fail_window", self.fail_window), ("warn_window", self.warn_window)):
            if window is not None:
                _check_duration(window, name)
        if self.warn_window is not None and self.warn_window >= self.fail_window:
            raise CheckError(
                f"A freshness policy must warn before it fails: warn_window is {self.warn_window}, "
                f"fail_window is {self.fail_window}."
            )

    def _judge(self, made_s: float, now_s: float) -> str:
        return judge_age(made_s, now_s, fail=self.fail_window, warn=self.warn_window)


class CronFreshnessPolicy(FreshnessPolicy, kw_only=False):
    """An asset is made shortly before each deadline; see ``FreshnessPolicy.cron``."""

    deadline_cron: str
    lower_bound_delta: timedelta
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        _check_duration(self.lower_bound_delta, "lower_bound_delta")
        try:
            parse_cron(self.deadline_cron, "a freshness policy")
            ticks = get_cron_ticks(self.deadline_cron, self.timezone)
        except DagsterInvalidDefinitionError as error:
            raise CheckError(str(error)) from None
        sample = islice(ticks.iterate_from(_SAMPLE_START_S), _SAMPLE_TICKS)
        shortest = timedelta(seconds=min(later - earlier for earlier, later in pairwise(sample)))
        if self.lower_bound_delta > shortest:
            raise CheckError(
                f"lower_bound_delta is {self.lower_bound_delta}, longer than the shortest time between two deadlines "
                f"of '{self.deadline_cron}' ({shortest})."
            )

    def _judge(self, made_s: float, now_s: float) -> str:
        return judge_deadline(
            made_s, now_s, cron=self.deadline_cron, timezone=self.timezone, before=self.lower_bound_delta
        )


def _check_duration(value: timedelta, name: str) -> None:
    if not isinstance(value, timedelta):
        raise ParameterCheckError(f"Parameter '{name}' must be a timedelta, not {value!r}.")
    if value < _SHORTEST:
        raise CheckError(f"Parameter '{name}' must be at least one minute, not {value}.")


class FreshnessMinutes(NamedTuple):
    """How late an asset is.

    Attributes:
        overdue_minutes: how many minutes it is further behind than it may be; 0 if it is in time.
        lag_minutes: how many minutes it is behind.
    """

    overdue_minutes: float
    lag_minutes: float


class LegacyFreshnessPolicy(Record):
    """How many minutes an asset may lag behind its sources: the older form of ``FreshnessPolicy``.

    Args:
        maximum_lag_minutes: how far behind it may be.
        cron_schedule: when this must hold; None for always.
        cron_schedule_timezone: the zone of the schedule; None for UTC.

    Raises:
        DagsterInvalidDefinitionError: if there is no such cron schedule or zone.
        ParameterCheckError: if a zone is given without a schedule.
    """

    maximum_lag_minutes: float
    cron_schedule: str | None = None
    cron_schedule_timezone: str | None = None

    def __post_init__(self) -> None:
        warn_of_use("LegacyFreshnessPolicy", former("Use FreshnessPolicy, or freshness checks."))
        if self.cron_schedule is not None:
            parse_cron(self.cron_schedule, "a freshness policy")
            get_cron_ticks(self.cron_schedule, self.cron_schedule_timezone)
        elif self.cron_schedule_timezone is not None:
            raise ParameterCheckError("Parameter 'cron_schedule_timezone' needs a 'cron_schedule'.")

    @property
    def maximum_lag_delta(self) -> timedelta:
        """How far behind it may be."""
        return timedelta(minutes=self.maximum_lag_minutes)

    def get_evaluation_tick(self, evaluation_time: datetime) -> datetime | None:
        """Return the latest instant, up to the given one, at which the asset must be in time; None before the first."""
        if self.cron_schedule is None:
            return evaluation_time
        ticks = get_cron_ticks(self.cron_schedule, self.cron_schedule_timezone)
        latest = next(ticks.iterate_from(evaluation_time.timestamp(), ascending=False), None)
        return None if latest is None else datetime.fromtimestamp(latest, tz=UTC)

    def minutes_overdue(
        self, data_time: datetime | None, evaluation_time: datetime
    ) -> FreshnessMinutes | None:
        """Return how late an asset is.

        Args:
            data_time: up to when its data are complete; None if it was never made.
            evaluation_time: the instant for which is asked.

        Returns:
            The minutes, or None if that cannot be said: it was never made, or no deadline has come yet.
        """
        tick = self.get_evaluation_tick(evaluation_time)
        if data_time is None or tick is None:
            return None
        lag_s = (tick - data_time).total_seconds()
        overdue_s = lag_s - self.maximum_lag_delta.total_seconds()
        return FreshnessMinutes(max(0.0, overdue_s / 60), max(0.0, lag_s / 60))


def apply_freshness_policy(spec: Any, policy: FreshnessPolicy, overwrite_existing: bool = True) -> Any:
    """Return an asset spec with a freshness policy; for ``map_asset_specs``.

    Args:
        spec: the spec.
        policy: the policy.
        overwrite_existing: whether it replaces a policy that the spec has.
    """
    if not isinstance(policy, FreshnessPolicy):
        raise ParameterCheckError(f"Parameter 'policy' must be a FreshnessPolicy, not {policy!r:.200}.")
    if spec.freshness_policy is not None and not overwrite_existing:
        return spec
    return spec.replace_attributes(freshness_policy=policy)
