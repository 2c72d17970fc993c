"""Python files among the definitions, and the functions in them that declare components."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from types import ModuleType
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.base.source import describe_function
from weftwork.components.component import Component
from weftwork.components.component_path import ComponentPath
from weftwork.components.load_context import ComponentLoadContext
from weftwork.components.marks import call_with_context, iterate_instances
from weftwork.components.tree.containers import PythonFileComponent
from weftwork.components.tree.node import Node
from weftwork.definitions.locations.definitions import Definitions
from weftwork.definitions.locations.load_definitions import LazyDefinitions, load_definitions_from_modules
from weftwork.definitions.locations.modules import iterate_objects
from weftwork.definitions.locations.repository import RepositoryDefinition


class PythonFileNode(Node):
    """A Python file."""

    @cached_property
    def module(self) -> ModuleType:
        """The module, imported."""
        return self.context.load_defs_relative_python_module(self.path)

    def _list_children(self) -> Sequence[Node]:
        found = iterate_instances(self.module)
        return [InstanceNode(ComponentPath(self.path, name), self.context, fn) for name, fn in found]

    def _load(self) -> Component:
        parts = {str(child.loc.instance_key): child.component for child in self.children}
        return PythonFileComponent(self.path, parts)

    def _build(self) -> Definitions:
        _ = self.component
        return Definitions.merge(
            build_module_defs(self.module, self.context), *(child.defs for child in self.children)
        )

    @property
    def is_code(self) -> bool:
        """Whether errors are told as they are: those of an import and of the user's functions have their own place."""
        return True


def build_module_defs(module: ModuleType, context: ComponentLoadContext) -> Definitions:
    """Return what a module defines: its one Definitions, or else what lies in it.

    Args:
        module: the module.
        context: where in the project it is, for a function with ``@definitions`` that takes it.

    Raises:
        DagsterInvalidDefinitionError: if it has several Definitions.
    """
    wholes = [whole for _, whole in iterate_objects([module], (Definitions, LazyDefinitions))]
    if len(wholes) > 1:
        raise DagsterInvalidDefinitionError(
            f"{module.__file__} has {len(wholes)} Definitions. Keep one, or join them: Definitions.merge(a, b)."
        )
    if not wholes:
        return load_definitions_from_modules([module])
    made: Any = wholes[0](context) if isinstance(wholes[0], LazyDefinitions) else wholes[0]
    if isinstance(made, RepositoryDefinition):
        raise DagsterInvalidDefinitionError(
            f"{module.__file__} returns a repository, which cannot be part of a project's definitions. Return Definitions."
        )
    definitions: Definitions = made
    return definitions


class InstanceNode(Node):
    """A function with ``@component_instance``.

    Args:
        loc: the file, and the name of the function.
        context: the context of the file.
        fn: the function.
    """

    def __init__(self, loc: ComponentPath, context: ComponentLoadContext, fn: Callable[..., Any]) -> None:
        super().__init__(loc, context)
        self.fn = fn

    @property
    def component_type(self) -> Any:
        """What the function says that it returns; None if it does not say."""
        hint = getattr(self.fn, "__annotations__", {}).get("return")
        if isinstance(hint, str):
            hint = _read_hint(self.fn)
        return hint if isinstance(hint, type) else None

    def _load(self) -> Component:
        made = call_with_context(self.fn, self.context)
        if not isinstance(made, Component):
            raise ParameterCheckError(
                f"{describe_function(self.fn)} has @component_instance and must return a component, not {made!r:.100}."
            )
        return made

    def _build(self) -> Definitions:
        return self.component.build_defs(self.context)


def _read_hint(fn: Callable[..., Any]) -> Any:
    from typing import get_type_hints  # most functions are not annotated with text

    try:
        return get_type_hints(fn).get("return")
    except NameError:  # a name that only type checkers know
        return None
