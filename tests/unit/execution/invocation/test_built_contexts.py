"""What contexts that tests build know, and what they remember of a call."""

from __future__ import annotations

import asyncio
import datetime

import pytest

import weftwork as dg

DAYS = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-02-01")


def test_a_context_knows_what_it_was_given():
    instance = dg.DagsterInstance.ephemeral()
    context = dg.build_op_context(
        resources={"foo": 3}, op_config={"x": 1}, instance=instance, mapping_key="item", partition_key="a",
        run_tags={"team": "blue"},
    )  # fmt: skip

    assert context.resources.foo == 3
    assert context.op_config == {"x": 1}
    assert context.instance is instance
    assert context.get_mapping_key() == "item"
    assert (context.partition_key, context.has_partition_key, context.has_partition_key_range) == (
        "a",
        True,
        False,
    )
    assert (context.get_tag("team"), context.has_tag("team"), context.get_tag("x")) == ("blue", True, None)
    assert context.retry_number == 0
    assert context.run_id == "EPHEMERAL"


def test_what_exists_only_in_a_run_says_so():
    context = dg.build_op_context()
    for name in (
        "job_name",
        "job_def",
        "run",
        "op",
        "op_def",
        "node_handle",
        "asset_key",
        "selected_asset_keys",
    ):
        with pytest.raises(dg.DagsterInvalidPropertyError):
            getattr(context, name)
    with pytest.raises(dg.DagsterInvalidPropertyError):
        context.add_output_metadata({"x": 1})
    with pytest.raises(dg.DagsterInvalidPropertyError):
        context.log_event(dg.AssetMaterialization("x"))
    with pytest.raises(dg.DagsterInvariantViolationError):
        _ = context.partition_key


@pytest.mark.parametrize(
    "arguments",
    [
        {"partition_key": "a", "partition_key_range": dg.PartitionKeyRange("a", "b")},
        {"resources": 3}, {"mapping_key": 3}, {"instance": "x"}, {"partition_key": 3}, {"run_tags": 3},
    ],
)  # fmt: skip
def test_arguments_of_the_wrong_kind_are_refused(arguments):
    with pytest.raises(dg.CheckError):
        dg.build_op_context(**arguments)


def test_what_a_call_told_is_read_back_and_forgotten_with_the_next():
    @dg.op
    def tell(context, what):
        context.log_event(dg.AssetMaterialization(what))
        context.add_output_metadata({"what": what})
        context.add_output_metadata({"more": 1})
        return what

    context = dg.build_op_context()
    tell(context, "first")
    assert [event.asset_key.to_user_string() for event in context.get_events()] == ["first"]
    assert context.user_events == context.get_events()
    assert context.get_output_metadata("result") == {"what": "first", "more": 1}
    assert context.get_output_metadata("other") is None
    tell(context, "second")
    assert [event.asset_key.to_user_string() for event in context.get_events()] == ["second"]
    assert not context.is_bound


def test_metadata_needs_to_be_for_an_output_that_is_not_given_yet():
    @dg.op(out={"x": dg.Out(), "y": dg.DynamicOut(is_required=False)})
    def give(context):
        for arguments in (({"m": 1},), ({"m": 1}, "z"), ({"m": 1}, "y")):
            with pytest.raises(dg.DagsterInvariantViolationError):
                context.add_output_metadata(*arguments)
        context.add_output_metadata({"m": 1}, "x")
        context.add_output_metadata({"m": 2}, "y", "item")
        yield dg.Output(1, "x")
        with pytest.raises(dg.DagsterInvariantViolationError, match="given already"):
            context.add_output_metadata({"m": 1}, "x")

    context = dg.build_op_context()
    list(give(context))
    assert context.get_output_metadata("x") == {"m": 1}
    assert context.get_output_metadata("y", "item") == {"m": 2}
    assert context.get_output_metadata("y") == {"item": {"m": 2}}


