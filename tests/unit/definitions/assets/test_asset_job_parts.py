"""Parts of asset jobs: what they load from elsewhere, what has no keys, what is only declared."""

import pytest

import weftwork as dg

TEN = dg.DailyPartitionsDefinition("2024-01-01", timezone="US/Pacific")
UTC = dg.DailyPartitionsDefinition("2024-01-01")


class FiveManager(dg.IOManager):
    def handle_output(self, context, obj): ...

    def load_input(self, context):
        return context.resources.factor * 5


@dg.io_manager(required_resource_keys={"factor"})
def five(context):
    return FiveManager()


@dg.asset
def total(source) -> int:
    return source


def test_a_part_of_a_job_opens_what_the_managers_of_other_assets_need():
    source = dg.AssetSpec("source").with_io_manager_key("five")
    factor = dg.ResourceDefinition.hardcoded_resource(2)
    defs = dg.Definitions([source, total], resources={"five": five, "factor": factor})
    job = defs.resolve_implicit_global_asset_job_def()
    assert job.execute_in_process(asset_selection=[total.key]).output_for_node("total") == 10


def test_a_function_without_assets_is_not_run_with_all_assets():
    @dg.multi_asset(specs=[])
    def nothing():
        raise AssertionError

    @dg.asset
    def orders(): ...

    assert dg.materialize([nothing, orders]).success


def test_partitions_of_assets_that_are_made_elsewhere_are_not_compared():
    up, down = dg.AssetSpec("up", partitions_def=TEN), dg.AssetSpec("down", deps=["up"], partitions_def=UTC)
    dg.Definitions.validate_loadable(dg.Definitions([up, down]))


@pytest.mark.parametrize(
    "mapping",
    [dg.TimeWindowPartitionMapping(), dg.StaticPartitionMapping({"a": "b"})],
    ids=["time", "static"],
)
def test_a_mapping_that_does_not_fit_is_refused(mapping):
    @dg.asset(partitions_def=UTC)
    def up(): ...

    @dg.asset(
        deps=[dg.AssetDep("up", partition_mapping=mapping)],
        partitions_def=dg.StaticPartitionsDefinition(["b"]),
    )
    def down(): ...

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="'down' cannot be mapped to those of 'up'"):
        dg.Definitions.validate_loadable(dg.Definitions([up, down]))


def test_a_time_window_mapping_needs_partitions_below_it():
    @dg.asset(partitions_def=UTC)
    def up(): ...

    @dg.asset(deps=[dg.AssetDep("up", partition_mapping=dg.TimeWindowPartitionMapping())])
    def down(): ...

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="downstream, not none"):
        dg.Definitions.validate_loadable(dg.Definitions([up, down]))


@pytest.mark.parametrize("path", [["a\\", "b"], ["a/b"], ["a\\/b"], ["\\"], ["a", "\\/"], ["a\\\\", "/"]])
def test_escaped_keys_are_read_back(path):
    key = dg.AssetKey(path)
    assert dg.AssetKey.from_escaped_user_string(key.to_escaped_user_string()) == key


def test_the_older_policy_beside_a_condition_is_refused():
    policy, condition = dg.AutoMaterializePolicy.eager(), dg.AutomationCondition.eager()
    with pytest.raises(dg.DagsterInvariantViolationError, match="not both"):
        dg.AssetSpec("orders", automation_condition=condition, auto_materialize_policy=policy)
    assert dg.AssetSpec("orders", automation_condition=condition).auto_materialize_policy is not None
    assert dg.AssetSpec("orders").auto_materialize_policy is None


def test_odd_tag_keys_are_told_in_one_warning():
    with pytest.warns(DeprecationWarning, match="'a&', 'b#'") as told:
        dg.ScheduleDefinition(
            job_name="nightly", cron_schedule="@daily", name="s", tags={"a&": "1", "b#": "2"}
        )
    assert len(told) == 1
