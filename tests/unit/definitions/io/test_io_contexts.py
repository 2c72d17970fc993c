"""InputContext and OutputContext as ``build_*_context`` makes them: every property, and its error."""

from __future__ import annotations

import pytest

from weftwork.base.errors import (
    CheckError,
    DagsterInvalidInvocationError,
    DagsterInvalidMetadata,
    DagsterInvariantViolationError,
    ParameterCheckError,
)
from weftwork.definitions.io.build_contexts import build_input_context, build_output_context
from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.io.output_context import OutputContext
from weftwork.definitions.resources.resource_definition import resource
from weftwork.partitions.keys import MultiPartitionKey, PartitionKeyRange
from weftwork.partitions.multi import MultiPartitionsDefinition
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.partitions.time_window import DailyPartitionsDefinition
from weftwork.records.asset_events import AssetMaterialization, AssetObservation
from weftwork.records.keys import AssetKey
from weftwork.records.values.metadata_value import IntMetadataValue

DAILY = DailyPartitionsDefinition("2020-01-01")
RANGE = PartitionKeyRange("2020-01-02", "2020-01-04")
FACTS = ["has_asset_key", "has_asset_partitions", "has_partition_key"]
COMMON_ABSENT = [
    "asset_key",
    "asset_partitions_def",
    "dagster_type",
    "job_name",
    "name",
    "op_def",
    "step_context",
]
PARTITIONED = ["asset_partition_key", "asset_partition_keys", "asset_partition_key_range", "asset_partitions_time_window",
               "partition_key"]  # fmt: skip


@pytest.mark.parametrize("name", [*COMMON_ABSENT, "step_key", "asset_spec"])
def test_output_facts_that_were_not_given_raise(name):
    with pytest.raises(DagsterInvariantViolationError, match=name):
        getattr(build_output_context(), name)


@pytest.mark.parametrize("name", [*COMMON_ABSENT, "instance"])
def test_input_facts_that_were_not_given_raise(name):
    with pytest.raises(DagsterInvariantViolationError, match=name):
        getattr(build_input_context(), name)


@pytest.mark.parametrize("build", [build_output_context, build_input_context])
@pytest.mark.parametrize("name", PARTITIONED)
def test_partition_facts_of_what_is_not_partitioned_raise(build, name):
    with pytest.raises(CheckError, match="partition"):
        getattr(build(), name)


def test_defaults_of_an_output():
    context = build_output_context()
    assert context.run_id == "__EPHEMERAL_RUN_ID"
    assert (context.config, context.mapping_key, context.version) == (None, None, None)
    assert (context.metadata, context.definition_metadata, context.output_metadata) == ({}, {}, {})
    assert context.resource_config == {}
    assert not any(getattr(context, fact) for fact in FACTS)
    context.log.debug("a message")


def test_defaults_of_an_input():
    context = build_input_context()
    assert (context.config, context.upstream_output) == (None, None)
    assert (context.metadata, context.resource_config) == ({}, {})
    assert not any(getattr(context, fact) for fact in [*FACTS, "has_input_name"])


def test_output_properties_are_what_was_given():
    context = build_output_context(
        step_key="s", name="o", definition_metadata={"a": 1}, run_id="r", mapping_key="m", config={"c": 1}, dagster_type="t",
        version="v", resource_config={"rc": 1}, resources={"x": 5}, op_def="op", asset_key=["a", "b"], instance="i",
        asset_spec="spec", output_metadata={"b": 2},
    )  # fmt: skip
    assert (context.step_key, context.name, context.run_id, context.mapping_key) == ("s", "o", "r", "m")
    assert (context.definition_metadata, context.output_metadata) == ({"a": 1}, {"b": 2})
    assert (context.config, context.dagster_type, context.version) == ({"c": 1}, "t", "v")
    assert (context.resource_config, context.resources.x, context.op_def) == ({"rc": 1}, 5, "op")
    assert (context.asset_key, context.asset_spec, context.has_asset_key) == (
        AssetKey(["a", "b"]),
        "spec",
        True,
    )


