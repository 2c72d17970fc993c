"""Sessions: order of opening, errors on the way, teardown."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weftwork.base.errors import (
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
    DagsterResourceFunctionError,
    DagsterUnknownResourceError,
)
from weftwork.definitions.resources.resource_definition import resource
from weftwork.definitions.resources.session import ResourceSession
from weftwork.definitions.resources.wrapping import wrap_resources


def traced(name, events, required=(), fails_at=None):
    @resource(required_resource_keys=set(required))
    def made(context):
        if fails_at == "setup":
            raise ValueError(name)
        events.append(f"+{name}")
        yield name
        events.append(f"-{name}")
        if fails_at == "teardown":
            raise ValueError(name)

    return made


def test_required_resources_open_first_and_close_last():
    events = []
    defs = {"a": traced("a", events, ["b"]), "b": traced("b", events, ["c"]), "c": traced("c", events)}
    session = ResourceSession(defs)
    session.open(["a"])
    assert session.close() == []
    assert events == ["+c", "+b", "+a", "-a", "-b", "-c"]


def test_only_what_is_asked_for_is_opened():
    events = []
    session = ResourceSession({"a": traced("a", events), "b": traced("b", events)})
    session.open(["b"])
    session.open(["b"])
    assert events == ["+b"]
    with pytest.raises(DagsterUnknownResourceError):
        _ = session.resources.a


def test_a_resource_sees_only_what_it_requires():
    seen = []

    @resource(required_resource_keys={"b"})
    def a(context):
        seen.append(context.resources.b)
        with pytest.raises(DagsterUnknownResourceError, match=r"'c'.*required_resource_keys"):
            _ = context.resources.c
        return 1

    session = ResourceSession(wrap_resources({"a": a, "b": 2, "c": 3}))
    session.open(["c", "a"])
    assert seen == [2]


def test_config_reaches_the_function():
    session = ResourceSession(
        {"a": resource(lambda context: context.resource_config)}, {"a": {"config": {"x": 1}}}
    )
    session.open(["a"])
    assert session.resources.a == {"x": 1}


def test_circle_is_named():
    session = ResourceSession({"a": traced("a", [], ["b"]), "b": traced("b", [], ["a"])})
    with pytest.raises(DagsterInvariantViolationError, match="'a' -> 'b' -> 'a'"):
        session.open(["a"])


def test_unknown_resource_is_named_with_the_nearest():
    session = ResourceSession({"a": traced("a", [], ["databse"]), "database": traced("d", [])})
    with pytest.raises(
        DagsterInvalidDefinitionError, match=r"'databse'.*required by resource 'a'.*'database'"
    ):
        session.open(["a"])


def test_failing_setup_closes_what_was_open_and_carries_the_cause():
    events = []
    session = ResourceSession({"a": traced("a", events), "b": traced("b", events, ["a"], fails_at="setup")})
    with pytest.raises(DagsterResourceFunctionError, match="'b'") as caught:
        session.open(["b"])
    assert isinstance(caught.value.__cause__, ValueError)
    assert isinstance(caught.value.user_exception, ValueError)
    assert events == ["+a", "-a"]


def test_every_teardown_runs_and_its_errors_are_returned():
    events = []
    session = ResourceSession(
        {"a": traced("a", events), "b": traced("b", events, ["a"], fails_at="teardown")}
    )
    session.open(["b"])
    (error,) = session.close()
    assert events == ["+a", "+b", "-b", "-a"]
    assert isinstance(error, DagsterResourceFunctionError)
    assert "'b'" in str(error)


def test_context_manager_functions_are_entered_and_left():
    events = []

    @resource
    @contextmanager
    def connection(context):
        events.append("+")
        yield 9
        events.append("-")

    session = ResourceSession({"c": connection})
    session.open(["c"])
    assert session.resources.c == 9
    session.close()
    assert events == ["+", "-"]


def test_a_generator_that_yields_nothing_is_an_error():
    @resource
    def nothing():
        yield from ()

    with pytest.raises(DagsterResourceFunctionError, match="without yielding"):
        ResourceSession({"n": nothing}).open(["n"])


def test_restricted_view_has_only_the_named():
    session = ResourceSession(wrap_resources({"a": 1, "b": 2}))
    session.open(["a", "b"])
    view = session.resources.restrict({"a"})
    assert view.a == 1
    assert view._asdict() == {"a": 1}
    with pytest.raises(DagsterUnknownResourceError):
        _ = view.b
    with pytest.raises(DagsterUnknownResourceError):
        session.resources.restrict({"z"})


def test_opened_tells_class_and_time_of_what_a_function_made():
    session = ResourceSession(wrap_resources({"a": 1, "b": resource(lambda: "text")}))
    session.open(["a", "b"])
    assert list(session.opened) == ["b"]
    assert session.opened["b"][0] == "str"


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25), st.sets(st.integers(0, 9)))
def test_any_acyclic_requirements_open_in_order_and_close_in_reverse(edges, asked):
    required = {n: {str(low) for high, low in edges if high == n and low < n} for n in range(10)}
    events: list[str] = []
    session = ResourceSession({str(n): traced(str(n), events, required[n]) for n in range(10)})
    session.open(str(n) for n in sorted(asked))
    opened = [event[1:] for event in events]
    assert {str(n) for n in asked} <= set(opened)
    for place, name in enumerate(opened):
        assert required[int(name)] <= set(opened[:place])
    session.close()
    assert [event[1:] for event in events[len(opened) :]] == opened[::-1]
