"""Folders among the definitions, and the defs.yaml of those that are one component."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from weftwork.components.component import Component
from weftwork.components.component_path import ComponentPath
from weftwork.components.defs_file import DeclaredComponent, find_defs_file, read_defs_file
from weftwork.components.errors import ComponentTreeException
from weftwork.components.load_context import ComponentLoadContext
from weftwork.components.tree.containers import CompositeYamlComponent, DefsFolderComponent
from weftwork.components.tree.node import Node
from weftwork.components.tree.python_nodes import PythonFileNode
from weftwork.components.type_names import find_component_type
from weftwork.definitions.assets.source_asset import SourceAsset
from weftwork.definitions.assets.spec_change import map_asset_specs
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.locations.code_references import CODE_REFERENCES_METADATA
from weftwork.definitions.locations.definitions import Definitions
from weftwork.records.values.metadata_value import CodeReferencesMetadataValue

_WHOLE_FOLDER = "definitions.py"


def build_node(path: Path, context: ComponentLoadContext) -> Node | None:
    """Return the node for a file or folder; None if it declares nothing."""
    if path.is_file():
        return PythonFileNode(ComponentPath(path), context) if path.suffix == ".py" else None
    defs_file = find_defs_file(path)
    if defs_file is not None:
        return DefsFileNode(ComponentPath(path), context, defs_file)
    if context.terminate_autoloading_on_keyword_files and (path / _WHOLE_FOLDER).is_file():
        return PythonFileNode(ComponentPath(path / _WHOLE_FOLDER), context)
    folder = FolderNode(ComponentPath(path), context)
    return folder if folder.children else None


def list_folder(path: Path, context: ComponentLoadContext) -> list[Node]:
    """Return the nodes of what is in a folder, by name; what begins with a dot and caches are left out."""
    found = []
    with os.scandir(path) as entries:
        names = sorted(entry.name for entry in entries)
    for name in names:
        if not name.startswith(".") and name != "__pycache__":
            node = build_node(path / name, context)
            if node is not None:
                found.append(node)
    return found


class FolderNode(Node):
    """A folder."""

    def _list_children(self) -> Sequence[Node]:
        return list_folder(self.path, self.context)

    def _load(self) -> Component:
        return DefsFolderComponent(self.path, {child.path: child.component for child in self.children})

    def _build(self) -> Definitions:
        _ = self.component
        return Definitions.merge(*(child.defs for child in self.children))

    @property
    def is_code(self) -> bool:
        """Whether errors are told as they are: those of its children have their place."""
        return True


class DefsFileNode(Node):
    """A folder with a defs.yaml.

    Args:
        loc: the folder.
        context: the context of the folder that it is in.
        file: the defs.yaml.
    """

    def __init__(self, loc: ComponentPath, context: ComponentLoadContext, file: Path) -> None:
        super().__init__(loc, context)
        self.file = file

    def _list_children(self) -> Sequence[DocumentNode]:
        declared = read_defs_file(self.file)
        return [
            DocumentNode(ComponentPath(self.path, number), self.context, document, self.file)
            for number, document in enumerate(declared)
        ]

    def _load(self) -> Component:
        components = _load_all(self.children)
        return components[0] if len(components) == 1 else CompositeYamlComponent(self.path, components)

    def _build(self) -> Definitions:
        _ = self.component
        return Definitions.merge(*(child.defs for child in self.children))


class DocumentNode(Node):
    """One component of a defs.yaml.

    Args:
        loc: the folder, and which document.
        context: the context of the file.
        declared: what the document says.
        file: the defs.yaml.
    """

    def __init__(
        self, loc: ComponentPath, context: ComponentLoadContext, declared: DeclaredComponent, file: Path
    ) -> None:
        super().__init__(loc, context.with_source_position_tree(declared.source))
        self.declared = declared
        self.file = file

    @property
    def place(self) -> str:
        """File and line, for messages."""
        return f" ({self.declared.source.place_of(['type'])})"

    @property
    def name(self) -> str:
        """What a picture of the tree calls it."""
        return f"{self.file.name}[{self.loc.instance_key}] ({self.declared.short_name})"

    @cached_property
    def component_type(self) -> type[Component]:
        """The class of the component."""
        return find_component_type(self.context.normalize_component_type_str(self.declared.type_name))

    @property
    def is_folder(self) -> bool:
        """Whether it stands for everything in its folder."""
        return issubclass(self.component_type, DefsFolderComponent)

    @cached_property
    def ready_context(self) -> ComponentLoadContext:
        """The context in which what the document says is resolved."""
        from weftwork.components.attributes import prepare_context  # pydantic, and Python files need none

        return prepare_context(self.component_type, self.context, self.declared.template_vars_module)

    def _list_children(self) -> Sequence[Node]:
        return list_folder(self.path, self.context) if self.is_folder else ()

    def _load(self) -> Component:
        from weftwork.components.attributes import (
            load_from_attributes,
        )  # pydantic, and Python files need none

        if self.is_folder:
            self._check_no_attributes()
            return DefsFolderComponent(self.path, {child.path: child.component for child in self.children})
        return load_from_attributes(
            self.component_type, self.declared.attributes, self.declared.source, self.ready_context
        )

    def _check_no_attributes(self) -> None:
        from weftwork.components.attributes import refuse_attributes  # pydantic, and Python files need none

        if self.declared.attributes:
            refuse_attributes(self.component_type, self.context.resolution_context)

    def _build(self) -> Definitions:
        component = self.component
        if self.is_folder:
            made = Definitions.merge(*(child.defs for child in self.children))
        else:
            made = self._with_references(component.build_defs(self.ready_context), component)
        return self._with_changes(made)

    def _with_references(self, defs: Definitions, component: Component) -> Definitions:
        line = self.declared.source.find_line()
        references = component.get_code_references_for_yaml(self.file, line, self.context)
        if not references or not defs.assets:
            return defs

        def add(spec: AssetSpec) -> AssetSpec:
            known = spec.metadata.get(CODE_REFERENCES_METADATA)
            every = [*(known.code_references if known is not None else ()), *references]
            value = CodeReferencesMetadataValue(code_references=every)
            return spec.changed(metadata={**spec.metadata, CODE_REFERENCES_METADATA: value})

        return defs.copy(assets=[_map_specs(asset, add) for asset in defs.assets])

    def _with_changes(self, defs: Definitions) -> Definitions:
        if not self.declared.asset_changes:
            return defs
        from weftwork.components.assets.post_processing import (
            change_assets,
        )  # pydantic, and most files change none

        place = self.ready_context.resolution_context.at_path("post_processing").at_path("assets")
        return change_assets(defs, self.declared.asset_changes, place)


def _load_all(nodes: Sequence[Node]) -> list[Component]:
    """Return the components of nodes.

    Raises:
        ComponentTreeException: if some cannot be loaded; tells what is wrong with each of them.
    """
    found: list[Component] = []
    failures: list[ComponentTreeException] = []
    for node in nodes:
        try:
            found.append(node.component)
        except ComponentTreeException as error:
            failures.append(error)
    if len(failures) > 1:
        raise ComponentTreeException("\n".join(str(failure) for failure in failures)) from failures[
            0
        ].__cause__
    if failures:
        raise failures[0]
    return found


def _map_specs(asset: Any, change: Any) -> Any:
    return asset if isinstance(asset, SourceAsset) else map_asset_specs(change, [asset])[0]
