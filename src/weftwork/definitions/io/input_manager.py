"""InputManager, its definition, and ``@input_manager``: what loads inputs that no step gives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any, Self, overload

from weftwork.base.arguments import check_callable
from weftwork.config.config_type import ANY
from weftwork.config.schema import DefinitionConfigSchema, Field, to_field
from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.resources.resource_definition import (
    ResourceDefinition,
    ResourceFunction,
    find_description,
    is_bare_function,
)
from weftwork.definitions.resources.resource_function import find_context_parameter

LoadFunction = Callable[..., Any]


class InputManager(ABC):
    """Loads the value of an input."""

    def __weft_resource_definition__(self) -> Any:
        """Return the definition of the resource that this object is."""
        definition = InputManagerDefinition(lambda _context: self)
        definition.plain_value = self
        return definition

    @abstractmethod
    def load_input(self, context: InputContext) -> Any:
        """Return the value of an input.

        Args:
            context: which input, and where its value comes from.
        """


class InputManagerDefinition(ResourceDefinition):
    """The definition of a resource that loads inputs.

    Args:
        resource_fn: gets an ``InitResourceContext`` (or nothing) and returns an ``InputManager``.
        config_schema: what config the resource takes; any config if None.
        description: text for people.
        input_config_schema: what config an input takes under ``ops.<op>.inputs.<name>``.
        required_resource_keys: other resources that it uses.
        version: accepted for compatibility.
    """

    _kind = "input manager"
    kinds = frozenset({"input manager"})

    def __init__(
        self,
        resource_fn: ResourceFunction,
        config_schema: Any = None,
        description: str | None = None,
        input_config_schema: Any = None,
        required_resource_keys: AbstractSet[str] | None = None,
        version: str | None = None,
    ) -> None:
        super().__init__(resource_fn, config_schema, description, required_resource_keys, version)
        self.input_config_field: Field = (
            to_field(input_config_schema) if input_config_schema else Field(ANY, is_required=False)
        )

    @property
    def input_config_schema(self) -> DefinitionConfigSchema:
        """The schema of the config of inputs."""
        return DefinitionConfigSchema(self.input_config_field)

    def copy_for_configured(self, description: str | None, config_schema: Any) -> Self:
        """Return a copy with another description and schema; a version says nothing about another config."""
        copied = super().copy_for_configured(description, config_schema)
        copied.version = None
        return copied


class FunctionInputManager(InputManager):
    """Loads inputs by a function.

    Args:
        load: gets an ``InputContext``, or nothing.
    """

    __slots__ = ("_load", "_takes_context")

    def __init__(self, load: LoadFunction) -> None:
        self._load = load
        self._takes_context = find_context_parameter(load) is not None

    def load_input(self, context: InputContext) -> Any:
        """Return what the function returns; if that is an input manager, what this loads."""
        loaded = self._load(context) if self._takes_context else self._load()
        return loaded.load_input(context) if isinstance(loaded, InputManager) else loaded


@overload
def input_manager(config_schema: LoadFunction) -> InputManagerDefinition: ...
@overload
def input_manager(
    config_schema: Any = None,
    description: str | None = None,
    input_config_schema: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    version: str | None = None,
) -> Callable[[LoadFunction], InputManagerDefinition]: ...
def input_manager(
    config_schema: Any = None,
    description: str | None = None,
    input_config_schema: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    version: str | None = None,
) -> Any:
    """Turn a function that loads a value into an input manager; with or without arguments.

    The function gets an ``InputContext``: ``context.config`` is the config of the input,
    ``context.resource_config`` that of the manager.

    Args:
        config_schema: what config the manager takes; any config if None.
        description: text for people; the function's docstring if None.
        input_config_schema: what config an input takes under ``ops.<op>.inputs.<name>``; any if None.
        required_resource_keys: resources that the function reads from ``context.resources``.
        version: accepted for compatibility.

    Returns:
        The ``InputManagerDefinition``.

    Example:
        >>> @input_manager(config_schema={"base_dir": str}, input_config_schema={"path": str})
        ... def csv_loader(context):
        ...     return read_csv(context.resource_config["base_dir"], context.config["path"])
    """
    if is_bare_function(config_schema):
        return input_manager()(config_schema)

    def decorate(fn: LoadFunction) -> InputManagerDefinition:
        manager = FunctionInputManager(check_callable(fn, "fn"))
        definition = InputManagerDefinition(
            lambda _context: manager, config_schema, description or find_description(fn), input_config_schema,
            required_resource_keys, version,
        )  # fmt: skip
        definition.__doc__ = fn.__doc__
        return definition

    return decorate
