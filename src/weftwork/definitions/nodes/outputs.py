"""Outputs of ops and graphs: as the user declares them, and as they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.names import check_name
from weftwork.definitions.nodes.written_type import NO_VALUE, Typed, check_written_type

DEFAULT_OUTPUT = "result"
DEFAULT_IO_MANAGER_KEY = "io_manager"


class OutputDefinition(Typed):
    """An output of an op or graph.

    Args:
        dagster_type: the type of its values (default Any).
        name: its name (default "result").
        description: text for people.
        is_required: whether the op must give it.
        io_manager_key: the resource that stores it (default "io_manager").
        metadata: arbitrary data for IO managers and people.
        code_version: the version of the code that makes it.

    Raises:
        DagsterInvalidDefinitionError: if the name is taken or the type is none.
    """

    __slots__ = (
        "code_version",
        "description",
        "dynamic_depth",
        "io_manager_key",
        "is_required",
        "metadata",
        "name",
    )

    def __init__(
        self,
        dagster_type: Any = NO_VALUE,
        name: str | None = None,
        description: str | None = None,
        is_required: bool | None = None,
        io_manager_key: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        code_version: str | None = None,
        *,
        dynamic_depth: int = 0,
    ) -> None:
        self.written_type = dagster_type
        self._type = None
        self.name = DEFAULT_OUTPUT if name is None else check_name(name, "output")
        self.description = description
        self.is_required = True if is_required is None else is_required
        self.io_manager_key = io_manager_key or DEFAULT_IO_MANAGER_KEY
        self.metadata: Mapping[str, Any] = metadata or {}
        self.code_version = code_version
        self.dynamic_depth = dynamic_depth

    @property
    def is_dynamic(self) -> bool:
        """Whether it gives any number of keyed items."""
        return self.dynamic_depth > 0

    def mapping_from(
        self, node_name: str, output_name: str | None = None, from_dynamic_mapping: bool = False
    ) -> Any:
        """Return the mapping of the output of one of a graph's nodes to this output of the graph."""
        from weftwork.definitions.nodes.mappings import OutputMapping  # the legacy way to write a mapping

        return OutputMapping(
            self.name, node_name, output_name or DEFAULT_OUTPUT, self.description,
            None if self.written_type is NO_VALUE else self.written_type, from_dynamic_mapping or self.is_dynamic,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.written_type!r}, {self.name!r})"


class DynamicOutputDefinition(OutputDefinition):
    """An output that gives any number of keyed items; arguments as in ``OutputDefinition``."""

    __slots__ = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"dynamic_depth": 1, **kwargs})


class Out:
    """What an op says of one of its outputs.

    Args:
        dagster_type: the type of its values: a Python type or a DagsterType (default: from the annotation).
        description: text for people.
        is_required: whether the op must give it (default True).
        io_manager_key: the resource that stores it (default "io_manager").
        metadata: arbitrary data for IO managers and people.
        code_version: the version of the code that makes it.

    Raises:
        DagsterInvalidDefinitionError: if ``dagster_type`` is no type.

    Example:
        >>> @op(out={"good": Out(int), "bad": Out(is_required=False)})
        ... def split(): ...
    """

    __slots__ = ("code_version", "description", "io_manager_key", "is_required", "metadata", "written_type")
    is_dynamic = False

    def __init__(
        self,
        dagster_type: Any = NO_VALUE,
        description: str | None = None,
        is_required: bool = True,
        io_manager_key: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        code_version: str | None = None,
    ) -> None:
        self.written_type = check_written_type(dagster_type, type(self).__name__)
        self.description = check_type(description, str, "description", optional=True)
        self.is_required: bool = check_type(is_required, bool, "is_required")
        self.io_manager_key: str = (
            check_type(io_manager_key, str, "io_manager_key", optional=True) or DEFAULT_IO_MANAGER_KEY
        )
        self.metadata: Mapping[str, Any] | None = check_type(metadata, Mapping, "metadata", optional=True)
        self.code_version = check_type(code_version, str, "code_version", optional=True)

    @property
    def dagster_type(self) -> Any:
        """The type, or a mark where none was given."""
        return self.written_type if self.written_type is NO_VALUE else Typed(self.written_type).dagster_type

    @classmethod
    def from_definition(cls, output_def: OutputDefinition) -> Out:
        """Return what declares an output like ``output_def``."""
        form = DynamicOut if output_def.is_dynamic else Out
        return form(
            output_def.dagster_type, output_def.description, output_def.is_required, output_def.io_manager_key,
            output_def.metadata, output_def.code_version,
        )  # fmt: skip

    def to_definition(
        self, annotation_type: Any = NO_VALUE, name: str | None = None, description: str | None = None,
        code_version: str | None = None,
    ) -> OutputDefinition:  # fmt: skip
        """Return the output, its gaps filled from the annotation and the op."""
        return OutputDefinition(
            annotation_type if self.written_type is NO_VALUE else self.written_type,
            name,
            self.description or description,
            self.is_required,
            self.io_manager_key,
            self.metadata,
            self.code_version or code_version,
            dynamic_depth=int(self.is_dynamic),
        )

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and all(
            getattr(self, name) == getattr(other, name) for name in Out.__slots__
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.written_type!r}, description={self.description!r})"


class DynamicOut(Out):
    """What an op says of an output that gives any number of keyed items; arguments as in ``Out``.

    Example:
        >>> @op(out=DynamicOut(str))
        ... def list_files():
        ...     for name in os.listdir("."):
        ...         yield DynamicOutput(name, mapping_key=name)
    """

    __slots__ = ()
    is_dynamic = True


class GraphOut:
    """What a graph says of one of its outputs.

    Args:
        description: text for people.
    """

    __slots__ = ("description",)

    def __init__(self, description: str | None = None) -> None:
        self.description = check_type(description, str, "description", optional=True)

    def to_definition(self, name: str | None) -> OutputDefinition:
        """Return the output."""
        return OutputDefinition(name=name, description=self.description)

    def __repr__(self) -> str:
        return f"GraphOut({self.description!r})"
