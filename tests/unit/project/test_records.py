"""Every module can be imported beside every other: record names are unique, as they are written into stored data."""

import importlib
import pkgutil

import weftwork

RUN_WHEN_IMPORTED = {"weftwork.as_dagster", "weftwork.cli.__main__"}


def test_all_modules_can_be_loaded_together():
    names = [module.name for module in pkgutil.walk_packages(weftwork.__path__, "weftwork.")]
    assert len(names) > 500

    for name in names:
        if name not in RUN_WHEN_IMPORTED:
            importlib.import_module(name)
