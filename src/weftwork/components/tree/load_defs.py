"""``load_from_defs_folder`` and what is like it: the definitions of a project's folder, and of single components."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.components.component import Component
from weftwork.components.component_path import ComponentPath
from weftwork.components.defs_file import FILE_NAMES
from weftwork.components.load_context import ComponentLoadContext
from weftwork.components.tree.component_tree import ComponentTree
from weftwork.components.tree.folder_nodes import DefsFileNode
from weftwork.components.tree.project import Project
from weftwork.definitions.locations.definitions import Definitions


def load_from_defs_folder(
    *, path_within_project: Path | None = None, project_root: Path | None = None
) -> Definitions:
    """Return the definitions of a project: everything in the folder ``defs`` of its module, Python files and defs.yaml.

    Args:
        path_within_project: a file or folder of the project, such as ``Path(__file__).parent``.
        project_root: the same, by its former name.

    Raises:
        DagsterInvariantViolationError: if it is in no project.
        ComponentTreeException: if a component cannot be loaded or built.

    Example:
        >>> @definitions
        ... def defs():
        ...     return load_from_defs_folder(path_within_project=Path(__file__).parent)
    """
    path = path_within_project if path_within_project is not None else project_root
    if path is None:
        raise DagsterInvariantViolationError("Give path_within_project, a file or folder of the project.")
    return ComponentTree.for_project(Path(path)).build_defs()


def load_defs(
    defs_root: ModuleType,
    project_root: Path | None = None,
    terminate_autoloading_on_keyword_files: bool = True,
) -> Definitions:
    """Return the definitions of a package: everything in its folder, Python files and defs.yaml.

    Args:
        defs_root: the package.
        project_root: the folder of the project (default: the nearest one with a pyproject.toml, or the package's own).
        terminate_autoloading_on_keyword_files: whether a definitions.py stands for its whole folder.

    Raises:
        ComponentTreeException: if a component cannot be loaded or built.

    Example:
        >>> import my_project.defs
        >>> defs = load_defs(my_project.defs)
    """
    tree = ComponentTree(
        defs_module=defs_root, project_root=project_root or _find_root(defs_root),
        terminate_autoloading_on_keyword_files=terminate_autoloading_on_keyword_files,
    )  # fmt: skip
    return tree.build_defs()


def _find_root(module: ModuleType) -> Path:
    folder = Path(module.__file__).parent if module.__file__ else Path(next(iter(module.__path__)))
    named = (above for above in (folder, *folder.parents) if (above / "pyproject.toml").is_file())
    return next(named, folder)


def is_defs_folder(package: ModuleType) -> bool:
    """Return whether a package is the definitions of a project, or has a defs.yaml anywhere."""
    folders = [Path(folder) for folder in getattr(package, "__path__", ())]
    if any(next(folder.rglob(name), None) for folder in folders for name in FILE_NAMES):
        return True
    try:
        return bool(folders) and Project.find(folders[0]).defs_module == package.__name__
    except DagsterInvariantViolationError:
        return False


def build_component_defs(components_root: Path) -> Definitions:
    """Return the definitions of a folder whose module can be imported by the name of the folder above it, and its own.

    Args:
        components_root: the folder, such as ``my_project/defs``.
    """
    root = Path(components_root)
    return load_defs(import_module(f"{root.parent.name}.{root.name}"), project_root=root.parent.parent)


def build_defs_for_component(component: Component) -> Definitions:
    """Return the definitions of a component that is in no project.

    Args:
        component: the component.

    Example:
        >>> build_defs_for_component(Tables(schema_name="sales", tables=["orders"]))
    """
    return component.build_defs(ComponentLoadContext.for_test())


def component_defs(
    *, component: Component, resources: Any = None, context: ComponentLoadContext | None = None
) -> Definitions:
    """Return the definitions of a component, with resources.

    Args:
        component: the component.
        resources: resource key to resource.
        context: where in a project it is (default: nowhere).
    """
    made = component.build_defs(context or ComponentLoadContext.for_test())
    return made.with_resources(resources)


def get_component_defs_within_project(
    *, project_root: str | Path, component_path: str | Path, instance_key: int = 0
) -> tuple[Component, Definitions]:
    """Return one component of a project, and its definitions.

    Args:
        project_root: the folder of the project.
        component_path: where the component is, from the folder of the definitions on.
        instance_key: which one of its defs.yaml.

    Raises:
        DagsterInvariantViolationError: if there is no such component.
    """
    every = get_all_components_defs_within_project(project_root=project_root, component_path=component_path)
    if not 0 <= instance_key < len(every):
        raise DagsterInvariantViolationError(
            f"'{component_path}' has {len(every)} components, and none with the number {instance_key}."
        )
    return every[instance_key]


def get_all_components_defs_within_project(
    *, project_root: str | Path, component_path: str | Path
) -> list[tuple[Component, Definitions]]:
    """Return the components at a path of a project, each with its definitions.

    Args:
        project_root: the folder of the project.
        component_path: where they are, from the folder of the definitions on.

    Raises:
        DagsterInvariantViolationError: if there are none.
    """
    tree = ComponentTree.for_project(Path(project_root))
    node = tree.find_decl_at_path(ComponentPath(tree.defs_module_path / component_path))
    nodes = node.children if isinstance(node, DefsFileNode) else [node]
    return [(one.component, one.defs) for one in nodes]
