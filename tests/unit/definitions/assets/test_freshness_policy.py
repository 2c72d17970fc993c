from datetime import timedelta

import pytest

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.freshness_policy import (
    FreshnessPolicy,
    LegacyFreshnessPolicy,
    apply_freshness_policy,
)
from weftwork.serde import decode, encode

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def test_time_window():
    policy = FreshnessPolicy.time_window(fail_window=DAY, warn_window=HOUR)

    assert (policy.fail_window, policy.warn_window) == (DAY, HOUR)
    assert decode(encode(policy), type(policy)) == policy


@pytest.mark.parametrize(
    ("fail", "warn"), [(HOUR, DAY), (HOUR, HOUR), (timedelta(seconds=2), None), (3, None)]
)
def test_time_window_must_make_sense(fail, warn):
    with pytest.raises(CheckError):
        FreshnessPolicy.time_window(fail_window=fail, warn_window=warn)


def test_cron():
    policy = FreshnessPolicy.cron(
        deadline_cron="0 10 * * *", lower_bound_delta=HOUR, timezone="Europe/Berlin"
    )

    assert (policy.deadline_cron, policy.lower_bound_delta, policy.timezone) == (
        "0 10 * * *",
        HOUR,
        "Europe/Berlin",
    )


@pytest.mark.parametrize(("cron", "delta", "zone"), [
    ("0 1x * * *", HOUR, "UTC"), ("0 10 * * *", timedelta(hours=25), "UTC"), ("0 10 * * *", timedelta(0), "UTC"),
    ("0 10 * * *", HOUR, "Europe/Atlantis"),
])  # fmt: skip
def test_cron_must_make_sense(cron, delta, zone):
    with pytest.raises(CheckError):
        FreshnessPolicy.cron(deadline_cron=cron, lower_bound_delta=delta, timezone=zone)


def test_apply_keeps_a_policy_where_it_is_told_to():
    first, second = FreshnessPolicy.time_window(DAY), FreshnessPolicy.time_window(HOUR)
    spec = apply_freshness_policy(AssetSpec("a"), first)

    assert spec.freshness_policy == first
    assert apply_freshness_policy(spec, second).freshness_policy == second
    assert apply_freshness_policy(spec, second, overwrite_existing=False).freshness_policy == first


def test_legacy_policy_checks_its_schedule():
    assert LegacyFreshnessPolicy(maximum_lag_minutes=5).maximum_lag_delta == timedelta(minutes=5)
    with pytest.raises(DagsterInvalidDefinitionError):
        LegacyFreshnessPolicy(maximum_lag_minutes=5, cron_schedule="0 0 *")
    with pytest.raises(CheckError):
        LegacyFreshnessPolicy(maximum_lag_minutes=5, cron_schedule_timezone="UTC")
