"""Executors as a user declares and configures them."""

import pytest

from weftwork.base.errors import (
    DagsterInvalidDefinitionError,
    DagsterUnmetExecutorRequirementsError,
    ParameterCheckError,
)
from weftwork.config.evaluation import process_config
from weftwork.definitions.executors.builtin_executors import (
    in_process_executor,
    multi_or_in_process_executor,
    multiprocess_executor,
)
from weftwork.definitions.executors.executor_definition import (
    ExecutorDefinition,
    ExecutorRequirement,
    InitExecutorContext,
    RetryMode,
    executor,
    multiple_process_executor_requirements,
)

MANY = multiple_process_executor_requirements()


def test_the_requirements_of_several_processes():
    assert [one.name for one in MANY] == [
        "RECONSTRUCTABLE_PIPELINE",
        "NON_EPHEMERAL_INSTANCE",
        "PERSISTENT_OUTPUTS",
    ]
    assert ExecutorRequirement.RECONSTRUCTABLE_JOB is ExecutorRequirement.RECONSTRUCTABLE_PIPELINE


def test_what_the_builtin_executors_need():
    assert in_process_executor.get_requirements({}) == []
    assert multiprocess_executor.get_requirements({}) == MANY
    assert multi_or_in_process_executor.get_requirements({"multiprocess": {}}) == MANY
    assert multi_or_in_process_executor.get_requirements({"in_process": {}}) == []


@pytest.mark.parametrize(
    ("definition", "given", "processed"),
    [
        (in_process_executor, {}, {"retries": {"enabled": {}}}),
        (multiprocess_executor, {"max_concurrent": 3}, {"max_concurrent": 3, "retries": {"enabled": {}}}),
        (
            multiprocess_executor,
            {"retries": {"disabled": {}}},
            {"max_concurrent": None, "retries": {"disabled": {}}},
        ),
        (multi_or_in_process_executor, {"in_process": {}}, {"in_process": {"retries": {"enabled": {}}}}),
    ],
)
def test_config_is_filled_with_defaults(definition, given, processed):
    result = process_config(definition.config_field, given)
    assert (result.success, result.value) == (True, processed)


def test_all_options_of_processes_are_accepted():
    config = {
        "max_concurrent": 2,
        "start_method": {"forkserver": {"preload_modules": ["pandas"]}},
        "tag_concurrency_limits": [{"key": "db", "value": {"applyLimitPerUniqueValue": True}, "limit": 1}],
        "step_dependency_config": {"require_upstream_step_success": False},
    }
    assert process_config(multiprocess_executor.config_field, config).success
    assert not process_config(multiprocess_executor.config_field, {"max_concurent": 2}).success


def test_an_executor_of_your_own():
    @executor(name="mine", config_schema={"size": int}, requirements=[ExecutorRequirement.PERSISTENT_OUTPUTS])
    def make(init_context):
        """Run it my way."""
        return init_context.executor_config["size"]

    assert (make.name, make.description) == ("mine", "Run it my way.")
    assert make.get_requirements({}) == [ExecutorRequirement.PERSISTENT_OUTPUTS]
    assert make.executor_creation_fn(InitExecutorContext(None, make, {"size": 3}, None)) == 3


def test_requirements_may_depend_on_the_config():
    @executor(requirements=lambda config: MANY if config.get("many") else [])
    def either(init_context): ...

    assert either.get_requirements({"many": True}) == MANY
    assert either.get_requirements({}) == []


def test_an_executor_without_brackets():
    @executor
    def bare(init_context): ...

    assert (bare.name, bare.get_requirements({})) == ("bare", [])


def test_a_configured_executor():
    single = multiprocess_executor.configured({"max_concurrent": 1}, name="single")
    assert single.name == "single"
    assert single.get_requirements({}) == MANY
    assert process_config(single.config_field, {}).value["max_concurrent"] == 1
    assert in_process_executor.configured({"retries": {"disabled": {}}}).name == "in_process"


def test_bad_definitions_are_refused():
    with pytest.raises(DagsterInvalidDefinitionError):
        ExecutorDefinition("not a name")
    with pytest.raises(ParameterCheckError):
        ExecutorDefinition("x", requirements=3)
    with pytest.raises(ParameterCheckError):
        ExecutorDefinition("x", executor_creation_fn=3)


def test_unmet_requirements_say_what_to_do():
    multiprocess_executor.check_requirements({}, reconstructable=True, ephemeral_instance=False)
    with pytest.raises(DagsterUnmetExecutorRequirementsError, match="reconstructable"):
        multiprocess_executor.check_requirements({}, reconstructable=False, ephemeral_instance=False)
    with pytest.raises(DagsterUnmetExecutorRequirementsError, match="DAGSTER_HOME"):
        multiprocess_executor.check_requirements({}, reconstructable=True, ephemeral_instance=True)


def test_the_retry_mode_of_a_config():
    assert RetryMode.from_config({"disabled": {}}) is RetryMode.DISABLED
    assert RetryMode.from_config(None) is RetryMode.ENABLED
