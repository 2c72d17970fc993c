"""What holds for every test: nobody's own instance is touched, and what interrupts code runs apart."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Machines are busy at times: how long an example takes says nothing about the code.
settings.register_profile("weftwork", deadline=None)
settings.load_profile("weftwork")

os.environ.pop("DAGSTER_HOME", None)
os.environ["WEFTWORK_BUILD_PAGES"] = "0"  # servers of tests take the pages that are there

_HERE = Path(__file__).parent
_INTERRUPTS = [
    _HERE / "process",
    _HERE / "unit" / "executors",
    _HERE / "unit" / "execution" / "test_run_limits.py",
    _HERE / "unit" / "execution" / "runs" / "test_in_process_result.py",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests in which code is stopped from outside.

    The tracer of coverage on CPython 3.11 may spin for ever when a signal's exception arrives inside of it, so
    `scripts/test` runs these without it.
    """
    for item in items:
        if any(item.path == place or place in item.path.parents for place in _INTERRUPTS):
            item.add_marker("interrupts")
