"""Inputs of ops and graphs: as the user declares them, and as they are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.base.names import check_name
from weftwork.definitions.nodes.written_type import NO_VALUE, Typed, check_written_type, is_nothing
from weftwork.records.keys import AssetKey

_SCALARS: dict[Any, tuple[type, ...]] = {int: (int,), float: (float,), str: (str,), bool: (bool,)}


class InputDefinition(Typed):
    """An input of an op or graph.

    Args:
        name: its name.
        dagster_type: the type of its values (default Any).
        description: text for people.
        default_value: what it is where nothing is connected or configured.
        metadata: arbitrary data for IO managers and people.
        asset_key: the asset that it is.
        asset_partitions: accepted for compatibility.
        input_manager_key: the resource that loads it, instead of the upstream output's IO manager.

    Raises:
        DagsterInvalidDefinitionError: if the name is taken, the type is none, or the default does not fit it.
    """

    __slots__ = (
        "asset_key",
        "asset_partitions",
        "default_or_mark",
        "description",
        "input_manager_key",
        "metadata",
        "name",
    )

    def __init__(
        self,
        name: str,
        dagster_type: Any = NO_VALUE,
        description: str | None = None,
        default_value: Any = NO_VALUE,
        metadata: Mapping[str, Any] | None = None,
        asset_key: AssetKey | Callable[[Any], AssetKey] | None = None,
        asset_partitions: Any = None,
        input_manager_key: str | None = None,
    ) -> None:
        self.name = check_name(name, "input")
        self.written_type = dagster_type
        self._type = None
        self.description = description
        self.default_or_mark = default_value
        self.metadata: Mapping[str, Any] = metadata or {}
        self.asset_key = asset_key
        self.asset_partitions = asset_partitions
        self.input_manager_key = input_manager_key
        if default_value is not NO_VALUE:
            _check_default(self, default_value)

    @property
    def has_default_value(self) -> bool:
        """Whether it has a default."""
        return self.default_or_mark is not NO_VALUE

    @property
    def default_value(self) -> Any:
        """The default.

        Raises:
            DagsterInvalidDefinitionError: if it has none.
        """
        if self.default_or_mark is NO_VALUE:
            raise DagsterInvalidDefinitionError(f"Input '{self.name}' has no default value.")
        return self.default_or_mark

    @property
    def hardcoded_asset_key(self) -> AssetKey | None:
        """The asset that it is, where that is said by key."""
        return self.asset_key if isinstance(self.asset_key, AssetKey) else None

    def mapping_to(self, node_name: str, input_name: str, fan_in_index: int | None = None) -> Any:
        """Return the mapping of this input of a graph to the input of one of its nodes."""
        from weftwork.definitions.nodes.mappings import InputMapping  # the legacy way to write a mapping

        return InputMapping(
            graph_input_name=self.name, mapped_node_name=node_name, mapped_node_input_name=input_name,
            fan_in_index=fan_in_index, graph_input_description=self.description,
            dagster_type=None if self.written_type is NO_VALUE else self.written_type,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"InputDefinition({self.name!r}, {self.written_type!r})"


def _check_default(input_def: InputDefinition, value: Any) -> None:
    written = input_def.written_type
    if is_nothing(written):
        raise DagsterInvalidDefinitionError(
            f"Input '{input_def.name}' is of type Nothing, which carries no value, so it cannot have a default."
        )
    scalar = _SCALARS.get(written) if isinstance(written, type) else None
    if scalar and (not isinstance(value, scalar) or (isinstance(value, bool) and written is not bool)):
        raise DagsterInvalidDefinitionError(
            f"The default of input '{input_def.name}' is {value!r} ({type(value).__name__}), which is no "
            f"{written.__name__}."
            + (f" Annotate it with '{written.__name__} | None' to allow None." if value is None else "")
        )


class In:
    """What an op says of one of its inputs.

    Args:
        dagster_type: the type of its values: a Python type or a DagsterType (default: from the annotation).
        description: text for people.
        default_value: what it is where nothing is connected or configured (default: from the signature).
        metadata: arbitrary data for IO managers and people.
        asset_key: the asset that it is.
        asset_partitions: accepted for compatibility.
        input_manager_key: the resource that loads it, instead of the upstream output's IO manager.

    Raises:
        DagsterInvalidDefinitionError: if ``dagster_type`` is no type.

    Example:
        >>> @op(ins={"start": In(Nothing), "rows": In(int, description="How many.")})
        ... def load(rows): ...
    """

    __slots__ = (
        "asset_key", "asset_partitions", "default_value", "description", "input_manager_key", "metadata", "written_type",
    )  # fmt: skip

    def __init__(
        self,
        dagster_type: Any = NO_VALUE,
        description: str | None = None,
        default_value: Any = NO_VALUE,
        metadata: Mapping[str, Any] | None = None,
        asset_key: AssetKey | Callable[[Any], AssetKey] | None = None,
        asset_partitions: Any = None,
        input_manager_key: str | None = None,
    ) -> None:
        self.written_type = check_written_type(dagster_type, "In")
        self.description = check_type(description, str, "description", optional=True)
        self.default_value = default_value
        self.metadata: Mapping[str, Any] = check_type(metadata, Mapping, "metadata", optional=True) or {}
        if asset_key is not None and not isinstance(asset_key, AssetKey) and not callable(asset_key):
            raise ParameterCheckError(
                f"Parameter 'asset_key' must be an AssetKey, not {asset_key!r}: write AssetKey(…)."
            )
        self.asset_key = asset_key
        self.asset_partitions = asset_partitions
        self.input_manager_key = check_type(input_manager_key, str, "input_manager_key", optional=True)

    @property
    def dagster_type(self) -> Any:
        """The type, or a mark where none was given."""
        return self.written_type if self.written_type is NO_VALUE else Typed(self.written_type).dagster_type

    @staticmethod
    def from_definition(input_def: InputDefinition) -> In:
        """Return what declares an input like ``input_def``."""
        return In(
            input_def.written_type, input_def.description, input_def.default_or_mark, input_def.metadata,
            input_def.asset_key, input_def.asset_partitions, input_def.input_manager_key,
        )  # fmt: skip

    def to_definition(
        self, name: str, annotated_type: Any = NO_VALUE, default_value: Any = NO_VALUE
    ) -> InputDefinition:
        """Return the input, its gaps filled from the parameter of the function."""
        return InputDefinition(
            name,
            annotated_type if self.written_type is NO_VALUE else self.written_type,
            self.description,
            default_value if self.default_value is NO_VALUE else self.default_value,
            self.metadata,
            self.asset_key,
            self.asset_partitions,
            self.input_manager_key,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, In) and all(
            getattr(self, name) == getattr(other, name) for name in In.__slots__
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"In({self.written_type!r}, description={self.description!r})"


class GraphIn:
    """What a graph says of one of its inputs.

    Args:
        description: text for people.
    """

    __slots__ = ("description",)

    def __init__(self, description: str | None = None) -> None:
        self.description = check_type(description, str, "description", optional=True)

    def to_definition(self, name: str) -> InputDefinition:
        """Return the input."""
        return InputDefinition(name, description=self.description)

    def __repr__(self) -> str:
        return f"GraphIn({self.description!r})"
