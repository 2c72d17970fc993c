"""Jobs and graphs run here, in this process, with every documented argument."""

import os
import threading

import pytest

import weftwork as dg


@dg.op
def one():
    return 1


@dg.op
def add_one(num: int):
    return num + 1


@dg.op
def double(num: int):
    return num * 2


@dg.op(config_schema={"rows": int})
def sized(context):
    return context.op_config["rows"]


@dg.op(required_resource_keys={"tool"})
def use(context):
    return context.resources.tool


@dg.job
def chain():
    double.alias("fourth")(double.alias("third")(double(add_one(one()))))


def ran(result):
    return [event.step_key for event in result.all_events if event.is_step_start]


def test_the_executor_of_the_job_is_not_used():
    @dg.op
    def place():
        return os.getpid(), threading.get_ident()

    @dg.job(executor_def=dg.multiprocess_executor)
    def placed():
        place()

    result = placed.execute_in_process()

    assert result.output_for_node("place") == (os.getpid(), threading.get_ident())


def test_only_the_default_io_manager_is_replaced_by_the_one_in_memory(tmp_path):
    class Counting(dg.IOManager):
        def __init__(self):
            self.stored = []

        def handle_output(self, context, obj):
            self.stored.append(context.name)

        def load_input(self, context):
            return 7

    counting = Counting()

    @dg.job(resource_defs={"io_manager": dg.IOManagerDefinition.hardcoded_io_manager(counting)})
    def explicit():
        add_one(one())

    assert explicit.execute_in_process().output_for_node("add_one") == 8
    assert counting.stored == ["result", "result"]
    files = dg.FilesystemIOManager(base_dir=str(tmp_path))
    assert explicit.graph.to_job(resource_defs={"io_manager": files}).execute_in_process().success
    assert [path for path in tmp_path.rglob("*") if path.is_file()]

    unpicklable = dg.op(name="lock")(lambda: threading.Lock())
    held = dg.op(name="held", ins={"lock": dg.In()})(lambda lock: lock.locked())

    @dg.job
    def default():
        held(unpicklable())

    assert default.execute_in_process().output_for_node("held") is False


def test_run_config_replaces_the_default_of_the_entries_that_it_gives():
    config = {"ops": {"sized": {"config": {"rows": 1}}, "other": {"config": {"rows": 2}}}}

    @dg.job(config=config)
    def both():
        sized()
        sized.alias("other")()

    given = {"ops": {"other": {"config": {"rows": 5}}}}
    for run_config in (given, dg.RunConfig(ops={"other": {"config": {"rows": 5}}})):
        result = both.execute_in_process(run_config=run_config)
        assert [result.output_for_node(name) for name in ("sized", "other")] == [1, 5]


def test_an_instance_is_ephemeral_where_none_is_given():
    seen = []

    @dg.op
    def look(context):
        seen.append((context.instance, context.instance.is_ephemeral))

    @dg.job
    def looking():
        look()

    looking.execute_in_process()
    with dg.instance_for_test() as instance:
        result = looking.execute_in_process(instance=instance)
        assert instance.get_run_by_id(result.run_id).is_success
        assert seen[1] == (instance, False)

    assert seen[0][1]


def test_a_users_error_is_raised_as_it_is_or_recorded():
    error = ValueError("no")

    @dg.op
    def fail():
        raise error

    @dg.graph
    def failing():
        fail()

    for target in (failing, failing.to_job()):
        with pytest.raises(ValueError, match="^no$") as raised:
            target.execute_in_process()
        assert raised.value is error
        result = target.execute_in_process(raise_on_error=False)
        assert not result.success
        assert result.failure_data_for_node("fail").error.cause.cls_name == "ValueError"


@pytest.mark.parametrize(
    ("queries", "expected"),
    [
        (["one"], ["one"]),
        (["*double"], ["one", "add_one", "double"]),
        (["*one+++"], ["one", "add_one", "double", "third"]),
        (["*add_one", "third", "double+"], ["one", "add_one", "double", "third"]),
    ],
)
def test_ops_are_selected_by_queries(queries, expected):
    assert ran(chain.execute_in_process(op_selection=queries)) == expected
    assert ran(chain.graph.execute_in_process(op_selection=queries)) == expected


