"""ComponentPath: where in a project a component is: a file or folder, and which one in it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class ComponentPath(NamedTuple):
    """Where a component is.

    Attributes:
        file_path: the folder with its defs.yaml, or the Python file.
        instance_key: which document of the defs.yaml, from 0, or the name of the function in the Python file; None for
            the whole.
    """

    file_path: Path
    instance_key: int | str | None = None

    @staticmethod
    def from_path(path: Path, instance_key: int | str | None = None) -> ComponentPath:
        """Return the place for a file or folder."""
        return ComponentPath(path, instance_key)

    @staticmethod
    def from_resolvable(defs_module_path: Path, resolvable: Path | str | ComponentPath) -> ComponentPath:
        """Return the place that a path names; relative ones begin at the folder of the definitions.

        Args:
            defs_module_path: the folder of the definitions.
            resolvable: the path, or a place.
        """
        if isinstance(resolvable, ComponentPath):
            return resolvable
        return ComponentPath(Path(defs_module_path) / resolvable)

    def without_instance_key(self) -> ComponentPath:
        """Return the place of the whole file or folder."""
        return ComponentPath(self.file_path)

    def get_relative_key(self, parent_path: Path) -> str:
        """Return it as text, from a folder on: ``team/reports[1]``."""
        is_inside = self.file_path.is_relative_to(parent_path)
        path = self.file_path.relative_to(parent_path) if is_inside else self.file_path
        return path.as_posix() if self.instance_key is None else f"{path.as_posix()}[{self.instance_key}]"

    def get_display_key(self, parent_path: Path) -> str:
        """Return it as text, from a folder on; as ``get_relative_key``."""
        return self.get_relative_key(parent_path)
