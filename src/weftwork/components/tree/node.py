"""A node of the tree: a place that declares a component; loaded once, built once, when it is asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import cached_property
from pathlib import Path

from weftwork.components.component import Component
from weftwork.components.component_path import ComponentPath
from weftwork.components.errors import ComponentTreeException
from weftwork.components.load_context import ComponentLoadContext
from weftwork.components.tree.problem_text import describe_error
from weftwork.definitions.locations.definitions import Definitions


class NodeState(Enum):
    """How far a node is."""

    FOUND = ""
    LOADED = "loaded"
    BUILT = "built"
    FAILED = "error"


class Node(ABC):
    """A place that declares a component.

    Args:
        loc: the place.
        context: the context of what is above; this node's own is for its place.
    """

    def __init__(self, loc: ComponentPath, context: ComponentLoadContext) -> None:
        self.loc = loc
        self.context = ComponentLoadContext(**{**vars(context), "component_loc": loc, "component_decl": self})
        self.state = NodeState.FOUND
        self._component: Component | None = None
        self._defs: Definitions | None = None
        self._busy: set[str] = set()

    @property
    def path(self) -> Path:
        """The folder or file."""
        return self.loc.file_path

    @property
    def name(self) -> str:
        """What a picture of the tree calls it."""
        return self.path.name if self.loc.instance_key is None else str(self.loc.instance_key)

    @cached_property
    def children(self) -> Sequence[Node]:
        """What it is made of."""
        return self._list_children()

    def _list_children(self) -> Sequence[Node]:
        return ()

    @abstractmethod
    def _load(self) -> Component:
        """Return the component."""

    @abstractmethod
    def _build(self) -> Definitions:
        """Return the definitions."""

    @property
    def component(self) -> Component:
        """The component, loaded once.

        Raises:
            ComponentTreeException: if it cannot be loaded.
        """
        if self._component is None:
            with self._guarded("loaded"):
                self._component = self._load()
                self.state = NodeState.LOADED
        return self._component

    @property
    def defs(self) -> Definitions:
        """The definitions, built once.

        Raises:
            ComponentTreeException: if they cannot be built.
        """
        if self._defs is None:
            with self._guarded("built"):
                self._defs = self._build()
                self.state = NodeState.BUILT
        return self._defs

    def forget(self) -> None:
        """Have component and definitions made anew, when they are next asked for."""
        self._component = self._defs = None
        self.state = NodeState.FOUND

    def iterate(self) -> Iterator[Node]:
        """Yield it, and everything below it."""
        yield self
        for child in self.children:
            yield from child.iterate()

    @contextmanager
    def _guarded(self, what: str) -> Iterator[None]:
        where = f"'{self.loc.get_relative_key(Path(self.context.defs_module_path))}'{self.place}"
        if what in self._busy:
            raise ComponentTreeException(
                f"The component {where} needs itself: what it asks the tree for leads back to it."
            )
        self._busy.add(what)
        try:
            yield
        except ComponentTreeException:
            self.state = NodeState.FAILED
            raise
        except Exception as error:
            self.state = NodeState.FAILED
            if self.is_code:
                raise
            raise ComponentTreeException(
                f"The component {where} cannot be {what}:\n{describe_error(error)}"
            ) from error
        finally:
            self._busy.discard(what)

    @property
    def place(self) -> str:
        """File and line, for messages."""
        return ""

    @property
    def is_code(self) -> bool:
        """Whether an error of this place is the user's own, with its own traceback, and is told as it is."""
        return False
