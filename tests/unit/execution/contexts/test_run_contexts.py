"""What a context knows while a run executes."""

from __future__ import annotations

import datetime

import pytest

import weftwork as dg

DAYS = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-02-01")
LETTERS = dg.StaticPartitionsDefinition(["a", "b", "c"])


def in_op(look, **arguments):
    """Run a function with the context of an op; return the result."""

    @dg.op(name="looks", **arguments.pop("op", {}))
    def looks(context: dg.OpExecutionContext):
        look(context)

    @dg.job(**arguments.pop("job", {}))
    def nightly():
        looks()

    return nightly.execute_in_process(**arguments)


def in_asset(look, others=(), partitions_def=None, **arguments):
    """Make an asset with a function that is given its context; return the result."""

    @dg.asset(name="looks", partitions_def=partitions_def, deps=[other.key for other in others])
    def looks(context: dg.AssetExecutionContext):
        look(context)

    return dg.materialize([*others, looks], **arguments)


def test_an_op_knows_its_run():
    seen = {}

    def look(context):
        seen.update(
            run_id=context.run_id, job_name=context.job_name, job=context.job_def.name, op=context.op_def.name,
            node=context.op.name, handle=str(context.node_handle), config=context.op_config, retry=context.retry_number,
            tag=context.get_tag("team"), has=(context.has_tag("team"), context.has_tag("x")), none=context.get_tag("x"),
            run_config=context.run_config, run=context.run.run_id, words=context.describe_op(), tags=context.run_tags,
            mapping_key=context.get_mapping_key(), instance=context.instance, key=context.has_partition_key,
        )  # fmt: skip

    config = {"ops": {"looks": {"config": {"x": 1}}}}
    with dg.instance_for_test() as instance:
        result = in_op(
            look,
            op={"config_schema": {"x": int}},
            tags={"team": "blue"},
            run_config=config,
            instance=instance,
        )
        assert seen["instance"] is instance

    assert seen["run_id"] == seen["run"] == result.run_id
    assert (seen["job_name"], seen["job"], seen["op"], seen["node"]) == (
        "nightly",
        "nightly",
        "looks",
        "looks",
    )
    assert seen["handle"] == "looks"
    assert (seen["config"], seen["run_config"]) == ({"x": 1}, config)
    assert (seen["tag"], seen["has"], seen["none"]) == ("blue", (True, False), None)
    assert seen["tags"]["team"] == "blue"
    assert (seen["retry"], seen["mapping_key"], seen["key"]) == (0, None, False)
    assert seen["words"] == 'op "looks"'


def test_the_first_parameter_is_the_context_by_its_name():
    seen = {}

    @dg.op
    def named(context):
        seen["named"] = type(context)

    @dg.op
    def underscored(_context):
        seen["underscored"] = type(_context)

    @dg.op
    def ignored(_):
        seen["ignored"] = type(_)

    @dg.op
    def none_at_all():
        seen["none_at_all"] = None

    @dg.job
    def nightly():
        named(), underscored(), ignored(), none_at_all()

    nightly.execute_in_process()
    given = dict.fromkeys(("named", "underscored", "ignored"), dg.OpExecutionContext)
    assert seen == {**given, "none_at_all": None}


def test_how_often_a_step_was_tried():
    tries = []

    def look(context):
        tries.append(context.retry_number)
        if len(tries) < 3:
            raise dg.RetryRequested(max_retries=2)

    assert in_op(look).success
    assert tries == [0, 1, 2]


def test_the_key_of_a_mapped_item():
    seen = []

    @dg.op(out=dg.DynamicOut())
    def items():
        yield dg.DynamicOutput(1, "one")
        yield dg.DynamicOutput(2, "two")

    @dg.op
    def take(context, item):
        seen.append((context.get_mapping_key(), item))

    @dg.job
    def fan():
        items().map(take)

    fan.execute_in_process()
    assert sorted(seen) == [("one", 1), ("two", 2)]