def test_a_context_is_used_for_one_call_at_a_time():
    @dg.op
    def one(context):
        yield dg.Output(1)

    @dg.op
    def other(context):
        return 2

    context = dg.build_op_context()
    unfinished = one(context)
    next(unfinished)
    with pytest.raises(dg.DagsterInvalidInvocationError, match="the call of 'one' has not ended"):
        other(context)
    list(unfinished)
    assert other(context) == 2


def test_a_failed_call_frees_the_context():
    @dg.op
    def fail(context):
        raise ValueError("mine")

    @dg.op
    async def fail_later(context):
        raise ValueError("mine")

    context = dg.build_op_context()
    for _ in range(2):
        with pytest.raises(ValueError, match="mine"):
            fail(context)
        with pytest.raises(ValueError, match="mine"):
            asyncio.run(fail_later(context))
    assert not context.is_bound


def test_a_context_of_a_partitioned_asset_knows_its_partition():
    @dg.asset(partitions_def=DAYS)
    def sales(context: dg.AssetExecutionContext):
        return (
            context.partition_key, context.partition_time_window.start, context.asset_partition_key_for_output(),
            context.asset_partitions_def_for_output(), context.asset_partitions_time_window_for_output().end,
        )  # fmt: skip

    assert sales(dg.build_asset_context(partition_key="2024-01-03")) == (
        "2024-01-03", datetime.datetime(2024, 1, 3, tzinfo=datetime.UTC), "2024-01-03", DAYS,
        datetime.datetime(2024, 1, 4, tzinfo=datetime.UTC),
    )  # fmt: skip


def test_a_context_of_a_range_of_partitions_knows_them():
    @dg.asset(partitions_def=DAYS)
    def sales(context: dg.AssetExecutionContext):
        assert context.has_partition_key_range
        assert context.asset_partition_keys_for_output() == context.partition_keys
        with pytest.raises(dg.CheckError):
            context.asset_partition_key_for_output()
        return context.partition_keys, context.partition_key_range

    keys, bounds = sales(
        dg.build_asset_context(partition_key_range=dg.PartitionKeyRange("2024-01-03", "2024-01-05"))
    )
    assert keys == ["2024-01-03", "2024-01-04", "2024-01-05"]
    assert bounds == dg.PartitionKeyRange("2024-01-03", "2024-01-05")


def test_a_context_knows_the_assets_that_are_made():
    @dg.multi_asset(outs={"x": dg.AssetOut(), "y": dg.AssetOut()}, ins={"up": dg.AssetIn("source")})
    def both(context, up):
        assert context.selected_asset_keys == {dg.AssetKey("x"), dg.AssetKey("y")}
        assert context.selected_output_names == {"x", "y"}
        assert not context.is_subset
        assert context.assets_def is both
        assert context.asset_key_for_output("x") == dg.AssetKey("x")
        assert context.output_for_asset_key(dg.AssetKey("y")) == "y"
        assert context.asset_key_for_input("up") == dg.AssetKey("source")
        with pytest.raises(dg.DagsterInvariantViolationError, match="no single asset_key"):
            _ = context.asset_key
        return 1, 2

    assert both(dg.build_asset_context(), 0) == (1, 2)


def test_the_classes_of_contexts_tell_what_is_called():
    contexts = {
        dg.OpExecutionContext: dg.build_op_context(),
        dg.AssetExecutionContext: dg.build_asset_context(),
        dg.AssetCheckExecutionContext: dg.build_asset_check_context(),
    }
    for kind, context in contexts.items():
        assert [known for known in contexts if isinstance(context, known)] == [kind]
        assert isinstance(context.op_execution_context, dg.OpExecutionContext)


def test_a_resource_is_given_the_event_loop_of_the_context():
    loop = asyncio.new_event_loop()

    @dg.resource
    def pool(init_context):
        return init_context.event_loop

    assert dg.build_op_context(resources={"pool": pool}, event_loop=loop).resources.pool is loop
    loop.close()
