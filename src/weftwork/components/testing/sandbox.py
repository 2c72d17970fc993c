"""A project in a temporary folder, for tests of components."""

from __future__ import annotations

import dataclasses
import importlib
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from weftwork.components.component import Component
from weftwork.components.scaffold.scaffolding import scaffold_object
from weftwork.components.testing.source import get_original_module_name, random_importable_name
from weftwork.components.tree.component_tree import ComponentTree
from weftwork.components.tree.folder_nodes import DefsFileNode
from weftwork.definitions.locations.definitions import Definitions

Format = Literal["yaml", "python"]


@dataclasses.dataclass(frozen=True)
class DefsFolderSandbox:
    """A project in a temporary folder.

    Attributes:
        project_root: its folder.
        defs_folder_path: the folder of its definitions.
        project_name: the module of its code.
    """

    project_root: Path
    defs_folder_path: Path
    project_name: str

    @contextmanager
    def activate_venv_for_project(self) -> Iterator[None]:
        """Have Python find the project's modules, and forget them afterwards."""
        source = str(self.project_root / "src")
        sys.path.insert(0, source)
        importlib.invalidate_caches()
        try:
            yield
        finally:
            sys.path.remove(source)
            for name in [name for name in sys.modules if f"{name}.".startswith(f"{self.project_name}.")]:
                del sys.modules[name]

    @contextmanager
    def build_component_tree(self, code_location_name: str | None = None) -> Iterator[ComponentTree]:
        """Yield the components of the project.

        Args:
            code_location_name: the name of its code location.
        """
        with self.activate_venv_for_project():
            module = importlib.import_module(f"{self.project_name}.defs")
            yield ComponentTree(
                defs_module=module, project_root=self.project_root,
                terminate_autoloading_on_keyword_files=False, code_location_name=code_location_name,
            )  # fmt: skip

    @contextmanager
    def build_all_defs(self) -> Iterator[Definitions]:
        """Yield the definitions of the project."""
        with self.build_component_tree() as tree:
            yield tree.build_defs()

    @contextmanager
    def load_component_and_build_defs(self, defs_path: Path) -> Iterator[tuple[Component, Definitions]]:
        """Yield a component of the project, and its definitions.

        Args:
            defs_path: its folder.
        """
        with self.build_component_tree() as tree:
            node = tree.find_decl_at_path(defs_path)
            component = node.children[0].component if isinstance(node, DefsFileNode) else node.component
            yield component, node.defs

    def scaffold_component(
        self,
        component_cls: Any,
        defs_path: Path | str | None = None,
        scaffold_params: dict[str, Any] | None = None,
        scaffold_format: Format = "yaml",
        defs_yaml_contents: Mapping[str, Any] | None = None,
    ) -> Path:
        """Write the files of a new component, and return its folder.

        Args:
            component_cls: its class.
            defs_path: its folder, from that of the definitions on (default: one with a random name).
            scaffold_params: what its scaffolder takes.
            scaffold_format: whether a defs.yaml or a Python file declares it.
            defs_yaml_contents: what its defs.yaml says instead of what the scaffolder writes.
        """
        import json  # only tests with parameters need it

        folder = self.defs_folder_path / (defs_path or random_importable_name())
        if defs_yaml_contents is not None:
            self.swap_defs_file(folder / "defs.yaml", defs_yaml_contents)
            return folder
        typename = f"{get_original_module_name(component_cls)}.{component_cls.__name__}"
        params = json.dumps(scaffold_params) if scaffold_params is not None else None
        scaffold_object(folder, typename, params, scaffold_format, self.project_root)
        return folder

    def swap_defs_file(self, defs_path: Path, defs_yaml_contents: Mapping[str, Any] | None) -> None:
        """Write a defs.yaml anew.

        Args:
            defs_path: the file, or its folder.
            defs_yaml_contents: what it says; None to take it away.
        """
        import yaml  # heavy, and tests alone write it

        file = defs_path if defs_path.suffix in (".yaml", ".yml") else defs_path / "defs.yaml"
        if defs_yaml_contents is None:
            file.unlink(missing_ok=True)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(dict(defs_yaml_contents), sort_keys=False), encoding="utf-8")


@contextmanager
def create_defs_folder_sandbox(*, project_name: str | None = None) -> Iterator[DefsFolderSandbox]:
    """Yield an empty project in a temporary folder.

    Args:
        project_name: the module of its code (default: a random name).

    Example:
        >>> with create_defs_folder_sandbox() as sandbox:
        ...     path = sandbox.scaffold_component(Tables, defs_yaml_contents={"type": "my_project.Tables"})
        ...     with sandbox.load_component_and_build_defs(path) as (component, defs):
        ...         ...
    """
    name = project_name or random_importable_name()
    with tempfile.TemporaryDirectory(prefix="weftwork-project-") as folder:
        root = Path(folder).resolve()
        defs = root / "src" / name / "defs"
        defs.mkdir(parents=True)
        (root / "dg.toml").write_text(
            f'directory_type = "project"\n\n[project]\nroot_module = "{name}"\n', encoding="utf-8"
        )
        yield DefsFolderSandbox(root, defs, name)


@dataclasses.dataclass(frozen=True)
class DefsPathSandbox:
    """One component in a project in a temporary folder.

    Attributes:
        project: the project.
        defs_folder_path: the folder of the component.
    """

    project: DefsFolderSandbox
    defs_folder_path: Path

    @property
    def project_root(self) -> Path:
        """The folder of the project."""
        return self.project.project_root

    @contextmanager
    def load(
        self, component_body: Mapping[str, Any] | None = None
    ) -> Iterator[tuple[Component, Definitions]]:
        """Yield the component, and its definitions.

        Args:
            component_body: what its defs.yaml says (default: as it is).
        """
        if component_body is not None:
            self.project.swap_defs_file(self.defs_folder_path, component_body)
        with self.project.load_component_and_build_defs(self.defs_folder_path) as loaded:
            yield loaded


@contextmanager
def scaffold_defs_sandbox(
    *,
    component_cls: type,
    component_path: Path | str | None = None,
    scaffold_params: dict[str, Any] | None = None,
    scaffold_format: Format = "yaml",
    project_name: str | None = None,
) -> Iterator[DefsPathSandbox]:
    """Yield one new component in a project in a temporary folder.

    Args:
        component_cls: its class.
        component_path: its folder, from that of the definitions on.
        scaffold_params: what its scaffolder takes.
        scaffold_format: whether a defs.yaml or a Python file declares it.
        project_name: the module of the project's code (default: a random name).
    """
    with create_defs_folder_sandbox(project_name=project_name) as project:
        folder = project.scaffold_component(component_cls, component_path, scaffold_params, scaffold_format)
        yield DefsPathSandbox(project, folder)
