"""DefinitionsComponent: what one Python file defines."""

from __future__ import annotations

from pathlib import Path

from weftwork.components.component import Component
from weftwork.components.load_context import ComponentLoadContext
from weftwork.components.resolved.model import Model
from weftwork.components.resolved.resolvable import Resolvable
from weftwork.components.tree.python_nodes import build_module_defs
from weftwork.definitions.locations.definitions import Definitions


class DefinitionsComponent(Component, Model, Resolvable):
    """What one Python file of the component's folder defines.

    Attributes:
        path: the file (None: definitions.py).
    """

    path: str | None

    def build_defs(self, context: ComponentLoadContext) -> Definitions:
        """Return what the file defines.

        Raises:
            ModuleNotFoundError: if there is no such file.
        """
        folder = context.path if context.path.is_dir() else context.path.parent
        file = folder / Path(self.path or "definitions.py")
        module = context.load_defs_relative_python_module(file)
        return build_module_defs(module, context)
