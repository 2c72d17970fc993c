"""IOManager, its definition, and ``@io_manager``: what stores the values of outputs and loads them again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any, Self, overload

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError
from weftwork.config.schema import DefinitionConfigSchema, Field, to_field
from weftwork.definitions.io.input_manager import InputManager
from weftwork.definitions.io.output_context import OutputContext
from weftwork.definitions.resources.init_context import InitResourceContext
from weftwork.definitions.resources.resource_definition import (
    ResourceDefinition,
    ResourceFunction,
    find_description,
    is_bare_function,
)


class OutputManager(ABC):
    """Stores the value of an output."""

    @abstractmethod
    def handle_output(self, context: OutputContext, obj: Any) -> Any:
        """Store the value of an output.

        Args:
            context: which output.
            obj: the value.

        Returns:
            Nothing, or metadata; a generator may yield ``AssetMaterialization`` and metadata.
        """


class IOManager(InputManager, OutputManager):
    """Stores the values of outputs, and loads them for the inputs that take them.

    Example:
        >>> class Files(IOManager):
        ...     def handle_output(self, context, obj):
        ...         path_of(context).write_text(obj)
        ...     def load_input(self, context):
        ...         return path_of(context).read_text()
    """

    def __weft_resource_definition__(self) -> Any:
        """Return the definition of the resource that this object is."""
        return IOManagerDefinition.hardcoded_io_manager(self)


class IOManagerDefinition(ResourceDefinition):
    """The definition of a resource that is an IO manager.

    Args:
        resource_fn: gets an ``InitResourceContext`` (or nothing) and returns an ``IOManager``.
        config_schema: what config the resource takes; any config if None.
        description: text for people.
        required_resource_keys: other resources that the IO manager uses.
        version: accepted for compatibility.
        input_config_schema: what config an unconnected input takes under ``ops.<op>.inputs.<name>``.
        output_config_schema: what config an output takes under ``ops.<op>.outputs.<name>``.
    """

    _kind = "IO manager"
    kinds = frozenset({"IO manager", "input manager"})

    def __init__(
        self,
        resource_fn: ResourceFunction,
        config_schema: Any = None,
        description: str | None = None,
        required_resource_keys: AbstractSet[str] | None = None,
        version: str | None = None,
        input_config_schema: Any = None,
        output_config_schema: Any = None,
    ) -> None:
        super().__init__(resource_fn, config_schema, description, required_resource_keys, version)
        self.input_config_field: Field | None = to_field(input_config_schema) if input_config_schema else None
        self.output_config_field: Field | None = (
            to_field(output_config_schema) if output_config_schema else None
        )

    @property
    def input_config_schema(self) -> DefinitionConfigSchema:
        """The schema of the config of unconnected inputs."""
        return DefinitionConfigSchema(self.input_config_field)

    @property
    def output_config_schema(self) -> DefinitionConfigSchema | None:
        """The schema of the config of outputs; None if they take none."""
        return (
            DefinitionConfigSchema(self.output_config_field) if self.output_config_field is not None else None
        )

    def copy_for_configured(self, description: str | None, config_schema: Any) -> Self:
        """Return a copy with another description and schema; a version says nothing about another config."""
        copied = super().copy_for_configured(description, config_schema)
        copied.version = None
        return copied

    def make(self, context: InitResourceContext) -> Any:
        """Call the function.

        Raises:
            CheckError: if what it returns is no IO manager.
        """
        made = super().make(context)
        if hasattr(made, "handle_output") or hasattr(made, "__next__") or hasattr(made, "__enter__"):
            return made
        raise CheckError(
            f"The function of an IO manager must return an IOManager, an object with handle_output and load_input; "
            f"'{getattr(self.resource_fn, '__name__', self.resource_fn)}' returned {type(made).__name__}: {made!r:.100}."
        )

    @staticmethod
    def hardcoded_io_manager(value: IOManager, description: str | None = None) -> IOManagerDefinition:
        """Return the definition of an IO manager that is there already.

        Args:
            value: the IO manager.
            description: text for people.

        Raises:
            ParameterCheckError: if it is no IOManager.
        """
        check_type(value, IOManager, "value")
        definition = IOManagerDefinition(lambda _context: value, description=description)
        definition.plain_value = value
        return definition


IOManagerFunction = Callable[..., IOManager]


@overload
def io_manager(config_schema: IOManagerFunction) -> IOManagerDefinition: ...
@overload
def io_manager(
    config_schema: Any = None,
    description: str | None = None,
    output_config_schema: Any = None,
    input_config_schema: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    version: str | None = None,
) -> Callable[[IOManagerFunction], IOManagerDefinition]: ...
def io_manager(
    config_schema: Any = None,
    description: str | None = None,
    output_config_schema: Any = None,
    input_config_schema: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    version: str | None = None,
) -> Any:
    """Turn a function that returns an IO manager into its definition; with or without arguments.

    Args:
        config_schema: what config the resource takes (``context.resource_config``); any config if None.
        description: text for people; the function's docstring if None.
        output_config_schema: what config an output takes (``context.config`` in ``handle_output``).
        input_config_schema: what config an unconnected input takes (``context.config`` in ``load_input``).
        required_resource_keys: other resources that the IO manager uses.
        version: accepted for compatibility.

    Returns:
        The ``IOManagerDefinition``.

    Example:
        >>> @io_manager(config_schema={"base_dir": str})
        ... def files(context):
        ...     return Files(context.resource_config["base_dir"])
    """
    if is_bare_function(config_schema):
        return io_manager()(config_schema)

    def decorate(fn: IOManagerFunction) -> IOManagerDefinition:
        definition = IOManagerDefinition(
            fn, config_schema, description or find_description(fn), required_resource_keys, version, input_config_schema,
            output_config_schema,
        )  # fmt: skip
        definition.__doc__ = fn.__doc__
        return definition

    return decorate
