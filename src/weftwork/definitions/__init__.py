"""What users write: ops, graphs, jobs, assets, checks, resources, schedules; exported as plain specs.

The package is callable: ``@weftwork.definitions`` is the documented decorator of that name, and a package and a
function of one name are one attribute. For the same reason it is no ``ModuleType``: who looks for the decorator
among the names of ``weftwork`` and leaves modules out finds it.
"""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


class _Decorator:
    """The package as the decorator ``@definitions``."""

    def __init__(self, module: ModuleType) -> None:
        self.__dict__ = module.__dict__

    def __call__(self, fn: Callable[..., Any]) -> Any:
        from weftwork.definitions.locations.load_definitions import definitions  # only where it decorates

        return definitions(fn)

    def __repr__(self) -> str:
        return "<package 'weftwork.definitions', and decorator>"


definitions = sys.modules[__name__] = _Decorator(sys.modules[__name__])  # type: ignore[assignment]
