"""Component: what makes definitions from what a file or a few lines of Python say."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.components.load_context import ComponentLoadContext
from weftwork.components.resolved.source_text import SourceText
from weftwork.records.values.metadata_value import LocalFileCodeReference, UrlCodeReference

if TYPE_CHECKING:
    from pydantic import BaseModel

    from weftwork.definitions.locations.definitions import Definitions


_LOADING = "weftwork.components.attributes"
"""By name: it loads components, and so is made of this; and it loads pydantic, which Python modules do not need."""


class ComponentTypeSpec(NamedTuple):
    """What is told of a type of component.

    Attributes:
        description: text for people.
        tags: for searching.
        owners: e-mail addresses and teams.
        metadata: name to value.
        produces: what its definitions are about.
    """

    description: str | None = None
    tags: Sequence[str] | None = ()
    owners: Sequence[str] | None = ()
    metadata: Mapping[str, Any] | None = {}
    produces: Sequence[str] | None = ()


class Component(ABC):
    """Makes definitions from what a defs.yaml, or a few lines of Python, say.

    Derive from ``Component``, ``Model`` and ``Resolvable``, and its fields are the attributes that a defs.yaml gives.

    Example:
        >>> class Tables(Component, Model, Resolvable):
        ...     schema_name: str
        ...     tables: list[str]
        ...
        ...     def build_defs(self, context):
        ...         return Definitions(assets=[AssetSpec([self.schema_name, table]) for table in self.tables])
    """

    @abstractmethod
    def build_defs(self, context: ComponentLoadContext) -> Definitions:
        """Return the definitions.

        Args:
            context: where in the project this is.
        """

    @classmethod
    def get_additional_scope(cls) -> Mapping[str, Any]:
        """Return what templates in its attributes see too: name to value or function."""
        return {}

    @classmethod
    def get_spec(cls) -> ComponentTypeSpec:
        """Return what is told of it in lists of types."""
        return ComponentTypeSpec()

    @classmethod
    def get_description(cls) -> str | None:
        """Return the text that lists of types show: what ``get_spec`` says, or the docstring."""
        return cls.get_spec().description or (cls.__doc__ if cls.__doc__ is not Component.__doc__ else None)

    @classmethod
    def get_schema(cls) -> type[BaseModel] | None:
        """Return the model of the attributes, where a class says it itself."""
        return None

    @classmethod
    def get_decl_type(cls) -> type:
        """Return the class of what is loaded."""
        return cls

    @classmethod
    def get_model_cls(cls) -> type[BaseModel] | None:
        """Return the model of the attributes; None if there are none."""
        own = cls.get_schema()
        if own is not None:
            return own
        from weftwork.components.resolved.resolvable import (
            Resolvable,
        )  # pydantic, and Python modules need none

        return cls.model() if issubclass(cls, Resolvable) else None

    @classmethod
    def load(cls, attributes: BaseModel | None, context: ComponentLoadContext) -> Self:
        """Return a component for what a file says.

        Args:
            attributes: what it says, as the model of ``get_model_cls``; None if it says nothing.
            context: where in the project the file is.

        Raises:
            DagsterInvalidDefinitionError: if the file gives attributes, and the class takes none.
        """
        from weftwork.components.resolved.resolvable import (
            Resolvable,
        )  # pydantic, and Python modules need none

        if issubclass(cls, Resolvable):
            given = attributes if attributes is not None else cls.model().model_construct()
            return cls.resolve_from_model(context.resolution_context.at_path("attributes"), given)
        if attributes is not None and attributes.model_fields_set:
            raise DagsterInvalidDefinitionError(
                f"{cls.__name__} takes no attributes from files. Make it a subclass of `Resolvable` (and of `Model`), so that its "
                f"fields are its attributes, or let it override `load`."
            )
        return cls()

    @classmethod
    def from_attributes_dict(
        cls, *, attributes: dict[str, Any], context: ComponentLoadContext | None = None
    ) -> Self:
        """Return a component for attributes, as a file would give them.

        Args:
            attributes: name to value.
            context: where in a project it is to be (default: nowhere).

        Raises:
            pydantic.ValidationError: if they do not fit.
        """
        source = SourceText({"attributes": attributes}, name=cls.__name__)
        loaded: Self = import_module(_LOADING).load_from_attributes(
            cls, attributes, source, context or ComponentLoadContext.for_test()
        )
        return loaded

    @classmethod
    def from_yaml_path(cls, yaml_path: Path, context: ComponentLoadContext | None = None) -> Component:
        """Return the component that a defs.yaml declares.

        Args:
            yaml_path: the file.
            context: where in a project it is (default: nowhere).

        Raises:
            ComponentFileError: if it does not declare one component of this class.
        """
        place = context or ComponentLoadContext.for_test(Path(yaml_path).parent)
        loaded: Component = import_module(_LOADING).load_from_file(cls, Path(yaml_path), place)
        return loaded

    @classmethod
    def get_code_references_for_yaml(
        cls, yaml_path: Path, source_position: int | None, context: ComponentLoadContext
    ) -> Sequence[LocalFileCodeReference | UrlCodeReference]:
        """Return where the code of its assets is: the line of the defs.yaml that declares it.

        Args:
            yaml_path: the file.
            source_position: the line.
            context: where in the project the file is.
        """
        del context
        return [LocalFileCodeReference(file_path=str(yaml_path), line_number=source_position)]
