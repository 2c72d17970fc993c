"""Config classes: schemas made of pydantic models, and instances made of config."""

from __future__ import annotations

import datetime
import enum
import pathlib
import subprocess
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple

import pydantic
import pytest

from weftwork.base.errors import (
    DagsterInvalidConfigError,
    DagsterInvalidDagsterTypeInPythonicConfigDefinitionError,
    DagsterInvalidInvocationError,
    DagsterInvalidPythonicConfigDefinitionError,
)
from weftwork.config.env_var import EnvVar
from weftwork.config.evaluation import build_config_value
from weftwork.config.pythonic.config import Config, PermissiveConfig, build_config
from weftwork.config.schema import Permissive, Selector
from weftwork.definitions.types.dagster_type import DagsterType


class Color(enum.Enum):
    RED = "r"
    BLUE = "b"


class Inner(Config):
    a: int
    b: str = "x"


class Plain(pydantic.BaseModel):
    z: int


class Cat(Config):
    pet: Literal["cat"] = "cat"
    meows: int


class Dog(Config):
    pet: Literal["dog", "wolf"]
    barks: float = 1.0


class Owner(Config):
    pet: Cat | Dog = pydantic.Field(discriminator="pet")


class Pair(NamedTuple):
    left: int
    right: str


class Node(Config):
    value: int
    children: list[Node] = []


def configure(cls, value):
    return build_config(cls, build_config_value(cls.to_config_schema(), value, "Error in config"))


def with_field(annotation, default=...):
    fields = {"x": (annotation, default)}
    return pydantic.create_model("Made", __base__=Config, **fields)


def fails_at(cls, value):
    with pytest.raises(DagsterInvalidConfigError) as caught:
        configure(cls, value)
    return [error.path for error in caught.value.errors]


def test_config_becomes_an_instance():
    assert configure(Inner, {"a": 1}) == Inner(a=1, b="x")


def test_unknown_and_wrong_entries_are_refused_in_config_but_ignored_in_python():
    assert fails_at(Inner, {"a": "1", "c": 2}) == ["root", "root:a"]
    assert Inner(a="1", c=2) == Inner(a=1)


@pytest.mark.parametrize(
    ("annotation", "given", "expected"),
    [
        (int, 3, 3),
        (float, 3, 3.0),
        (bool, True, True),
        (Any, [1, None], [1, None]),
        (int | None, None, None),
        (list[int], [1], [1]),
        (Sequence[int], [1], [1]),
        (dict[str, int], {"k": 1}, {"k": 1}),
        (Mapping[str, list[Inner]], {"k": [{"a": 1}]}, {"k": [Inner(a=1)]}),
        (dict[int, str], {1: "x"}, {1: "x"}),
        (dict, {"any": 1}, {"any": 1}),
        (list, [1, "x"], [1, "x"]),
        (set[int], [1, 1], {1}),
        (frozenset[Color], ["RED"], frozenset([Color.RED])),
        (tuple[int, ...], [1, 2], (1, 2)),
        (tuple[int, str], [1, "x"], (1, "x")),
        (Color, "RED", Color.RED),
        (dict[str, Color], {"k": "BLUE"}, {"k": Color.BLUE}),
        (Literal["a", "b"], "a", "a"),
        (Literal[1, 2], 2, 2),
        (int | str, "x", "x"),
        (Inner | None, {"a": 1}, Inner(a=1)),
        (Plain, {"z": 1}, Plain(z=1)),
        (datetime.date, "2026-01-02", datetime.date(2026, 1, 2)),
        (datetime.datetime, "2026-01-02T03:04:05", datetime.datetime(2026, 1, 2, 3, 4, 5)),
        (datetime.timedelta, "PT3S", datetime.timedelta(seconds=3)),
        (pathlib.Path, "/tmp/x", pathlib.Path("/tmp/x")),
        (uuid.UUID, "12345678123456781234567812345678", uuid.UUID("12345678123456781234567812345678")),
        (pydantic.SecretStr, "hush", pydantic.SecretStr("hush")),
        (bytes, "x", b"x"),
        (Pair, [1, "x"], Pair(1, "x")),
        (Annotated[int, pydantic.Field(gt=1)], 2, 2),
        (
            list[Annotated[Cat | Dog, pydantic.Field(discriminator="pet")]],
            [{"cat": {"meows": 1}}],
            [Cat(meows=1)],
        ),
        (Node, {"value": 1, "children": [{"value": 2}]}, Node(value=1, children=[Node(value=2)])),
    ],
)
def test_fields_of_all_types(annotation, given, expected):
    made = configure(with_field(annotation), {"x": given})

    assert made.x == expected
    assert type(made.x) is type(expected)


