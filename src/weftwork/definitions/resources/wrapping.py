"""From what a user gives as a resource to its definition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.definitions.resources.resource_definition import ResourceDefinition


def wrap_resource(value: Any) -> ResourceDefinition:
    """Return the definition of what was given as a resource.

    Args:
        value: a definition, a ``ConfigurableResource``, an IO manager, or any other object, which is then the
            resource itself.

    Raises:
        DagsterInvalidDefinitionError: if it is the class of a ConfigurableResource instead of an object of it.
    """
    if isinstance(value, ResourceDefinition):
        return value
    to_definition = getattr(value, "__weft_resource_definition__", None)
    if to_definition is None:
        return ResourceDefinition.hardcoded_resource(value)
    if isinstance(value, type):
        raise DagsterInvalidDefinitionError(
            f"{value.__name__} is given as a resource, but it is a class. Give an object of it: {value.__name__}(...)."
        )
    definition = to_definition()
    assert isinstance(definition, ResourceDefinition)
    return definition


def wrap_resources(values: Mapping[str, Any] | None) -> dict[str, ResourceDefinition]:
    """Return the definitions of a mapping of resources.

    Raises:
        ParameterCheckError: if it is no mapping from text.
    """
    check_type(values, Mapping, "resources", optional=True)
    definitions = {}
    for key, value in (values or {}).items():
        if not isinstance(key, str):
            raise ParameterCheckError(f"The keys of resources are text, not {key!r}.")
        definitions[key] = wrap_resource(value)
    return definitions


def is_configurable_resource(value: Any) -> bool:
    """Return whether ``value`` is a ConfigurableResource, or the class of one, without loading pydantic."""
    return bool(getattr(value, "__weft_configurable_resource__", False))
