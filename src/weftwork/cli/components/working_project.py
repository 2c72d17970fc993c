"""The project of the working directory, with its modules where Python finds them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from weftwork.base.alias import install_alias

if TYPE_CHECKING:
    from weftwork.components.tree.project import Project


def open_project() -> Project:
    """Return the project that the working directory is in.

    Raises:
        DagsterInvariantViolationError: if it is in none.
    """
    from weftwork.components.registry import search_in  # the floor of components, and not for --help
    from weftwork.components.tree.project import Project

    install_alias()  # the project may be written for `import dagster`
    found = Project.find(Path.cwd())
    search_in(found)
    return found
