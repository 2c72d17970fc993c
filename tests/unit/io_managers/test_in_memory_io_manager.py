"""Values in memory."""

from __future__ import annotations

import pytest

from weftwork.definitions.io.build_contexts import build_input_context, build_output_context
from weftwork.definitions.resources.build_resources import build_resources
from weftwork.io_managers.in_memory import InMemoryIOManager, mem_io_manager


def test_values_are_kept_by_run_step_output_and_item():
    manager = InMemoryIOManager()
    plain = build_output_context(run_id="r", step_key="s", name="o")
    item = build_output_context(run_id="r", step_key="s", name="o", mapping_key="m")
    manager.handle_output(plain, 1)
    manager.handle_output(item, 2)
    assert manager.values == {("r", "s", "o"): 1, ("r", "s", "o", "m"): 2}
    assert manager.load_input(build_input_context(upstream_output=item)) == 2


def test_values_of_another_run_are_not_there():
    manager = InMemoryIOManager()
    manager.handle_output(build_output_context(run_id="r", step_key="s", name="o"), 1)
    later = build_output_context(run_id="later", step_key="s", name="o")
    with pytest.raises(KeyError, match="FilesystemIOManager"):
        manager.load_input(build_input_context(upstream_output=later))


def test_each_opening_of_the_definition_starts_empty():
    with build_resources({"one": mem_io_manager, "two": mem_io_manager}) as resources:
        assert resources.one is not resources.two


def test_assets_that_no_step_of_the_run_made_are_not_there():
    with pytest.raises(KeyError, match="asset 'a'"):
        InMemoryIOManager().load_input(build_input_context(asset_key="a"))
