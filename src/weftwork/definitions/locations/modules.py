"""Modules to look into: one by name, a package with everything in it, the module of the caller."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError


def list_package_modules(package: ModuleType) -> list[ModuleType]:
    """Return a package and all modules in it, at any depth, imported.

    Raises:
        ParameterCheckError: if it is no module.
    """
    from pkgutil import walk_packages  # only where packages are searched

    check_type(package, ModuleType, "package_module")
    found = [package]
    names = (
        info.name for info in walk_packages(getattr(package, "__path__", []), prefix=f"{package.__name__}.")
    )
    found.extend(import_module(name) for name in names if name.rpartition(".")[2] != "__main__")
    return found


def import_package(package_name: str) -> list[ModuleType]:
    """Return the package of that name and all modules in it, imported."""
    return list_package_modules(import_module(check_type(package_name, str, "package_name")))


def caller_module(depth: int = 2) -> ModuleType:
    """Return the module of the function that called the function that calls this.

    Raises:
        CheckError: if the caller is in no module.
    """
    name = sys._getframe(depth).f_globals.get("__name__")
    module = sys.modules.get(name) if isinstance(name, str) else None
    if module is None:
        raise CheckError(
            "The caller is in no module that is imported under its name, so its module cannot be searched."
        )
    return module


def iterate_objects(
    modules: Iterable[ModuleType], kinds: tuple[type, ...]
) -> Iterator[tuple[ModuleType, Any]]:
    """Yield the objects of some kinds at the top of modules, also inside of lists, each once.

    Raises:
        CheckError: if one of ``modules`` is no module.
    """
    seen: set[int] = set()
    for module in modules:
        if not isinstance(module, ModuleType):
            raise CheckError(f"Expected modules, not {type(module).__name__}: {module!r:.200}.")
        for value in list(vars(module).values()):
            for item in value if isinstance(value, list) else (value,):
                if isinstance(item, kinds) and id(item) not in seen:
                    seen.add(id(item))
                    yield module, item
