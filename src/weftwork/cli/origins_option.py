"""Options that name code locations: -f FILE, -m MODULE, -w WORKSPACE, and what goes with them."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

import click

from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.snapshots.origin import LocationOrigin


def origins_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command options for code locations; it gets them as ``origins``, those of the working directory if none is named."""

    @click.option(
        "--workspace", "-w", "workspace_files", multiple=True, metavar="FILE", help="A workspace.yaml."
    )
    @click.option(
        "--python-file", "-f", "python_files", multiple=True, metavar="FILE", help="A file with definitions."
    )
    @click.option(
        "--module-name",
        "-m",
        "module_names",
        multiple=True,
        metavar="MODULE",
        help="A module with definitions.",
    )
    @click.option(
        "--package-name", "--autoload-defs-module-name", "package_names", multiple=True, metavar="PACKAGE",
        help="A package that is searched for definitions.",
    )  # fmt: skip
    @click.option("--working-directory", "-d", metavar="DIRECTORY", help="From where modules are imported.")
    @click.option(
        "--attribute", "-a", metavar="NAME", help="The name of the definitions in the file or module."
    )
    @click.option("--location-name", metavar="NAME", help="The name of the code location.")
    @functools.wraps(command)
    def with_origins(
        *args: Any,
        workspace_files: tuple[str, ...],
        python_files: tuple[str, ...],
        module_names: tuple[str, ...],
        package_names: tuple[str, ...],
        working_directory: str | None,
        attribute: str | None,
        location_name: str | None,
        **options: Any,
    ) -> Any:
        from weftwork.locations.origins import find_origins, list_origins  # not for --help

        if workspace_files or python_files or module_names or package_names:
            origins = list_origins(
                workspace_files=workspace_files, python_files=python_files, module_names=module_names,
                package_names=package_names, working_directory=working_directory, attribute=attribute,
                location_name=location_name,
            )  # fmt: skip
        elif attribute:
            raise click.UsageError("-a goes with -f FILE, -m MODULE or --package-name PACKAGE.")
        else:
            origins = find_origins(working_directory)
        return command(*args, origins=origins, **options)

    return with_origins


def require_single(origins: list[LocationOrigin]) -> CodeOrigin:
    """Return where the code of the one location is.

    Raises:
        click.UsageError: if there is none, or several, or its code is elsewhere.
    """
    if len(origins) == 1 and origins[0].code is not None:
        return origins[0].code
    if not origins:
        raise click.UsageError(
            f"Where is the code? Give -f FILE or -m MODULE (nothing in {os.getcwd()} names any)."
        )
    raise click.UsageError("A server serves one code location, from its code: give one -f FILE or -m MODULE.")
