"""Resolvable: objects for what a file says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any, Literal, Optional

import pytest
from pydantic import BaseModel, Field, ValidationError

import weftwork as dg
from weftwork.components import ResolutionException


class Table(dg.Resolvable, dg.Model):
    name: Annotated[str, dg.Resolver(lambda _, name: name.upper())]
    rows: int = 0


@dataclass
class Schema(dg.Resolvable):
    name: str
    tables: list[Table] = field(default_factory=list)
    owner: str | None = None


class Color(Enum):
    RED = "red"


def test_a_dataclass_takes_defaults_and_nested_objects():
    schema = Schema.resolve_from_yaml("name: crm\ntables: [{name: orders, rows: 3}, {name: items}]")
    assert schema == Schema("crm", [Table(name="ORDERS", rows=3), Table(name="ITEMS")])
    assert Schema.resolve_from_yaml("name: crm").tables == []


def test_a_class_with_init_is_filled_by_its_parameters():
    class Person(dg.Resolvable):
        def __init__(
            self, name: str, age: Annotated[int, dg.Resolver(lambda _, age: age + 1)] = 3, **rest: Any
        ):
            self.name, self.age = name, age

    assert Person.resolve_from_dict({"name": "Rei"}).age == 3
    assert Person.resolve_from_dict({"name": "Rei", "age": 4}).age == 5


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"number": "{{ five }}"}, 5),
        ({"number": "{{ five }}1"}, 51),
        ({"text": "{{ five }}1"}, "51"),
        ({"text": "a {{ five }}"}, "a 5"),
        ({"text": "{{ env('NOT_SET', '12') }}"}, "12"),
        ({"texts": ["{{ five }}x", "y"]}, ["5x", "y"]),
        ({"texts": "{{ names }}"}, ["p", "q"]),
        ({"mapping": {"{{ five }}": "{{ five }}"}}, {"{{ five }}": 5}),
        ({"anything": "{{ names }}"}, ["p", "q"]),
        ({"anything": [{"a": "{{ five + 1 }}"}]}, [{"a": 6}]),
        ({"color": "red"}, Color.RED),
        ({"choice": "{{ 'a' }}"}, "a"),
        ({"days": [1, 2]}, (1, 2)),
    ],
)
def test_templates_become_values_of_the_type_of_the_field(said, expected):
    class Values(dg.Resolvable, dg.Model):
        number: int = 0
        text: str = ""
        texts: list[str] = []
        mapping: Mapping[str, Any] = {}
        anything: Any = None
        color: Color | None = None
        choice: Literal["a", "b"] = "b"
        days: tuple[int, ...] = ()

    context = dg.ResolutionContext.default().with_scope(five=5, names=["p", "q"])
    made = Values.resolve_from_model(context, Values.model()(**said))
    assert getattr(made, next(iter(said))) == expected


def test_a_value_that_is_one_template_is_taken_as_it_is():
    class Wanted(dg.Resolvable, dg.Model):
        spec: dg.ResolvedAssetSpec
        specs: list[dg.ResolvedAssetSpec] | None = None

    spec = dg.AssetSpec("orders")
    made = Wanted.resolve_from_yaml("{spec: '{{ spec }}', specs: '{{ [spec] }}'}", scope={"spec": spec})
    assert made.spec is spec
    assert made.specs == [spec]
    with pytest.raises(ValidationError):
        Wanted.resolve_from_yaml("{spec: '{{ spec }}', specs: ['{{ spec }}']}", scope={"spec": spec})


def test_a_resolver_names_the_field_and_says_what_a_file_may_say():
    class Job(dg.Resolvable, dg.Model):
        seconds: Annotated[
            float,
            dg.Resolver(
                lambda _, text: float(text.removesuffix("s")), model_field_name="timeout", model_field_type=str,
                description="How long it may take.", examples=["3s"],
            ),
        ]  # fmt: skip
        name: Annotated[str, dg.Resolver.from_model(lambda _, said: f"{said.name} in {said.timeout}")] = "job"
        raw: Annotated[str, dg.Resolver.passthrough()] = ""

    made = Job.resolve_from_dict({"timeout": "3s", "name": "load", "raw": "{{ kept }}"})
    assert (made.seconds, made.name, made.raw) == (3.0, "load in 3s", "{{ kept }}")
    schema = Job.model().model_json_schema()
    assert schema["properties"]["timeout"] == {
        "description": "How long it may take.", "examples": ["3s"], "title": "Timeout", "type": "string",
    }  # fmt: skip
    assert schema["title"] == "Job"


def test_of_several_types_the_one_that_fits_is_taken():
    class Daily(dg.Model):
        day: str

    class Counted(dg.Resolvable, dg.Model):
        count: Annotated[int, dg.Resolver(lambda _, text: len(text), model_field_type=str)]

    class Either(dg.Resolvable, dg.Model):
        one: Daily | Sequence[Counted] | int | None = None

    assert Either.resolve_from_dict({"one": {"day": "monday"}}).one == Daily(day="monday")
    assert Either.resolve_from_dict({"one": [{"count": "abc"}]}).one == [Counted(count=3)]
    assert Either.resolve_from_dict({"one": 3}).one == 3
    assert Either.resolve_from_dict({"one": None}).one is None


def test_mappings_to_resolvable_objects_are_resolved():
    class Schemas(dg.Resolvable, dg.Model):
        tables: dict[str, Table]

    assert Schemas.resolve_from_dict({"tables": {"a": {"name": "x"}}}).tables == {"a": Table(name="X")}

    class Numbered(dg.Resolvable, dg.Model):
        tables: dict[int, Table]

    with pytest.raises(ResolutionException, match="keys of a mapping"):
        Numbered.model()


def test_aliases_and_limits_of_fields_hold():
    class Limited(dg.Resolvable, dg.Model):
        size: Annotated[int, Field(ge=2, alias="count")]

    assert Limited.resolve_from_dict({"count": 2}).size == 2
    with pytest.raises(ValidationError, match="greater than or equal to 2"):
        Limited.resolve_from_dict({"count": 1})


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (complex, "is complex, which no file can say"),
        (list[dg.AssetKey], "ResolvedAssetKey is an annotated type for it"),
        (set[int], "which no file can say"),
    ],
)
def test_a_field_that_no_file_can_say_is_told(kind, told):
    class Bad(dg.Resolvable, dg.Model):
        field: kind

    with pytest.raises(ResolutionException, match=told):
        Bad.model()


def test_a_model_with_resolvers_must_be_resolvable():
    class Forgotten(dg.Model):
        number: Annotated[int, dg.Resolver(lambda _, value: value + 1)]

    class Outer(dg.Resolvable, dg.Model):
        inner: Forgotten

    with pytest.raises(ResolutionException, match="Subclass Resolvable in Forgotten"):
        Outer.model()


@pytest.mark.parametrize(
    ("body", "told"),
    [({}, "__init__ of its own"), ({"__init__": lambda self, a, /: None}, "positional only")],
)
def test_a_class_that_cannot_be_filled_is_told(body, told):
    kind = type("Odd", (dg.Resolvable,), body)
    with pytest.raises(ResolutionException, match=told):
        kind.resolve_from_dict({})


def test_what_holds_itself_is_told():
    class Tree(dg.Resolvable, dg.Model):
        child: Optional["Tree"] = None

    Tree.model_rebuild(_types_namespace={"Tree": Tree, "Optional": Optional})
    with pytest.raises(ResolutionException, match="Tree holds itself"):
        Tree.model()


def test_a_resolver_inside_of_a_list_cannot_see_the_whole():
    class Nested(dg.Resolvable, dg.Model):
        values: list[Annotated[str, dg.Resolver.from_model(lambda _, said: "")]]

    with pytest.raises(ResolutionException, match="at the top of the field's type"):
        Nested.model()


def test_a_plain_pydantic_model_is_said_as_it_is():
    class Plain(BaseModel):
        name: str

    class Holder(dg.Resolvable, dg.Model):
        plain: Plain

    assert Holder.resolve_from_dict({"plain": {"name": "{{ kept }}"}}).plain.name == "{{ kept }}"
    assert Holder.resolve_from_yaml("plain: \"{{ {'name': 'x'} }}\"").plain.name == "x"
