"""A loader makes the value of an unconnected input from run config."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any

from weftwork.base.arguments import check_callable, check_type
from weftwork.base.errors import DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.base.source import describe_function
from weftwork.config.config_type import ConfigType

CONTEXT_NAMES = frozenset({"context", "_context", "_", "__"})


class DagsterTypeLoaderContext:
    """What a type loader is given: the running step, seen through its documented properties.

    Attributes:
        resources: one attribute for each resource that the loader requires.
    """

    __slots__ = ("_step", "resources")

    def __init__(self, step: Any, resources: Any = None) -> None:
        self._step = step
        self.resources = resources if resources is not None else getattr(step, "resources", None)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._step, name)


class DagsterTypeLoader(ABC):
    """Base of type loaders; most users write ``@dagster_type_loader`` instead."""

    @property
    @abstractmethod
    def schema_type(self) -> ConfigType:
        """The config that the loader takes."""

    def construct_from_config_value(self, context: DagsterTypeLoaderContext, config_value: Any) -> Any:
        """Return the value that the config stands for (default: the config itself)."""
        return config_value

    def required_resource_keys(self) -> frozenset[str]:
        """Return the resources that the loader uses."""
        return frozenset()


class LazyLoader(DagsterTypeLoader):
    """A loader whose schema is built when it is first asked for.

    Args:
        build_schema: gives the config type.
        load: (context, config) -> value.
        required_resource_keys: the resources that ``load`` uses.
    """

    def __init__(
        self,
        build_schema: Callable[[], ConfigType],
        load: Callable[[Any, Any], Any],
        required_resource_keys: Iterable[str] = (),
    ) -> None:
        self._build_schema = build_schema
        self._load = load
        self._required_resource_keys = frozenset(required_resource_keys)
        self._schema: ConfigType | None = None

    @property
    def schema_type(self) -> ConfigType:
        """The config that the loader takes."""
        if self._schema is None:
            self._schema = self._build_schema()
        return self._schema

    def construct_from_config_value(self, context: DagsterTypeLoaderContext, config_value: Any) -> Any:
        """Return the value that the config stands for."""
        return self._load(context, config_value)

    def required_resource_keys(self) -> frozenset[str]:
        """Return the resources that the loader uses."""
        return self._required_resource_keys


def dagster_type_loader(
    config_schema: object, required_resource_keys: Iterable[str] | None = None
) -> Callable[[Callable[[DagsterTypeLoaderContext, Any], Any]], DagsterTypeLoader]:
    """Make a type loader of a function (context, config) -> value.

    Args:
        config_schema: the config that the loader takes.
        required_resource_keys: the resources that the function uses.

    Raises:
        DagsterInvalidDefinitionError: if the function does not take a context and the config, or the schema is none.

    Example:
        >>> @dagster_type_loader(Permissive())
        ... def load_dict(context, value):
        ...     return value
    """
    from weftwork.config.schema import Field  # a type without loader needs no schema

    schema = Field(config_schema).config_type
    if isinstance(required_resource_keys, str):
        raise ParameterCheckError(
            f"required_resource_keys must be a set of text, not the text '{required_resource_keys}'."
        )

    def decorate(function: Callable[[DagsterTypeLoaderContext, Any], Any]) -> DagsterTypeLoader:
        check_callable(function, "func")
        _check_loader_function(function)
        return LazyLoader(lambda: schema, function, required_resource_keys or ())

    return decorate


def _check_loader_function(function: Any) -> None:
    code = getattr(function, "__code__", None)
    if code is None:  # a callable object says what it takes only when it is called
        return
    names = code.co_varnames[: code.co_argcount]
    required = code.co_argcount - len(function.__defaults__ or ())
    if len(names) < 2 or required > 2 or names[0] not in CONTEXT_NAMES:
        raise DagsterInvalidDefinitionError(
            f"A type loader takes 'context' and the config, in this order; {describe_function(function)} takes "
            f"({', '.join(names)})."
        )


def check_loader(loader: Any) -> DagsterTypeLoader | None:
    """Return ``loader`` if it is a type loader or None.

    Raises:
        ParameterCheckError: if it is not.
    """
    return check_type(loader, DagsterTypeLoader, "loader", optional=True)  # type: ignore[no-any-return]
