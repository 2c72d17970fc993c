"""Resources outside a run."""

from __future__ import annotations

import logging

import pytest

from weftwork.base.errors import (
    DagsterInvalidConfigError,
    DagsterInvalidDefinitionError,
    DagsterResourceFunctionError,
)
from weftwork.definitions.resources.build_resources import build_resources
from weftwork.definitions.resources.resource_definition import resource
from weftwork.definitions.resources.with_resources import with_resources


@resource(config_schema={"url": str})
def database(context):
    return context.resource_config["url"]


def test_values_and_definitions_become_attributes():
    with build_resources(
        {"a": 1, "db": database}, resource_config={"db": {"config": {"url": "u"}}}
    ) as resources:
        assert resources.a == 1
        assert resources.db == "u"


def test_run_instance_and_log_reach_the_context():
    log = logging.getLogger("test")
    seen = []

    @resource
    def a(context):
        seen.append((context.instance, context.run, context.log))

    with build_resources({"a": a}, instance="instance", dagster_run="run", log_manager=log):
        assert seen == [("instance", "run", log)]


def test_all_config_errors_are_told_at_once():
    with (
        pytest.raises(DagsterInvalidConfigError) as caught,
        build_resources(
            {"db": database, "other": database},
            resource_config={"other": {"config": {"url": 5}}, "unknown": {}},
        ),
    ):
        pass
    assert len(caught.value.errors) == 3


def test_teardown_runs_when_the_block_fails():
    events = []

    @resource
    def connection():
        yield 1
        events.append("closed")

    with pytest.raises(KeyError), build_resources({"c": connection}):
        raise KeyError
    assert events == ["closed"]


def test_failing_resource_is_named():
    @resource
    def broken():
        raise ValueError("no route")

    with (
        pytest.raises(DagsterResourceFunctionError, match=r"'broken'.*no route"),
        build_resources({"broken": broken}),
    ):
        pass


def test_errors_of_teardown_are_logged(caplog):
    @resource
    def connection():
        yield 1
        raise ValueError("left open")

    with build_resources({"c": connection}):
        pass
    assert "left open" in caplog.text


class Bindable:
    def __init__(self, resource_defs=None):
        self.resource_defs = resource_defs

    def with_resources(self, resource_defs):
        return Bindable(resource_defs)


def test_with_resources_configures_by_key():
    (bound,) = with_resources([Bindable()], {"db": database}, {"db": {"config": {"url": "given"}}})
    with build_resources(bound.resource_defs) as resources:
        assert resources.db == "given"


def test_with_resources_refuses_config_for_an_unknown_key():
    with pytest.raises(DagsterInvalidDefinitionError, match="Did you mean 'db'"):
        with_resources([Bindable()], {"db": database}, {"dbs": {"config": {}}})
