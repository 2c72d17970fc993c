"""The parameter ``config`` of an op: every annotation that means config, and those that mean a mistake."""

from __future__ import annotations

import datetime
import enum
from typing import Any

import pytest

import weftwork as dg


def _run(op, config=None):
    seen = []

    @dg.job
    def only():
        op()

    if config is not None:
        config = {"ops": {op.name: {"config": config}}}
    result = only.execute_in_process(run_config=config)
    return result.output_for_node(op.name), seen


class Limits(dg.Config):
    rows: int = 3
    columns: int = 4


class Color(enum.Enum):
    RED = "r"


@pytest.mark.parametrize(
    ("annotation", "given", "received"),
    [
        (int, 5, 5),
        (str, {"env": "REGION"}, "north"),
        (dict, {"a": 1}, {"a": 1}),
        (list[str], [{"env": "REGION"}, "b"], ["north", "b"]),
        (dict[str, int], {"a": 2}, {"a": 2}),
        (datetime.date, "2024-05-01", datetime.date(2024, 5, 1)),
        (Color, "RED", Color.RED),
        (Limits | None, {"rows": 1}, Limits(rows=1)),
        (list[Limits], [{"columns": 1}], [Limits(columns=1)]),
        (Any, ["x"], ["x"]),
    ],
)
def test_config_of_any_type_reaches_the_function(monkeypatch, annotation, given, received):
    monkeypatch.setenv("REGION", "north")

    @dg.op
    def load(config: annotation):
        return config

    assert _run(load, given)[0] == received


@pytest.mark.parametrize(
    ("annotation", "default", "given", "received"),
    [
        (int, 7, None, 7),
        (int, 7, 8, 8),
        (dict, {"a": 1}, None, {"a": 1}),
        (Limits, Limits(rows=9), None, Limits(rows=9)),
        (Limits, Limits(rows=9), {"columns": 1}, Limits(rows=9, columns=1)),
        (Limits | None, None, None, None),
    ],
)
def test_the_parameters_default_is_the_default_of_the_config(annotation, default, given, received):
    @dg.op
    def load(config: annotation = default):
        return config

    assert _run(load, given)[0] == received


def test_a_config_class_on_another_parameter_is_probably_a_mistake():
    with pytest.warns(dg.ConfigArgumentWarning, match="'limits'.*rename it"):

        @dg.op
        def load(limits: Limits): ...


@pytest.mark.parametrize("annotation", [dg.ResourceDefinition, dg.IOManagerDefinition])
def test_a_parameter_annotated_with_how_a_resource_is_made_is_refused(annotation):
    with pytest.raises(dg.DagsterInvalidDefinitionError, match=r"ResourceParam\[Any\]"):

        @dg.op
        def load(db: annotation): ...


def test_a_field_of_dict_schemas_in_a_config_class_is_refused():
    class Wrong(dg.Config):
        rows: int = dg.Field(int, default_value=3)

    with pytest.raises(dg.DagsterInvalidDefinitionError, match=r"Wrong\.rows .* from pydantic import Field"):

        @dg.op
        def load(config: Wrong): ...


def test_a_field_of_dict_schemas_in_a_resource_is_refused():
    class Database(dg.ConfigurableResource):
        url: str = dg.Field(str)

    with pytest.raises(
        dg.DagsterInvalidDefinitionError, match=r"Database\.url .* from pydantic import Field"
    ):
        Database(url="a")
