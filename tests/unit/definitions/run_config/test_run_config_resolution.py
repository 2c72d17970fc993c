"""Run config of a job: what each op, resource and logger gets, and what is refused."""

from __future__ import annotations

import gc
import weakref
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from weftwork.base.errors import (
    DagsterConfigMappingFunctionError,
    DagsterInvalidConfigError,
    ParameterCheckError,
)
from weftwork.config.pythonic.config import Config
from weftwork.config.run_config import RunConfig
from weftwork.config.schema import Field, Selector
from weftwork.config.sources import StringSource
from weftwork.definitions.graphs.graph_definition import GraphDefinition
from weftwork.definitions.io.io_manager import IOManagerDefinition
from weftwork.definitions.nodes.dependencies import DependencyDefinition
from weftwork.definitions.nodes.mappings import InputMapping
from weftwork.definitions.ops.decorator import op
from weftwork.definitions.resources.resource_definition import ResourceDefinition
from weftwork.definitions.run_config.config_mapping import ConfigMapping
from weftwork.definitions.run_config.resolution import get_run_config_schema, resolve_run_config
from weftwork.definitions.run_config.resolved import EMPTY_OP

EXECUTOR = SimpleNamespace(
    name="in_process",
    config_field=Field(
        {"retries": Field(Selector({"enabled": {}, "disabled": {}}), default_value={"enabled": {}})}
    ),
)


@dataclass(eq=False)
class FakeJob:
    """What run config needs to know of a job."""

    graph: Any
    name: str = "j"
    resource_defs: dict[str, Any] = field(default_factory=dict)
    loggers: dict[str, Any] = field(default_factory=dict)
    executor_def: Any = field(default_factory=lambda: EXECUTOR)
    config_mapping: Any = None
    required_resource_keys: Any = None
    input_values: dict[str, Any] = field(default_factory=dict)


def graph(*nodes, name="g", **arguments):
    return GraphDefinition(name, node_defs=list(nodes), **arguments)


def job(*nodes, **arguments):
    return FakeJob(graph(*nodes), **arguments)


def shown(of, run_config):
    return resolve_run_config(of, run_config).to_dict()


def errors_of(of, run_config):
    with pytest.raises(DagsterInvalidConfigError, match="^Error in config for job j") as caught:
        resolve_run_config(of, run_config)
    return [(error.reason.name, error.path) for error in caught.value.errors]


@op
def bare():
    return 1


@op(config_schema=int)
def counted(context):
    return context.op_config


@op(config_schema={"name": StringSource, "limit": Field(int, default_value=3)})
def configured_op(context):
    return context.op_config


@op
def add(x: int, y: int = 3) -> int:
    return x + y


def test_the_documented_shape_with_defaults_filled(monkeypatch):
    monkeypatch.setenv("WEFT_TEST_NAME", "wool")

    assert shown(
        job(configured_op, add, bare),
        {
            "ops": {
                "configured_op": {"config": {"name": {"env": "WEFT_TEST_NAME"}}},
                "add": {"inputs": {"x": 1}},
            }
        },
    ) == {
        "ops": {
            "configured_op": {"config": {"name": "wool", "limit": 3}, "inputs": {}, "outputs": None},
            "add": {"config": None, "inputs": {"x": 1}, "outputs": None},
            "bare": {"config": None, "inputs": {}, "outputs": None},
        },
        "execution": {"in_process": {"retries": {"enabled": {}}}},
        "resources": {},
        "loggers": {},
    }


@pytest.mark.parametrize("given", [2, {"value": 2}, {"json": {"path": "x.json"}}, {"pickle": {"path": "x"}}])
def test_inputs_that_nothing_feeds_are_configured(given):
    resolved = resolve_run_config(job(add), {"ops": {"add": {"inputs": {"x": given}}}})

    assert resolved.op(("add",)).inputs == {"x": given}


