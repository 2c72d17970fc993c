"""``@definitions`` and ``load_definitions_from_*``: Definitions made by a function, or of what modules define."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

from weftwork.base.arguments import check_callable
from weftwork.base.errors import DagsterInvalidDefinitionError, DagsterInvariantViolationError
from weftwork.base.source import describe_function
from weftwork.definitions.assets.asset_job_definition import UnresolvedAssetJobDefinition
from weftwork.definitions.checks.asset_checks_definition import AssetChecksDefinition
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.definitions.locations.contents import refuse_repeated_names
from weftwork.definitions.locations.definitions import Definitions
from weftwork.definitions.locations.instigators import kind_of_instigator
from weftwork.definitions.locations.load_assets import load_assets_from_modules
from weftwork.definitions.locations.modules import (
    caller_module,
    import_package,
    iterate_objects,
    list_package_modules,
)
from weftwork.definitions.locations.repository import RepositoryDefinition
from weftwork.definitions.resources.wrapping import is_configurable_resource


class LazyDefinitions:
    """Definitions that a function makes when they are first needed; made by ``@definitions``.

    Args:
        load_fn: returns the Definitions; may take a context, which is then passed on.
    """

    def __init__(self, load_fn: Callable[..., Any]) -> None:
        self.load_fn = load_fn
        self._made: Any = None
        self.__name__ = getattr(load_fn, "__name__", "definitions")
        self.__doc__ = getattr(load_fn, "__doc__", None)

    @property
    def takes_context(self) -> bool:
        """Whether the function takes a context."""
        code = getattr(self.load_fn, "__code__", None)
        return bool(code is not None and code.co_argcount)

    def __call__(self, context: Any = None) -> Any:
        """Return the Definitions, made at the first call.

        Raises:
            DagsterInvariantViolationError: if the function returns something else.
        """
        if self._made is None:
            made = self.load_fn(context) if self.takes_context else self.load_fn()
            if not isinstance(made, (Definitions, RepositoryDefinition)):
                raise DagsterInvariantViolationError(
                    f"{describe_function(self.load_fn)} must return Definitions for @definitions, not {made!r:.100}."
                )
            self._made = made
        return self._made


def definitions(fn: Callable[..., Any]) -> LazyDefinitions:
    """Make a function what is loaded from its module: it returns ``Definitions``, and runs when they are needed.

    Args:
        fn: returns Definitions; may take a context, which it gets from who loads it.

    Raises:
        DagsterInvariantViolationError: if the function takes more.

    Example:
        >>> @definitions
        ... def defs():
        ...     return Definitions(assets=[orders])
    """
    code = getattr(check_callable(fn, "fn"), "__code__", None)
    if code is not None and code.co_argcount > 1:
        raise DagsterInvariantViolationError(
            f"{describe_function(fn)} takes {code.co_argcount} arguments; a function for @definitions takes none, or a context."
        )
    return LazyDefinitions(fn)


def load_definitions_from_modules(
    modules: Iterable[ModuleType],
    resources: Mapping[str, Any] | None = None,
    loggers: Mapping[str, Any] | None = None,
    executor: Any = None,
) -> Definitions:
    """Return Definitions of the assets, checks, jobs, schedules, sensors and resources at the top of modules.

    A module that has a Definitions object of its own contributes that.

    Args:
        modules: the modules.
        resources: resource key to resource, beside those found.
        loggers: logger name to logger.
        executor: how steps are run in jobs that do not say.

    Raises:
        DagsterInvalidDefinitionError: if a module has several Definitions, or two things have one name.
    """
    loose: list[ModuleType] = []
    made: list[Definitions] = []
    for module in modules:
        own = [item for _, item in iterate_objects([module], (Definitions,))]
        if len(own) > 1:
            raise DagsterInvalidDefinitionError(
                f"Module '{module.__name__}' has {len(own)} Definitions. Keep one, or join them: Definitions.merge(a, b)."
            )
        if own:
            made.append(own[0])
        else:
            loose.append(module)
    given = Definitions(resources=resources, loggers=loggers, executor=executor)
    merged = Definitions.merge(*made, _collect(loose), given)
    refuse_repeated_names(merged.schedules or (), "schedule")
    refuse_repeated_names(merged.sensors or (), "sensor")
    return merged


def _collect(modules: list[ModuleType]) -> Definitions:
    instigators: dict[str, list[Any]] = {"schedules": [], "sensors": []}
    for _, item in iterate_objects(modules, (object,)):
        kind = kind_of_instigator(item)
        if kind is not None:
            instigators[kind].append(item)
    resources = {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if is_configurable_resource(value) and not isinstance(value, type)
    }
    return Definitions(
        assets=load_assets_from_modules(modules, include_specs=True),
        asset_checks=[item for _, item in iterate_objects(modules, (AssetChecksDefinition,))],
        jobs=[item for _, item in iterate_objects(modules, (JobDefinition, UnresolvedAssetJobDefinition))],
        schedules=instigators["schedules"],
        sensors=instigators["sensors"],
        resources=resources or None,
    )


def load_definitions_from_module(
    module: ModuleType,
    resources: Mapping[str, Any] | None = None,
    loggers: Mapping[str, Any] | None = None,
    executor: Any = None,
) -> Definitions:
    """Return Definitions of what is at the top of a module; arguments as in ``load_definitions_from_modules``."""
    return load_definitions_from_modules([module], resources, loggers, executor)


def load_definitions_from_current_module(
    resources: Mapping[str, Any] | None = None, loggers: Mapping[str, Any] | None = None, executor: Any = None
) -> Definitions:
    """Return Definitions of what is at the top of the module that calls this."""
    return load_definitions_from_modules([caller_module()], resources, loggers, executor)


def load_definitions_from_package_module(
    package_module: ModuleType,
    resources: Mapping[str, Any] | None = None,
    loggers: Mapping[str, Any] | None = None,
    executor: Any = None,
) -> Definitions:
    """Return Definitions of what is in a package and all its modules."""
    return load_definitions_from_modules(list_package_modules(package_module), resources, loggers, executor)


def load_definitions_from_package_name(
    package_name: str,
    resources: Mapping[str, Any] | None = None,
    loggers: Mapping[str, Any] | None = None,
    executor: Any = None,
) -> Definitions:
    """Return Definitions of what is in the package of that name."""
    return load_definitions_from_modules(import_package(package_name), resources, loggers, executor)
