"""ComponentLoadContext: what a component knows of the project while it is loaded and builds its definitions."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.components.component_path import ComponentPath
from weftwork.components.resolved.resolution_context import ResolutionContext
from weftwork.components.resolved.source_text import SourceText

if TYPE_CHECKING:
    from weftwork.definitions.locations.definitions import Definitions

STASH_KEY = "component_load_context"


class Tree(Protocol):
    """What a context asks the tree of the project's components for."""

    def load_component(self, defs_path: Any, expected_type: type | None = None) -> Any:
        """Return a component."""
        ...

    def build_defs(self, loc: Any = None) -> Definitions:
        """Return the definitions of a component."""
        ...


@dataclasses.dataclass(frozen=True, eq=False)
class ComponentLoadContext:
    """What a component knows of the project while it is loaded and builds its definitions.

    Attributes:
        project_root: the folder of the project.
        defs_module_path: the folder of its definitions.
        defs_module_name: the module of its definitions.
        resolution_context: what templates see.
        component_tree: all components of the project; None where there is no project.
        terminate_autoloading_on_keyword_files: whether a definitions.py stands for its whole folder.
        component_loc: where the component is.
        component_decl: how the component is declared.
    """

    project_root: Path
    defs_module_path: Path
    defs_module_name: str
    resolution_context: ResolutionContext
    component_tree: Any = None
    terminate_autoloading_on_keyword_files: bool = False
    component_loc: ComponentPath | None = None
    component_decl: Any = None

    @staticmethod
    def for_test(project_root: Path | None = None) -> ComponentLoadContext:
        """Return a context outside of any project, for the working directory."""
        root = project_root or Path.cwd()
        return ComponentLoadContext(
            root, root, "test", ResolutionContext.default(), component_loc=ComponentPath(root)
        )

    @staticmethod
    def from_resolution_context(resolution_context: ResolutionContext) -> ComponentLoadContext:
        """Return the context that values are resolved in.

        Raises:
            DagsterInvariantViolationError: if no component is being loaded.
        """
        found = resolution_context.stash.get(STASH_KEY)
        if not isinstance(found, ComponentLoadContext):
            raise DagsterInvariantViolationError("No component is being loaded where this is resolved.")
        return found

    @staticmethod
    def from_decl_load_context(
        decl_load_context: ComponentLoadContext, component_decl: Any
    ) -> ComponentLoadContext:
        """Return a context for a component that is declared so.

        Args:
            decl_load_context: the context of the declaration.
            component_decl: the declaration.
        """
        return dataclasses.replace(decl_load_context, component_decl=component_decl)

    @property
    def component_path(self) -> ComponentPath:
        """Where the component is.

        Raises:
            DagsterInvariantViolationError: if it is nowhere.
        """
        if self.component_loc is None:
            raise DagsterInvariantViolationError("This component is in no file.")
        return self.component_loc

    @property
    def path(self) -> Path:
        """The folder with its defs.yaml, or the Python file."""
        return self.component_path.file_path

    # ------------------------------------------------------------------------------ changed copies

    def for_component_loc(self, component_loc: ComponentPath) -> ComponentLoadContext:
        """Return a context for what is at a place."""
        return dataclasses.replace(self, component_loc=component_loc)

    def for_path(self, path: Path) -> ComponentLoadContext:
        """Return a context for what is in a file or folder."""
        return self.for_component_loc(ComponentPath(path))

    def with_rendering_scope(self, rendering_scope: Mapping[str, Any]) -> ComponentLoadContext:
        """Return a context in which templates see these names too."""
        resolution = self.resolution_context.with_scope(**rendering_scope)
        return dataclasses.replace(self, resolution_context=resolution)

    def with_source_position_tree(self, source_position_tree: SourceText) -> ComponentLoadContext:
        """Return a context that tells places in this file."""
        resolution = self.resolution_context.with_source_position_tree(source_position_tree)
        return dataclasses.replace(self, resolution_context=resolution)

    # ------------------------------------------------------------------------------ modules

    def defs_relative_module_name(self, path: Path) -> str:
        """Return the name of the module that a file or folder of the definitions is.

        Args:
            path: the file or folder.

        Raises:
            DagsterInvariantViolationError: if it is not among the definitions.
        """
        root = Path(self.defs_module_path)
        inside = Path(path)
        if inside.is_absolute() and not inside.is_relative_to(root):
            raise DagsterInvariantViolationError(f"{inside} is not in {root}, the folder of the definitions.")
        parts = (inside.relative_to(root) if inside.is_absolute() else inside).parts
        if inside.suffix == ".py":
            parts = (*parts[:-1], inside.stem)
        names = parts[:-1] if parts and parts[-1] == "__init__" else parts
        return ".".join([self.defs_module_name, *names])

    def load_defs_relative_python_module(self, path: Path) -> ModuleType:
        """Return the module that a file or folder of the definitions is, imported."""
        return import_module(self.defs_relative_module_name(path))

    def normalize_component_type_str(self, type_str: str) -> str:
        """Return the name of a type in full: one that begins with a dot begins at the component's own module."""
        if not type_str.startswith("."):
            return type_str
        folder = self.path if self.path.is_dir() else self.path.parent
        return f"{self.defs_relative_module_name(folder)}{type_str}"

    # ------------------------------------------------------------------------------ other components

    def load_component(self, defs_path: Any, expected_type: type | None = None) -> Any:
        """Return another component of the project.

        Args:
            defs_path: where it is, from the folder of the definitions on.
            expected_type: what it must be.

        Raises:
            DagsterInvariantViolationError: if there is none.
        """
        return self._get_tree().load_component(defs_path, expected_type)

    def load_structural_component_at_path(self, defs_path: Any) -> Any:
        """Return what is at a path, also where that is a whole folder."""
        return self._get_tree().load_component(defs_path)

    load_structural_component_at_loc = load_structural_component_at_path

    def build_defs(self, loc: Any) -> Definitions:
        """Return the definitions of another component, or folder, of the project.

        Args:
            loc: where it is, from the folder of the definitions on.
        """
        return self._get_tree().build_defs(loc)

    def _get_tree(self) -> Tree:
        if self.component_tree is None:
            raise DagsterInvariantViolationError(
                "There is no project here whose components could be asked for."
            )
        tree: Tree = self.component_tree
        return tree