def test_connected_inputs_and_undeclared_outputs_are_not_configured():
    connected = FakeJob(graph(bare, add, dependencies={"add": {"x": DependencyDefinition("bare")}}))

    assert errors_of(connected, {"ops": {"add": {"inputs": {"x": 1}}}}) == [
        ("FIELD_NOT_DEFINED", "root:ops:add:inputs")
    ]
    assert errors_of(connected, {"ops": {"bare": {"outputs": []}}}) == [
        ("FIELD_NOT_DEFINED", "root:ops:bare")
    ]
    assert resolve_run_config(connected, {"ops": {"add": {"inputs": {"y": 1}}}}).op(("add",)).inputs == {
        "y": 1
    }


def test_what_is_missing_is_said_once_with_an_example_of_all():
    with pytest.raises(DagsterInvalidConfigError) as caught:
        resolve_run_config(job(configured_op, add), {})

    (error,) = caught.value.errors
    assert error.field_names == ["ops"]
    assert (
        "{'ops': {'configured_op': {'config': {'name': '...'}}, 'add': {'inputs': {'x': 0}}}}"
        in error.message
    )


def test_all_errors_are_collected():
    config = {
        "ops": {"counted": {"config": "x"}, "bar": {}, "bare": None},
        "resources": {"db": {}},
        "loggers": {"console": {}},
        "execution": {"config": {"x": 1}},
        "solids": {},
    }

    assert errors_of(job(counted, bare), config) == [
        ("FIELD_NOT_DEFINED", "root"),
        ("FIELD_NOT_DEFINED", "root:ops"),
        ("RUNTIME_TYPE_MISMATCH", "root:ops:counted:config"),
        ("RUNTIME_TYPE_MISMATCH", "root:ops:bare"),
        ("FIELD_NOT_DEFINED", "root:resources"),
        ("FIELD_NOT_DEFINED", "root:loggers"),
        ("FIELD_NOT_DEFINED", "root:execution:config"),
    ]


@pytest.mark.parametrize("nothing", [None, {"ops": None}])
def test_an_empty_ops_entry_is_an_error(nothing):
    assert nothing is None or errors_of(job(bare), nothing) == [("RUNTIME_TYPE_MISMATCH", "root:ops")]
    assert resolve_run_config(job(bare), None).op(("bare",)) is EMPTY_OP


def test_run_config_is_a_dict_or_an_object():
    class Limits(Config):
        name: str

    resolved = resolve_run_config(job(configured_op), RunConfig(ops={"configured_op": Limits(name="a")}))

    assert resolved.op(("configured_op",)).config == {"name": "a", "limit": 3}
    with pytest.raises(ParameterCheckError):
        resolve_run_config(job(bare), 3)


def test_an_op_without_schema_takes_anything():
    assert resolve_run_config(job(bare), {"ops": {"bare": {"config": [1]}}}).op(("bare",)).config == [1]


def test_resources_that_are_needed_get_config_others_may():
    db = ResourceDefinition(lambda _: 1, config_schema={"url": str})
    of = job(bare, resource_defs={"db": db, "unused": db}, required_resource_keys={"db"})

    assert errors_of(of, {}) == [("MISSING_REQUIRED_FIELD", "root")]
    resolved = resolve_run_config(of, {"resources": {"db": {"config": {"url": "x"}}}})
    assert resolved.resources == {"db": {"config": {"url": "x"}}}
    assert errors_of(of, {"resources": {"db": {"config": {"url": "x"}}, "unused": {"config": 3}}}) == [
        ("RUNTIME_TYPE_MISMATCH", "root:resources:unused:config")
    ]


def test_loggers_are_configured_only_where_named():
    console = SimpleNamespace(config_field=Field({"log_level": Field(str, default_value="INFO")}))
    of = job(bare, loggers={"console": console})

    assert shown(of, {})["loggers"] == {}
    assert shown(of, {"loggers": {"console": {}}})["loggers"] == {
        "console": {"config": {"log_level": "INFO"}}
    }


def test_execution_is_keyed_by_the_executor():
    needy = SimpleNamespace(name="cluster", config_field=Field({"workers": int}))
    loose = SimpleNamespace(name="loose", config_field=None)

    assert errors_of(job(bare, executor_def=needy), {}) == [("MISSING_REQUIRED_FIELD", "root")]
    assert resolve_run_config(
        job(bare, executor_def=needy), {"execution": {"config": {"workers": 2}}}
    ).execution == (
        "cluster",
        {"workers": 2},
    )
    assert shown(job(bare, executor_def=loose), {})["execution"] == {"loose": {}}


