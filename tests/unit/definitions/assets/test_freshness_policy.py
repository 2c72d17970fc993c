from datetime import timedelta

import pytest

import weftwork as dg
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


def test_assets_of_a_graph_have_a_policy_each():
    policy = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=1))

    @dg.op(out={"a": dg.Out(), "b": dg.Out()})
    def both():
        return 1, 2

    made = dg.AssetsDefinition.from_op(both, freshness_policies_by_output_name={"a": policy, "b": None})

    assert {key.to_user_string(): spec.freshness_policy for key, spec in made.specs_by_key.items()} == {
        "a": policy,
        "b": None,
    }
    with pytest.raises(dg.ParameterCheckError):
        dg.AssetsDefinition.from_op(both, freshness_policies_by_output_name={"a": 5})


def test_a_source_has_a_policy():
    policy = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=1))

    source = dg.SourceAsset("source", freshness_policy=policy)

    [spec] = dg.Definitions(assets=[source]).resolve_all_asset_specs()
    assert source.freshness_policy == spec.freshness_policy == policy