@pytest.mark.parametrize(
    ("annotation", "given", "places"),
    [
        (int, "3", ["root:x"]),
        (int, None, ["root:x"]),
        (list[int], [1, "x"], ["root:x[1]"]),
        (Color, "r", ["root:x"]),
        (Literal["a"], "b", ["root:x"]),
        (Literal[1, 2], 3, ["root:x"]),
        (datetime.date, "soon", ["root:x"]),
        (tuple[int, str], ["x", "y"], ["root:x[0]"]),
        (Plain, {"z": 1, "q": 1}, ["root:x"]),
        (
            Node,
            {"value": 1, "children": [{"value": 2, "children": [{"value": "x"}]}]},
            ["root:x:children[0]:children[0]:value"],
        ),
    ],
)
def test_wrong_values_are_collected_with_their_place(annotation, given, places):
    assert fails_at(with_field(annotation), {"x": given}) == places


@pytest.mark.parametrize("annotation", [object, Callable[[], int], type("Thing", (), {})])
def test_what_config_cannot_hold_is_said_with_the_field(annotation):
    with pytest.raises(DagsterInvalidPythonicConfigDefinitionError, match="Field 'x' of Made"):
        with_field(annotation).to_config_schema()


def test_a_dagster_type_is_no_annotation():
    checked = DagsterType(lambda _context, _value: True, name="Checked")

    with pytest.raises(DagsterInvalidDagsterTypeInPythonicConfigDefinitionError, match="Field 'x' of Wrong"):
        type("Wrong", (Config,), {"__annotations__": {"x": checked}})


def test_defaults_and_requirements_follow_the_model():
    class Many(Config):
        needed: int
        optional: str | None
        defaulted: int = 3
        made: list[int] = pydantic.Field(default_factory=lambda: [1])
        named: int = pydantic.Field(default=1, alias="other", description="hello")
        none: int = None  # type: ignore[assignment]

    fields = Many.to_fields_dict()

    assert list(fields) == ["needed", "optional", "defaulted", "made", "other", "none"]
    assert [name for name, field in fields.items() if field.is_required] == ["needed"]
    assert fields["other"].description == "hello"
    assert configure(Many, {"needed": 1}).made == [1]
    assert configure(Many, {"needed": 1, "other": 5}).named == 5
    assert Many(needed=1).optional is None


def test_defaults_that_are_no_json_are_written_as_config():
    made = with_field(datetime.date, datetime.date(2026, 1, 2))

    assert made.to_fields_dict()["x"].default_value == "2026-01-02"
    assert configure(made, {}).x == datetime.date(2026, 1, 2)


def test_a_default_instance_gives_the_defaults_of_its_fields():
    made = with_field(Inner, Inner(a=7, b="k"))

    assert configure(made, {}).x == Inner(a=7, b="k")
    assert configure(made, {"x": {"a": 2}}).x == Inner(a=2, b="k")


def test_discriminated_unions_are_selectors():
    assert isinstance(Owner.to_fields_dict()["pet"].config_type, Selector)
    assert configure(Owner, {"pet": {"cat": {"meows": 1}}}).pet == Cat(meows=1)
    assert configure(Owner, {"pet": {"wolf": {}}}).pet == Dog(pet="wolf")
    assert fails_at(Owner, {"pet": {"bird": {}}}) == ["root:pet"]
    assert (
        Owner(pet={"cat": {"meows": 1}}) == Owner(pet=Cat(meows=1)) == Owner(pet={"pet": "cat", "meows": 1})
    )
    assert Owner(pet=Cat(meows=1)).to_config_dict() == {"pet": {"cat": {"meows": 1}}}


def test_enum_names_are_accepted_by_the_constructor():
    assert with_field(Color)(x="RED").x is Color.RED
    assert with_field(Color)(x="r").x is Color.RED


def test_permissive_configs_keep_other_entries():
    class Free(PermissiveConfig):
        a: int

    made = configure(Free, {"a": 1, "depth": 3})

    assert isinstance(Free.to_config_schema().config_type, Permissive)
    assert made.depth == 3
    assert made.to_config_dict() == {"a": 1, "depth": 3}


def test_instances_are_frozen_except_for_private_state():
    instance = Inner(a=1)

    with pytest.raises(DagsterInvalidInvocationError, match="model_copy"):
        instance.a = 2
    with pytest.raises(DagsterInvalidInvocationError):
        del instance.a
    instance._cache = 3
    assert instance._cache == 3
    assert instance.model_copy(update={"a": 2}) == Inner(a=2)
    assert hash(Inner(a=1)) == hash(Inner(a=1))


def test_constraints_and_validators_have_the_last_word():
    class Even(Config):
        x: int = pydantic.Field(gt=3)

        @pydantic.field_validator("x")
        @classmethod
        def _even(cls, value):
            if value % 2:
                raise ValueError("odd")
            return value

    assert configure(Even, {"x": 4}).x == 4
    with pytest.raises(pydantic.ValidationError):
        configure(Even, {"x": 2})
    with pytest.raises(pydantic.ValidationError, match="odd"):
        configure(Even, {"x": 5})