def test_resources_that_were_not_declared_are_not_there():
    def look(context):
        assert context.resources.mail == "m"
        with pytest.raises(dg.DagsterUnknownResourceError, match="Did you mean 'mail'"):
            _ = context.resources.male

    in_op(
        look, op={"required_resource_keys": {"mail"}},
        job={"resource_defs": {"mail": dg.ResourceDefinition.hardcoded_resource("m")}},
    )  # fmt: skip


def test_events_are_recorded_before_the_output():
    def look(context):
        context.log_event(dg.AssetMaterialization("made", metadata={"rows": 3}))
        context.log_event(dg.AssetObservation("seen"))
        context.log_event(dg.ExpectationResult(success=True))
        with pytest.raises(dg.CheckError):
            context.log_event("nothing")

    kinds = [event.event_type_value for event in in_op(look).all_node_events]
    wanted = ["ASSET_MATERIALIZATION", "ASSET_OBSERVATION", "STEP_EXPECTATION_RESULT", "STEP_OUTPUT"]
    assert [kind for kind in kinds if kind in wanted] == wanted


def test_metadata_of_outputs_is_merged_and_read_back():
    def look(context):
        context.add_output_metadata({"rows": 3})
        context.add_output_metadata({"more": "x"})
        assert context.get_output_metadata("result") == {"rows": 3, "more": "x"}
        with pytest.raises(dg.DagsterInvariantViolationError, match="does not have"):
            context.add_output_metadata({"rows": 3}, "other")

    [made] = in_asset(look).asset_materializations_for_node("looks")
    assert (made.metadata["rows"].value, made.metadata["more"].value) == (3, "x")


def test_what_only_partitioned_runs_have_is_refused_elsewhere():
    def look(context):
        for name in (
            "partition_key",
            "partition_keys",
            "partition_key_range",
            "multi_partition_key",
            "partition_time_window",
        ):
            with pytest.raises(dg.DagsterInvariantViolationError):
                getattr(context, name)
        assert not context.has_partition_key_range
        with pytest.raises(dg.CheckError):
            context.asset_partition_key_for_output()
        with pytest.raises(dg.DagsterInvariantViolationError):
            context.asset_partitions_def_for_output()

    in_asset(look)


def test_a_partitioned_asset_knows_its_partition_and_that_of_its_input():
    seen = []

    @dg.asset(partitions_def=DAYS)
    def source():
        return 1

    @dg.asset(partitions_def=DAYS)
    def sales(context: dg.AssetExecutionContext, source):
        midnight = datetime.datetime(2024, 1, 3, tzinfo=datetime.UTC)
        window = dg.TimeWindow(midnight, midnight + datetime.timedelta(days=1))
        key = "2024-01-03"
        only = dg.PartitionKeyRange(key, key)
        assert (context.partition_key, context.has_partition_key, context.partition_keys) == (
            key,
            True,
            [key],
        )
        assert context.partition_time_window == window
        assert (context.partition_key_range, context.asset_partition_key_range) == (only, only)
        for end, argument in (("output", "result"), ("input", "source")):
            assert getattr(context, f"asset_partition_key_for_{end}")(argument) == key
            assert getattr(context, f"asset_partition_keys_for_{end}")(argument) == [key]
            assert getattr(context, f"asset_partition_key_range_for_{end}")(argument) == only
            assert getattr(context, f"asset_partitions_def_for_{end}")(argument) == DAYS
            assert getattr(context, f"asset_partitions_time_window_for_{end}")(argument) == window
        seen.append(context.asset_key_for_input("source"))

    dg.materialize_to_memory([source, sales], partition_key="2024-01-03")
    assert seen == [dg.AssetKey("source")]


