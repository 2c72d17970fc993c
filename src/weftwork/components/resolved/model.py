"""Model: the base of classes that hold what a YAML file says, and ComponentFormConfig, how a form shows a field."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

UNSET = "__UNSET_DEFAULT__"
"""Stands in derived models for defaults that no file can say, such as a fresh list."""


class Model(BaseModel):
    """A pydantic model that refuses what it does not know.

    Example:
        >>> class Table(Model):
        ...     name: str
        ...     columns: list[str] = []
    """

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class ComponentFormConfig(NamedTuple):
    """How a form shows a component or one of its fields; kept in the JSON schema.

    Attributes:
        label: what stands before it.
        editable: whether it may be changed after it was made.
        hidden: whether it is not shown.
        placeholder: what an empty field shows.
        multiline: whether it takes more than one line.
        widget: the name of what edits it.
        advanced: whether it is among the rarely used ones.
        id_source: whether the name of a component is made from it.
    """

    label: str | None = None
    editable: bool = False
    hidden: bool | None = None
    placeholder: str | None = None
    multiline: bool | None = None
    widget: str | None = None
    advanced: bool | None = None
    id_source: bool | None = None

    def to_field_json_schema_extra(self) -> dict[str, Any]:
        """Return what the JSON schema of a field says of it: what is set, in camel case."""
        given = {name: value for name, value in self._asdict().items() if value is not None}
        return {"x-form": {_to_camel_case(name): value for name, value in given.items()}}

    def to_component_json_schema_extra(self) -> dict[str, Any]:
        """Return what the JSON schema of a component says of it."""
        return self.to_field_json_schema_extra()


def _to_camel_case(name: str) -> str:
    first, *more = name.split("_")
    return first + "".join(part.capitalize() for part in more)
