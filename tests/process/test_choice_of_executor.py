"""Where the steps of a job run: the executor of the job, and what the run's config says of it."""

import os
import sys

import pytest

import weftwork as dg

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")


@dg.op
def place():
    return os.getpid()


@dg.op(retry_policy=dg.RetryPolicy(max_retries=1))
def shaky(context):
    if context.retry_number == 0:
        raise ValueError("not yet")


@dg.op
def fail():
    raise ValueError("no")


@dg.op
def two():
    return 2


@dg.op
def add_to(value, context_free=1):
    return value + context_free


@dg.job
def either_way():
    place()


@dg.job(executor_def=dg.multi_or_in_process_executor)
def either_way_by_name():
    place()


@dg.job(executor_def=dg.multiprocess_executor)
def apart():
    place()
    place.alias("other")()


@dg.job(executor_def=dg.in_process_executor)
def together():
    place()


@dg.job
def trying_again():
    shaky()


@dg.job(executor_def=dg.multiprocess_executor)
def failing():
    fail()


@dg.job(executor_def=dg.multiprocess_executor)
def sums():
    add_to(two())


@pytest.fixture
def instance():
    with dg.instance_for_test() as instance:
        yield instance


def place_of(job, instance, config=None, node="place"):
    run_config = {"execution": {"config": config}} if config is not None else None
    with dg.execute_job(dg.reconstructable(job), instance, run_config=run_config) as result:
        assert result.success
        return result.output_for_node(node)


def test_steps_run_in_other_processes_unless_config_says_otherwise(instance):
    for job in (either_way, either_way_by_name):
        assert place_of(job, instance) != os.getpid()
        assert place_of(job, instance, {"multiprocess": {}}) != os.getpid()
        assert place_of(job, instance, {"in_process": {}}) == os.getpid()


def test_each_step_has_a_process_of_its_own(instance):
    with dg.execute_job(dg.reconstructable(apart), instance) as result:
        places = {result.output_for_node(name) for name in ("place", "other")}

    assert len(places | {os.getpid()}) == 3


def test_every_step_runs_in_this_process(instance):
    assert place_of(together, instance) == os.getpid()


@pytest.mark.parametrize("where", ["in_process", "multiprocess"])
def test_retries_are_enabled_unless_disabled(instance, where):
    for mode in ("enabled", "disabled"):
        config = {"execution": {"config": {where: {"retries": {mode: {}}}}}}
        result = dg.execute_job(dg.reconstructable(trying_again), instance, run_config=config)
        assert result.success == (mode == "enabled")
    assert dg.execute_job(dg.reconstructable(trying_again), instance).success


@pytest.mark.parametrize("given", [{}, {"max_concurrent": 0}])
def test_as_many_processes_as_processors_unless_told(instance, given, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)

    result = dg.execute_job(dg.reconstructable(apart), instance, run_config={"execution": {"config": given}})

    kinds = [event.event_type_value for event in result.all_events]
    first_end = kinds.index("STEP_SUCCESS")
    assert kinds[:first_end].count("STEP_WORKER_STARTING") == 1


@pytest.mark.parametrize(
    "config",
    [
        {"start_method": {"spawn": {}}},
        {"start_method": {"forkserver": {"preload_modules": ["json"]}}},
        {"tag_concurrency_limits": [{"key": "db", "value": "orders", "limit": 1}]},
        {"tag_concurrency_limits": [{"key": "db", "value": {"applyLimitPerUniqueValue": True}, "limit": 1}]},
        {"step_dependency_config": {"require_upstream_step_success": False}},
    ],
    ids=["spawn", "forkserver", "tag", "tag values", "step dependencies"],
)
def test_processes_take_every_documented_option(instance, config):
    with dg.execute_job(
        dg.reconstructable(sums), instance, run_config={"execution": {"config": config}}
    ) as result:
        assert result.output_for_node("add_to") == 3


def test_a_failed_step_in_another_process_never_raises_here(instance):
    for raise_on_error in (False, True):
        result = dg.execute_job(dg.reconstructable(failing), instance, raise_on_error=raise_on_error)
        assert result.get_failed_step_keys() == {"fail"}


def test_an_unselected_value_is_loaded_from_the_run_before(instance):
    first = dg.execute_job(dg.reconstructable(sums), instance)
    options = dg.ReexecutionOptions(parent_run_id=first.run_id, step_selection=["add_to"])

    with dg.execute_job(dg.reconstructable(sums), instance, reexecution_options=options) as again:
        assert [event.step_key for event in again.get_step_success_events()] == ["add_to"]
        assert again.output_for_node("add_to") == 3
    assert (again.dagster_run.parent_run_id, again.dagster_run.root_run_id) == (first.run_id, first.run_id)


def test_only_a_run_that_failed_is_continued_from_its_failure(instance):
    first = dg.execute_job(dg.reconstructable(sums), instance)
    options = dg.ReexecutionOptions.from_failure(first.run_id, instance)

    with pytest.raises(dg.DagsterInvariantViolationError, match="SUCCESS"):
        dg.execute_job(dg.reconstructable(sums), instance, reexecution_options=options)
