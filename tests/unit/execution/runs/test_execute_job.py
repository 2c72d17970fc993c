"""execute_job, what it gives back, and where the code of a job is found."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import weftwork as dg

opened: list[str] = []


@dg.op
def one() -> int:
    return 1


@dg.op
def add_one(x: int) -> int:
    return x + 1


@dg.op
def fail(x: int) -> int:
    raise ValueError("the value is wrong")


@dg.op(out=dg.DynamicOut(int))
def items() -> Iterator[dg.DynamicOutput[int]]:
    for number in range(3):
        yield dg.DynamicOutput(number, mapping_key=f"n{number}")


@dg.graph
def add_two(x: int) -> int:
    return add_one.alias("second")(add_one.alias("first")(x))


@dg.job(executor_def=dg.in_process_executor)
def nested() -> None:
    add_two(one())


@dg.job(executor_def=dg.in_process_executor)
def failing() -> None:
    add_one(fail(one()))


@dg.graph
def mapping() -> Any:
    return items().map(add_one)


def make_mapping() -> dg.JobDefinition:
    return mapping.to_job(executor_def=dg.in_process_executor)


@dg.resource
def session(context: dg.InitResourceContext) -> Iterator[str]:
    opened.append("open")
    yield "session"
    opened.append("close")


@dg.op(config_schema={"size": int})
def sized(context: dg.OpExecutionContext) -> int:
    return int(context.op_config["size"])


@dg.op(required_resource_keys={"session"})
def use(context: dg.OpExecutionContext) -> str:
    return str(context.resources.session)


@dg.job(resource_defs={"session": session}, executor_def=dg.in_process_executor)
def with_resource() -> None:
    use()


@dg.job(resource_defs={"io_manager": dg.mem_io_manager})
def in_memory() -> None:
    one()


@dg.job
def default_executor() -> None:
    one()


@dg.job(
    executor_def=dg.in_process_executor,
    config={"ops": {"sized": {"config": {"size": 3}}}},
    tags={"team": "a"},
)
def with_defaults() -> None:
    sized()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    opened.clear()
    with dg.instance_for_test() as instance:
        yield instance


def test_outputs_are_loaded_inside_with(instance: dg.DagsterInstance) -> None:
    with dg.execute_job(dg.reconstructable(nested), instance) as result:
        assert result.success
        assert result.output_for_node("add_two") == 3
        assert result.output_for_node("add_two.first") == 2
    assert instance.get_run_by_id(result.run_id).status is dg.DagsterRunStatus.SUCCESS  # type: ignore[union-attr]


def test_outputs_are_not_loaded_outside_with(instance: dg.DagsterInstance) -> None:
    result = dg.execute_job(dg.reconstructable(nested), instance)
    with pytest.raises(dg.DagsterInvariantViolationError, match="with execute_job"):
        result.output_for_node("one")
    with pytest.raises(dg.DagsterInvariantViolationError, match="with execute_job"):
        result.output_value()


def test_a_function_that_returns_a_job_is_a_target_and_dynamic_outputs_are_dicts(
    instance: dg.DagsterInstance,
) -> None:
    with dg.execute_job(dg.reconstructable(make_mapping), instance) as result:
        assert result.output_for_node("items") == {"n0": 0, "n1": 1, "n2": 2}
        assert result.output_value() == {"n0": 1, "n1": 2, "n2": 3}


def test_a_failed_run_gives_a_result_unless_its_error_is_asked_for(instance: dg.DagsterInstance) -> None:
    result = dg.execute_job(dg.reconstructable(failing), instance)
    assert not result.success
    assert result.is_node_failed("fail")
    assert result.is_node_untouched("add_one")
    assert result.get_failed_step_keys() == {"fail"}
    assert "the value is wrong" in str(result.failure_data_for_node("fail").error)
    with pytest.raises(ValueError, match="the value is wrong"):
        dg.execute_job(dg.reconstructable(failing), instance, raise_on_error=True)


def test_loading_opens_only_what_it_needs(instance: dg.DagsterInstance) -> None:
    with dg.execute_job(dg.reconstructable(with_resource), instance) as result:
        assert opened == ["open", "close"]
        assert result.output_for_node("use") == "session"


def test_config_tags_and_ops_reach_the_run(instance: dg.DagsterInstance) -> None:
    config = {"ops": {"sized": {"config": {"size": 5}}}}
    with dg.execute_job(
        dg.reconstructable(with_defaults), instance, run_config=config, tags={"why": "test"}
    ) as result:
        assert result.output_for_node("sized") == 5
    run = instance.get_run_by_id(result.run_id)
    assert run is not None
    assert run.tags == {"team": "a", "why": "test"}
    assert run.run_config == config
    part = dg.execute_job(dg.reconstructable(nested), instance, op_selection=["one"])
    assert [event.step_key for event in part.get_step_success_events()] == ["one"]


def test_values_in_memory_cannot_be_seen_by_other_processes(instance: dg.DagsterInstance) -> None:
    with pytest.raises(dg.DagsterUnmetExecutorRequirementsError, match="mem_io_manager"):
        dg.execute_job(dg.reconstructable(in_memory), instance)
    assert instance.get_runs_count() == 0
    here = {"execution": {"config": {"in_process": {}}}}
    assert dg.execute_job(dg.reconstructable(in_memory), instance, run_config=here).success


def test_other_processes_cannot_see_an_instance_in_memory() -> None:
    ephemeral = dg.DagsterInstance.ephemeral()
    result = dg.execute_job(dg.reconstructable(default_executor), ephemeral)
    assert not result.success
    assert "DAGSTER_HOME" in str(result.get_run_failure_event().event_specific_data)


@pytest.mark.parametrize(("job", "given"), [(nested, "job"), (dg.reconstructable(nested), "instance")])
def test_wrong_arguments_are_refused(job: Any, given: str) -> None:
    with pytest.raises(dg.ParameterCheckError, match=given):
        dg.execute_job(job, None)  # type: ignore[arg-type]


def outer() -> tuple[Any, Any]:
    def inner() -> dg.JobDefinition:
        return nested

    @dg.job
    def local() -> None:
        one()

    return inner, local


class Jobs:
    @staticmethod
    def static() -> dg.JobDefinition:
        return nested

    def method(self) -> dg.JobDefinition:
        return nested


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (lambda: nested, "lambda"),
        (outer()[0], "top of a module"),
        (outer()[1], "top of a module"),
        (Jobs.static, "top of a module"),
        (Jobs().method, "not method"),
        (mapping, "GraphDefinition"),
        (make_mapping(), "not made with @job"),
        (3, "int"),
        (one, "OpDefinition"),
    ],
)
def test_what_another_process_could_not_find_is_refused(target: Any, why: str) -> None:
    with pytest.raises(dg.DagsterInvariantViolationError, match=why):
        dg.reconstructable(target)


def test_what_was_typed_at_a_prompt_is_refused() -> None:
    import sys
    from types import ModuleType

    module = sys.modules["typed"] = ModuleType("typed")
    try:
        exec("import weftwork as dg\ndef typed():\n    return None\ntyped.__module__ = 'typed'", vars(module))
        with pytest.raises(dg.DagsterInvariantViolationError, match="prompt"):
            dg.reconstructable(module.typed)
    finally:
        del sys.modules["typed"]


def write_module(folder: Path, name: str) -> None:
    (folder / f"{name}.py").write_text(
        "import weftwork as dg\n"
        "def make(count, name='made'):\n"
        "    @dg.op\n"
        "    def give():\n"
        "        return count\n"
        "    @dg.job(name=name, executor_def=dg.in_process_executor)\n"
        "    def job():\n"
        "        give()\n"
        "    return job\n"
        "def other():\n"
        "    return 3\n"
    )


def test_a_function_of_ones_own_makes_the_job(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    write_module(tmp_path, "makes_jobs_here")
    made = dg.build_reconstructable_job(
        "makes_jobs_here", "make", (4,), {"name": "four"}, reconstructor_working_directory=str(tmp_path)
    )
    assert made.get_definition().name == "four"
    with dg.execute_job(made, instance) as result:
        assert result.output_for_node("give") == 4


def test_what_a_function_of_ones_own_lacks_is_told(tmp_path: Path) -> None:
    write_module(tmp_path, "makes_jobs_there")
    folder = str(tmp_path)
    with pytest.raises(dg.DagsterImportError, match="no_such_module"):
        dg.build_reconstructable_job("no_such_module", "make").get_definition()
    with pytest.raises(dg.DagsterInvariantViolationError, match="Did you mean 'make'"):
        dg.build_reconstructable_job("makes_jobs_there", "mak", None, None, folder).get_definition()
    with pytest.raises(dg.DagsterInvariantViolationError, match="gives int, not a job"):
        dg.build_reconstructable_job("makes_jobs_there", "other", None, None, folder).get_definition()
    with pytest.raises(dg.ParameterCheckError, match="reconstructable_args"):
        dg.build_reconstructable_job("makes_jobs_there", "make", [1])  # type: ignore[arg-type]


class Numbered(dg.Executor):
    """Runs every step in this process, and counts the events."""

    seen: int = 0

    @property
    def retries(self) -> Any:
        return None

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[Any]:
        assert execution_plan.step_keys == ["one"]
        for event in plan_context.execute_steps():
            Numbered.seen += 1
            yield event


@dg.executor(name="numbered")
def numbered(context: dg.InitExecutorContext) -> Numbered:
    return Numbered()


@dg.job(executor_def=numbered)
def by_own_executor() -> None:
    one()


def test_an_executor_of_ones_own_runs_the_steps(instance: dg.DagsterInstance) -> None:
    with dg.execute_job(dg.reconstructable(by_own_executor), instance) as result:
        assert result.output_for_node("one") == 1
    assert Numbered.seen > 0


# ------------------------------------------------------------------------------------- run config


@dg.op
def echo_number(x: int) -> int:
    return x


@dg.op
def echo_text(x: str) -> str:
    return x


@dg.job
def numbers() -> None:
    echo_number()


@dg.job
def texts() -> None:
    echo_text()


def loaded(job: dg.JobDefinition, value: Any) -> Any:
    name = job.graph.nodes[0].name
    return job.execute_in_process({"ops": {name: {"inputs": {"x": value}}}}).output_for_node(name)


def test_scalars_are_given_literally_as_value_or_as_file(tmp_path: Path) -> None:
    as_json, as_pickle = tmp_path / "x.json", tmp_path / "x.pickle"
    as_json.write_text(json.dumps({"value": 7}))
    as_pickle.write_bytes(pickle.dumps(8))
    assert loaded(numbers, 5) == 5
    assert loaded(numbers, {"value": 6}) == 6
    assert loaded(numbers, {"json": {"path": str(as_json)}}) == 7
    assert loaded(numbers, {"pickle": {"path": str(as_pickle)}}) == 8
    assert loaded(texts, "a") == "a"
    with pytest.raises(dg.DagsterInvalidConfigError):
        loaded(numbers, "a")


def test_validated_config_has_the_documented_shape() -> None:
    assert dg.validate_run_config(with_defaults) == {
        "ops": {"sized": {"config": {"size": 3}, "inputs": {}, "outputs": None}},
        "execution": {"in_process": {"retries": {"enabled": {}}}},
        "resources": {"io_manager": {"config": None}},
        "loggers": {},
    }
    nested_ops = dg.validate_run_config(nested)["ops"]
    assert list(nested_ops) == ["one", "add_two", "add_two.first", "add_two.second"]
    retries = {"retries": {"enabled": {}}}
    executor = "multi_or_in_process_executor"
    assert dg.validate_run_config(numbers, {"ops": {"echo_number": {"inputs": {"x": 1}}}})["execution"] == {
        executor: {"multiprocess": {"max_concurrent": None, **retries}}
    }
    chosen = {
        "execution": {"config": {"in_process": {}}},
        "loggers": {"console": {"config": {"log_level": "INFO"}}},
    }
    found = dg.validate_run_config(default_executor, chosen)
    assert found["execution"] == {executor: {"in_process": retries}}
    assert found["loggers"] == {"console": {"config": {"log_level": "INFO", "name": "dagster"}}}
    as_object = dg.RunConfig(loggers={"console": {"config": {"log_level": "INFO"}}})
    assert dg.validate_run_config(default_executor, as_object)["loggers"] == found["loggers"]


def test_config_that_does_not_fit_is_refused() -> None:
    with pytest.raises(dg.DagsterInvalidConfigError, match="solids"):
        dg.validate_run_config(nested, {"solids": {}})
    with pytest.raises(dg.DagsterInvalidConfigError, match="ops"):
        dg.validate_run_config(numbers)
    with pytest.raises(dg.ParameterCheckError, match="job_def"):
        dg.validate_run_config(None)


kept: list[Any] = []


def test_an_output_is_configured_for_its_io_manager() -> None:
    class Places(dg.IOManager):
        def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
            kept.append((context.config, obj))

        def load_input(self, context: dg.InputContext) -> Any:
            return None

    @dg.io_manager(output_config_schema={"place": str})
    def places(context: dg.InitResourceContext) -> Places:
        return Places()

    @dg.job(resource_defs={"io_manager": places})
    def placed() -> None:
        one()

    placed.execute_in_process({"ops": {"one": {"outputs": {"result": {"place": "here"}}}}})
    assert kept == [({"place": "here"}, 1)]


def test_a_long_run_keeps_no_events_in_memory_and_its_result_reads_them(monkeypatch):
    import gc

    from weftwork.execution.reconstructable import ReconstructableJob
    from weftwork.execution.runs import execute_asked
    from weftwork.records.events import DagsterEvent

    monkeypatch.setattr(execute_asked, "MAX_KEPT_EVENTS", 50)
    live = []

    def count_events():
        gc.collect()
        live.append(sum(isinstance(item, DagsterEvent) for item in gc.get_objects()))

    @dg.op(out=dg.DynamicOut())
    def numbers():
        count_events()
        for number in range(300):
            yield dg.DynamicOutput(number, mapping_key=str(number))

    @dg.op
    def use(number):
        if number == 299:
            count_events()

    @dg.job(executor_def=dg.in_process_executor, resource_defs={"io_manager": dg.mem_io_manager})
    def long():
        numbers().map(use)

    where = ReconstructableJob("here", "long")
    where._definition = long
    with dg.instance_for_test() as instance:
        result = dg.execute_job(where, instance=instance)
        kinds = [event.event_type_value for event in result.all_events]
        assert (kinds[0], kinds[-1]) == ("PIPELINE_START", "PIPELINE_SUCCESS")
        assert kinds.count("STEP_SUCCESS") == 301
        assert len(result.get_step_success_events()) == 301
    before, after = live
    assert after - before < 50  # of some 2,000
