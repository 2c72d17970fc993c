"""What users write: ops, graphs, jobs, assets, checks, resources, schedules; exported as plain specs.

The package is callable: ``@weftwork.definitions`` is the documented decorator of that name, and a package and a
function of one name are one attribute.
"""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


class _Decorator(ModuleType):
    """The package as the decorator ``@definitions``."""

    def __call__(self, fn: Callable[..., Any]) -> Any:
        from weftwork.definitions.locations.load_definitions import definitions  # only where it decorates

        return definitions(fn)


definitions = sys.modules[__name__]
definitions.__class__ = _Decorator
