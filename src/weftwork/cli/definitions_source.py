"""Where the definitions are that a command works with: -f FILE or -m MODULE, and what goes with them."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any, NamedTuple

import click

_FILE_NAMES = ("definitions.py",)


class DefinitionsSource(NamedTuple):
    """A file or module with definitions.

    Attributes:
        python_file: the file; None if a module is given.
        module_name: the module.
        working_directory: from where modules are imported; None for the directory of the command.
        attribute: the name of the definitions in it; None to find them.
    """

    python_file: str | None
    module_name: str | None
    working_directory: str | None
    attribute: str | None

    def load(self) -> Any:
        """Return what is defined there, as a repository.

        Raises:
            DagsterImportError: if the file or module cannot be imported.
        """
        from weftwork.definitions.locations.loading import load_definitions  # loads the definition floor

        loaded = load_definitions(
            python_file=self.python_file,
            module_name=self.module_name,
            working_directory=self.working_directory,
            attribute=self.attribute,
        )
        get_repository_def = getattr(loaded, "get_repository_def", None)
        return get_repository_def() if get_repository_def is not None else loaded


def definitions_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options -f, -m, -d and -a; it gets them as ``source``, None if neither -f nor -m is given."""

    @click.option("--python-file", "-f", metavar="FILE", help="The file with the definitions.")
    @click.option("--module-name", "-m", metavar="MODULE", help="The module with the definitions.")
    @click.option("--working-directory", "-d", metavar="DIRECTORY", help="From where modules are imported.")
    @click.option(
        "--attribute", "-a", metavar="NAME", help="The name of the definitions in the file or module."
    )
    @functools.wraps(command)
    def with_source(
        *args: Any,
        python_file: str | None,
        module_name: str | None,
        working_directory: str | None,
        attribute: str | None,
        **options: Any,
    ) -> Any:
        if python_file and module_name:
            raise click.UsageError("Give either -f FILE or -m MODULE, not both.")
        source = None
        if python_file or module_name:
            source = DefinitionsSource(python_file, module_name, working_directory, attribute)
        elif working_directory or attribute:
            raise click.UsageError("-d and -a go with -f FILE or -m MODULE.")
        return command(*args, source=source, **options)

    return with_source


def require_source(source: DefinitionsSource | None) -> DefinitionsSource:
    """Return the source that was given, or the one that lies in the working directory.

    Raises:
        click.UsageError: if there is neither.
    """
    if source is not None:
        return source
    for name in _FILE_NAMES:
        if os.path.isfile(name):
            return DefinitionsSource(name, None, None, None)
    raise click.UsageError(
        f"Where are the definitions? Give -f FILE or -m MODULE (there is no {_FILE_NAMES[0]} in {os.getcwd()})."
    )
