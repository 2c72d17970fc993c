"""What steps take and give: in which order it is told, and what counts as a value."""

import unittest.mock

import pytest

import weftwork as dg


@dg.op
def one() -> int:
    return 1


@dg.op
def add(x: int, y: int) -> int:
    return x + y


def test_all_inputs_are_loaded_before_the_first_is_checked():
    @dg.job
    def adding():
        add(one(), one())

    result = adding.execute_in_process()

    kinds = [event.event_type_value for event in result.all_events if event.step_key == "add"]
    assert kinds[:5] == ["STEP_START", "LOADED_INPUT", "LOADED_INPUT", "STEP_INPUT", "STEP_INPUT"]


@pytest.mark.parametrize(
    "make", [lambda: iter([1, 2]), lambda: map(abs, [1, 2]), lambda: zip([1], [2], strict=True)]
)
def test_an_iterator_that_is_no_generator_is_a_value(make):
    @dg.op
    def gives():
        return make()

    @dg.op
    def takes(items):
        return len(list(items))

    @dg.job(resource_defs={"io_manager": dg.mem_io_manager})
    def passing():
        takes(gives())

    assert passing.execute_in_process().output_for_node("takes") >= 1


@pytest.mark.parametrize("mock", [unittest.mock.Mock(), unittest.mock.MagicMock(), unittest.mock.AsyncMock()])
def test_a_mock_is_a_value(mock):
    @dg.op
    def gives():
        return mock

    @dg.op
    def takes(item):
        return item is mock

    @dg.job(resource_defs={"io_manager": dg.mem_io_manager})
    def passing():
        takes(gives())

    assert passing.execute_in_process().output_for_node("takes")
    assert gives() is mock


def test_an_asset_that_takes_what_nobody_makes_is_refused_in_spite_of_its_default():
    @dg.asset
    def taking(missing=5):
        return missing

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="takes 'missing'"):
        dg.materialize([taking])
