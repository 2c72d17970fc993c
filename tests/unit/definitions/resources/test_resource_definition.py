"""``@resource``, ResourceDefinition, and calling a resource directly."""

from __future__ import annotations

import functools

import pytest

from weftwork.base.errors import (
    DagsterInvalidConfigError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterInvariantViolationError,
    ParameterCheckError,
)
from weftwork.definitions.resources.build_resources import build_init_resource_context, make_values_resource
from weftwork.definitions.resources.resource_definition import ResourceDefinition, resource


def test_bare_decorator_makes_a_definition_with_the_docstring():
    @resource
    def database():
        """A database."""
        return 5

    assert isinstance(database, ResourceDefinition)
    assert database.description == "A database."
    assert database.required_resource_keys == frozenset()
    assert database() == 5


def test_decorator_with_arguments_reads_config_and_resources():
    @resource(config_schema={"url": str}, required_resource_keys={"pool"}, description="d", version="v1")
    def database(context):
        return context.resource_config["url"], context.resources.pool

    assert (database.description, database.version) == ("d", "v1")
    context = build_init_resource_context(config={"url": "sqlite://"}, resources={"pool": 3})
    assert database(context) == ("sqlite://", 3)
    assert database(context=context) == ("sqlite://", 3)


def test_config_of_a_direct_call_is_checked():
    @resource(config_schema={"size": int})
    def pool(context):
        return context.resource_config["size"]

    with pytest.raises(DagsterInvalidConfigError, match="size"):
        pool(build_init_resource_context(config={"size": "many"}))
    with pytest.raises(DagsterInvalidConfigError):
        pool(build_init_resource_context())


def test_direct_call_names_the_resource_that_is_missing():
    @resource(required_resource_keys={"pool"})
    def database(context):
        return context.resources.pool

    with pytest.raises(DagsterInvalidDefinitionError, match=r"'pool'.*Did you mean 'pol'"):
        database(build_init_resource_context(resources={"pol": 1}))


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        ((), {}, "build_init_resource_context"),
        ((1, 2), {}, "one argument"),
        ((), {"init_context": None}, "'context'"),
    ],
)
def test_wrong_direct_calls_are_refused(args, kwargs, message):
    @resource
    def database(context):
        return context

    with pytest.raises(DagsterInvalidInvocationError, match=message):
        database(*args, **kwargs)


def test_context_must_be_a_context():
    @resource
    def database(context):
        return context

    with pytest.raises(ParameterCheckError, match="build_init_resource_context"):
        database(4)


def test_context_given_to_a_function_without_one_is_refused():
    with pytest.raises(DagsterInvalidInvocationError, match="takes no context"):
        resource(lambda: 1)(None)


def test_function_that_needs_more_than_a_context_is_refused_where_it_is_declared():
    def database(context, url):
        return url

    with pytest.raises(DagsterInvalidDefinitionError, match="'url'"):
        resource(database)


def test_parameters_with_defaults_partials_and_callables_are_fine():
    class Maker:
        def __call__(self, context):
            return "made"

    def with_default(context, url="u"):
        return url

    assert ResourceDefinition(with_default)(None) == "u"
    assert ResourceDefinition(functools.partial(with_default, url="p"))(None) == "p"
    assert ResourceDefinition(Maker())(None) == "made"


def test_what_is_no_function_is_refused():
    with pytest.raises(ParameterCheckError, match="resource_fn"):
        ResourceDefinition(5)  # type: ignore[arg-type]


def test_ready_resources():
    assert ResourceDefinition.hardcoded_resource(3)(None) == 3
    assert ResourceDefinition.none_resource()(None) is None
    assert ResourceDefinition.mock_resource()(None).anything() is not None
    assert ResourceDefinition.string_resource("d").description == "d"
    assert ResourceDefinition.string_resource()(build_init_resource_context(config="x")) == "x"


def test_configured_gives_config_and_keeps_the_rest():
    @resource(config_schema={"a": int}, required_resource_keys={"b"}, description="d")
    def made(context):
        return context.resource_config["a"] + context.resources.b

    fixed = made.configured({"a": 4})
    assert (fixed.description, fixed.required_resource_keys) == ("d", {"b"})
    assert fixed(build_init_resource_context(resources={"b": 1})) == 5

    doubled = made.configured(lambda config: {"a": config["half"] * 2}, config_schema={"half": int})
    assert doubled(build_init_resource_context(config={"half": 4}, resources={"b": 1})) == 9


def test_values_resource_is_its_config():
    limits = make_values_resource(rows=int, name=str)
    assert limits(build_init_resource_context(config={"rows": 2, "name": "n"})) == {"rows": 2, "name": "n"}
    assert make_values_resource()(build_init_resource_context(config={"any": 1})) == {"any": 1}


def test_generator_resources_of_a_built_context_need_a_with_block():
    events = []

    @resource
    def connection():
        events.append("open")
        yield 1
        events.append("close")

    with pytest.raises(DagsterInvariantViolationError, match="with build_init_resource_context"):
        _ = build_init_resource_context(resources={"c": connection}).resources
    with build_init_resource_context(resources={"c": connection}) as context:
        assert context.resources.c == 1
    assert events == ["open", "close"] * 2


def test_built_context_tells_what_it_is_not():
    context = build_init_resource_context(config={"a": 1})
    assert (context.run, context.run_id, context.dagster_run, context.all_resource_defs) == (
        None,
        None,
        None,
        {},
    )
    assert context.log is context.log_manager
    assert context.replace_config({"a": 2}).resource_config == {"a": 2}
    with pytest.raises(DagsterInvariantViolationError):
        _ = context.resource_def
