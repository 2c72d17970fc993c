"""The examples of the document on execution: running jobs and graphs, results, executors."""

import pytest

import weftwork as dg


@dg.op
def return_one():
    return 1


@dg.op
def add_one(num):
    return num + 1


@dg.op
def double(num):
    return num * 2


@dg.job
def the_job():
    double(add_one(return_one()))


@dg.graph
def the_graph():
    add_one(return_one())


def define_job():
    return the_graph.to_job(tags={"made": "late"})


@dg.op(config_schema={"fail": dg.Field(bool, default_value=False)})
def shaky(context):
    with open(context.run.tags["marker"]) as marker:
        if marker.read() == "broken":
            raise dg.Failure("broken")
    return "whole"


@dg.op
def after(value):
    return f"{value}!"


@dg.job(executor_def=dg.in_process_executor)
def mended_job():
    after(shaky())


@pytest.fixture
def instance():
    with dg.instance_for_test() as made:
        yield made


def step_keys(result):
    return [event.step_key for event in result.all_events if event.is_step_success]


# ---------------------------------------------------------------------------------------- in process


def test_execute_job_runs_a_job_that_can_be_rebuilt(instance):
    result = dg.execute_job(dg.reconstructable(the_job), instance=instance)

    assert result.success
    with result:
        assert result.output_for_node("add_one") == 2


def test_a_job_of_to_job_is_wrapped_in_a_function(instance):
    with dg.execute_job(dg.reconstructable(define_job), instance=instance) as result:
        assert result.job_def.name == "the_graph"
        assert result.output_for_node("add_one") == 2


def test_outputs_of_execute_job_need_the_context_manager(instance):
    result = dg.execute_job(dg.reconstructable(the_job), instance=instance)

    with pytest.raises(dg.DagsterInvariantViolationError, match="with"):
        result.output_for_node("add_one")


def test_a_run_is_executed_again_from_failure(instance, tmp_path):
    marker = tmp_path / "marker"
    marker.write_text("broken")
    tags = {"marker": str(marker)}
    failed = dg.execute_job(dg.reconstructable(mended_job), instance=instance, tags=tags)
    assert not failed.success
    marker.write_text("mended")

    options = dg.ReexecutionOptions.from_failure(failed.run_id, instance)
    with dg.execute_job(
        dg.reconstructable(mended_job), instance=instance, reexecution_options=options, tags=tags
    ) as result:
        assert result.output_for_node("after") == "whole!"


@pytest.mark.parametrize(
    ("selection", "executed"),
    [
        (["add_one"], ["add_one"]),
        (["*add_one"], ["return_one", "add_one"]),
        (["*return_one++"], ["return_one", "add_one", "double"]),
        (["*return_one+", "double"], ["return_one", "add_one", "double"]),
    ],
)
def test_a_selection_of_steps_is_executed_again(instance, selection, executed):
    first = dg.execute_job(dg.reconstructable(the_job), instance=instance)

    again = dg.execute_job(
        dg.reconstructable(the_job),
        instance=instance,
        reexecution_options=dg.ReexecutionOptions(parent_run_id=first.run_id, step_selection=selection),
    )

    assert step_keys(again) == executed


@pytest.mark.parametrize(
    ("selection", "executed"),
    [
        (["return_one"], ["return_one"]),
        (["*double"], ["return_one", "add_one", "double"]),
        (["*return_one+++"], ["return_one", "add_one", "double"]),
        (["*add_one", "double"], ["return_one", "add_one", "double"]),
    ],
)
def test_queries_select_ops(selection, executed):
    assert step_keys(the_job.execute_in_process(op_selection=selection)) == executed


def test_a_graph_is_defined_by_data():
    graph_def = dg.GraphDefinition(
        name="basic",
        node_defs=[return_one, add_one],
        dependencies={"add_one": {"num": dg.DependencyDefinition("return_one")}},
    )

    assert graph_def.execute_in_process().output_for_node("add_one") == 2


def test_results_reach_into_graphs_and_give_the_output_of_the_job():
    @dg.graph
    def inner():
        return add_one(return_one())

    @dg.graph
    def outer():
        return double(inner())

    result = outer.execute_in_process()

    assert result.output_for_node("inner.add_one") == result.output_for_node("inner") == 2
    assert result.output_value() == 4
    assert result.run_id == result.dagster_run.run_id


def test_input_values_override_those_of_the_job():
    @dg.graph
    def given(num):
        return add_one(num)

    job = given.to_job(input_values={"num": 1})

    assert job.execute_in_process().output_value() == 2
    assert job.execute_in_process(input_values={"num": 5}).output_value() == 6


def test_hooks_apply_to_every_op_of_a_job():
    seen = []

    @dg.success_hook
    def note(context):
        seen.append(context.op.name)

    assert the_job.with_hooks({note}).execute_in_process().success
    assert sorted(seen) == ["add_one", "double", "return_one"]


def test_a_job_requests_a_run_for_a_partition():
    @dg.static_partitioned_config(partition_keys=["north", "south"])
    def by_region(key):
        return {"ops": {"look": {"config": {"region": key}}}}

    @dg.op(config_schema={"region": str})
    def look(context):
        return context.op_config["region"]

    @dg.job(config=by_region)
    def regional():
        look()

    request = regional.run_request_for_partition("south", run_key="once", tags={"who": "me"})

    assert request.run_config == {"ops": {"look": {"config": {"region": "south"}}}}
    assert request.run_key == "once"
    assert request.tags["dagster/partition"] == "south"
    assert regional.execute_in_process(partition_key="north").output_for_node("look") == "north"


# ------------------------------------------------------------------------------------------ executors


@pytest.mark.parametrize(
    "config",
    [
        {"multiprocess": {}},
        {"in_process": {}},
        {"multiprocess": {"max_concurrent": 4, "retries": {"enabled": {}}}},
        {"multiprocess": {"max_concurrent": 0}},
        {"in_process": {"retries": {"enabled": {}}}},
    ],
)
def test_the_default_executor_is_switched_by_config(config):
    found = dg.validate_run_config(the_job, {"execution": {"config": config}})

    assert list(found["execution"]["multi_or_in_process_executor"]) == list(config)


@pytest.mark.slow
@pytest.mark.parametrize("config", [{"multiprocess": {"max_concurrent": 4}}, {"in_process": {}}])
def test_jobs_run_in_either_mode(instance, config):
    with dg.execute_job(
        dg.reconstructable(the_job), instance=instance, run_config={"execution": {"config": config}}
    ) as result:
        assert result.output_for_node("double") == 4


def test_legacy_config_names_the_executor():
    with pytest.warns(DeprecationWarning, match="execution"):
        assert the_job.execute_in_process({"execution": {"in_process": None}}).success


def test_steps_of_higher_priority_run_first():
    @dg.graph
    def ranked():
        for rank in (-1, 0, 2, 1):
            return_one.alias(f"rank_{rank}".replace("-", "below_")).tag({"dagster/priority": str(rank)})()

    assert step_keys(ranked.execute_in_process()) == ["rank_2", "rank_1", "rank_0", "rank_below_1"]


def test_run_config_of_a_job_is_validated_and_filled_up():
    @dg.op(config_schema={"times": dg.Field(int, default_value=3)})
    def configured(): ...

    @dg.job
    def small():
        configured()

    found = dg.validate_run_config(small, {})

    assert found["ops"]["configured"]["config"] == {"times": 3}
    with pytest.raises(dg.DagsterInvalidConfigError, match="time"):
        dg.validate_run_config(small, {"ops": {"configured": {"config": {"time": 1}}}})
