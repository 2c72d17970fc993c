"""Where the code locations of a host are: what a command line names, or what lies in a folder."""

from __future__ import annotations

import os
from collections.abc import Sequence

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.locations.project_file import read_project
from weftwork.locations.workspace_file import read_workspace_file
from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.snapshots.origin import LocationOrigin

WORKSPACE_FILE = "workspace.yaml"
_FILES = ("definitions.py",)


def list_origins(
    *,
    workspace_files: Sequence[str] = (),
    python_files: Sequence[str] = (),
    module_names: Sequence[str] = (),
    package_names: Sequence[str] = (),
    working_directory: str | None = None,
    attribute: str | None = None,
    location_name: str | None = None,
) -> list[LocationOrigin]:
    """Return the code locations that a command line names.

    Args:
        workspace_files: workspace.yaml files.
        python_files: files, each a location.
        module_names: modules, each a location.
        package_names: packages, each a location.
        working_directory: from where modules are imported; None for the directory of the command.
        attribute: the name of the definitions in the file or module.
        location_name: the name of the one location.

    Raises:
        DagsterInvariantViolationError: if something does not go together, or a file is wrong.
    """
    folder = os.path.abspath(working_directory) if working_directory is not None else os.getcwd()
    codes = [
        *(CodeOrigin(python_file=_find_file(file, folder)) for file in python_files),
        *(CodeOrigin(module_name=name) for name in module_names),
        *(CodeOrigin(package_name=name) for name in package_names),
    ]
    if location_name is not None and len(codes) != 1:
        raise DagsterInvariantViolationError("A location name goes with exactly one file, module or package.")
    origins = [origin for file in workspace_files for origin in read_workspace_file(file)]
    for code in codes:
        target = code.python_file or code.module_name or code.package_name or ""
        name = location_name or (os.path.basename(target) if code.python_file is not None else target)
        if attribute is not None and location_name is None:
            name += f":{attribute}"
        whole = code.replace(working_directory=folder, attribute=attribute)
        origins.append(LocationOrigin(name=name, code=whole))
    return origins


def _find_file(file: str, folder: str) -> str:
    """Return a file as an absolute path: from the directory of the command, else from that of the modules."""
    path = os.path.abspath(file)
    return path if os.path.exists(path) else os.path.normpath(os.path.join(folder, file))


def find_origins(folder: str | None = None) -> list[LocationOrigin]:
    """Return the code locations of a folder: what its workspace.yaml names, else its pyproject.toml, else its definitions.py.

    Args:
        folder: the folder; None for the working directory.

    Returns:
        The locations; none if there is nothing.

    Raises:
        DagsterInvariantViolationError: if a file is wrong.
    """
    folder = os.path.abspath(folder or os.getcwd())
    workspace = os.path.join(folder, WORKSPACE_FILE)
    if os.path.isfile(workspace):
        return read_workspace_file(workspace)
    found = read_project(folder)
    if found:
        return found
    for name in _FILES:
        if os.path.isfile(os.path.join(folder, name)):
            return list_origins(python_files=[name], working_directory=folder)
    return []
