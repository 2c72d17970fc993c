"""``configured``: a definition with its config given, or made by a function from simpler config."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from weftwork.base.errors import DagsterInvalidInvocationError, ParameterCheckError
from weftwork.config.config_type import ConfigType, ConfigTypeKind
from weftwork.config.containers import Noneable
from weftwork.config.errors import EvaluationError, Path
from weftwork.config.schema import DefinitionConfigSchema, Field, build_definition_schema
from weftwork.definitions.run_config.config_mapping import (
    ConfigMapping,
    build_with_class,
    call_mapping_function,
    find_config_parameter,
    to_node_config,
)


class ConfiguredType(ConfigType):
    """Config of a configured definition: checked as the outer config, processed to that of the definition inside.

    Because the work is done when config is processed, a configured definition is like any other to all
    who read its ``config_field``.

    Args:
        outer: what may be given; None where the config is fixed and what is given is ignored.
        inner: what the definition inside takes; None for any config.
        make: makes the inner config of the outer.
        where: whose config it is, for messages.
    """

    kind = ConfigTypeKind.ANY
    processes = True

    def __init__(
        self, outer: Field | None, inner: Field | None, make: Callable[[Any], Any], where: str
    ) -> None:
        self.outer = outer
        self.inner = inner
        self._make = make
        self._where = where

    @property
    def key(self) -> str:
        """A name that is equal for equal types."""
        return f"Configured.{id(self)}"

    def describe(self) -> str:
        """Return the outer type as text."""
        return self.outer.config_type.describe() if self.outer else "nothing (it is configured already)"

    def example(self) -> Any:
        """Return an example of the outer type."""
        return self.outer.config_type.example() if self.outer else {}

    def validate(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return ``value`` validated by the outer type."""
        return value if self.outer is None else self.outer.validate(value, path, errors)

    def process(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return the processed config of the definition inside.

        Raises:
            DagsterConfigMappingFunctionError: if the function raised.
        """
        if self.outer is not None and self.outer.config_type.processes:
            found = len(errors)
            value = self.outer.config_type.process(value, path, errors)
            if len(errors) > found:
                return None
        made = self._make(value)
        if self.inner is None:
            return made
        found = len(errors)
        checked = self.inner.validate(made, path, errors)
        if len(errors) == found and self.inner.config_type.processes:
            checked = self.inner.config_type.process(checked, path, errors)
        return checked


def build_configured_schema(
    inner: Field | None,
    config_or_config_fn: Any,
    config_schema: Any = None,
    where: str = "of a configured definition",
) -> DefinitionConfigSchema:
    """Return the schema of a definition whose config is given or made by a function.

    Args:
        inner: what the definition takes; None for any config.
        config_or_config_fn: the config, or the function (outer config -> config); its parameter may be annotated
            with a ``Config`` class, which is then the schema.
        config_schema: what the function may be given; any config if None.
        where: whose config it is, for messages ("of op 'a'").

    Raises:
        CheckError: if the function does not have one parameter.
        DagsterInvalidConfigDefinitionError: if ``config_schema`` is no schema.
    """
    if not callable(config_or_config_fn) or isinstance(config_or_config_fn, type):
        given = _to_plain_config(config_or_config_fn)
        fixed = ConfiguredType(None, inner, lambda _config: given, where)
        return DefinitionConfigSchema(Field(fixed, default_value={}))
    function = config_or_config_fn
    config_class = find_config_parameter(function, "The function given to configured")
    if config_class is not None and config_schema is None:
        config_schema, function = config_class, build_with_class(function, config_class)

    def make(config: Any) -> Any:
        return _to_plain_config(call_mapping_function(function, config, where))

    outer = build_definition_schema(config_schema).as_field()
    if outer.is_required:
        return DefinitionConfigSchema(Field(ConfiguredType(outer, inner, make, where)))
    if outer.default_provided:
        return DefinitionConfigSchema(Field(ConfiguredType(outer, inner, make, where), outer.default_value))
    # An absent entry would not be processed, and the function not be called.
    optional = Field(Noneable(outer.config_type), None)
    return DefinitionConfigSchema(Field(ConfiguredType(optional, inner, make, where), None))


def _to_plain_config(config: Any) -> Any:
    convert = getattr(config, "to_config_dict", None)
    return convert() if convert is not None else to_node_config(config)


def configure(
    definition: Any,
    config_or_config_fn: Any,
    name: str | None = None,
    config_schema: Any = None,
    description: str | None = None,
) -> Any:
    """Return a copy of a definition with its config given, or made by a function.

    The definition has ``config_field`` and ``copy_for_configured``: of (description, config_schema), or of
    (name, description, config_schema) if it has a name. A graph is copied with another ``ConfigMapping``.

    Args:
        definition: an op, graph, resource, logger or executor.
        config_or_config_fn: the config, or a function that makes it of simpler config.
        name: the name of the copy, for definitions that have one.
        config_schema: what the function may be given; any config if None.
        description: text for people (default: that of the definition).

    Raises:
        CheckError: if the function does not have one parameter.
        DagsterInvalidConfigDefinitionError: if ``config_schema`` is no schema.
    """
    where = f"of '{name}'" if name else f"of a configured {type(definition).__name__}"
    schema: Any = build_configured_schema(definition.config_field, config_or_config_fn, config_schema, where)
    mapping = getattr(definition, "config_mapping", None)
    if mapping is not None:
        schema = ConfigMapping(mapping.config_fn, schema)
    if name is None:
        return definition.copy_for_configured(description, schema)
    return definition.copy_for_configured(name, description, schema)


def configured(
    configurable: Any, config_schema: Any = None, **kwargs: Any
) -> Callable[[Callable[..., Any] | Mapping[str, Any]], Any]:
    """Configure a definition with a dict, or with the decorated function, which makes its config of simpler config.

    Args:
        configurable: an op, graph, resource, logger or executor.
        config_schema: what the function may be given; any config if None.
        kwargs: ``name`` (default for named definitions: the function's; a dict has none) and ``description``.

    Raises:
        ParameterCheckError: if ``configurable`` takes no config.

    Example:
        >>> @configured(database, config_schema={"host": str})
        ... def database_on(config):
        ...     return {"url": f"postgresql://{config['host']}/main"}
    """
    if isinstance(configurable, type) or not callable(getattr(configurable, "configured", None)):
        raise ParameterCheckError(
            f"configured() takes an op, graph, resource, logger or executor, not {configurable!r:.100}."
        )
    is_named = isinstance(getattr(configurable, "name", None), str)
    if "name" in kwargs and not is_named:
        raise TypeError(f"A {type(configurable).__name__} has no name: drop name={kwargs['name']!r}.")

    def decorate(config_fn: Callable[..., Any] | Mapping[str, Any]) -> Any:
        arguments = dict(kwargs)
        if isinstance(config_fn, Mapping):
            if is_named and "name" not in arguments:
                raise ParameterCheckError(
                    f"A configured {type(configurable).__name__} needs a name: configured({configurable.name}, name=…)."
                )
            return configurable.configured(config_fn, config_schema=config_schema, **arguments)
        if not callable(config_fn):
            raise DagsterInvalidInvocationError(
                f"@configured decorates a function, or takes a dict, not {config_fn!r:.100}."
            )
        if is_named:
            arguments.setdefault("name", config_fn.__name__)
        return configurable.configured(config_fn, config_schema=config_schema, **arguments)

    return decorate
