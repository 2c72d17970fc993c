"""What is wrong across definitions shows when they are loaded."""

import pytest

import weftwork as dg
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError

DAILY = dg.DailyPartitionsDefinition("2024-01-01")


@dg.asset(partitions_def=DAILY)
def up(): ...


def load(*assets, **parts):
    dg.Definitions.validate_loadable(dg.Definitions(assets=assets, **parts))


def test_two_definitions_of_one_key_are_refused():
    with pytest.raises(DagsterInvalidDefinitionError, match="'up' is defined twice"):
        dg.Definitions(assets=[up, dg.AssetSpec("up")]).get_repository_def()


def test_equal_specs_count_once():
    dg.Definitions(assets=[dg.AssetSpec("a"), dg.AssetSpec("a")]).get_repository_def()


def test_two_schedules_of_one_name_are_refused():
    job = dg.define_asset_job("work", selection="up")
    schedules = [
        dg.ScheduleDefinition("often", job=job, cron_schedule=cron) for cron in ("@daily", "@hourly")
    ]
    with pytest.raises(DagsterInvalidDefinitionError, match="Two schedules are named 'often'"):
        dg.Definitions(assets=[up], jobs=[job], schedules=schedules).get_repository_def()


def test_a_partition_mapping_must_fit():
    @dg.asset(
        partitions_def=dg.StaticPartitionsDefinition(["a"]),
        deps=[dg.AssetDep(up, partition_mapping=dg.TimeWindowPartitionMapping())],
    )
    def down(): ...

    with pytest.raises(
        DagsterInvalidDefinitionError, match="partitions of 'down' cannot be mapped to those of 'up'"
    ):
        load(up, down)


def test_a_check_has_the_partitions_of_its_asset():
    @dg.asset_check(asset=up, partitions_def=dg.StaticPartitionsDefinition(["a"]))
    def fine():
        return dg.AssetCheckResult(passed=True)

    with pytest.raises(DagsterInvalidDefinitionError, match="'up:fine' has other partitions than its asset"):
        load(up, asset_checks=[fine])


def test_a_resource_of_an_asset_must_find_what_it_requires():
    pool = dg.ResourceDefinition(lambda _: 1, required_resource_keys={"network"})

    @dg.asset(resource_defs={"pool": pool})
    def stored(): ...

    with pytest.raises(DagsterInvalidDefinitionError, match="requires the resource 'network'"):
        load(stored)


def test_assets_must_agree_on_a_resource():
    @dg.asset(resource_defs={"pool": dg.ResourceDefinition.hardcoded_resource(1)})
    def first(): ...

    second = dg.SourceAsset("second", resource_defs={"pool": dg.ResourceDefinition.hardcoded_resource(2)})
    with pytest.raises(DagsterInvalidDefinitionError, match="different resources under the key 'pool'"):
        load(first, second)


def test_a_bare_name_means_the_asset_of_that_name_in_the_group():
    @dg.asset(key_prefix="raw", group_name="sales")
    def orders():
        return 3

    @dg.asset(group_name="sales")
    def totals(orders):
        return orders * 2

    assert dg.materialize([orders, totals]).asset_value("totals") == 6


def test_a_dependency_may_be_mapped_away_unless_its_value_is_taken():
    @dg.asset(deps=["a"])
    def ordered(): ...

    @dg.asset
    def taking(a): ...

    changed = ordered.map_asset_specs(lambda spec: spec.replace_attributes(deps=[]))
    assert changed.keys_by_input_name == {}
    with pytest.raises(CheckError, match="takes the value of 'a'"):
        taking.map_asset_specs(lambda spec: spec.replace_attributes(deps=[]))


def test_a_dependency_may_be_mapped_in_and_is_awaited():
    order = []

    @dg.asset
    def first():
        order.append("first")

    @dg.asset
    def a_second():
        order.append("second")

    changed = a_second.map_asset_specs(lambda spec: spec.replace_attributes(deps=["first"]))
    dg.materialize([changed, first])
    assert order == ["first", "second"]


def test_a_check_cannot_name_its_asset_again():
    with pytest.raises(DagsterInvalidDefinitionError, match="names its asset 'up' again"):

        @dg.asset_check(asset=up, additional_deps=[up])
        def fine(): ...


def test_an_asset_cannot_use_the_resource_of_another():
    @dg.asset(required_resource_keys={"pool"})
    def borrowing(): ...

    @dg.asset(resource_defs={"pool": dg.ResourceDefinition.hardcoded_resource(1)})
    def owning(): ...

    with pytest.raises(DagsterInvalidDefinitionError, match="'borrowing'.*requires the resource 'pool'"):
        dg.materialize([borrowing, owning])


def test_a_source_asset_needs_its_io_manager():
    source = dg.SourceAsset("raw", io_manager_key="warehouse")
    with pytest.raises(DagsterInvalidDefinitionError, match="'raw' needs the resource 'warehouse'"):
        dg.with_resources([source], {"other": dg.ResourceDefinition.hardcoded_resource(1)})


def test_one_name_stands_for_one_op_in_all_jobs():
    def build_job(name, op_name):
        @dg.op(name=op_name)
        def step(): ...

        @dg.job(name=name)
        def job():
            step()

        return job

    apart = dg.Definitions(jobs=[build_job("first", "one"), build_job("second", "two")])
    same = dg.Definitions(jobs=[build_job("first", "one"), build_job("second", "one")])

    assert len(apart.resolve_all_job_defs()) == 2
    with pytest.raises(
        dg.DagsterInvalidDefinitionError, match="'first' and 'second' use two different.*'one'"
    ):
        same.resolve_all_job_defs()


def test_a_partition_mapping_must_fit_before_anything_runs():
    @dg.asset(
        partitions_def=DAILY, deps=[dg.AssetDep(up, partition_mapping=dg.StaticPartitionMapping({"a": "b"}))]
    )
    def down(): ...

    with pytest.raises(DagsterInvalidDefinitionError, match="cannot be mapped"):
        dg.materialize([up, down], partition_key="2024-01-01")