def test_input_properties_are_what_was_given():
    upstream = build_output_context(step_key="s", name="o")
    context = build_input_context(
        name="x", config={"c": 1}, definition_metadata={"a": 1}, upstream_output=upstream, dagster_type="t",
        resource_config={"rc": 1}, resources={"x": 5}, op_def="op", asset_key="k", instance="i",
    )  # fmt: skip
    assert (context.name, context.has_input_name, context.config) == ("x", True, {"c": 1})
    assert (context.upstream_output, context.dagster_type, context.op_def) == (upstream, "t", "op")
    assert (context.resource_config, context.resources.x, context.instance) == ({"rc": 1}, 5, "i")
    assert (context.asset_key, context.definition_metadata) == (AssetKey("k"), {"a": 1})


@pytest.mark.parametrize("build", [build_output_context, build_input_context])
def test_older_name_of_definition_metadata(build):
    assert build(metadata={"a": 1}).definition_metadata == {"a": 1}
    with pytest.raises(CheckError, match="definition_metadata"):
        build(metadata={"a": 1}, definition_metadata={"b": 1})


@pytest.mark.parametrize("build", [build_output_context, build_input_context])
@pytest.mark.parametrize("arguments", [{"name": 5}, {"partition_key": 5}, {"asset_partition_key_range": "a"}])
def test_arguments_of_the_wrong_kind_are_refused(build, arguments):
    with pytest.raises(ParameterCheckError, match=next(iter(arguments))):
        build(**arguments)


# ------------------------------------------------------------------------------------- identifiers


def test_identifier_names_run_step_output_and_item():
    output = build_output_context(step_key="s", name="o", run_id="r")
    assert output.get_identifier() == ["r", "s", "o"]
    item = build_output_context(step_key="s", name="o", run_id="r", mapping_key="m")
    assert item.get_identifier() == item.get_run_scoped_output_identifier() == item.get_output_identifier()
    assert item.get_identifier() == ["r", "s", "o", "m"]
    assert build_input_context(upstream_output=item).get_identifier() == ["r", "s", "o", "m"]


def test_identifier_of_an_input_without_a_maker_raises():
    with pytest.raises(DagsterInvariantViolationError, match="upstream_output"):
        build_input_context(asset_key="a").get_identifier()


@pytest.mark.parametrize("build", [build_output_context, build_input_context])
def test_asset_identifier_ends_with_the_partition(build):
    assert build(asset_key=["a", "b"]).get_asset_identifier() == ["a", "b"]
    assert build(asset_key=["a", "b"], partition_key="p").get_asset_identifier() == ["a", "b", "p"]
    with pytest.raises(DagsterInvariantViolationError, match="asset_key"):
        build().get_asset_identifier()
    with pytest.raises(CheckError, match="3 partitions"):
        build(
            asset_key="a", asset_partitions_def=DAILY, asset_partition_key_range=RANGE
        ).get_asset_identifier()


# -------------------------------------------------------------------------------------- partitions


@pytest.mark.parametrize("build", [build_output_context, build_input_context])
def test_partition_key_alone_makes_a_partitioned_asset(build):
    context = build(asset_key="a", partition_key="p")
    assert context.has_asset_partitions
    assert context.has_partition_key
    assert (context.partition_key, context.asset_partition_key) == ("p", "p")
    assert context.asset_partition_keys == ["p"]
    assert context.asset_partition_key_range == PartitionKeyRange("p", "p")
    with pytest.raises(DagsterInvariantViolationError, match="asset_partitions_def"):
        _ = context.asset_partitions_def
    with pytest.raises(DagsterInvariantViolationError, match="time"):
        _ = context.asset_partitions_time_window


@pytest.mark.parametrize("build", [build_output_context, build_input_context])
def test_partition_of_a_run_without_an_asset(build):
    context = build(partition_key="p")
    assert context.partition_key == "p"
    assert not context.has_asset_partitions


@pytest.mark.parametrize("build", [build_output_context, build_input_context])
def test_ranges_list_their_keys_and_cover_their_time(build):
    context = build(asset_key="a", asset_partitions_def=DAILY, asset_partition_key_range=RANGE)
    assert list(context.asset_partition_keys) == ["2020-01-02", "2020-01-03", "2020-01-04"]
    assert context.asset_partition_key_range == RANGE
    assert context.asset_partitions_def is DAILY
    window = context.asset_partitions_time_window
    assert (window.start.isoformat(), window.end.isoformat()) == (
        "2020-01-02T00:00:00+00:00", "2020-01-05T00:00:00+00:00",
    )  # fmt: skip
    assert not context.has_partition_key
    with pytest.raises(CheckError, match="3 partitions"):
        _ = context.asset_partition_key