class TestEnvironment:
    @pytest.fixture(autouse=True)
    def _environment(self, monkeypatch):
        for name, value in {"N": "5", "NAME": "wool", "F": "1.5", "DAY": "2026-01-02", "C": "RED"}.items():
            monkeypatch.setenv(f"WEFT_TEST_{name}", value)

    @pytest.mark.parametrize(
        ("annotation", "name", "expected"),
        [
            (int, "N", 5),
            (int | None, "N", 5),
            (str, "NAME", "wool"),
            (float, "F", 1.5),
            (bool, "N", True),
            (Color, "C", Color.RED),
            (datetime.date, "DAY", datetime.date(2026, 1, 2)),
            (pydantic.SecretStr, "NAME", pydantic.SecretStr("wool")),
        ],
    )
    def test_every_field_may_be_a_variable(self, annotation, name, expected):
        made = with_field(annotation)

        assert configure(made, {"x": {"env": f"WEFT_TEST_{name}"}}).x == expected
        given = made(x=EnvVar(f"WEFT_TEST_{name}"))
        assert given.to_config_dict() == {"x": {"env": f"WEFT_TEST_{name}"}}
        assert configure(made, given.to_config_dict()).x == expected

    def test_a_variable_stays_one_in_an_instance(self):
        instance = Inner(a=EnvVar.int("WEFT_TEST_N"), b=EnvVar("WEFT_TEST_NAME"))

        assert instance.a.get_value() == 5
        assert instance.b.get_value() == "wool"
        assert repr(instance) == "Inner(a=EnvVar.int('WEFT_TEST_N'), b=EnvVar('WEFT_TEST_NAME'))"

    def test_variables_inside_lists_dicts_and_models(self):
        made = with_field(dict[str, list[Inner]])

        instance = made(x={"k": [{"a": EnvVar("WEFT_TEST_N")}, Inner(a=1)]})

        assert configure(made, instance.to_config_dict()).x == {"k": [Inner(a=5), Inner(a=1)]}

    def test_validators_of_the_model_wait_for_the_values(self):
        class Ordered(Config):
            low: int = pydantic.Field(ge=0)
            high: int

            @pydantic.model_validator(mode="after")
            def _ordered(self):
                assert self.low < self.high
                return self

        instance = Ordered(low=EnvVar.int("WEFT_TEST_N"), high=EnvVar.int("WEFT_TEST_N"))

        with pytest.raises(pydantic.ValidationError):
            configure(Ordered, instance.to_config_dict())

    def test_what_is_wrong_with_a_variable_is_said_without_its_value(self):
        assert fails_at(with_field(int), {"x": {"env": "WEFT_TEST_NAME"}}) == ["root:x"]
        with pytest.raises(DagsterInvalidConfigError) as caught:
            configure(with_field(datetime.date), {"x": {"env": "WEFT_TEST_NAME"}})
        assert "wool" not in str(caught.value)
        assert fails_at(with_field(tuple[int, int]), {"x": [1, {"env": "WEFT_TEST_NOT_SET"}]}) == ["root:x"]


def test_classes_of_a_function_with_postponed_annotations():
    class Leaf(Config):
        day: datetime.date

    class Tree(Config):
        leaves: list[Leaf]
        best: Leaf | None = None

    assert configure(Tree, {"leaves": [{"day": "2026-01-02"}]}).leaves[0].day.year == 2026


def test_subclasses_add_fields():
    class More(Inner):
        c: int = 1

    assert list(More.to_fields_dict()) == ["a", "b", "c"]
    assert list(Inner.to_fields_dict()) == ["a", "b"]
    assert More.to_config_schema() is More.to_config_schema()
    assert More.to_config_schema() is not Inner.to_config_schema()


def test_a_class_may_say_which_fields_are_config():
    class Partly(Config):
        shown: int
        hidden: object = None

        @classmethod
        def list_config_fields(cls):
            return ["shown"]

    assert list(Partly.to_fields_dict()) == ["shown"]
    assert Partly(shown=1, hidden=object()).to_config_dict() == {"shown": 1}


def test_secrets_are_secret_fields():
    assert with_field(pydantic.SecretStr).to_fields_dict()["x"].is_secret
    with pytest.raises(DagsterInvalidConfigError) as caught:
        configure(with_field(pydantic.SecretStr), {"x": 123456})
    assert "123456" not in str(caught.value)


def test_schemas_do_not_load_pydantic():
    code = (
        "import sys, weftwork.config.evaluation, weftwork.config.run_config, weftwork.config.json_schema, "
        "weftwork.config.yaml_config; print([m for m in ('pydantic', 'yaml') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert shown.strip() == "[]"


def test_a_union_of_models_may_be_left_out_for_none_but_none_is_no_choice():
    class Cat(Config):
        kind: Literal["cat"] = "cat"

    class Dog(Config):
        kind: Literal["dog"] = "dog"

    class Owner(Config):
        pet: Cat | Dog = pydantic.Field(default=None, discriminator="kind")  # type: ignore[assignment]

    field = Owner.to_fields_dict()["pet"]
    assert not field.is_required
    assert not field.default_provided
