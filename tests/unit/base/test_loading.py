"""Modules are loaded while the collector rests, and it goes on as it was."""

import gc
import sys

import pytest

from weftwork.base.loading import collecting_rarely, load_module


@pytest.fixture
def collector():
    """The collector, left as it was found."""
    collects = gc.isenabled()
    yield gc
    (gc.enable if collects else gc.disable)()


@pytest.mark.parametrize("collects", [True, False], ids=["on", "switched off by the user"])
def test_the_collector_is_left_as_it_was_found(collector, collects):
    (gc.enable if collects else gc.disable)()

    module = load_module("weftwork.base.text")

    assert module is sys.modules["weftwork.base.text"]
    assert gc.isenabled() is collects


def test_the_collector_goes_on_when_there_is_no_such_module(collector):
    gc.enable()

    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        load_module("weftwork.no_such_module")

    assert gc.isenabled()


def test_nothing_is_collected_while_a_module_is_loaded(collector, tmp_path, monkeypatch):
    (tmp_path / "module_of_cycles.py").write_text(
        "import gc\nstates = [gc.isenabled()]\nfor _ in range(10_000):\n    cycle = []\n    cycle.append(cycle)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    gc.enable()

    assert load_module("module_of_cycles").states == [False]


@pytest.fixture
def thresholds():
    """The thresholds of the collector, left as they were found."""
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def test_code_is_loaded_with_few_collections_and_the_thresholds_are_as_before(thresholds):
    seen = []

    @collecting_rarely()
    def load():
        seen.append(gc.get_threshold()[0])
        raise ImportError("no such thing")

    with pytest.raises(ImportError):
        load()

    assert seen[0] > 10_000
    assert gc.get_threshold() == (700, 10, 10)


def test_thresholds_that_code_sets_as_it_is_loaded_stay(thresholds):
    with collecting_rarely():
        gc.set_threshold(5000)

    assert gc.get_threshold()[0] == 5000


def test_a_collector_that_never_looks_goes_on_so(thresholds):
    gc.set_threshold(0)

    with collecting_rarely():
        assert gc.get_threshold()[0] == 0