def test_a_query_that_selects_nothing_is_refused():
    with pytest.raises(dg.DagsterInvalidSubsetError, match="'oen'"):
        chain.execute_in_process(op_selection=["oen"])


def test_inputs_whose_upstream_is_not_selected_come_from_config():
    with pytest.raises(dg.DagsterInvalidConfigError, match="'inputs'|'ops'"):
        chain.execute_in_process(op_selection=["double"])
    given = {"ops": {"double": {"inputs": {"num": 4}}}}
    result = chain.execute_in_process(op_selection=["double"], run_config=given)
    assert result.output_for_node("double") == 8


def test_values_of_inputs_override_those_of_the_job():
    @dg.graph
    def given(num):
        return add_one(num)

    job = given.to_job(input_values={"num": 1})

    assert job.execute_in_process().output_value() == 2
    assert job.execute_in_process(input_values={"num": 5}).output_value() == 6
    assert given.execute_in_process(input_values={"num": 5}).output_value() == 6
    for attempt in (job.execute_in_process, given.execute_in_process):
        with pytest.raises(dg.DagsterInvalidDefinitionError, match="'nmu'"):
            attempt(input_values={"nmu": 5})
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="'nmu'"):
        given.to_job(input_values={"nmu": 5})


def test_tags_run_id_and_resources_are_of_this_run():
    @dg.job(tags={"team": "a", "level": "low"}, resource_defs={"tool": dg.ResourceDefinition.none_resource()})
    def using():
        use()

    run_id = "12345678-1234-1234-1234-123456789012"
    result = using.execute_in_process(tags={"level": "high"}, run_id=run_id, resources={"tool": "hammer"})

    assert result.run_id == run_id
    assert (result.dagster_run.tags["team"], result.dagster_run.tags["level"]) == ("a", "high")
    assert result.output_for_node("use") == "hammer"


def test_assets_are_selected_in_an_asset_job():
    @dg.asset
    def first(): ...

    @dg.asset(deps=[first])
    def second(): ...

    defs = dg.Definitions(assets=[first, second], jobs=[dg.define_asset_job("both")])
    job = defs.resolve_job_def("both")

    assert ran(job.execute_in_process(asset_selection=[dg.AssetKey("second")])) == ["second"]


def test_a_graph_takes_config_resources_and_an_instance():
    @dg.graph
    def mixed():
        use()
        sized()

    with dg.instance_for_test() as instance:
        result = mixed.execute_in_process(
            run_config={"ops": {"sized": {"config": {"rows": 2}}}},
            instance=instance,
            resources={"tool": dg.ResourceDefinition.hardcoded_resource("saw")},
        )
        assert instance.get_run_by_id(result.run_id).job_name == "mixed"

    assert (result.output_for_node("sized"), result.output_for_node("use")) == (2, "saw")


class TestPartitions:
    @staticmethod
    def regional():
        @dg.static_partitioned_config(partition_keys=["north", "south"])
        def by_region(key):
            return {"ops": {"sized": {"config": {"rows": len(key)}}}}

        @dg.job(config=by_region)
        def regional():
            sized()

        return regional

    def test_a_partition_gives_config_and_tags(self):
        result = self.regional().execute_in_process(partition_key="north")

        assert result.output_for_node("sized") == 5
        assert result.dagster_run.tags["dagster/partition"] == "north"
        with pytest.raises(dg.DagsterUnknownPartitionError, match="'nroth'"):
            self.regional().execute_in_process(partition_key="nroth")

    def test_a_request_has_config_and_tags_of_the_partition(self):
        request = self.regional().run_request_for_partition("south", run_key="once", tags={"who": "me"})

        assert isinstance(request, dg.RunRequest)
        assert (request.run_key, request.job_name, request.partition_key) == ("once", "regional", "south")
        assert (request.tags["dagster/partition"], request.tags["who"]) == ("south", "me")
        assert request.run_config == {"ops": {"sized": {"config": {"rows": 5}}}}
        assert self.regional().run_request_for_partition("south").run_key is None

    def test_config_of_the_request_replaces_that_of_the_partition(self):
        config = {"ops": {"sized": {"config": {"rows": 9}}}}

        assert self.regional().run_request_for_partition("south", run_config=config).run_config == config
