"""ConfigurableLegacyResourceAdapter: a resource that is written as a function, as a configurable class."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.definitions.resources.configurable.resource import ConfigurableResource, TResValue
from weftwork.definitions.resources.init_context import InitResourceContext
from weftwork.definitions.resources.resource_definition import ResourceDefinition
from weftwork.definitions.resources.resource_function import yield_wrapped


class ConfigurableLegacyResourceAdapter(ConfigurableResource[TResValue]):
    """Gives a resource that is written as a function the form of a ConfigurableResource.

    Example:
        >>> class Writer(ConfigurableLegacyResourceAdapter):
        ...     prefix: str
        ...     @property
        ...     def wrapped_resource(self):
        ...         return writer_resource
    """

    @property
    def wrapped_resource(self) -> ResourceDefinition:
        """The resource that is adapted; subclasses implement it."""
        raise DagsterInvalidInvocationError(f"{type(self).__name__} must have a property 'wrapped_resource'.")

    @classmethod
    def needs_teardown(cls) -> bool:
        """Return True: what the function gives is known only when it was called."""
        return True

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Generator[TResValue, None, None]:
        """Wrap the steps in the resource that is adapted."""
        yield from yield_wrapped(self.wrapped_resource, context, type(self).__name__)
