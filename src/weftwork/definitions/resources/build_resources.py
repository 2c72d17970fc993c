"""Resources outside a run: ``build_resources``, ``build_init_resource_context``, ``make_values_resource``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError, DagsterInvariantViolationError
from weftwork.base.text import did_you_mean
from weftwork.config.evaluation import build_config_value
from weftwork.config.schema import Shape
from weftwork.definitions.ports import execution_port
from weftwork.definitions.resources.asynchronous import check_event_loop
from weftwork.definitions.resources.config import build_resources_config
from weftwork.definitions.resources.context_resources import ContextResources, log_teardown_errors
from weftwork.definitions.resources.init_context import InitResourceContext
from weftwork.definitions.resources.namespace import Resources
from weftwork.definitions.resources.resource_definition import ResourceDefinition
from weftwork.definitions.resources.session import ResourceSession
from weftwork.definitions.resources.wrapping import wrap_resources


@contextmanager
def build_resources(
    resources: Mapping[str, Any],
    instance: Any = None,
    resource_config: Mapping[str, Any] | None = None,
    dagster_run: Any = None,
    log_manager: Any = None,
    event_loop: Any = None,
) -> Iterator[Resources]:
    """Open resources for a ``with`` block, outside any run.

    Args:
        resources: key to resource: a definition, a ``ConfigurableResource``, or any object.
        instance: the instance that resources see.
        resource_config: key to ``{"config": ...}``.
        dagster_run: the run that resources see.
        log_manager: where resources log.
        event_loop: the loop for asynchronous resources.

    Yields:
        The open resources, one attribute each.

    Raises:
        DagsterInvalidConfigError: if the config does not fit.
        DagsterInvalidInvocationError: if a resource is asynchronous, and no loop is given.
        DagsterResourceFunctionError: if a resource cannot be set up.

    Example:
        >>> with build_resources({"db": database}, resource_config={"db": {"config": {"url": "..."}}}) as resources:
        ...     resources.db.execute("select 1")
    """
    definitions = wrap_resources(resources)
    check_event_loop(definitions, event_loop, "build_resources")
    config = build_resources_config(definitions, resource_config)
    session = ResourceSession(
        definitions, config, run=dagster_run, instance=instance, log=log_manager, event_loop=event_loop
    )
    session.open(definitions)
    try:
        yield session.resources
    finally:
        log_teardown_errors(session.close(), log_manager)


class UnboundInitResourceContext(InitResourceContext):
    """What ``build_init_resource_context`` gives: a context for calling the function of a resource directly."""

    __slots__ = ("_opened",)

    def __init__(self, resource_config: Any, opened: ContextResources, instance: Any) -> None:
        super().__init__(resource_config, instance=instance)
        self._opened = opened

    @property
    def resources(self) -> Resources:
        """The resources that were given."""
        return self._opened.get()

    @property
    def instance(self) -> Any:
        """The instance that was given, or a fresh one in memory."""
        if self._instance is None:
            self._instance = execution_port().ephemeral_instance()
        return self._instance

    @property
    def resource_def(self) -> Any:
        """Not known before a resource is called with the context.

        Raises:
            DagsterInvariantViolationError: always.
        """
        raise DagsterInvariantViolationError(
            "This context is not bound to a resource: call a resource definition with it, as in my_resource(context)."
        )

    def replace_config(self, config: Any) -> InitResourceContext:
        """Return the context with another config."""
        return UnboundInitResourceContext(config, self._opened, self._instance)

    def bind(self, definition: ResourceDefinition) -> InitResourceContext:
        """Return the context as the function of ``definition`` sees it.

        Raises:
            DagsterInvalidConfigError: if the config does not fit.
            DagsterInvalidDefinitionError: if a required resource was not given.
        """
        # An entry that was not given is absent, so that defaults apply and required config is missed.
        given = {} if self._resource_config is None else {"config": self._resource_config}
        schema = Shape({"config": definition.config_field})
        config = build_config_value(schema, given, "Error in config for resource").get("config")
        resources = self.resources
        for key in sorted(definition.required_resource_keys):
            if key not in resources.__dict__:
                raise DagsterInvalidDefinitionError(
                    f"The resource requires '{key}', which was not given.{did_you_mean(key, resources.__dict__)} "
                    f"Pass it: build_init_resource_context(resources={{'{key}': ...}})."
                )
        return InitResourceContext(config, resources, definition, {}, self._instance)

    def __enter__(self) -> UnboundInitResourceContext:
        self._opened.__enter__()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._opened.__exit__(*exc_info)


def build_init_resource_context(
    config: Any = None, resources: Mapping[str, Any] | None = None, instance: Any = None
) -> UnboundInitResourceContext:
    """Build the context for calling the function of a resource directly, as a test does.

    Args:
        config: the resource's config.
        resources: the resources that it requires: values or definitions; those with a teardown need ``with``.
        instance: the instance it sees; a fresh one in memory if None.

    Example:
        >>> database(build_init_resource_context(config={"url": "sqlite://"}))
    """
    opened = ContextResources(resources, "build_init_resource_context", instance=instance)
    return UnboundInitResourceContext(config, opened, instance)


def make_values_resource(**kwargs: Any) -> ResourceDefinition:
    """Return a resource that is its own config: a dict of values.

    Args:
        kwargs: name to config type; any config if there are none.

    Example:
        >>> @job(resource_defs={"limits": make_values_resource(rows=int)})
    """
    return ResourceDefinition(lambda context: context.resource_config, config_schema=kwargs or None)
