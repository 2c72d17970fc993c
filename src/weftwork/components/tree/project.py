"""The project that a folder is in: what its pyproject.toml or dg.toml says of its definitions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from weftwork.base.errors import DagsterImportError, DagsterInvariantViolationError

_PROJECT_FILE, _DG_FILE = "pyproject.toml", "dg.toml"


class Project(NamedTuple):
    """A project.

    Attributes:
        root: its folder.
        root_module: the module of its code.
        defs_module: the module of its definitions.
        location_name: the name of its code location.
        registry_modules: the modules, or patterns of them, with its types of components.
    """

    root: Path
    root_module: str
    defs_module: str
    location_name: str
    registry_modules: tuple[str, ...] = ()

    @staticmethod
    def find(path: Path) -> Project:
        """Return the project that a file or folder is in.

        Raises:
            DagsterInvariantViolationError: if it is in none.
        """
        given = Path(path).resolve()
        for folder in (given, *given.parents):
            found = _read_project(folder) if folder.is_dir() else None
            if found is not None:
                return found
        raise DagsterInvariantViolationError(
            f"{given} is in no project: neither it nor a folder above has a pyproject.toml with [tool.dg.project], or a dg.toml with "
            f"[project], that names its root_module."
        )


def _read_project(folder: Path) -> Project | None:
    dg = _read_toml(folder / _DG_FILE)
    table: Any = (
        dg if dg is not None else ((_read_toml(folder / _PROJECT_FILE) or {}).get("tool") or {}).get("dg")
    )
    said = table.get("project") if isinstance(table, Mapping) else None
    if not isinstance(said, Mapping):
        return None
    defs_module = said.get("defs_module")
    root_module = said.get("root_module") or (
        defs_module.rpartition(".")[0] if isinstance(defs_module, str) else None
    )
    if not isinstance(root_module, str) or not root_module:
        raise DagsterInvariantViolationError(f"{folder}: [tool.dg.project] must name its root_module.")
    return Project(
        root=folder,
        root_module=root_module,
        defs_module=str(defs_module or f"{root_module}.defs"),
        location_name=str(said.get("code_location_name") or folder.name),
        registry_modules=tuple(str(name) for name in said.get("registry_modules") or ()),
    )


def _read_toml(path: Path) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise DagsterInvariantViolationError(f"{path} cannot be read: {error}") from error


def import_defs_module(project: Project) -> ModuleType:
    """Return the module of a project's definitions, imported.

    Raises:
        DagsterImportError: if Python does not find it; errors of its own code are told as they are.
    """
    try:
        return import_module(project.defs_module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{project.defs_module}.".startswith(f"{error.name}."):
            raise
        raise DagsterImportError(_describe_missing(project, error.name)) from error


def _describe_missing(project: Project, missing: str) -> str:
    parts = missing.split(".")
    folders = [project.root / "src", project.root]
    found = next((folder for folder in folders if folder.joinpath(*parts).exists()), None)
    where = (
        f" It is there, at {found.joinpath(*parts)}, but Python does not look in {found}: add that to PYTHONPATH, or"
        if found is not None
        else " If the name is right,"
    )
    return (
        f"The module '{project.defs_module}' of the project {project.root} cannot be imported: '{missing}' is not found, so the "
        f"project is probably not installed.{where} run `pip install -e .` in {project.root}."
    )
