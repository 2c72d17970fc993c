"""The libraries that make themselves known when they are imported, and their versions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from weftwork.base.arguments import check_type
from weftwork.base.errors import ParameterCheckError

_VERSION = re.compile(r"v?\d[\w.+!-]*\Z")


class DagsterLibraryRegistry:
    """The versions of libraries that extend this one; integrations register themselves as they are imported.

    Example:
        >>> DagsterLibraryRegistry.register("our-integration", "1.2.0")
    """

    _libraries: ClassVar[dict[str, str]] = {}

    @classmethod
    def register(cls, name: str, version: str, *, is_dagster_package: bool = True) -> None:
        """Make a library known.

        Args:
            name: its name as a distribution.
            version: its version.
            is_dagster_package: accepted for compatibility: libraries have versions of their own here.

        Raises:
            ParameterCheckError: if the version is none.
        """
        check_type(name, str, "name")
        if not isinstance(version, str) or not _VERSION.match(version):
            raise ParameterCheckError(
                f"The version of '{name}' is {version!r}, which is none. For example: '1.2.0'."
            )
        cls._libraries[name] = version

    @classmethod
    def get(cls) -> Mapping[str, str]:
        """Return library to version, this one included."""
        from importlib.metadata import version  # slow to import, and few ask

        return {"weftwork": version("weftwork"), **cls._libraries}
