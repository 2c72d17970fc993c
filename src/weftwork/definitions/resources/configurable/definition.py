"""The definition of a ConfigurableResource, and one whose config comes when a run is launched."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

from weftwork.base.errors import DagsterInvalidDefinitionError, DagsterInvalidInvocationError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.config.schema import Field, Shape
from weftwork.definitions.resources.init_context import InitResourceContext
from weftwork.definitions.resources.resource_definition import ResourceDefinition


class ConfigurableClass(Protocol):
    """A class of configurable resources, seen without pydantic."""

    __name__: str

    def list_resource_fields(self) -> list[str]:
        """Return the names of the fields that take other resources."""
        ...

    def build_definition(self, configurable: Any) -> ResourceDefinition:
        """Return the definition of an object or a partial of the class."""
        ...


class PartialResource:
    """A ConfigurableResource whose config, or the rest of it, is given when a run is launched.

    Args:
        resource_cls: its class.
        data: the values that are known already.

    Raises:
        DagsterInvalidInvocationError: if the class has no field of a name.
    """

    __weft_configurable_resource__ = True

    def __init__(self, resource_cls: Any, data: Mapping[str, Any]) -> None:
        self.resource_cls = resource_cls
        names = {
            info.alias: name
            for name, info in resource_cls.model_fields.items()
            if isinstance(info.alias, str)
        }
        data = {names.get(name, name): value for name, value in data.items()}
        unknown = [name for name in data if name not in resource_cls.model_fields]
        if unknown and resource_cls.model_config.get("extra") != "allow":
            known = list(resource_cls.model_fields)
            raise DagsterInvalidInvocationError(
                f"{resource_cls.__name__} has no field '{unknown[0]}'.{did_you_mean(unknown[0], known)} "
                f"Its fields: {quote_names(known)}."
            )
        resource_names = set(resource_cls.list_resource_fields())
        self.data: dict[str, Any] = {
            name: value for name, value in data.items() if name not in resource_names
        }
        self.nested_values: dict[str, Any] = {name: data[name] for name in data if name in resource_names}
        self._definition: ResourceDefinition | None = None

    @property
    def nested_resources(self) -> Mapping[str, Any]:
        """The resources inside it, by field."""
        return select_resources(self.nested_values)

    def get_resource_definition(self) -> ResourceDefinition:
        """Return its definition; the same one each time."""
        if self._definition is None:
            self._definition = self.resource_cls.build_definition(self)
        return self._definition

    __weft_resource_definition__ = get_resource_definition

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in {**self.data, **self.nested_values}.items())
        return f"{self.resource_cls.__name__}.configure_at_launch({given})"


def is_resource_like(value: Any) -> bool:
    """Return whether a value inside a resource is a resource itself, which must be opened."""
    if isinstance(value, ResourceDefinition):
        return True
    return not isinstance(value, type) and hasattr(value, "__weft_configurable_resource__")


def select_resources(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the values that are resources themselves."""
    return {name: value for name, value in values.items() if is_resource_like(value)}


class ConfigurableDefinitionMixin:
    """What definitions of configurable resources have over others.

    Attributes:
        configurable: the object, or the partial, that it is the definition of.
    """

    configurable: Any

    def make(self, context: InitResourceContext) -> Any:
        """Return the resource, or a generator that yields it and tears it down."""
        return self.configurable_class.open_in_run(self.configurable, context)

    @property
    def configurable_class(self) -> Any:
        """The class of the resource."""
        found = self.configurable
        return found.resource_cls if isinstance(found, PartialResource) else type(found)

    def get_required_resource_keys(self, resource_defs: Mapping[str, ResourceDefinition]) -> AbstractSet[str]:
        """Return the keys of the resources that must be open before it, among those of a job.

        Raises:
            DagsterInvalidDefinitionError: if a resource inside it is configured at launch, and has no key.
        """
        return collect_required_keys(self.configurable, resource_defs)


def collect_required_keys(
    configurable: Any, resource_defs: Mapping[str, ResourceDefinition], path: str = ""
) -> set[str]:
    """Return the keys of top-level resources that the resources inside a resource need.

    Args:
        configurable: the object or partial.
        resource_defs: the top-level resources.
        path: where it is, for messages.

    Raises:
        DagsterInvalidDefinitionError: if one is configured at launch, and is no top-level resource.
    """
    name = (
        configurable.resource_cls.__name__
        if isinstance(configurable, PartialResource)
        else type(configurable).__name__
    )
    keys: set[str] = set()
    for field, nested in configurable.nested_resources.items():
        place = f"{path or name}.{field}"
        if isinstance(nested, PartialResource):
            key = find_key(nested, resource_defs)
            if key is None:
                raise DagsterInvalidDefinitionError(
                    f"The resource at {place} is configured at launch ({nested!r}), but has no key under which its config "
                    f"could be given. Add the same object to the resources under a key of its own."
                )
            keys.add(key)
        elif isinstance(nested, ResourceDefinition):
            keys |= nested.get_required_resource_keys(resource_defs)
        else:
            keys |= collect_required_keys(nested, resource_defs, place)
    return keys


def find_key(partial: PartialResource, resource_defs: Mapping[str, ResourceDefinition]) -> str | None:
    """Return the key of a resource that is configured at launch, or None if it is no top-level resource."""
    for key, definition in resource_defs.items():
        if getattr(definition, "configurable", None) is partial:
            return key
    return None


def build_config_field(shape: Shape, given: Mapping[str, Any]) -> Field:
    """Return the config field of a resource whose values, or some of them, are given.

    Args:
        shape: the config of its class.
        given: the values as plain config; what a run gives replaces them one by one.

    Raises:
        DagsterInvalidConfigError: if a value does not fit its field.
    """
    if not given:
        return Field(shape, description=shape.description)
    fields = dict(shape.fields)
    for name, value in given.items():
        known = fields.get(name)
        if known is not None:
            fields[name] = Field(
                known.config_type, value, description=known.description, is_secret=known.is_secret
            )
    filled = copy.copy(shape)
    filled.__init__(fields, shape.description)  # type: ignore[misc]
    filled.field_aliases = shape.field_aliases
    return Field(filled, description=shape.description)


class ConfigurableResourceDefinition(ConfigurableDefinitionMixin, ResourceDefinition):
    """The definition of a ConfigurableResource.

    Args:
        configurable: the object or partial.
        config_field: its config.
        description: text for people.
    """

    def __init__(self, configurable: Any, config_field: Field, description: str | None) -> None:
        super().__init__(_never_called, config_field, description)
        self.configurable = configurable

    def __repr__(self) -> str:
        return f"ConfigurableResourceDefinition({self.configurable!r})"


def _never_called(_context: InitResourceContext) -> Any:
    raise AssertionError("the definition of a configurable resource makes the resource by itself")