def test_a_run_of_a_range_knows_its_partitions():
    def look(context):
        assert context.has_partition_key_range
        assert not context.has_partition_key
        assert context.partition_keys == context.asset_partition_keys_for_output() == ["a", "b"]
        assert context.partition_key_range == dg.PartitionKeyRange("a", "b")
        with pytest.raises(dg.DagsterInvariantViolationError, match="range"):
            _ = context.partition_key
        with pytest.raises(dg.CheckError, match="plural"):
            context.asset_partition_key_for_output()

    tags = {"dagster/asset_partition_range_start": "a", "dagster/asset_partition_range_end": "b"}

    @dg.asset(partitions_def=LETTERS, backfill_policy=dg.BackfillPolicy.single_run())
    def letters(context: dg.AssetExecutionContext):
        look(context)

    dg.materialize_to_memory([letters], tags=tags)


def test_a_partition_of_several_dimensions_knows_them():
    both = dg.MultiPartitionsDefinition({"day": DAYS, "letter": LETTERS})
    key = dg.MultiPartitionKey({"day": "2024-01-03", "letter": "a"})

    def look(context):
        assert context.multi_partition_key.keys_by_dimension == {"day": "2024-01-03", "letter": "a"}
        assert context.partition_time_window.start == datetime.datetime(2024, 1, 3, tzinfo=datetime.UTC)

    in_asset(look, partitions_def=both, partition_key=key)


def test_an_asset_knows_what_it_makes():
    seen = []

    @dg.multi_asset(
        outs={"x": dg.AssetOut(is_required=False), "y": dg.AssetOut(is_required=False)}, can_subset=True
    )
    def both(context: dg.AssetExecutionContext):
        seen.append(
            (context.is_subset, context.selected_output_names, context.selected_asset_keys, context.asset_key)
        )
        assert context.has_assets_def
        assert context.output_for_asset_key(dg.AssetKey("x")) == "x"
        assert context.asset_key_for_output("x") == dg.AssetKey("x")
        for refused in (
            lambda: context.output_for_asset_key(dg.AssetKey("z")),
            lambda: context.asset_key_for_output("z"),
            lambda: context.asset_key_for_input("z"),
        ):
            with pytest.raises(dg.CheckError):
                refused()
        yield dg.Output(1, "x")

    dg.materialize_to_memory([both], selection=["x"])
    assert seen == [(True, {"x"}, {dg.AssetKey("x")}, dg.AssetKey("x"))]


def test_metadata_of_an_asset_and_of_a_partition():
    def look(context):
        context.add_asset_metadata({"all": 1})
        context.add_asset_metadata({"one": 2}, asset_key="looks", partition_key="a")
        for arguments in ({"asset_key": "other"}, {"partition_key": "b"}):
            with pytest.raises(dg.DagsterInvariantViolationError):
                context.add_asset_metadata({"x": 1}, **arguments)

    [made] = in_asset(look, partitions_def=LETTERS, partition_key="a").asset_materializations_for_node(
        "looks"
    )
    assert (made.metadata["all"].value, made.metadata["one"].value) == (1, 2)


def test_the_version_of_data_is_set_and_its_provenance_read():
    seen = []

    def look(context):
        seen.append(context.get_asset_provenance(dg.AssetKey("looks")))
        context.set_data_version(dg.AssetKey("looks"), dg.DataVersion("v7"))

    with dg.instance_for_test() as instance:
        in_asset(look, instance=instance)
        [made] = in_asset(look, instance=instance).asset_materializations_for_node("looks")

    assert seen[0] is None
    assert seen[1].is_user_provided
    assert made.tags["dagster/data_version"] == "v7"


def test_the_value_of_another_asset_is_loaded():
    seen = []

    @dg.asset(partitions_def=LETTERS)
    def letter(context):
        return context.partition_key

    @dg.asset
    def number():
        return 5

    def look(context):
        seen.append(context.load_asset_value(dg.AssetKey("number")))
        seen.append(context.load_asset_value(dg.AssetKey("letter"), partition_key="a", python_type=str))
        with pytest.raises(KeyError, match="Did you mean 'number'"):
            context.load_asset_value(dg.AssetKey("numbr"))
        with pytest.raises(dg.DagsterInvariantViolationError, match="not partitioned"):
            context.load_asset_value(dg.AssetKey("number"), partition_key="a")

    with dg.instance_for_test() as instance:
        dg.materialize([letter], partition_key="a", instance=instance)
        in_asset(look, [number, letter], partitions_def=LETTERS, partition_key="b", instance=instance)

    assert seen == [5, "a"]


