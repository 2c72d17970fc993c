"""The code of a location, loaded: its repositories, and what hosts are told of them."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Sequence
from importlib import metadata
from typing import NamedTuple

from weftwork.base.collector.rarely import collecting_rarely
from weftwork.base.errors import DagsterCodeLocationNotFoundError, DagsterInvalidDefinitionError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.components.defs_file import list_read_files
from weftwork.definitions.locations.loading import load_repositories
from weftwork.definitions.locations.repository import RepositoryDefinition
from weftwork.definitions.locations.snapshots.repository import export_location, hash_content
from weftwork.processes.threads import find_thread_in_the_way
from weftwork.records.control.code_origin import CodeOrigin
from weftwork.serde import encode

_DISTRIBUTION = "weftwork"
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class LoadedCode(NamedTuple):
    """The code of a location, loaded.

    Attributes:
        origin: where it is.
        repositories: its repositories by name.
        content: the JSON text of its ``LocationSnapshot``.
        content_hash: the hash of that.
        files: the user's files that were imported.
        warnings: what does not work, in sentences.
    """

    origin: CodeOrigin
    repositories: dict[str, RepositoryDefinition]
    content: bytes
    content_hash: str
    files: tuple[str, ...]
    warnings: tuple[str, ...]

    def get_repository(self, name: str | None) -> RepositoryDefinition:
        """Return a repository; the only one for None.

        Raises:
            DagsterCodeLocationNotFoundError: if there is none of that name, or there are several for None.
        """
        known = self.repositories
        if name is None and len(known) == 1:
            return next(iter(known.values()))
        if name is None:
            raise DagsterCodeLocationNotFoundError(
                f"The code location has several repositories; say which one is meant: {quote_names(known)}."
            )
        if name not in known:
            raise DagsterCodeLocationNotFoundError(
                f"There is no repository '{name}'.{did_you_mean(name, known)} There is: {quote_names(known)}."
            )
        return known[name]


def load_code(origin: CodeOrigin) -> LoadedCode:
    """Import the code of a location and check all that it defines.

    Raises:
        DagsterImportError: if it cannot be imported, or defines nothing.
        DagsterInvalidDefinitionError: if something that it defines cannot be resolved.
    """
    repositories = load_repositories(origin)
    with collecting_rarely():
        for repository in repositories:
            repository.load_all_definitions()
        try:
            content = encode(export_location(repositories, metadata.version(_DISTRIBUTION)))
        except UnicodeEncodeError as error:
            raise DagsterInvalidDefinitionError(
                f"Something that is defined has text that is no Unicode: {error.object[:80]!r}. Names of files that are no "
                "text come into it as such; decode them in another way."
            ) from None
    return LoadedCode(
        origin=origin,
        repositories={repository.name: repository for repository in repositories},
        content=content,
        content_hash=hash_content(content),
        files=list_user_files(),
        warnings=tuple(_find_warnings()),
    )


def list_user_files() -> tuple[str, ...]:
    """Return the Python files that were imported and belong neither to a library nor to us, and defs.yaml files."""
    libraries = {sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    libraries.add(_PACKAGE)
    found = set(list_read_files())
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.endswith(".py") and not file.startswith(tuple(libraries)):
            found.add(os.path.abspath(file))
    return tuple(sorted(found))


def _find_warnings() -> Sequence[str]:
    thread = find_thread_in_the_way()
    if thread is None:
        return ()
    told = (
        f"Importing the code started the thread '{thread}', which forked processes do not have: start threads where they are "
        f"used, not while a module is imported."
    )
    return [told]
