"""Inputs of graphs: the types they take over, how they get values, and what can never get one."""

import typing

import pytest

import weftwork as dg


class Frame:
    """A class whose values no config can give."""


@dg.op
def take_int(number: int):
    return number


@dg.op
def take_text(text: str):
    return text


@dg.op
def take_numbers(numbers: typing.List[int]):
    return numbers


@dg.op
def take_frame(frame: Frame):
    return frame


@dg.op
def make_frame() -> Frame:
    return Frame()


def test_an_input_takes_the_type_that_all_its_uses_share():
    @dg.graph
    def shared(number):
        take_int(number)
        take_int(number)

    assert shared.input_defs[0].dagster_type.display_name == "Int"


def test_an_input_of_uses_that_disagree_is_of_type_any():
    @dg.graph
    def mixed(value):
        take_int(value)
        take_text(value)

    assert mixed.input_defs[0].dagster_type.display_name == "Any"


def test_an_input_passed_in_a_list_takes_the_type_of_the_items():
    @dg.graph
    def listed(number):
        take_numbers([number])

    assert listed.input_defs[0].dagster_type.display_name == "Int"


def test_an_input_annotated_any_takes_the_type_of_its_use():
    @dg.op(ins={"start": dg.In(dg.Nothing)})
    def after():
        return 1

    @dg.graph
    def ordered(start: typing.Any):
        after(start)

    assert ordered.input_defs[0].dagster_type.is_nothing


def test_values_come_from_the_job_from_the_call_and_from_config():
    @dg.graph
    def summed(first, second, third):
        take_int.alias("one")(first)
        take_int.alias("two")(second)
        take_int.alias("three")(third)

    job = summed.to_job(input_values={"first": 1})

    result = job.execute_in_process(
        input_values={"second": 2}, run_config={"inputs": {"third": {"value": 3}}}
    )

    assert [result.output_for_node(name) for name in ("one", "two", "three")] == [1, 2, 3]


def test_a_job_whose_op_can_never_get_its_input_is_refused_when_it_is_made():
    with pytest.raises(dg.DagsterInvalidDefinitionError, match=r"'frame' of 'take_frame'.*no loader"):

        @dg.job
        def hopeless():
            take_frame()


def test_an_input_of_a_graph_inside_that_can_get_no_value_is_named_with_its_way():
    @dg.graph
    def inner():
        take_frame()

    @dg.graph
    def middle():
        inner()

    @dg.graph
    def outer():
        middle()

    with pytest.raises(
        dg.DagsterInvalidDefinitionError, match=r"'frame' of 'middle\.inner\.take_frame'.*type Frame"
    ):
        outer.to_job()


def test_a_hopeless_input_is_found_inside_of_nested_graphs():
    @dg.graph
    def inner(frame):
        take_frame(frame)

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="'frame' of 'inner'"):

        @dg.job
        def hopeless():
            inner()


def test_an_input_of_the_graph_itself_may_wait_for_its_value():
    @dg.graph
    def waiting(frame):
        return take_frame(frame)

    frame = Frame()

    assert waiting.to_job().execute_in_process(input_values={"frame": frame}).output_value() is frame


def test_a_selection_that_cuts_off_an_input_for_good_is_refused():
    @dg.job
    def whole():
        take_frame(make_frame())

    with pytest.raises(dg.DagsterInvalidSubsetError, match="'frame' of 'take_frame'"):
        whole.execute_in_process(op_selection=["take_frame"])


def test_several_outputs_without_names_leave_the_first_and_say_so():
    with pytest.warns(UserWarning, match=r"'pair'.*only the first"):

        @dg.graph
        def pair():
            return take_int.alias("a")(make_one()), make_one.alias("b")()

    assert pair.execute_in_process().output_value() == 1


@dg.op
def make_one() -> int:
    return 1


def test_a_graph_lists_its_types_by_name():
    @dg.graph
    def typed(number):
        take_int(number)
        make_frame()

    assert typed.has_dagster_type("Frame")
    assert typed.dagster_type_named("Int") is typed.input_defs[0].dagster_type
    assert "Nothing" in [found.display_name for found in typed.to_job().all_dagster_types()]
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="Frame"):
        typed.dagster_type_named("Frome")


def test_a_list_may_hold_inputs_of_the_job_among_outputs():
    @dg.graph
    def listed(first, last):
        return take_numbers([first, make_one(), last])

    by_value = listed.execute_in_process(input_values={"first": 5, "last": 7})
    by_config = listed.execute_in_process({"inputs": {"first": 5, "last": {"value": 7}}})

    assert by_value.output_value() == by_config.output_value() == [5, 1, 7]