def test_io_managers_say_what_inputs_and_outputs_take():
    files = IOManagerDefinition(
        lambda _: None, input_config_schema={"format": str}, output_config_schema={"suffix": str}
    )
    of = job(bare, resource_defs={"io_manager": files})

    assert errors_of(of, {}) == [("MISSING_REQUIRED_FIELD", "root")]
    resolved = resolve_run_config(of, {"ops": {"bare": {"outputs": {"result": {"suffix": "csv"}}}}})
    assert resolved.op(("bare",)).outputs == {"result": {"suffix": "csv"}}


class TestGraphs:
    def test_nested_graphs_nest_ops(self):
        of = job(graph(counted, name="inner"))

        resolved = resolve_run_config(of, {"ops": {"inner": {"ops": {"counted": {"config": 3}}}}})

        assert resolved.op(("inner", "counted")).config == 3
        assert list(resolved.to_dict()["ops"]) == ["inner", "inner.counted"]
        assert errors_of(of, {"ops": {"inner": {"config": 1, "ops": {"counted": {"config": 3}}}}}) == [
            ("FIELD_NOT_DEFINED", "root:ops:inner")
        ]

    def test_inputs_of_graphs_are_configured_at_the_graph(self):
        inner = graph(add, name="inner", input_mappings=[InputMapping("z", "add", "x")])

        resolved = resolve_run_config(job(inner), {"ops": {"inner": {"inputs": {"z": 2}}}})
        top = resolve_run_config(FakeJob(inner), {"inputs": {"z": {"value": 2}}})

        assert resolved.op(("inner",)).inputs == {"z": 2}
        assert top.inputs == {"z": {"value": 2}}
        assert errors_of(FakeJob(inner), {}) == [("MISSING_REQUIRED_FIELD", "root")]
        assert resolve_run_config(FakeJob(inner, input_values={"z": 1}), {}).inputs == {}

    def test_a_mapping_replaces_the_config_of_the_nodes(self):
        mapped = graph(
            counted,
            name="mapped",
            config=ConfigMapping(
                lambda config: {"counted": {"config": config["n"]}},
                config_schema={"n": Field(int, default_value=1)},
            ),
        )
        of = job(mapped)

        assert resolve_run_config(of, {}).op(("mapped", "counted")).config == 1
        resolved = resolve_run_config(of, {"ops": {"mapped": {"config": {"n": 5}}}})
        assert resolved.op(("mapped", "counted")).config == 5
        assert errors_of(of, {"ops": {"mapped": {"ops": {}}}}) == [("FIELD_NOT_DEFINED", "root:ops:mapped")]
        top = resolve_run_config(FakeJob(mapped), {"ops": {"config": {"n": 7}}})
        assert top.op(("counted",)).config == 7

    def test_mappings_nest(self):
        inner = graph(
            counted,
            name="inner",
            config=ConfigMapping(
                lambda config: {"counted": {"config": config["n"]}}, config_schema={"n": int}
            ),
        )
        outer = graph(
            inner,
            name="outer",
            config=ConfigMapping(
                lambda config: {"inner": {"config": {"n": config["m"] + 1}}}, config_schema={"m": int}
            ),
        )

        resolved = resolve_run_config(job(outer), {"ops": {"outer": {"config": {"m": 1}}}})

        assert resolved.op(("outer", "inner", "counted")).config == 2

    def test_a_mapping_that_gives_wrong_config_is_named(self):
        def wrong(config):
            return {"cuonted": {"config": 1}}

        mapped = graph(counted, name="mapped", config=ConfigMapping(wrong, config_schema={"n": int}))

        with pytest.raises(
            DagsterInvalidConfigError, match=r"config mapping of graph 'mapped'.*wrong \("
        ) as caught:
            resolve_run_config(job(mapped), {"ops": {"mapped": {"config": {"n": 5}}}})
        assert caught.value.errors[0].nearest == "counted"

    def test_a_mapping_that_raises_keeps_the_cause(self):
        mapped = graph(
            counted,
            name="mapped",
            config=ConfigMapping(lambda config: 1 / config["n"], config_schema={"n": int}),
        )

        with pytest.raises(DagsterConfigMappingFunctionError, match="graph 'mapped'") as caught:
            resolve_run_config(job(mapped), {"ops": {"mapped": {"config": {"n": 0}}}})
        assert isinstance(caught.value.user_exception, ZeroDivisionError)

    def test_a_mapping_may_return_config_objects(self):
        class Limits(Config):
            name: str

        objects = ConfigMapping(lambda _: {"configured_op": Limits(name="a")}, config_schema={})
        whole = ConfigMapping(lambda _: RunConfig(ops={"configured_op": Limits(name="a")}), config_schema={})

        for mapping in (objects, whole):
            of = job(graph(configured_op, name="mapped", config=mapping))
            assert resolve_run_config(of, {}).op(("mapped", "configured_op")).config == {
                "name": "a",
                "limit": 3,
            }


