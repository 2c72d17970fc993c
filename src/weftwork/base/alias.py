"""The import alias: `import dagster` in users' code resolves to this package where the real one is absent."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from weftwork.base.errors import DagsterImportError
from weftwork.base.text import did_you_mean

ALIAS = "dagster"
SETTING = "WEFTWORK_AS_DAGSTER"
# The version of the API that is served, which programs compare before they use a feature.
API_VERSION = "1.13.27"

_FACADE = "weftwork"
# Alias -> our module; None where only sub-modules are served.
_SERVED: dict[str, str | None] = {
    "dagster": _FACADE,
    "dagster.components": "weftwork.components",
    "dagster.components.testing": "weftwork.components.testing",
    "dagster.deprecated": "weftwork.deprecated",
    "dagster.experimental": "weftwork.experimental",
    "dagster.preview": None,
    "dagster.preview.freshness": "weftwork.preview.freshness",
    "dagster.utils": None,
    "dagster.utils.forked_pdb": "weftwork.execution.contexts.forked_pdb",
    "dagster_pipes": "weftwork.pipes",
}
# Programs import from many modules below this one; each has the names of the package itself.
_WITH_PARTS = "dagster.components"


def _is_served(fullname: str) -> bool:
    is_part = (
        fullname.startswith(f"{_WITH_PARTS}.") and fullname.islower()
    )  # names of classes are not modules
    return fullname in _SERVED or is_part


class AliasModule(ModuleType):
    """A module whose names are those of one of our modules, looked up when they are asked for."""

    def __init__(self, name: str, target: str | None) -> None:
        super().__init__(name)
        self.__dict__["_target"] = target
        if name == ALIAS:
            self.__dict__["__version__"] = API_VERSION

    def __getattr__(self, name: str) -> Any:
        target = self.__dict__["_target"]
        if target is None or (name.startswith("__") and name != "__all__"):
            raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'")
        try:
            return getattr(importlib.import_module(target), name)
        except AttributeError:
            known = [other for other in dir(importlib.import_module(target)) if not other.startswith("_")]
            raise AttributeError(
                f"module '{self.__name__}', which is {target} here, has no attribute '{name}'.{did_you_mean(name, known)}"
            ) from None

    def __dir__(self) -> list[str]:
        target = self.__dict__["_target"]
        return dir(importlib.import_module(target)) if target else []


class _Loader:
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return AliasModule(spec.name, _SERVED.get(spec.name, _SERVED[_WITH_PARTS]))

    def exec_module(self, module: ModuleType) -> None:
        target = module.__dict__["_target"]
        if target is not None:
            importlib.import_module(target)


class _Finder:
    """Finds the alias and its documented sub-modules; says of internal ones that they are not served."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if not _is_served(fullname):
            if fullname.startswith(f"{ALIAS}.") and isinstance(sys.modules.get(ALIAS), AliasModule):
                raise ModuleNotFoundError(
                    f"'{fullname}' is not served: '{ALIAS}' is {_FACADE} here, which has the documented names only. Import "
                    f"the name from '{ALIAS}' itself.",
                    name=fullname,
                )
            return None
        ours = _SERVED.get(fullname, _SERVED[_WITH_PARTS])
        if ours is not None and importlib.util.find_spec(ours) is None:
            return None
        spec = ModuleSpec(fullname, _Loader(), is_package=True)  # type: ignore[arg-type]  # duck-typed, as the import system is
        spec.submodule_search_locations = []
        return spec


_finder = _Finder()


def install_alias(*, over_installed: bool | None = None) -> None:
    """Have `import dagster` resolve to this package, from now on and in children of this process.

    Where the real package is installed, it keeps its name unless ``over_installed`` says otherwise.

    Args:
        over_installed: whether the real package is hidden (default: whether the environment variable
            WEFTWORK_AS_DAGSTER is "force"; "off" there turns the alias off).

    Raises:
        DagsterImportError: if the real package is to be hidden and has been imported already.
    """
    setting = os.environ.get(SETTING, "").lower()
    if setting == "off":
        return
    force = setting == "force" if over_installed is None else over_installed
    if force and ALIAS in sys.modules and not isinstance(sys.modules[ALIAS], AliasModule):
        raise DagsterImportError(
            f"The package '{ALIAS}' has been imported already, so {_FACADE} cannot take its name. Install the alias before "
            f"anything imports '{ALIAS}'."
        )
    if force:
        remove_alias()
        sys.meta_path.insert(0, _finder)
    elif _finder not in sys.meta_path:
        sys.meta_path.append(_finder)


def remove_alias() -> None:
    """Undo ``install_alias`` for modules that are not imported yet."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
