"""The types of components that a project may use: those that come with Weftwork, and those of its registry modules."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from weftwork.base.text import did_you_mean, quote_names
from weftwork.components.component import Component
from weftwork.components.errors import ComponentFileError
from weftwork.components.tree.containers import Container, DefsFolderComponent
from weftwork.components.tree.project import Project
from weftwork.components.type_names import find_component_type

_OURS = "weftwork"


def list_component_types(project: Project | None = None) -> dict[str, type[Component]]:
    """Return name, as a defs.yaml says it, to class, in order of the names.

    Args:
        project: the project, whose ``registry_modules`` are searched too.

    Raises:
        ModuleNotFoundError: if one of them is not there.
    """
    ours = import_module(f"{_OURS}.components")
    found = {f"{_OURS}.{name}": value for name in ours.__all__ for value in _usable([getattr(ours, name)])}
    for module in _iterate_modules(project.registry_modules if project is not None else ()):
        for name, value in vars(module).items():
            if any(_usable([value])) and not value.__module__.startswith(f"{_OURS}.components."):
                found[f"{module.__name__}.{name}"] = value
    return dict(sorted(found.items()))


def _usable(values: Iterable[object]) -> Iterator[type[Component]]:
    for value in values:
        if not (isinstance(value, type) and issubclass(value, Component)) or value.__abstractmethods__:
            continue
        if value is DefsFolderComponent or not issubclass(value, Container):  # the others stand for files
            yield value


def _iterate_modules(names: Iterable[str]) -> Iterator[ModuleType]:
    """Yield the modules of names, of which the last part may be ``*`` for all modules of a package."""
    for name in names:
        package, _, last = name.rpartition(".")
        if last != "*":
            yield import_module(name)
            continue
        parent = import_module(package)
        for info in iter_modules(getattr(parent, "__path__", ())):
            yield import_module(f"{package}.{info.name}")


def resolve_type_name(name: str, project: Project | None = None) -> str:
    """Return the full name for what a person writes: the full name itself, or the name of the class alone.

    Args:
        name: what was written.
        project: the project.

    Raises:
        ComponentFileError: if there is no such type, or several.
    """
    types = list_component_types(project)
    if name in types:
        return name
    named = [full for full in types if full.rpartition(".")[2] == name]
    if len(named) == 1:
        return named[0]
    if len({types[full] for full in named}) == 1:
        return min(named, key=len)
    if named:
        raise ComponentFileError(
            f"There are several types '{name}': {quote_names(named)}. Write one in full."
        )
    if "." in name:
        find_component_type(name)
        return name
    names = {full.rpartition(".")[2] for full in types}
    raise ComponentFileError(
        f"There is no type of component '{name}'.{did_you_mean(name, names)} There are {quote_names(types)}."
    )


def search_in(project: Project) -> None:
    """Have Python find the modules of a project that is not installed, as servers of its code do."""
    source = project.root / "src"
    is_there = source.joinpath(project.root_module.split(".", maxsplit=1)[0]).exists()
    folder = str(source if is_there else project.root)
    if folder not in sys.path:
        sys.path.insert(0, folder)
