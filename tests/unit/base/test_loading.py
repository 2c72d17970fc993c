"""Modules are loaded while the collector rests, and it goes on as it was."""

import gc
import sys

import pytest

from weftwork.base.collector.loading import load_module


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