def test_the_kind_of_context_is_that_of_the_step_or_as_annotated():
    seen = {}

    @dg.asset
    def plain(context):
        seen["asset"] = type(context).__name__

    @dg.asset
    def as_op(context: dg.OpExecutionContext):
        seen["annotated"] = (type(context).__name__, context.asset_key.to_user_string())

    @dg.asset_check(asset=plain)
    def checked(context):
        seen["check"] = (type(context).__name__, [spec.name for spec in context.check_specs])
        return dg.AssetCheckResult(passed=True)

    @dg.op
    def inner(context):
        seen["inner"] = (type(context).__name__, context.asset_key.to_user_string(), context.has_assets_def)
        return 1

    @dg.op
    def outer(context: dg.AssetExecutionContext, x):
        seen["outer"] = type(context).__name__
        return x

    @dg.graph_asset
    def whole():
        return outer(inner())

    dg.materialize_to_memory([plain, as_op, checked, whole])
    assert seen == {
        "asset": "AssetExecutionContext",
        "annotated": ("OpExecutionContext", "as_op"),
        "check": ("AssetCheckExecutionContext", ["checked"]),
        "inner": ("OpExecutionContext", "whole", True),
        "outer": "AssetExecutionContext",
    }


def test_a_context_that_the_step_cannot_have_is_refused():
    @dg.op
    def wrong(context: dg.AssetExecutionContext):
        raise AssertionError("never called")

    @dg.job
    def nightly():
        wrong()

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="annotate it with OpExecutionContext"):
        nightly.execute_in_process()


def test_the_context_is_found_wherever_the_step_runs():
    def deep():
        return dg.AssetExecutionContext.get().asset_key, dg.OpExecutionContext.get()

    def look(context):
        key, op_context = deep()
        assert key == context.asset_key
        assert op_context is context.op_execution_context is context.get_op_execution_context()
        context.op_execution_context.add_output_metadata({"x": 1})
        assert context.get_output_metadata("result") == {"x": 1}
        with pytest.raises(dg.DagsterInvariantViolationError):
            dg.AssetCheckExecutionContext.get()

    in_asset(look)
    with pytest.raises(dg.DagsterInvariantViolationError, match="no current OpExecutionContext"):
        dg.OpExecutionContext.get()


def test_what_is_not_there_outside_of_a_code_location():
    def look(context):
        assert context.op_execution_context.location_name is None
        assert context.step_launcher is None
        with pytest.raises(dg.CheckError):
            _ = context.repository_def

    in_asset(look)


def test_a_debugger_is_at_hand():
    def look(context):
        assert callable(context.pdb.set_trace)

    in_op(look)


@pytest.mark.parametrize("given", [None, 3], ids=["nothing", "a plain value"])
def test_outputs_are_given_explicitly_where_the_context_asks_for_it(given):
    @dg.asset
    def strict(context):
        context.set_requires_typed_event_stream(error_message="The client reports.")
        assert context.requires_typed_event_stream
        return given

    with pytest.raises(dg.DagsterInvariantViolationError, match="The client reports"):
        dg.materialize([strict])


def test_a_type_check_has_a_log_resources_and_the_run():
    seen = []

    def check(context, value):
        context.log.info("checking %s", value)
        seen.append((context.resources.limit, context.run_id))
        return value < context.resources.limit

    small = dg.DagsterType(check, name="Small", required_resource_keys={"limit"})

    @dg.op(out=dg.Out(small))
    def give():
        return 3

    @dg.job(resource_defs={"limit": dg.ResourceDefinition.hardcoded_resource(5)})
    def nightly():
        give()

    result = nightly.execute_in_process()
    assert seen == [(5, result.run_id)]
