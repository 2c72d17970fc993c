"""A JSON schema accepts what its config schema accepts, and nothing else."""

from __future__ import annotations

import datetime
import enum
from typing import Literal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

import weftwork as dg
from weftwork.config.evaluation import validate_config

NAMES = st.sampled_from(["a", "b", "env", "x-y"])


def _shapes(inner):
    fields = st.dictionaries(
        NAMES, st.builds(lambda t, r: dg.Field(t, is_required=r), inner, st.booleans()), max_size=3
    )
    return st.one_of(
        fields.map(dg.Shape),
        fields.map(dg.Permissive),
        fields.filter(bool).map(dg.Selector),
    )


SCHEMAS = st.recursive(
    st.sampled_from(
        [
            int,
            float,
            bool,
            str,
            dg.StringSource,
            dg.IntSource,
            dg.Enum("E", [dg.EnumValue("A"), dg.EnumValue("B")]),
        ]
    ),
    lambda inner: st.one_of(
        inner.map(dg.Array),
        inner.map(dg.Noneable),
        inner.map(lambda t: dg.Map(str, t)),
        st.builds(dg.ScalarUnion, st.sampled_from([int, str]), _shapes(inner)),
        _shapes(inner),
    ),
    max_leaves=6,
)
# 1.0 is an integer to JSON schema and none to config, so numbers with a fraction stand for floats.
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.just(0.5), st.sampled_from(["A", "q"]))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=8,
)


def _accepts(json_schema, value) -> bool:
    return bool(jsonschema.Draft202012Validator(json_schema).is_valid(value))


@given(schema=SCHEMAS, value=VALUES)
def test_both_accept_the_same_values(schema, value):
    json_schema = dg.config_json_schema(schema)

    jsonschema.Draft202012Validator.check_schema(json_schema)
    assert _accepts(json_schema, value) == validate_config(schema, value).success


@given(schema=SCHEMAS)
def test_examples_in_messages_are_valid(schema):
    field = dg.Field(schema)
    example = field.config_type.example()
    if validate_config(schema, example).success:
        assert _accepts(dg.config_json_schema(schema), example)


class Color(enum.Enum):
    RED = "r"


class Cat(dg.Config):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(dg.Config):
    kind: Literal["dog"] = "dog"
    name: str


class Point(BaseModel):
    x: float = 0.0


class Everything(dg.Config):
    model_config = ConfigDict(populate_by_name=True)

    pet: Cat | Dog = Field(discriminator="kind")
    color: Color = Color.RED
    day: datetime.date = datetime.date(2024, 1, 1)
    point: Point = Point()
    either: Point | list[Point] = Field(default_factory=list)
    limit: int = Field(1, alias="max", description="at most")


@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        ({"pet": {"dog": {"name": "rex"}}}, True),
        ({"pet": {"cat": {}}, "color": "RED", "day": "2024-05-01", "max": 3}, True),
        ({"pet": {"cat": {"lives": {"env": "LIVES"}}}, "color": {"env": "COLOR"}}, True),
        ({"pet": {"cat": {}}, "limit": 3, "either": [{"x": 1}]}, True),
        ({"pet": {"cow": {}}}, False),
        ({"pet": {"dog": {}}}, False),
        ({"pet": {"cat": {}}, "color": "r"}, False),
        ({"pet": {"cat": {}}, "limit": 3, "max": 3}, False),
        ({}, False),
    ],
)
def test_config_classes_agree_with_their_json_schema(value, accepted):
    json_schema = dg.config_json_schema(Everything)

    assert _accepts(json_schema, value) is accepted
    assert validate_config(Everything, value).success is accepted


def test_definitions_and_jobs_have_json_schemas():
    @dg.op(config_schema={"rows": dg.Field(int, description="how many")})
    def load() -> None: ...

    @dg.job
    def nightly():
        load()

    assert dg.config_json_schema(load)["properties"]["rows"] == {"type": "integer", "description": "how many"}
    ops = dg.config_json_schema(nightly)["properties"]["ops"]
    assert _accepts(dg.config_json_schema(nightly), {"ops": {"load": {"config": {"rows": 1}}}})
    assert not _accepts(dg.config_json_schema(nightly), {"ops": {"load": {"config": {"rows": "1"}}}})
    assert ops["required"] == ["load"]
