"""From the type that a defs.yaml names to the class of the component."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from weftwork.base.alias import ALIAS
from weftwork.base.text import did_you_mean
from weftwork.components.component import Component
from weftwork.components.errors import ComponentFileError

_OURS = "weftwork"


def find_component_type(name: str) -> type[Component]:
    """Return the class that a full name names.

    Args:
        name: module and class, such as ``my_project.components.Tables``.

    Raises:
        ComponentFileError: if there is none, or it is no component.
    """
    module_name, _, class_name = name.rpartition(".")
    if not module_name or not all(part.isidentifier() for part in name.split(".")):
        raise ComponentFileError(
            f"'{name}' is no name of a component: it is module and class, such as my_project.components.Tables, or .Tables for a "
            f"class of the folder's own module."
        )
    found: Any = _find_own(module_name, class_name) or _import(module_name, class_name, name)
    if not (isinstance(found, type) and issubclass(found, Component)):
        raise ComponentFileError(f"'{name}' is {found!r:.100}, and no class that derives from Component.")
    return found


def _find_own(module_name: str, class_name: str) -> Any:
    """Return a component of ours, which files know under the modules of both names; None for other modules.

    Raises:
        ComponentFileError: if we have none of that name.
    """
    names = [f"{root}{part}" for root in (ALIAS, _OURS) for part in ("", ".components")]
    if module_name not in names and not module_name.startswith((f"{names[1]}.", f"{names[3]}.")):
        return None
    ours = import_module(f"{_OURS}.components")
    if class_name not in ours.__all__:
        raise ComponentFileError(
            f"There is no component '{module_name}.{class_name}'.{did_you_mean(class_name, ours.__all__)}"
        )
    return getattr(ours, class_name)


def _import(module_name: str, class_name: str, name: str) -> Any:
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise  # something that the module itself imports is missing
        raise ComponentFileError(
            f"There is no component '{name}': the module '{error.name}' cannot be found."
        ) from error
    found = getattr(module, class_name, None)
    if found is None:
        names = [
            other
            for other, value in vars(module).items()
            if isinstance(value, type) and issubclass(value, Component)
        ]
        raise ComponentFileError(
            f"There is no component '{name}': the module '{module_name}' has no '{class_name}'.{did_you_mean(class_name, names)}"
        )
    return found
