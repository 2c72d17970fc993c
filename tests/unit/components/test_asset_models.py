"""What files say of assets and checks."""

import datetime

import pytest

import weftwork as dg
from weftwork.components import (
    AssetCheckSpecKwargs,
    AssetPostProcessorModel,
    AssetSpecKwargs,
    ResolvedAssetAttributes,
    TranslatorResolvingInfo,
    apply_post_processor_to_defs,
    resolve_asset_spec,
)
from weftwork.components.assets.asset_models import OpSpec


def spec_of(**said):
    context = dg.ResolutionContext.default().with_scope(
        fresh=dg.FreshnessPolicy.time_window(fail_window=datetime.timedelta(minutes=10))
    )
    return resolve_asset_spec(context=context, model=AssetSpecKwargs.model()(key="team/orders", **said))


def test_everything_about_an_asset_can_be_said():
    spec = spec_of(
        deps=["raw/orders", "customers"], description="Orders", metadata={"a": "{{ 1 + 1 }}"}, group_name="sales",
        skippable=False, code_version="3", owners=["team:sales"], tags={"tier": 1, "live": True}, kinds=["dbt"],
        automation_condition="{{ automation_condition.eager() }}", freshness_policy="{{ fresh }}",
        partitions_def={"type": "static", "partition_keys": ["a", "b"]},
    )  # fmt: skip
    assert spec == dg.AssetSpec(
        dg.AssetKey(["team", "orders"]), deps=[dg.AssetKey(["raw", "orders"]), "customers"], description="Orders",
        metadata={"a": 2}, group_name="sales", code_version="3", owners=["team:sales"],
        tags={"tier": "1", "live": "True"}, kinds={"dbt"}, automation_condition=dg.AutomationCondition.eager(),
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=datetime.timedelta(minutes=10)),
        partitions_def=dg.StaticPartitionsDefinition(["a", "b"]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            {"type": "hourly", "start_date": "2026-01-01-00:00", "timezone": "UTC"},
            dg.HourlyPartitionsDefinition("2026-01-01-00:00"),
        ),
        (
            {"type": "daily", "start_date": "2026-01-01", "hour_offset": 3, "end_date": "2026-02-01"},
            dg.DailyPartitionsDefinition("2026-01-01", "2026-02-01", hour_offset=3),
        ),
        ({"type": "weekly", "start_date": "2026-01-01"}, dg.WeeklyPartitionsDefinition("2026-01-01")),
        (
            {
                "type": "time_window",
                "start_date": "2026-01-01",
                "fmt": "%Y-%m-%d",
                "cron_schedule": "0 3 * * *",
            },
            dg.TimeWindowPartitionsDefinition("2026-01-01", fmt="%Y-%m-%d", cron_schedule="0 3 * * *"),
        ),
        ("{{ dg.DailyPartitionsDefinition('2026-01-01') }}", dg.DailyPartitionsDefinition("2026-01-01")),
    ],
)
def test_partitions_can_be_said(said, expected):
    assert spec_of(partitions_def=said).partitions_def == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"type": "single_run"}, dg.BackfillPolicy.single_run()),
        ({"type": "multi_run", "max_partitions_per_run": 5}, dg.BackfillPolicy.multi_run(5)),
        (None, None),
    ],
)
def test_backfill_policies_can_be_said(said, expected):
    assert OpSpec.resolve_from_dict({"backfill_policy": said}).backfill_policy == expected


def test_a_check_can_be_said():
    class Holder(dg.Resolvable, dg.Model):
        check: dg.ResolvedAssetCheckSpec

    said = {"asset": "team/orders", "name": "full", "additional_deps": ["items"], "blocking": True}
    check = Holder.resolve_from_dict({"check": said}).check
    assert check == dg.AssetCheckSpec(
        "full", asset=dg.AssetKey(["team", "orders"]), additional_deps=["items"], blocking=True
    )
    assert AssetCheckSpecKwargs.model().model_fields["name"].description


def test_attributes_are_a_mapping_of_what_the_file_gives():
    class Holder(dg.Resolvable, dg.Model):
        attributes: ResolvedAssetAttributes

    assert Holder.resolve_from_dict({"attributes": {"tags": {"a": 1}, "deps": ["x"]}}).attributes == {
        "tags": {"a": "1"},
        "deps": [dg.AssetKey("x")],
    }


@dg.asset(owners=["team:a"], kinds={"k1"}, deps=["d1"], metadata={"m1": 1}, tags={"t1": "1"}, group_name="g1")
def made(): ...


DECLARED = dg.AssetSpec(
    "declared",
    owners=["team:a"],
    kinds={"k1"},
    deps=["d1"],
    metadata={"m1": 1},
    tags={"t1": "1"},
    group_name="g1",
)


@pytest.mark.parametrize("asset", [made, DECLARED])
@pytest.mark.parametrize(
    ("operation", "tags", "metadata"),
    [("merge", {"t1": "1", "t2": "g1"}, {"m1": 1, "m2": 2}), ("replace", {"t2": "g1"}, {"m2": 2})],
)
def test_assets_are_changed_as_a_file_says(asset, operation, tags, metadata):
    said = AssetPostProcessorModel.model()(
        operation=operation,
        attributes={
            "tags": {"t2": "{{ asset.group_name }}"}, "metadata": {"m2": 2}, "owners": ["team:b"], "kinds": ["k2"],
            "deps": ["d2"], "group_name": "g2",
        },
    )  # fmt: skip
    changed = apply_post_processor_to_defs(
        said, dg.Definitions(assets=[asset]), dg.ResolutionContext.default()
    )
    (one,) = changed.assets
    spec = one if isinstance(one, dg.AssetSpec) else next(iter(one.specs))
    assert spec.tags == {**tags, "dagster/kind/k2": ""}
    assert spec.metadata == metadata
    assert (spec.owners, spec.group_name, [dep.asset_key.path[0] for dep in spec.deps]) == (
        ["team:b"],
        "g2",
        ["d2"],
    )


def test_only_the_selected_assets_are_changed():
    said = AssetPostProcessorModel.model()(target="group:g1", attributes={"description": "chosen"})
    defs = dg.Definitions(assets=[DECLARED, dg.AssetSpec("other"), dg.SourceAsset("source")])
    changed = apply_post_processor_to_defs(said, defs, dg.ResolutionContext.default())
    assert [getattr(asset, "description", None) for asset in changed.assets] == ["chosen", None, None]


def test_attributes_for_all_assets_of_a_component_see_each_of_them():
    info = TranslatorResolvingInfo(
        dg.AssetAttributesModel(
            key="{{ spec.key.to_user_string() + '_key' }}", key_prefix=["warehouse"], tags={"a": "{{ spec.key.path[0] }}"},
            kinds=["dbt"],
        ),
        dg.ResolutionContext.default(),
    )  # fmt: skip
    spec = dg.AssetSpec("orders", tags={"b": "1"})
    changed = info.get_asset_spec(spec, {"spec": spec})
    assert changed.key == dg.AssetKey(["warehouse", "orders_key"])
    assert changed.tags == {"a": "orders", "b": "1", "dagster/kind/dbt": ""}
