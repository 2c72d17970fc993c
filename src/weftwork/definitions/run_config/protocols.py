"""What run config needs to know of jobs, graphs, ops and resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

from weftwork.config.config_type import ConfigType
from weftwork.config.schema import Field


class Loader(Protocol):
    """Makes the value of an input from config."""

    @property
    def schema_type(self) -> ConfigType:
        """The config that it takes."""
        ...


class ValueType(Protocol):
    """The type of an input."""

    @property
    def loader(self) -> Loader | None:
        """What makes values of the type from config."""
        ...


class InputSlot(Protocol):
    """An input of a node."""

    name: str
    input_manager_key: str | None

    @property
    def dagster_type(self) -> ValueType:
        """The type of its values."""
        ...

    @property
    def has_default_value(self) -> bool:
        """Whether it has a default."""
        ...


class OutputSlot(Protocol):
    """An output of a node."""

    name: str
    io_manager_key: str


class Node(Protocol):
    """One use of an op or graph in a graph."""

    name: str
    definition: Any


class Graph(Protocol):
    """A graph of nodes."""

    name: str
    nodes: Sequence[Node]
    config_mapping: Any
    input_defs: Sequence[InputSlot]

    def is_input_connected(self, node_name: str, input_name: str) -> bool:
        """Return whether an output, or an input of the graph around it, gives the input its value."""
        ...


class Configurable(Protocol):
    """A definition that takes config: a resource, a logger, an executor."""

    config_field: Field | None


class Job(Protocol):
    """A job.

    Besides these, a job may have ``config_mapping`` (replaces its whole schema), ``required_resource_keys``
    (the resources whose config is needed; default: all), ``input_values`` (top-level inputs that are given as
    values) and ``provides_input(handle, input_name)`` (inputs that are loaded without config, as assets are).
    """

    name: str
    graph: Any
    resource_defs: Mapping[str, Any]
    loggers: Mapping[str, Any]
    executor_def: Any


def get_required_resource_keys(job: Any) -> AbstractSet[str]:
    """Return the resources that a job's run opens."""
    keys = getattr(job, "required_resource_keys", None)
    return set(job.resource_defs) if keys is None else keys
