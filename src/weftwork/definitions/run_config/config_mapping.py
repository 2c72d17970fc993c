"""ConfigMapping: a function that makes the config of a graph's ops, or of a whole job, from simpler config."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from weftwork.base.arguments import check_callable, check_type
from weftwork.base.errors import (
    CheckError,
    DagsterConfigMappingFunctionError,
    DagsterInvalidConfigError,
)
from weftwork.base.source import describe_function
from weftwork.config.config_type import ConfigType, ConfigTypeKind
from weftwork.config.errors import EvaluationError, Path
from weftwork.config.evaluation import validate_config
from weftwork.config.run_config import RunConfig, to_run_config_dict
from weftwork.config.schema import DefinitionConfigSchema, Field, build_definition_schema

MappingFunction = Callable[[Any], Any]


class ConfigMapping:
    """Config for the inside of a graph or job, made from simpler config.

    Args:
        config_fn: gets the config given, and returns that of the inside: op name to ``{"config": ...}`` for a
            graph, a whole run config for a job.
        config_schema: what config may be given; any config if None.
        receive_processed_config_values: whether the function gets values from the environment and Python
            enums (default), or the texts that stand for them.

    Raises:
        ParameterCheckError: if ``config_fn`` is no function.

    Example:
        >>> ConfigMapping(lambda config: {"load": {"config": {"limit": config["n"]}}}, config_schema={"n": int})
    """

    def __init__(
        self,
        config_fn: MappingFunction,
        config_schema: Any | None = None,
        receive_processed_config_values: bool | None = None,
    ) -> None:
        self.config_fn: MappingFunction = check_callable(config_fn, "config_fn")
        self.config_schema: DefinitionConfigSchema = build_definition_schema(config_schema)
        self.receive_processed_config_values: bool | None = check_type(
            receive_processed_config_values, bool, "receive_processed_config_values", optional=True
        )

    @property
    def config_field(self) -> Field:
        """The field that the given config must fit."""
        return self.config_schema.as_field()

    def resolve_from_unvalidated_config(self, config: Any) -> Any:
        """Check config and return what the function makes of it.

        Raises:
            DagsterInvalidConfigError: if the config does not fit the schema.
            DagsterConfigMappingFunctionError: if the function raises.
        """
        result = validate_config(self.config_field, config)
        if not result.success:
            raise DagsterInvalidConfigError("Error in config mapping", result.errors, config)
        return self.resolve_from_validated_config(result.value)

    def resolve_from_validated_config(self, config: Any) -> Any:
        """Return what the function makes of config that fits the schema.

        Raises:
            DagsterInvalidConfigError: if the environment does not hold what the config needs.
            DagsterConfigMappingFunctionError: if the function raises.
        """
        errors: list[EvaluationError] = []
        made = self.call(config, None, errors, "of a ConfigMapping")
        if errors:
            raise DagsterInvalidConfigError("Error in config mapping", errors, config)
        return made

    def call(self, config: Any, path: Path, errors: list[EvaluationError], where: str) -> Any:
        """Return what the function makes of validated config.

        Args:
            config: the config, validated but not processed.
            path: its place in the run config.
            errors: gets what the environment lacks.
            where: which mapping it is, for messages ("of graph 'g'").

        Raises:
            DagsterConfigMappingFunctionError: if the function raises.
        """
        config_type = self.config_field.config_type
        if config_type.processes and self.receive_processed_config_values is not False:
            found = len(errors)
            config = config_type.process(config, path, errors)
            if len(errors) > found:
                return None
        return call_mapping_function(self.config_fn, config, where)


def call_mapping_function(function: MappingFunction, config: Any, where: str) -> Any:
    """Return what a user's mapping function makes of config.

    Raises:
        DagsterConfigMappingFunctionError: if it raises; the cause is its exception.
    """
    try:
        return function(config)
    except Exception as error:
        raise DagsterConfigMappingFunctionError(
            f"The config mapping {where} raised {type(error).__name__}: {error}. It is {describe_function(function)}.",
            user_exception=error,
        ) from error


class MappedGraphType(ConfigType):
    """The config of a graph with a mapping: checked as the mapping's, processed to that of the graph's nodes.

    Args:
        mapping: the mapping.
        graph_name: the graph's name, for messages.
        inner: the dict of the graph's nodes.
    """

    kind = ConfigTypeKind.ANY
    processes = True

    def __init__(self, mapping: ConfigMapping, graph_name: str, inner: Field) -> None:
        self.mapping = mapping
        self.outer = mapping.config_field
        self.graph_name = graph_name
        self.inner = inner

    @property
    def key(self) -> str:
        """A name that is equal for equal types."""
        return f"Mapped.{self.graph_name}.{self.outer.config_type.key}"

    def describe(self) -> str:
        """Return the mapping's type as text."""
        return self.outer.config_type.describe()

    def example(self) -> Any:
        """Return an example of the mapping's type."""
        return self.outer.config_type.example()

    def validate(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return ``value`` validated by the mapping's schema."""
        return self.outer.validate(value, path, errors)

    def process(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return the processed config of the graph's nodes.

        Raises:
            DagsterInvalidConfigError: if the mapping gave config that the nodes do not accept.
            DagsterConfigMappingFunctionError: if the mapping raised.
        """
        found = len(errors)
        made = self.mapping.call(value, path, errors, f"of graph '{self.graph_name}'")
        if len(errors) > found:
            return None
        plain = to_node_config(made)
        inner_errors: list[EvaluationError] = []
        checked = self.inner.validate(plain, None, inner_errors)
        if not inner_errors and self.inner.config_type.processes:
            checked = self.inner.config_type.process(checked, None, inner_errors)
        if inner_errors:
            raise DagsterInvalidConfigError(
                f"The config mapping of graph '{self.graph_name}' gave config that the ops of the graph do not accept; "
                f"mend the function {describe_function(self.mapping.config_fn)}. Paths start at what it returned",
                inner_errors,
                plain,
            )
        return checked


def to_node_config(made: Any) -> Any:
    """Return what a graph's mapping function returned as the plain config of its nodes."""
    if isinstance(made, RunConfig):
        return made.to_config_dict()["ops"]
    return to_run_config_dict(made) if isinstance(made, dict) else made


@overload
def config_mapping(config_fn: Callable[..., Any]) -> ConfigMapping: ...
@overload
def config_mapping(
    config_fn: None = None,
    *,
    config_schema: Any = None,
    receive_processed_config_values: bool | None = None,
) -> Callable[[Callable[..., Any]], ConfigMapping]: ...
def config_mapping(
    config_fn: Callable[..., Any] | None = None,
    *,
    config_schema: Any = None,
    receive_processed_config_values: bool | None = None,
) -> Any:
    """Make a ``ConfigMapping`` of a function of one parameter.

    Args:
        config_fn: the function; its parameter may be annotated with a ``Config`` class, which is then the schema.
        config_schema: what config may be given; any config if None.
        receive_processed_config_values: see ``ConfigMapping``.

    Raises:
        CheckError: if the function does not have one parameter, or both it and ``config_schema`` name a schema.

    Example:
        >>> @config_mapping(config_schema={"n": int})
        ... def simplified(config):
        ...     return {"load": {"config": {"limit": config["n"]}}}
    """

    def decorate(function: Callable[..., Any]) -> ConfigMapping:
        config_class = find_config_parameter(check_callable(function, "config_fn"), "A config mapping")
        if config_class is None:
            return ConfigMapping(function, config_schema, receive_processed_config_values)
        if config_schema is not None:
            raise CheckError(
                f"The parameter of {describe_function(function)} is annotated with {config_class.__name__}, which is its "
                f"schema. Drop config_schema."
            )
        build = build_with_class(function, config_class)
        return ConfigMapping(build, config_class.to_config_schema(), receive_processed_config_values)

    return decorate if config_fn is None else decorate(config_fn)


def build_with_class(function: Callable[..., Any], config_class: Any) -> MappingFunction:
    """Return ``function`` as a function of a dict, from which it gets an instance of ``config_class``."""

    def with_instance(config: Any) -> Any:
        from weftwork.config.pythonic.config import build_config  # pydantic is loaded by those who use it

        return function(build_config(config_class, config))

    with_instance.__wrapped__ = function  # type: ignore[attr-defined]
    with_instance.__name__ = getattr(function, "__name__", "config_fn")
    return with_instance


def find_config_parameter(function: Callable[..., Any], what: str) -> Any:
    """Return the ``Config`` class that the only parameter of ``function`` is annotated with, or None.

    Raises:
        CheckError: if the function does not have exactly one parameter.
    """
    import inspect  # only where config is mapped

    parameters = [
        p
        for p in inspect.signature(function).parameters.values()
        if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)
    ]
    if len(parameters) != 1:
        raise CheckError(
            f"{what} is a function of one parameter, the config; {describe_function(function)} has {len(parameters)}."
        )
    annotation = parameters[0].annotation
    if isinstance(annotation, str):
        annotation = _resolve(annotation, function)
    is_class = isinstance(annotation, type) and hasattr(annotation, "to_config_schema")
    return annotation if is_class else None


def _resolve(annotation: str, function: Any) -> Any:
    """Return what a postponed annotation names: in the function's module, its closure, or where it is defined."""
    import sys  # only for postponed annotations

    names = dict(getattr(function, "__globals__", {}))
    code = getattr(function, "__code__", None)
    cells = getattr(function, "__closure__", None) or ()
    for name, cell in zip(code.co_freevars if code else (), cells, strict=False):
        names[name] = cell.cell_contents
    frame = sys._getframe(1)
    while frame is not None and (frame.f_globals.get("__name__") or "").startswith("weftwork."):
        frame = frame.f_back  # type: ignore[assignment]
    try:
        return eval(annotation, names, frame.f_locals if frame is not None else {})  # noqa: S307 - the user's own code
    except Exception:  # noqa: BLE001 - an annotation that names nothing is no Config class
        return None
