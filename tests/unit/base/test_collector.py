"""The cycle collector rests while something large is made, and is left as it was found."""

import gc

import pytest

import weftwork as dg
from weftwork.base.collector.rest import collector_at_rest


@pytest.fixture
def collector():
    """The collector, left as it was found."""
    collects = gc.isenabled()
    yield gc
    (gc.enable if collects else gc.disable)()


@pytest.mark.parametrize("collects", [True, False], ids=["on", "switched off by the user"])
def test_it_is_left_as_it_was_found_also_after_an_error(collector, collects):
    (gc.enable if collects else gc.disable)()

    rested = []

    def fail():
        with collector_at_rest(), collector_at_rest():
            rested.append(not gc.isenabled())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert rested == [True]
    assert gc.isenabled() is collects


def test_users_functions_run_with_the_collector_on(collector):
    gc.enable()

    @dg.asset
    def collects() -> bool:
        return gc.isenabled()

    assert dg.materialize_to_memory([collects]).output_for_node("collects")
    assert gc.isenabled()
