"""Types across edges are compared where the user asks for it, before anything runs."""

import typing

import pytest

import weftwork as dg


class Animal: ...


class Cat(Animal): ...


def make(given):
    @dg.op(name="make", out=dg.Out(given))
    def made(): ...

    return made


def take(wanted):
    @dg.op(name="take", ins={"value": dg.In(wanted)})
    def taken(value): ...

    return taken


def joined(given, wanted):
    @dg.graph
    def graph():
        take(wanted)(make(given)())

    return graph


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (int, int),
        (int, typing.Any),
        (typing.Any, int),
        (Cat, Animal),
        (Animal, Cat),
        (int, typing.Optional[int]),
        (typing.Optional[int], int),
        (list[int], list[int]),
        (list, list[int]),
        (dict[str, int], dict),
        (dg.DagsterType(lambda _c, _v: True, "Even"), int),
    ],
)
def test_what_may_fit_passes(given, wanted):
    dg.check_edge_types(joined(given, wanted))


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (int, str),
        (list[int], list[str]),
        (list[int], dict),
        (typing.Optional[int], str),
        (Cat, int),
        (dg.Nothing, int),
    ],
)
def test_what_never_fits_is_named(given, wanted):
    with pytest.raises(
        dg.DagsterInvalidDefinitionError, match="input 'value' of 'take'.*output 'result' of 'make'"
    ):
        dg.check_edge_types(joined(given, wanted))


def test_every_mismatch_is_listed_in_nested_graphs_and_lists():
    wants_text = take(str)
    numbers = make(int)

    @dg.op
    def take_all(values: typing.List[str]): ...

    @dg.graph
    def inner():
        wants_text(numbers())

    @dg.job
    def outer():
        inner()
        take_all([numbers(), numbers()])

    with pytest.raises(dg.DagsterInvalidDefinitionError) as raised:
        dg.check_edge_types(dg.Definitions(jobs=[outer]))

    text = str(raised.value)
    assert text.count("job 'outer'") == 3
    assert "'inner.take'" in text


def test_items_of_dynamic_outputs_are_compared():
    @dg.op(out=dg.DynamicOut(int))
    def items(): ...

    @dg.op
    def total(values: list[str]): ...

    @dg.job
    def mapped():
        each = items()
        each.map(take(str))
        total(each.collect())

    with pytest.raises(dg.DagsterInvalidDefinitionError) as raised:
        dg.check_edge_types(mapped)

    assert str(raised.value).count("output 'result' of 'items'") == 2


def test_definitions_are_checked_as_they_load_where_the_environment_says_so(tmp_path, monkeypatch):
    from weftwork.definitions.locations.loading import load_definitions_from_file

    file = tmp_path / "mismatched_program.py"
    file.write_text(
        "import weftwork as dg\n\n@dg.op\ndef one() -> int: ...\n\n@dg.op\ndef text(value: str): ...\n\n"
        "@dg.job\ndef mismatched():\n    text(one())\n"
    )
    assert load_definitions_from_file(file)
    monkeypatch.setenv("WEFTWORK_CHECK_TYPES", "1")

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="takes String, and is passed"):
        load_definitions_from_file(file)
