"""Assets are materialized here, to files or to memory, with every documented argument."""

import os
import threading

import pytest

import weftwork as dg

LETTERS = dg.StaticPartitionsDefinition(["x", "y"])
BOTH = pytest.mark.parametrize("materialize", [dg.materialize, dg.materialize_to_memory])


@dg.asset
def number():
    return 1


@dg.asset(partitions_def=LETTERS)
def letter(context):
    return context.partition_key


@dg.asset(config_schema={"rows": dg.Field(int, default_value=3)})
def configured(context):
    return context.op_execution_context.op_config["rows"]


@dg.asset(required_resource_keys={"tool"})
def tooled(context):
    return context.resources.tool


def of_tool(value):
    return dg.ResourceDefinition.hardcoded_resource(value)


@BOTH
def test_everything_runs_in_this_process_and_thread(materialize):
    @dg.asset
    def place():
        return os.getpid(), threading.get_ident()

    result = materialize([place])

    assert isinstance(result, dg.ExecuteInProcessResult)
    assert result.success
    assert result.asset_value("place") == (os.getpid(), threading.get_ident())
    assert result.all_events


def test_values_are_files_of_the_instance():
    with dg.instance_for_test() as instance:
        dg.materialize([number], instance=instance)
        files = [name for _, _, names in os.walk(instance.storage_directory()) for name in names]

        assert "number" in files


def test_without_an_instance_the_files_are_temporary():
    seen = []

    @dg.asset
    def place(context: dg.AssetExecutionContext):
        seen.append(context.instance.storage_directory())

    result = dg.materialize([place])

    assert result.success
    assert os.path.isabs(seen[0])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_sources_only_fill_dependencies_and_checks_run_with_their_assets():
    class Constant(dg.IOManager):
        def handle_output(self, context, obj):
            raise AssertionError

        def load_input(self, context):
            return 20

    @dg.asset
    def sum_of(first, second):
        return first + second

    @dg.asset_check(asset=sum_of)
    def is_even(sum_of):
        return dg.AssetCheckResult(passed=sum_of % 2 == 0)

    sources = [
        dg.SourceAsset("first", io_manager_key="constant"),
        dg.AssetSpec("second").with_io_manager_key("constant"),
    ]
    resources = {"constant": Constant(), "io_manager": dg.mem_io_manager}
    result = dg.materialize([sum_of, is_even, *sources], resources=resources)

    assert [event.asset_key for event in result.get_asset_materialization_events()] == [sum_of.key]
    assert [check.passed for check in result.get_asset_check_evaluations()] == [True]


@BOTH
@pytest.mark.parametrize("given", ["hammer", of_tool("hammer")], ids=["plain", "definition"])
def test_resources_are_plain_objects_or_definitions(materialize, given):
    assert materialize([tooled], resources={"tool": given}).asset_value("tooled") == "hammer"


@BOTH
def test_a_resource_that_an_asset_has_of_its_own_is_not_given_again(materialize):
    @dg.asset(required_resource_keys={"tool"}, resource_defs={"tool": of_tool("saw")})
    def cut(context):
        return context.resources.tool

    with pytest.raises(dg.DagsterInvalidInvocationError, match="'tool'"):
        materialize([cut], resources={"tool": "hammer"})
    assert materialize([cut]).asset_value("cut") == "saw"


@BOTH
@pytest.mark.parametrize(
    "run_config",
    [
        {"ops": {"configured": {"config": {"rows": 5}}}},
        dg.RunConfig(ops={"configured": {"config": {"rows": 5}}}),
    ],
)
def test_run_config_is_a_dict_or_an_object(materialize, run_config):
    assert materialize([configured], run_config=run_config).asset_value("configured") == 5
    assert materialize([configured]).asset_value("configured") == 3


@BOTH
def test_one_partition_is_made(materialize):
    assert materialize([letter], partition_key="y").asset_value("letter") == "y"
    with pytest.raises(dg.DagsterUnknownPartitionError, match="'z'"):
        materialize([letter], partition_key="z")
    with pytest.raises(dg.DagsterInvariantViolationError, match="no partitions"):
        materialize([number], partition_key="x")


@BOTH
def test_tags_are_on_the_run(materialize):
    assert materialize([number], tags={"who": "me"}).dagster_run.tags["who"] == "me"


@BOTH
def test_an_instance_records_the_run_and_a_selection_leaves_assets_out(materialize):
    @dg.asset
    def other(): ...

    with dg.instance_for_test() as instance:
        result = materialize([number, other], instance=instance, selection=[number])

        assert instance.get_run_by_id(result.run_id).is_success
        assert [event.asset_key for event in result.get_asset_materialization_events()] == [number.key]


@BOTH
def test_an_error_is_raised_or_recorded(materialize):
    @dg.asset
    def broken():
        raise ValueError("no")

    with pytest.raises(ValueError, match="^no$"):
        materialize([broken])
    assert not materialize([broken], raise_on_error=False).success


def test_in_memory_every_io_manager_key_is_the_manager_in_memory():
    @dg.asset(io_manager_key="warehouse")
    def table():
        return [1, 2]

    @dg.asset
    def rows(table):
        return len(table)

    result = dg.materialize_to_memory([table, rows])

    assert result.asset_value("rows") == 2
    for key in ("io_manager", "warehouse"):
        with pytest.raises(dg.DagsterInvariantViolationError, match=key):
            dg.materialize_to_memory([table, rows], resources={key: dg.mem_io_manager})


def test_the_manager_in_memory_is_a_resource_of_any_job():
    kept = []

    @dg.op(out=dg.Out(io_manager_key="memory"))
    def make():
        kept.append(object())
        return kept[0]

    @dg.op
    def same(value):
        return value is kept[0]

    @dg.job(resource_defs={"memory": dg.mem_io_manager})
    def identity():
        same(make())

    assert identity.execute_in_process().output_for_node("same")
