"""Code of users is loaded with few collections, and the collector goes on as it was."""

import gc
import traceback

import pytest

from weftwork.base.collector.rarely import collecting_rarely


@pytest.fixture(autouse=True)
def thresholds():
    """The thresholds of the collector, left as they were found."""
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def test_there_are_few_collections_and_the_thresholds_are_as_before():
    with collecting_rarely():
        assert gc.get_threshold()[0] > 10_000

    assert gc.get_threshold() == (700, 10, 10)


def test_an_error_goes_through_without_frames_of_ours():
    def load():
        with collecting_rarely():
            raise ImportError("no such thing")

    with pytest.raises(ImportError) as raised:
        load()

    names = [frame.name for frame in traceback.extract_tb(raised.value.__traceback__)]
    assert names[-2:] == ["test_an_error_goes_through_without_frames_of_ours", "load"]
    assert gc.get_threshold() == (700, 10, 10)


def test_thresholds_that_code_sets_as_it_is_loaded_stay():
    with collecting_rarely():
        gc.set_threshold(5000)

    assert gc.get_threshold()[0] == 5000


def test_a_collector_that_never_looks_goes_on_so():
    gc.set_threshold(0)

    with collecting_rarely():
        assert gc.get_threshold()[0] == 0
