"""Observations: what observation functions may return, and what is recorded of it."""

import pytest

import weftwork as dg
from weftwork.base.errors import DagsterInvalidObservationError

LETTERS = dg.StaticPartitionsDefinition(["a", "b"])


def observe(fn, partition_key=None, **arguments):
    source = dg.observable_source_asset(name="exports", **arguments)(fn)
    defs = dg.Definitions(assets=[source], jobs=[dg.define_asset_job("look", selection=[source])])
    result = defs.resolve_job_def("look").execute_in_process(partition_key=partition_key)
    return [event.asset_observation for event in result.get_asset_observation_events()], result


def test_a_data_version_is_recorded_as_a_tag():
    observations, result = observe(lambda: dg.DataVersion("7"))
    assert observations[0].asset_key == dg.AssetKey("exports")
    assert observations[0].tags == {"dagster/data_version": "7"}
    kinds = [event.event_type_value for event in result.all_node_events]
    assert kinds == ["STEP_START", "ASSET_OBSERVATION", "STEP_OUTPUT", "STEP_SUCCESS"]


def test_a_result_carries_metadata_and_tags():
    observations, _ = observe(
        lambda: dg.ObserveResult(
            data_version=dg.DataVersion("7"), metadata={"rows": 3}, tags={"team": "data"}
        )
    )
    assert observations[0].metadata["rows"].value == 3
    assert observations[0].tags == {"dagster/data_version": "7", "team": "data"}


def test_versions_by_partition_give_an_observation_each():
    observations, _ = observe(
        lambda: dg.DataVersionsByPartition({"a": "1", "b": dg.DataVersion("2")}), partitions_def=LETTERS
    )
    assert {o.partition: o.tags["dagster/data_version"] for o in observations} == {"a": "1", "b": "2"}


@pytest.mark.parametrize("returned", [None, 5, dg.DataVersionsByPartition({"a": "1"})])
def test_anything_else_is_refused_for_an_asset_without_partitions(returned):
    with pytest.raises(DagsterInvalidObservationError, match="must return a DataVersion"):
        observe(lambda: returned)


def test_one_version_for_all_partitions_is_refused():
    with pytest.raises(DagsterInvalidObservationError, match="DataVersionsByPartition"):
        observe(lambda: dg.DataVersion("1"), partitions_def=LETTERS)


def test_several_assets_are_observed_by_one_function():
    @dg.multi_observable_source_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")])
    def look():
        yield dg.ObserveResult(asset_key="a", data_version=dg.DataVersion("3"))
        yield dg.ObserveResult(asset_key="b", metadata={"rows": 2})

    result = dg.Definitions(assets=[look]).resolve_implicit_global_asset_job_def().execute_in_process()
    assert [o.asset_key.to_user_string() for o in result.asset_observations_for_node("look")] == ["a", "b"]


@pytest.mark.parametrize("keys", [["a"], ["a", "b"]])
def test_versions_that_one_function_gives_to_several_assets_are_told_to_be_the_users(keys):
    @dg.multi_observable_source_asset(specs=[dg.AssetSpec(key) for key in keys])
    def look():
        yield dg.ObserveResult(asset_key="a", data_version=dg.DataVersion("3"))

    result = dg.Definitions(assets=[look]).resolve_implicit_global_asset_job_def().execute_in_process()
    told = {o.asset_key.to_user_string(): o.tags for o in result.asset_observations_for_node("look")}
    assert told["a"] == {"dagster/data_version": "3", "dagster/data_version_is_user_provided": "true"}
    assert told.get("b", {}) == {}


def test_a_part_of_several_assets_is_observed():
    @dg.multi_observable_source_asset(specs=[dg.AssetSpec("a"), dg.AssetSpec("b")], can_subset=True)
    def look(context):
        for key in context.selected_asset_keys:
            yield dg.ObserveResult(asset_key=key)

    defs = dg.Definitions(assets=[look], jobs=[dg.define_asset_job("only_a", selection=["a"])])
    result = defs.resolve_job_def("only_a").execute_in_process()
    assert [o.asset_key for o in result.asset_observations_for_node("look")] == [dg.AssetKey("a")]


def test_a_check_goes_with_an_observation():
    @dg.multi_observable_source_asset(
        specs=[dg.AssetSpec("a")], check_specs=[dg.AssetCheckSpec("fine", asset="a")]
    )
    def look():
        yield dg.ObserveResult("a", check_results=[dg.AssetCheckResult(passed=True)])

    result = dg.Definitions(assets=[look]).resolve_implicit_global_asset_job_def().execute_in_process()
    assert [check.passed for check in result.get_asset_check_evaluations()] == [True]


def test_observing_and_making_mix_in_one_job():
    @dg.observable_source_asset
    def exports():
        return dg.DataVersion("1")

    @dg.asset(deps=[exports])
    def report(): ...

    defs = dg.Definitions(
        assets=[exports, report], jobs=[dg.define_asset_job("both", selection=[exports, report])]
    )
    result = defs.resolve_job_def("both").execute_in_process()
    assert len(result.asset_observations_for_node("exports")) == 1
    assert len(result.asset_materializations_for_node("report")) == 1


def test_what_is_only_observed_is_observed_where_it_is_selected():
    @dg.observable_source_asset
    def feed():
        return dg.DataVersion("1")

    @dg.asset(deps=[feed])
    def made(): ...

    def steps(**selection):
        result = dg.materialize([feed, made], **selection)
        return [event.step_key for event in result.all_events if event.event_type_value == "STEP_START"]

    assert steps() == ["made"]
    assert steps(selection=[feed]) == ["feed"]
    assert dg.materialize([feed]).success
