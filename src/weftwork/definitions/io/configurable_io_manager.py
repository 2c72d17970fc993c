"""ConfigurableIOManager: an IO manager as a class whose fields are its config."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, ClassVar

from weftwork.base.errors import DagsterInvalidInvocationError, DagsterInvariantViolationError
from weftwork.config.schema import Field
from weftwork.definitions.io.io_manager import IOManager, IOManagerDefinition
from weftwork.definitions.resources.configurable.definition import ConfigurableDefinitionMixin
from weftwork.definitions.resources.configurable.resource import (
    ConfigurableResourceFactory,
    TResValue,
)
from weftwork.definitions.resources.init_context import InitResourceContext
from weftwork.definitions.resources.resource_definition import ResourceDefinition
from weftwork.definitions.resources.resource_function import yield_wrapped


class ConfigurableIOManagerDefinition(ConfigurableDefinitionMixin, IOManagerDefinition):
    """The definition of a configurable IO manager.

    Args:
        configurable: the object or partial.
        config_field: its config.
        description: text for people.
    """

    def __init__(self, configurable: Any, config_field: Field, description: str | None) -> None:
        self.configurable = configurable
        io_class = self.configurable_class
        super().__init__(
            _never_called,
            config_field,
            description,
            input_config_schema=io_class.input_config_schema(),
            output_config_schema=io_class.output_config_schema(),
        )

    def __repr__(self) -> str:
        return f"ConfigurableIOManagerDefinition({self.configurable!r})"


def _never_called(_context: InitResourceContext) -> Any:
    raise AssertionError("the definition of a configurable IO manager makes it by itself")


class ConfigurableIOManagerFactory(ConfigurableResourceFactory[TResValue]):
    """Base of configurable resources that make a separate IO manager: ``create_io_manager`` makes it.

    Example:
        >>> class ExternalFiles(ConfigurableIOManagerFactory):
        ...     password: str
        ...     def create_io_manager(self, context):
        ...         return ExternalIOManager(connect(self.password))
    """

    @abstractmethod
    def create_io_manager(self, context: InitResourceContext) -> TResValue:
        """Return the IO manager; subclasses implement it.

        Args:
            context: the config, and the run.
        """
        raise DagsterInvariantViolationError(
            f"{type(self).__name__} must implement create_io_manager(self, context), which returns an IOManager."
        )

    def create_resource(self, context: InitResourceContext) -> TResValue:
        """Return what ``create_io_manager`` returns."""
        return self.create_io_manager(context)

    @classmethod
    def build_definition(cls, configurable: Any) -> ResourceDefinition:
        """Return the definition of an object or a partial of this class."""
        return ConfigurableIOManagerDefinition(
            configurable, cls.build_config_field(configurable), cls.get_description()
        )

    @classmethod
    def input_config_schema(cls) -> Any:
        """Return the schema of the config of unconnected inputs; None for none."""
        return None

    @classmethod
    def output_config_schema(cls) -> Any:
        """Return the schema of the config of outputs; None for none."""
        return None


class ConfigurableIOManager(ConfigurableIOManagerFactory["ConfigurableIOManager"], IOManager):
    """An IO manager as a class: its fields are its config.

    Example:
        >>> class Files(ConfigurableIOManager):
        ...     path_prefix: list[str]
        ...     def handle_output(self, context, obj):
        ...         write(self.path_prefix + context.asset_key.path, obj)
        ...     def load_input(self, context):
        ...         return read(self.path_prefix + context.asset_key.path)
    """

    __weft_resource_recipe__: ClassVar[bool] = False

    def create_io_manager(self, context: InitResourceContext) -> ConfigurableIOManager:
        """Return the object itself."""
        return self


class ConfigurableLegacyIOManagerAdapter(ConfigurableIOManagerFactory[IOManager]):
    """Gives an IO manager that is written as a function the form of a ConfigurableIOManager.

    Example:
        >>> class Files(ConfigurableLegacyIOManagerAdapter):
        ...     base_dir: str
        ...     @property
        ...     def wrapped_io_manager(self):
        ...         return files_io_manager
    """

    @property
    def wrapped_io_manager(self) -> IOManagerDefinition:
        """The IO manager that is adapted; subclasses implement it."""
        raise DagsterInvalidInvocationError(
            f"{type(self).__name__} must have a property 'wrapped_io_manager'."
        )

    @classmethod
    def needs_teardown(cls) -> bool:
        """Return True: what the function gives is known only when it was called."""
        return True

    def create_io_manager(self, context: InitResourceContext) -> IOManager:
        """Return the IO manager that is adapted, where it is not to be torn down."""
        made: IOManager = self.wrapped_io_manager.make(context)
        return made

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Generator[IOManager, None, None]:
        """Wrap the steps in the IO manager that is adapted."""
        yield from yield_wrapped(self.wrapped_io_manager, context, type(self).__name__)
