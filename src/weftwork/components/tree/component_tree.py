"""ComponentTree: the components of a project."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.base.text import did_you_mean
from weftwork.components.component import Component
from weftwork.components.component_path import ComponentPath
from weftwork.components.load_context import ComponentLoadContext
from weftwork.components.resolved.resolution_context import ResolutionContext
from weftwork.components.tree.containers import Container
from weftwork.components.tree.folder_nodes import DefsFileNode, DocumentNode, FolderNode, build_node
from weftwork.components.tree.node import Node, NodeState
from weftwork.components.tree.picture import draw
from weftwork.components.tree.project import Project, import_defs_module
from weftwork.components.tree.python_nodes import InstanceNode
from weftwork.definitions.locations.definitions import Definitions

C = TypeVar("C", bound=Component)


class ComponentTree:
    """The components of a project, as a tree of its folders. Each file is read once, when it is first asked for.

    Args:
        defs_module: the module of the definitions; its folder is where the tree begins.
        project_root: the folder of the project.
        terminate_autoloading_on_keyword_files: whether a definitions.py stands for its whole folder.
        code_location_name: the name of the code location.

    Example:
        >>> tree = ComponentTree.for_project(Path("my_project"))
        >>> tree.build_defs("team/reports")
    """

    def __init__(
        self,
        *,
        defs_module: ModuleType,
        project_root: Path,
        terminate_autoloading_on_keyword_files: bool | None = None,
        code_location_name: str | None = None,
    ) -> None:
        self.defs_module = defs_module
        self.project_root = Path(project_root)
        self.terminate_autoloading_on_keyword_files = terminate_autoloading_on_keyword_files
        self.code_location_name = code_location_name
        self._whole: Definitions | None = None
        self._state_keys: dict[str, ComponentPath | None] = {}

    @staticmethod
    def from_module(defs_module: ModuleType, project_root: Path) -> ComponentTree:
        """Return the tree of a module.

        Args:
            defs_module: the module of the definitions.
            project_root: the folder of the project.
        """
        return ComponentTree(defs_module=defs_module, project_root=project_root)

    @classmethod
    def for_project(cls, path_within_project: Path) -> ComponentTree:
        """Return the tree of the project that a folder is in, which its pyproject.toml or dg.toml describes.

        Args:
            path_within_project: the folder, or a file in it.

        Raises:
            DagsterInvariantViolationError: if it is in no project.
            DagsterImportError: if the module of its definitions cannot be imported.
        """
        project = Project.find(Path(path_within_project))
        return cls(
            defs_module=import_defs_module(project), project_root=project.root,
            terminate_autoloading_on_keyword_files=False, code_location_name=project.location_name,
        )  # fmt: skip

    @staticmethod
    def for_test() -> ComponentTree:
        """Return an empty tree for the working directory, whose ``load_context`` tests give to ``build_defs``."""
        return _EmptyTree(defs_module=ModuleType("test"), project_root=Path.cwd())

    # ------------------------------------------------------------------------------ where it is

    @property
    def defs_module_name(self) -> str:
        """The name of the module of the definitions."""
        return self.defs_module.__name__

    @cached_property
    def defs_module_path(self) -> Path:
        """The folder of the definitions.

        Raises:
            DagsterInvariantViolationError: if the module is no package.
        """
        if self.defs_module.__file__ is not None:
            return Path(self.defs_module.__file__).parent
        folders = list(getattr(self.defs_module, "__path__", ()))
        if not folders:
            raise DagsterInvariantViolationError(f"The module '{self.defs_module_name}' has no folder.")
        return Path(folders[0])

    @cached_property
    def load_context(self) -> ComponentLoadContext:
        """The context of the folder of the definitions."""
        return ComponentLoadContext(
            project_root=self.project_root,
            defs_module_path=self.defs_module_path,
            defs_module_name=self.defs_module_name,
            resolution_context=ResolutionContext.default(),
            component_tree=self,
            terminate_autoloading_on_keyword_files=bool(self.terminate_autoloading_on_keyword_files),
            component_loc=ComponentPath(self.defs_module_path),
        )

    @property
    def decl_load_context(self) -> ComponentLoadContext:
        """The context of the folder of the definitions, as declarations get it."""
        return self.load_context

    # ------------------------------------------------------------------------------ what is in it

    @cached_property
    def _root(self) -> Node:
        path = self.defs_module_path
        return build_node(path, self.load_context) or FolderNode(ComponentPath(path), self.load_context)

    def find_root_decl(self) -> Node:
        """Return what the folder of the definitions is."""
        return self._root

    def find_decl_at_path(self, defs_path: Path | str | ComponentPath) -> Node:
        """Return what is declared at a path.

        Args:
            defs_path: where it is, from the folder of the definitions on.

        Raises:
            DagsterInvariantViolationError: if there is nothing.
        """
        place = ComponentPath.from_resolvable(self.defs_module_path, defs_path)
        found = self._find_node(place)
        if found is None:
            key = place.get_relative_key(self.defs_module_path)
            names = [node.loc.get_relative_key(self.defs_module_path) for node in self._root.children]
            raise DagsterInvariantViolationError(
                f"There is no component at '{key}' in {self.defs_module_path}.{did_you_mean(key, names)}"
            )
        return found

    def _find_node(self, place: ComponentPath) -> Node | None:
        """Walk down to a place; only the folders on the way are looked at."""
        path = place.file_path
        node: Node | None = self._root
        while node is not None and node.path != path:
            node = next(
                (part for part in _parts(node) if path == part.path or path.is_relative_to(part.path)), None
            )
        if node is None or place.instance_key is None:
            return node
        return next((part for part in node.children if part.loc == place), None)

    def load_component(
        self, defs_path: Path | str | ComponentPath, expected_type: type[Any] | None = None
    ) -> Any:
        """Return the component at a path.

        Args:
            defs_path: where it is, from the folder of the definitions on.
            expected_type: what it must be.

        Raises:
            DagsterInvariantViolationError: if there is none, or one of another class.
            ComponentTreeException: if it cannot be loaded.
        """
        found = self.find_decl_at_path(defs_path).component
        if expected_type is not None and not isinstance(found, expected_type):
            raise DagsterInvariantViolationError(
                f"The component at '{defs_path}' is a {type(found).__name__}; a {expected_type.__name__} was expected."
            )
        return found

    load_structural_component_at_loc = load_component

    def load_root_component(self) -> Component:
        """Return the component of the whole folder."""
        return self._root.component

    def get_all_components(self, of_type: type[C]) -> list[C]:
        """Return all components of a class; only those that may be of it are loaded.

        Args:
            of_type: the class.

        Raises:
            ComponentTreeException: if one of them cannot be loaded.
        """
        loaded = (node.component for node in self._root.iterate() if _may_be(node, of_type))
        return [component for component in loaded if isinstance(component, of_type)]

    # ------------------------------------------------------------------------------ definitions

    def build_defs(self, loc: Path | str | ComponentPath | None = None) -> Definitions:
        """Return the definitions of the project, or of one component or folder.

        Args:
            loc: where it is, from the folder of the definitions on (default: everything).

        Raises:
            ComponentTreeException: if something cannot be loaded or built.
        """
        if loc is not None:
            return self.find_decl_at_path(loc).defs
        whole = self._root.defs
        if self._whole is None:
            self._whole = whole.copy(component_tree=self)
        return self._whole

    def build_defs_at_path(self, loc: Path | str | ComponentPath) -> Definitions:
        """Return the definitions of one component or folder; as ``build_defs``."""
        return self.build_defs(loc)

    def is_fully_loaded(self) -> bool:
        """Return whether every component was loaded."""
        return self._root.state in (NodeState.LOADED, NodeState.BUILT)

    def has_built_all_defs(self) -> bool:
        """Return whether the definitions of every component were built."""
        return self._root.state is NodeState.BUILT

    def note_state_key(self, key: str, loc: ComponentPath | None) -> ComponentPath | None:
        """Keep that a component has its state under a key; return another one that has it there too, or None.

        Args:
            key: the key.
            loc: where the component is.
        """
        known = self._state_keys.setdefault(key, loc)
        return known if known != loc else None

    def invalidate(self, loc: Path | str | ComponentPath) -> None:
        """Have a component, and what it is part of, loaded and built anew when they are next asked for.

        Args:
            loc: where it is, from the folder of the definitions on.
        """
        place = ComponentPath.from_resolvable(self.defs_module_path, loc)
        self._whole = None
        for node in self._root.iterate():
            if _depends(node, place):
                node.forget()

    def to_string_representation(self, include_load_and_build_status: bool = False) -> str:
        """Return a picture of the tree.

        Args:
            include_load_and_build_status: whether it tells what was loaded and built.
        """
        return "\n".join(draw(self._root, with_state=include_load_and_build_status))


class _EmptyTree(ComponentTree):
    """A tree outside of any project."""

    @cached_property
    def defs_module_path(self) -> Path:
        """The working directory."""
        return self.project_root

    @cached_property
    def _root(self) -> Node:
        return FolderNode(ComponentPath(self.project_root), self.load_context)


def _parts(node: Node) -> Iterator[Node]:
    """Yield what is in a node that has a path of its own."""
    for child in node.children:
        if isinstance(child, DocumentNode):
            yield from child.children
        elif not isinstance(child, InstanceNode):
            yield child


def _depends(node: Node, place: ComponentPath) -> bool:
    """Return whether a node is at a place, is part of what is there, or has it as a part."""
    if node.path == place.file_path:
        return place.instance_key is None or node.loc.instance_key in (None, place.instance_key)
    is_part = place.instance_key is None and node.path.is_relative_to(place.file_path)
    return is_part or place.file_path.is_relative_to(node.path)


def _may_be(node: Node, of_type: type) -> bool:
    if isinstance(node, DefsFileNode):
        return False
    kind = getattr(node, "component_type", None)
    if kind is None:
        return of_type is Component or issubclass(of_type, Container)
    return issubclass(kind, of_type) or issubclass(of_type, kind)