@pytest.mark.parametrize("build", [build_output_context, build_input_context])
def test_range_without_the_definition_cannot_be_listed(build):
    with pytest.raises(DagsterInvariantViolationError, match="asset_partitions_def"):
        _ = build(asset_key="a", asset_partition_key_range=RANGE).asset_partition_keys


@pytest.mark.parametrize("build", [build_output_context, build_input_context])
def test_time_window_of_several_dimensions_is_that_of_the_one_of_time(build):
    multi = MultiPartitionsDefinition({"day": DAILY, "kind": StaticPartitionsDefinition(["x"])})
    key = MultiPartitionKey({"day": "2020-01-02", "kind": "x"})
    window = build(asset_key="a", asset_partitions_def=multi, partition_key=key).asset_partitions_time_window
    assert window == DAILY.time_window_for_partition_key("2020-01-02")


@pytest.mark.parametrize("build", [build_output_context, build_input_context])
def test_time_window_of_static_partitions_raises(build):
    static = StaticPartitionsDefinition(["x"])
    with pytest.raises(DagsterInvariantViolationError, match="StaticPartitionsDefinition"):
        _ = build(asset_key="a", asset_partitions_def=static, partition_key="x").asset_partitions_time_window


@pytest.mark.parametrize("build", [build_output_context, build_input_context])
def test_partition_that_does_not_exist_is_refused(build):
    with pytest.raises(DagsterInvalidInvocationError, match="zz"):
        build(asset_key="a", asset_partitions_def=StaticPartitionsDefinition(["x"]), partition_key="zz")


# --------------------------------------------------------------------------------------- recording


def test_output_metadata_is_recorded_once_per_name():
    context = build_output_context(output_metadata={"yielded": 1})
    context.add_output_metadata({"a": 1})
    context.add_output_metadata({"yielded": 2})
    with pytest.raises(DagsterInvalidMetadata, match="'a'"):
        context.add_output_metadata({"a": 2})
    assert context.get_logged_metadata() == {"a": IntMetadataValue(1), "yielded": IntMetadataValue(2)}
    assert context.consume_logged_metadata() == {"a": IntMetadataValue(1), "yielded": IntMetadataValue(2)}
    assert context.get_logged_metadata() == {}


def test_output_events_are_kept_until_they_are_consumed():
    context = build_output_context()
    events = [AssetMaterialization("a"), AssetObservation("b")]
    for event in events:
        context.log_event(event)
    assert context.get_logged_events() == events
    assert list(context.consume_events()) == events
    assert context.get_logged_events() == []
    with pytest.raises(CheckError, match="AssetMaterialization"):
        context.log_event(3)  # type: ignore[arg-type]


def test_input_metadata_of_an_asset_is_an_observation():
    context = build_input_context(asset_key="a", partition_key="p")
    context.add_input_metadata({"rows": 1}, description="read")
    (observation,) = context.get_observations()
    assert (observation.asset_key, observation.partition, observation.description) == (
        AssetKey("a"),
        "p",
        "read",
    )
    assert list(context.consume_events()) == [observation]
    assert context.consume_logged_metadata() == {"rows": IntMetadataValue(1)}


def test_input_metadata_of_what_is_no_asset_may_be_repeated():
    context = build_input_context()
    context.add_input_metadata({"rows": 1})
    context.add_input_metadata({"rows": 2})
    assert context.get_observations() == []
    assert context.consume_logged_metadata() == {"rows": IntMetadataValue(2)}


# --------------------------------------------------------------------------------------- resources


@pytest.mark.parametrize(
    ("build", "kind"), [(build_output_context, OutputContext), (build_input_context, InputContext)]
)
def test_generator_resources_need_a_with_block(build, kind):
    events = []

    @resource
    def connection():
        yield 1
        events.append("closed")

    with pytest.raises(DagsterInvariantViolationError, match=f"with {build.__name__}"):
        _ = build(resources={"c": connection}).resources
    events.clear()
    with build(resources={"c": connection, "v": 2}) as context:
        assert isinstance(context, kind)
        assert (context.resources.c, context.resources.v) == (1, 2)
    assert events == ["closed"]
