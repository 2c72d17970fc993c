"""The examples of the document on execution: assets, contexts, direct calls, instances for tests."""

import os
from contextlib import contextmanager

import pytest

import weftwork as dg


def test_assets_are_materialized_to_files_or_memory():
    @dg.asset
    def numbers():
        return [1, 2]

    @dg.asset
    def total(numbers):
        return sum(numbers)

    with dg.instance_for_test() as instance:
        assert dg.materialize([numbers, total], instance=instance).output_for_node("total") == 3
        assert instance.get_latest_materialization_event(dg.AssetKey("total")) is not None
    result = dg.materialize_to_memory([numbers, total], tags={"who": "me"})
    assert result.asset_value("total") == 3


def test_a_source_fills_a_dependency():
    class Constant(dg.IOManager):
        def handle_output(self, context, obj):
            raise AssertionError

        def load_input(self, context):
            return 20

    source = dg.AssetSpec("source", metadata={"dagster/io_manager_key": "constant"})

    @dg.asset
    def doubled(source):
        return source * 2

    resources = {"constant": Constant(), "io_manager": dg.mem_io_manager}
    result = dg.materialize([doubled, source], resources=resources)

    assert result.output_for_node("doubled") == 40


def test_in_memory_materialization_refuses_io_managers():
    @dg.asset
    def numbers(): ...

    with pytest.raises(dg.DagsterInvariantViolationError, match="io_manager"):
        dg.materialize_to_memory([numbers], resources={"io_manager": dg.fs_io_manager})


def test_an_instance_for_tests_sets_and_restores_its_home(monkeypatch, tmp_path):
    monkeypatch.setenv("DAGSTER_HOME", "elsewhere")

    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        assert os.environ["DAGSTER_HOME"] == str(tmp_path)
        assert dg.DagsterInstance.get().root_directory == instance.root_directory
    assert os.environ["DAGSTER_HOME"] == "elsewhere"

    with dg.instance_for_test(set_dagster_home=False):
        assert os.environ["DAGSTER_HOME"] == "elsewhere"


def test_a_context_logs():
    @dg.op
    def hello_world(context: dg.OpExecutionContext):
        context.log.info("Hello, world!")

    @dg.job
    def greeting():
        hello_world()

    assert greeting.execute_in_process().success


def test_a_context_logs_events():
    @dg.op
    def log_materialization(context):
        context.log_event(dg.AssetMaterialization("foo"))

    @dg.job
    def logging():
        log_materialization()

    result = logging.execute_in_process()

    assert [event.asset_key for event in result.asset_materializations_for_node("log_materialization")] == [
        dg.AssetKey("foo")
    ]


def test_a_context_tells_of_its_run():
    seen = {}

    @dg.op(config_schema={"a": int}, required_resource_keys={"tool"})
    def look(context: dg.OpExecutionContext):
        seen.update(
            config=context.op_config, job=context.job_name, op=context.op_def.name, retry=context.retry_number,
            run=context.run_id, run_config=context.run_config, tool=context.resources.tool,
            tagged=(context.has_tag("who"), context.get_tag("who")), partitioned=context.has_partition_key,
            key=context.get_mapping_key(), debugger=type(context.pdb).__name__,
        )  # fmt: skip

    @dg.job(resource_defs={"tool": dg.ResourceDefinition.hardcoded_resource("hammer")})
    def looking():
        look()

    run_config = {"ops": {"look": {"config": {"a": 1}}}}
    result = looking.execute_in_process(run_config, tags={"who": "me"})

    assert seen == {
        "config": {"a": 1}, "job": "looking", "op": "look", "retry": 0, "run": result.run_id, "run_config": run_config,
        "tool": "hammer", "tagged": (True, "me"), "partitioned": False, "key": None, "debugger": "ForkedPdb",
    }  # fmt: skip


@dg.op(required_resource_keys={"foo"})
def op_with_foo(context):
    return context.resources.foo


@dg.op
def op_to_invoke(context):
    return context.op_config


def test_an_op_is_called_with_a_built_context():
    assert op_to_invoke(dg.build_op_context(config={"a": 1})) == {"a": 1}
    assert op_with_foo(dg.build_op_context(resources={"foo": "bar"})) == "bar"
    assert dg.build_op_context(mapping_key="north").get_mapping_key() == "north"
    assert dg.build_op_context(partition_key="north").partition_key == "north"


def test_a_context_manager_resource_needs_the_built_context_to_be_entered():
    ended = []

    @dg.resource
    @contextmanager
    def context_manager_resource(_context):
        yield "open"
        ended.append(True)

    with dg.build_op_context(resources={"foo": context_manager_resource}) as context:
        assert op_with_foo(context) == "open"
    assert ended == [True]


def test_a_type_check_is_given_a_context():
    def check(context, value):
        context.log.info("checking for %s", context.run_id)
        return value > context.resources.least

    large = dg.DagsterType(check, "Large", required_resource_keys={"least"})

    @dg.op(out=dg.Out(large))
    def give():
        return 5

    @dg.job(resource_defs={"least": dg.ResourceDefinition.hardcoded_resource(3)})
    def typed():
        give()

    assert typed.execute_in_process().success
