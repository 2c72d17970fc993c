"""Where the definitions are that a command works with: -f FILE, -m MODULE, -w WORKSPACE, and what goes with them."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from weftwork.base.text import did_you_mean, quote_names

if TYPE_CHECKING:
    from weftwork.definitions.locations.repository import RepositoryDefinition
    from weftwork.records.control.code_origin import CodeOrigin
    from weftwork.records.snapshots.origin import LocationOrigin


class DefinitionsSource(NamedTuple):
    """A file, module or package with definitions; one of these three is given.

    Attributes:
        python_file: the file.
        module_name: the module.
        package_name: the package.
        working_directory: from where modules are imported; None for the directory of the command.
        attribute: the name of the definitions in it; None to find them.
    """

    python_file: str | None = None
    module_name: str | None = None
    package_name: str | None = None
    working_directory: str | None = None
    attribute: str | None = None

    def load(self) -> RepositoryDefinition:
        """Return what is defined there, as a repository.

        Raises:
            DagsterImportError: if it cannot be imported, or defines nothing.
        """
        from weftwork.definitions.locations import loading  # loads the floor of definitions, and user code

        options = self.attribute, self.working_directory
        loaded: Any
        if self.python_file is not None:
            loaded = loading.load_definitions_from_file(self.python_file, *options)
        elif self.module_name is not None:
            loaded = loading.load_definitions_from_module_name(self.module_name, *options)
        else:
            assert self.package_name is not None
            loaded = loading.load_definitions_from_package(self.package_name, *options)
        get_repository_def = getattr(loaded, "get_repository_def", None)
        repository: RepositoryDefinition = get_repository_def() if get_repository_def is not None else loaded
        return repository

    def to_arguments(self) -> list[str]:
        """Return it as arguments of a command."""
        named = zip(("-f", "-m", "-p", "-d", "-a"), self, strict=True)
        return [text for option, value in named if value is not None for text in (option, value)]

    def to_origin(self) -> CodeOrigin:
        """Return it as what is recorded with a run, so that other processes find the code."""
        from weftwork.records.control.code_origin import CodeOrigin  # msgspec is not needed by --help

        return CodeOrigin(
            python_file=os.path.abspath(self.python_file) if self.python_file is not None else None,
            module_name=self.module_name,
            package_name=self.package_name,
            working_directory=os.path.abspath(self.working_directory or os.getcwd()),
            attribute=self.attribute,
        )


def definitions_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options -f, -m, -p, -w, -l, -d and -a; it gets ``source``, None if nothing is named."""

    @click.option("--python-file", "-f", metavar="FILE", help="The file with the definitions.")
    @click.option("--module-name", "-m", metavar="MODULE", help="The module with the definitions.")
    @click.option("--package-name", "-p", metavar="PACKAGE", help="The package with the definitions.")
    @click.option("--workspace", "-w", metavar="FILE", help="A workspace.yaml that names the definitions.")
    @click.option("--location", "-l", metavar="NAME", help="Which code location, where there are several.")
    @click.option("--working-directory", "-d", metavar="DIRECTORY", help="From where modules are imported.")
    @click.option(
        "--attribute", "-a", metavar="NAME", help="The name of the definitions in the file or module."
    )
    @functools.wraps(command)
    def with_source(
        *args: Any,
        python_file: str | None,
        module_name: str | None,
        package_name: str | None,
        workspace: str | None,
        location: str | None,
        working_directory: str | None,
        attribute: str | None,
        **options: Any,
    ) -> Any:
        places = [place for place in (python_file, module_name, package_name, workspace) if place]
        if len(places) > 1:
            raise click.UsageError("Give one of -f FILE, -m MODULE, -p PACKAGE and -w WORKSPACE.")
        source = None
        if workspace or (location and not places):
            source = _find_located(workspace, location)
        elif places:
            if location:
                raise click.UsageError("-l goes with -w WORKSPACE, or with what the working directory names.")
            source = DefinitionsSource(python_file, module_name, package_name, working_directory, attribute)
        elif working_directory or attribute:
            raise click.UsageError("-d and -a go with -f FILE, -m MODULE or -p PACKAGE.")
        return command(*args, source=source, **options)

    return with_source


def require_source(source: DefinitionsSource | None) -> DefinitionsSource:
    """Return the source that was given, or the one that the working directory names: see ``locations.origins``.

    Raises:
        click.UsageError: if there is none, or several.
    """
    if source is not None:
        return source
    return _find_located(None, None)


def _find_located(workspace: str | None, location: str | None) -> DefinitionsSource:
    """Return the one code location, or that of a name, of a workspace.yaml or of the working directory."""
    from weftwork.locations.origins import find_origins, list_origins  # not for --help

    origins = list_origins(workspace_files=[workspace]) if workspace else find_origins()
    if location is not None:
        named = [origin for origin in origins if origin.name == location]
        if not named:
            names = [origin.name for origin in origins]
            hint = did_you_mean(location, names) or f" There are: {quote_names(names)}."
            raise click.UsageError(f"There is no code location '{location}'.{hint}")
        origins = named
    if len(origins) > 1:
        several = quote_names([origin.name for origin in origins])
        raise click.UsageError(f"There are several code locations ({several}): say which one, with -l NAME.")
    if origins:
        return _to_source(origins[0])
    raise click.UsageError(
        f"Where are the definitions? Give -f FILE or -m MODULE (there is no workspace.yaml, pyproject.toml or definitions.py "
        f"that names any in {os.getcwd()})."
    )


def _to_source(origin: LocationOrigin) -> DefinitionsSource:
    code = origin.code
    if code is None:
        raise click.UsageError(
            f"The code of '{origin.name}' is served elsewhere; this needs it here. Use the web application, or give -f FILE."
        )
    is_here = code.python_file is not None and os.path.dirname(code.python_file) == os.getcwd()
    file = os.path.basename(code.python_file) if is_here and code.python_file else code.python_file
    folder = None if is_here and code.working_directory == os.getcwd() else code.working_directory
    return DefinitionsSource(file, code.module_name, code.package_name, folder, code.attribute)
