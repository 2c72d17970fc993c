"""Components that are made of others: a folder, a Python file, a defs.yaml with several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from weftwork.components.component import Component, ComponentTypeSpec
from weftwork.components.component_path import ComponentPath
from weftwork.components.load_context import ComponentLoadContext
from weftwork.definitions.locations.definitions import Definitions


class Container(Component):
    """A component that is made of others."""

    def list_parts(self) -> Sequence[tuple[ComponentPath, Component]]:
        """Return place and component of each part."""
        raise NotImplementedError

    def build_defs(self, context: ComponentLoadContext) -> Definitions:
        """Return the definitions of all parts together."""
        made = (part.build_defs(context.for_component_loc(place)) for place, part in self.list_parts())
        return Definitions.merge(*made)

    def iterate_path_component_pairs(self) -> Iterator[tuple[ComponentPath, Component]]:
        """Yield place and component of each part, at any depth."""
        for place, part in self.list_parts():
            yield place, part
            if isinstance(part, Container):
                yield from part.iterate_path_component_pairs()

    def iterate_components(self) -> Iterator[Component]:
        """Yield each part, at any depth."""
        for _, part in self.iterate_path_component_pairs():
            yield part


class DefsFolderComponent(Container):
    """A folder: everything that its files and folders define.

    Args:
        path: the folder.
        children: file or folder to its component.
    """

    spec: ClassVar[ComponentTypeSpec] = ComponentTypeSpec(description="Everything that a folder defines.")

    def __init__(self, path: Path, children: Mapping[Path, Component]) -> None:
        self.path = path
        self.children = children

    @classmethod
    def get_spec(cls) -> ComponentTypeSpec:
        """Return what is told of it in lists of types."""
        return cls.spec

    @classmethod
    def get(cls, context: ComponentLoadContext) -> DefsFolderComponent:
        """Return the folder where a context is.

        Raises:
            DagsterInvariantViolationError: if there is something else.
        """
        found: DefsFolderComponent = context.load_component(context.path, DefsFolderComponent)
        return found

    @classmethod
    def load(cls, attributes: Any, context: ComponentLoadContext) -> DefsFolderComponent:
        """Return the folder of a file; it takes no attributes."""
        super().load(attributes, context) if attributes is not None and attributes.model_fields_set else None
        return cls.get(context)

    def list_parts(self) -> Sequence[tuple[ComponentPath, Component]]:
        """Return place and component of each file and folder."""
        return [(ComponentPath(path), child) for path, child in self.children.items()]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DefsFolderComponent) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(self.path)

    def __repr__(self) -> str:
        return (
            f"DefsFolderComponent(path={str(self.path)!r}, children={[path.name for path in self.children]})"
        )


class PythonFileComponent(Container):
    """A Python file: what it defines, and the components that its functions return.

    Args:
        path: the file.
        components: function to its component.
    """

    def __init__(self, path: Path, components: Mapping[str, Component]) -> None:
        self.path = path
        self.components = components

    def list_parts(self) -> Sequence[tuple[ComponentPath, Component]]:
        """Return place and component of each function."""
        return [(ComponentPath(self.path, name), component) for name, component in self.components.items()]

    def __repr__(self) -> str:
        return f"PythonFileComponent(path={str(self.path)!r}, components={list(self.components)})"


class CompositeYamlComponent(Container):
    """A defs.yaml with several components.

    Args:
        path: its folder.
        components: them, in order.
    """

    def __init__(self, path: Path, components: Sequence[Component]) -> None:
        self.path = path
        self.components = components

    def list_parts(self) -> Sequence[tuple[ComponentPath, Component]]:
        """Return place and component of each document."""
        return [(ComponentPath(self.path, number), part) for number, part in enumerate(self.components)]

    def __repr__(self) -> str:
        return f"CompositeYamlComponent(path={str(self.path)!r}, components={list(self.components)!r})"