class TestJobMapping:
    def _job(self, function):
        return job(counted, config_mapping=ConfigMapping(function, config_schema={"n": int}))

    def test_it_replaces_the_whole_schema(self):
        of = self._job(lambda config: {"ops": {"counted": {"config": config["n"]}}})

        assert resolve_run_config(of, {"n": 3}).op(("counted",)).config == 3
        assert errors_of(of, {"ops": {}}) == [
            ("FIELD_NOT_DEFINED", "root"),
            ("MISSING_REQUIRED_FIELD", "root"),
        ]

    def test_it_may_return_a_run_config(self):
        of = self._job(lambda config: RunConfig(ops={"counted": {"config": config["n"]}}))

        assert resolve_run_config(of, {"n": 3}).op(("counted",)).config == 3

    def test_what_it_gives_is_checked(self):
        assert errors_of(self._job(lambda _: {"ops": {"counted": {"config": "x"}}}), {"n": 1}) == [
            ("RUNTIME_TYPE_MISMATCH", "root:ops:counted:config")
        ]

    def test_an_error_in_it_is_named(self):
        with pytest.raises(DagsterConfigMappingFunctionError, match="job 'j'"):
            resolve_run_config(self._job(lambda _: 1 / 0), {"n": 1})


def test_runs_do_not_share_what_users_can_change():
    of = job(
        bare,
        resource_defs={
            "db": ResourceDefinition(lambda _: 1, {"tags": Field({str: int}, default_value={"a": 1})})
        },
    )

    resolve_run_config(of, {}).resources["db"]["config"]["tags"]["b"] = 2

    assert resolve_run_config(of, {}).resources["db"]["config"] == {"tags": {"a": 1}}


def test_the_schema_is_built_once_per_job():
    of = job(bare)

    assert get_run_config_schema(of) is get_run_config_schema(of)


def test_the_schema_does_not_keep_its_job():
    of = job(bare)
    get_run_config_schema(of)
    kept = weakref.ref(of)

    del of
    gc.collect()

    assert kept() is None


def test_what_nobody_wrote_and_nobody_needs_is_not_looked_at():
    of = job(bare, resource_defs={"db": ResourceDefinition.hardcoded_resource(1)})
    of.loggers = None  # which would fail if the section was built

    resolved = resolve_run_config(of, {})

    assert resolved.resources == {"db": {"config": None}}
    assert (resolved.ops, resolved.loggers) == ({}, {})


def test_errors_tell_of_all_that_could_be_given_even_where_nothing_had_to_be():
    with pytest.raises(DagsterInvalidConfigError) as caught:
        resolve_run_config(job(bare), {"op": {}})

    for section in ("ops", "resources", "loggers", "execution"):
        assert section in str(caught.value)


def test_json_schema_of_a_job():
    schema = get_run_config_schema(job(counted)).to_json_schema()

    assert schema["required"] == ["ops"]
    assert schema["properties"]["ops"]["properties"]["counted"]["properties"]["config"] == {"type": "integer"}
