"""Config of the inputs of graphs reaches the ops inside."""

from __future__ import annotations

import pytest

import weftwork as dg


@dg.op
def double(num: int) -> int:
    return num * 2


@dg.op
def with_default(num: int = 7) -> int:
    return num


@dg.graph
def inner(num):
    return double(num)


@dg.graph
def outer(num):
    return inner(num)


def test_an_input_of_nested_graphs_is_given_at_the_outermost():
    @dg.job
    def nested():
        outer()

    result = nested.execute_in_process(run_config={"ops": {"outer": {"inputs": {"num": {"value": 4}}}}})

    assert result.output_for_node("outer") == 8


def test_below_the_outermost_it_is_unknown():
    @dg.job
    def nested():
        outer()

    config = {"ops": {"outer": {"ops": {"inner": {"inputs": {"num": 1}}}, "inputs": {"num": 1}}}}
    with pytest.raises(dg.DagsterInvalidConfigError, match="Unknown config entry 'inputs'"):
        nested.execute_in_process(run_config=config)


def test_a_mapped_graph_takes_inputs_beside_its_config():
    @dg.op
    def join(left: str, right: str) -> str:
        return left + right

    @dg.graph(
        config=dg.ConfigMapping(
            lambda c: {"join": {"inputs": {"right": {"value": c["suffix"]}}}}, {"suffix": str}
        )
    )
    def named(left):
        return join(left)

    @dg.job
    def names():
        named()

    result = names.execute_in_process(
        run_config={"ops": {"named": {"config": {"suffix": "!"}, "inputs": {"left": "hi"}}}}
    )
    assert result.output_for_node("named") == "hi!"


def test_an_input_of_a_graph_is_optional_where_all_that_take_it_have_a_default():
    @dg.graph
    def lenient(num):
        return with_default(num)

    @dg.job
    def whole():
        lenient()

    assert whole.execute_in_process().output_for_node("lenient") == 7
    given = {"ops": {"lenient": {"inputs": {"num": {"value": 1}}}}}
    assert whole.execute_in_process(run_config=given).output_for_node("lenient") == 1
