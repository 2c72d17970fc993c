"""RunConfig: instances in place of dicts."""

from __future__ import annotations

import enum

import pytest

from weftwork.base.errors import DagsterInvalidConfigError, ParameterCheckError
from weftwork.config.env_var import EnvVar
from weftwork.config.pythonic.config import Config, PermissiveConfig
from weftwork.config.run_config import RunConfig, to_run_config_dict


class Color(enum.Enum):
    RED = "r"


class Inner(Config):
    a: int
    b: str | None = None


class Outer(Config):
    color: Color = Color.RED
    inner: Inner | None = None
    rows: list[Inner] = []


class Free(PermissiveConfig):
    a: int


def _ops(**ops):
    return RunConfig(ops=ops).to_config_dict()["ops"]


def test_it_always_has_its_four_parts():
    assert RunConfig().to_config_dict() == {"loggers": {}, "resources": {}, "ops": {}, "execution": {}}


def test_instances_stand_for_the_config_of_their_op_or_resource():
    config = RunConfig(
        ops={"o": Inner(a=1)},
        resources={"r": Inner(a=2, b="x")},
        loggers={"console": {"config": {"log_level": "INFO"}}},
        execution={"config": {"multiprocess": {}}},
    )

    assert config.to_config_dict() == {
        "ops": {"o": {"config": {"a": 1}}},
        "resources": {"r": {"config": {"a": 2, "b": "x"}}},
        "loggers": {"console": {"config": {"log_level": "INFO"}}},
        "execution": {"config": {"multiprocess": {}}},
    }


def test_plain_dicts_stay_and_nested_graphs_may_hold_instances():
    assert _ops(g={"ops": {"o": Inner(a=1)}, "p": {"config": {"x": None}}}) == {
        "g": {"ops": {"o": {"config": {"a": 1}}}, "p": {"config": {"x": None}}}
    }
    assert _ops(o={"config": Inner(a=1)}) == {"o": {"config": {"a": 1}}}


def test_enums_are_written_by_name_and_nested_configs_as_dicts():
    assert _ops(o=Outer(inner=Inner(a=1), rows=[Inner(a=2)])) == {
        "o": {"config": {"color": "RED", "inner": {"a": 1}, "rows": [{"a": 2}]}}
    }


def test_none_is_written_only_where_it_is_not_the_default():
    class Numbers(Config):
        three: int | None = 3
        none: int | None = None

    assert _ops(o=Numbers(three=None, none=None)) == {"o": {"config": {"three": None}}}
    assert _ops(o=Free(a=1, z=None)) == {"o": {"config": {"a": 1, "z": None}}}


def test_variables_are_written_as_their_selector():
    assert _ops(o=Inner(a=EnvVar.int("N"), b=EnvVar("B"))) == {
        "o": {"config": {"a": {"env": "N"}, "b": {"env": "B"}}}
    }
    assert _ops(o={"config": {"a": EnvVar("A")}}) == {"o": {"config": {"a": {"env": "A"}}}}


def test_a_dict_is_plain_data_and_takes_no_variable():
    given = {"ops": {"o": {"config": {"a": EnvVar("A"), "b": [EnvVar.int("B")]}}}}

    with pytest.raises(DagsterInvalidConfigError) as caught:
        to_run_config_dict(given)

    assert [error.path for error in caught.value.errors] == ["root:ops:o:config:a", "root:ops:o:config:b[0]"]
    assert "{'env': 'A'}" in str(caught.value)


def test_equal_run_configs_are_equal():
    assert RunConfig(ops={"o": Inner(a=1)}) == RunConfig(ops={"o": {"config": {"a": 1}}})
    assert RunConfig(ops={"o": Inner(a=1)}) != RunConfig()


def test_all_forms_become_plain_dicts():
    assert to_run_config_dict(None) == {}
    assert to_run_config_dict(RunConfig(ops={"o": Inner(a=1)})) == {"ops": {"o": {"config": {"a": 1}}}}
    assert to_run_config_dict({"ops": {"o": Inner(a=1)}}) == {"ops": {"o": {"config": {"a": 1}}}}
    with pytest.raises(ParameterCheckError):
        to_run_config_dict(3)
    with pytest.raises(ParameterCheckError):
        RunConfig(ops=[1])


def test_config_that_nests_too_deeply_is_refused():
    deep = "x"
    for _ in range(10_000):
        deep = {"x": [deep]}
    holds_itself = {"x": []}
    holds_itself["x"] += [holds_itself, holds_itself["x"]]

    for config in ({"ops": deep}, holds_itself):
        with pytest.raises(DagsterInvalidConfigError, match="more than 100 levels deep"):
            to_run_config_dict(config)
