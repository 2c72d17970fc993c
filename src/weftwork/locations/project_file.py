"""pyproject.toml and dg.toml: the code location of a project, and the projects of a workspace, as documented."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.snapshots.origin import LocationOrigin

PROJECT_FILE = "pyproject.toml"
DG_FILE = "dg.toml"
_MODULE_TYPES = ("module", "package")
_PYTHONS = (os.path.join(".venv", "bin", "python"), os.path.join(".venv", "Scripts", "python.exe"))


def read_project(folder: str) -> list[LocationOrigin]:
    """Return the code locations that the pyproject.toml or dg.toml of a folder names; none if it names none.

    ``[tool.dagster]`` has ``module_name`` or ``modules``, and ``code_location_name``; ``[tool.dg]`` is a project with
    ``[tool.dg.project]``, or a workspace whose ``[tool.dg.workspace]`` lists the folders of projects.

    Raises:
        DagsterInvariantViolationError: if a file cannot be read, or says something of the wrong kind.
    """
    folder = os.path.abspath(folder)
    path = os.path.join(folder, PROJECT_FILE)
    tool = _table(_read_toml(path).get("tool"), path, "tool")
    classic = _table(tool.get("dagster"), path, "tool.dagster")
    found = _read_classic(classic, folder, path) if classic else []
    if found:
        return found
    dg_path = os.path.join(folder, DG_FILE)
    dg = _read_toml(dg_path) or _table(tool.get("dg"), path, "tool.dg")
    return _read_dg(dg, folder, dg_path if os.path.exists(dg_path) else path) if dg else []


def _read_toml(path: str) -> Mapping[str, Any]:
    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise DagsterInvariantViolationError(f"{path} cannot be read: {error}") from error


def _table(value: Any, path: str, name: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise DagsterInvariantViolationError(f"{path}: [{name}] must be a table, not {value!r:.100}.")
    return value


def _text(table: Mapping[str, Any], key: str, path: str) -> str | None:
    value = table.get(key)
    if value is not None and not (isinstance(value, str) and value):
        raise DagsterInvariantViolationError(f"{path}: '{key}' must be text, not {value!r:.100}.")
    return value


def _read_classic(table: Mapping[str, Any], folder: str, path: str) -> list[LocationOrigin]:
    name = _text(table, "code_location_name", path)
    single = _text(table, "module_name", path)
    if single is not None:
        return [_origin(name or single, folder, module_name=single)]
    modules = table.get("modules", [])
    if not isinstance(modules, Sequence) or isinstance(modules, str):
        raise DagsterInvariantViolationError(
            f"{path}: 'modules' must be a list of tables, not {modules!r:.100}."
        )
    found = []
    for number, entry in enumerate(modules, start=1):
        kind, target = (entry.get("type"), entry.get("name")) if isinstance(entry, Mapping) else (None, None)
        if kind not in _MODULE_TYPES or not isinstance(target, str):
            raise DagsterInvariantViolationError(
                f'{path}: entry {number} of modules must be {{type = "module", name = "..."}}, not {entry!r:.100}.'
            )
        label = name if name is not None and len(modules) == 1 else target
        found.append(
            _origin(label, folder, **{"module_name" if kind == "module" else "package_name": target})
        )
    return found


def _read_dg(dg: Mapping[str, Any], folder: str, path: str) -> list[LocationOrigin]:
    if dg.get("directory_type") == "workspace":
        workspace = _table(dg.get("workspace"), path, "tool.dg.workspace")
        found = []
        for entry in workspace.get("projects", []):
            project = entry.get("path") if isinstance(entry, Mapping) else entry
            if not isinstance(project, str):
                raise DagsterInvariantViolationError(
                    f"{path}: a project of [tool.dg.workspace] must have a path, not {entry!r:.100}."
                )
            found += read_project(os.path.join(folder, project))
        return found
    project_table = _table(dg.get("project"), path, "tool.dg.project")
    named = _text(project_table, "defs_module", path)
    root = _text(project_table, "root_module", path) or (
        named.rpartition(".")[0] if named is not None else None
    )
    if not root:
        raise DagsterInvariantViolationError(f"{path}: [tool.dg.project] must name its root_module.")
    target = _text(project_table, "code_location_target_module", path)
    name = _text(project_table, "code_location_name", path) or os.path.basename(folder)
    base = _import_folder(folder, root)
    if target is not None or _has_module(base, f"{root}.definitions"):
        return [_origin(name, base, module_name=target or f"{root}.definitions", project=folder)]
    defs = named or f"{root}.defs"
    return [_origin(name, base, package_name=defs, project=folder)]


def _import_folder(folder: str, root: str) -> str:
    """Return the folder that the root module is imported from: the project's, or ``src`` in it."""
    source = os.path.join(folder, "src")
    return source if os.path.exists(os.path.join(source, root.split(".", maxsplit=1)[0])) else folder


def _has_module(base: str, name: str) -> bool:
    path = os.path.join(base, *name.split("."))
    return os.path.isfile(f"{path}.py") or os.path.isdir(path)


def _origin(name: str, folder: str, *, project: str | None = None, **where: str) -> LocationOrigin:
    python = next(
        (
            found
            for place in (_PYTHONS if project is not None else ())
            if os.path.exists(found := os.path.join(str(project), place))
        ),
        None,
    )
    return LocationOrigin(name=name, code=CodeOrigin(working_directory=folder, python=python, **where))
