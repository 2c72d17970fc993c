"""ResourceDefinition and ``@resource``: how an object that steps share is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from types import GeneratorType
from typing import TYPE_CHECKING, Any, Self, overload

from weftwork.base.arguments import check_callable, check_type
from weftwork.base.errors import CheckError, DagsterError, DagsterInvalidInvocationError, ParameterCheckError
from weftwork.base.source import add_place
from weftwork.config.config_type import ANY
from weftwork.config.schema import DefinitionConfigSchema, Field, Shape, to_field
from weftwork.definitions.resources.init_context import InitResourceContext
from weftwork.definitions.resources.resource_function import find_context_parameter

if TYPE_CHECKING:
    from weftwork.config.evaluation import EvaluateValueResult  # what has no config needs none of it

ResourceFunction = Callable[..., Any]
NO_VALUE: Any = object()
_ANY_CONFIG = Field(ANY, is_required=False)


class ResourceDefinition:
    """How an object that steps share is made: a function, its config, and what it requires.

    Args:
        resource_fn: gets an ``InitResourceContext`` (or nothing) and returns the resource, or yields it once and
            tears it down afterwards.
        config_schema: what config it takes; any config if None.
        description: text for people.
        required_resource_keys: other resources that the function reads from ``context.resources``.
        version: accepted for compatibility.

    Raises:
        DagsterInvalidDefinitionError: if the function needs more than one argument.

    Example:
        >>> ResourceDefinition(lambda context: connect(context.resource_config["url"]), config_schema={"url": str})
    """

    __weft_resource_recipe__ = True
    # What it can be used as besides a resource.
    kinds: frozenset[str] = frozenset()

    def __init__(
        self,
        resource_fn: ResourceFunction,
        config_schema: Any = None,
        description: str | None = None,
        required_resource_keys: AbstractSet[str] | None = None,
        version: str | None = None,
    ) -> None:
        self.resource_fn: ResourceFunction = check_callable(resource_fn, "resource_fn")
        # A schema that is none is said where it is written.
        self._config_field: Field = _ANY_CONFIG if config_schema is None else to_field(config_schema)
        self.description: str | None = check_type(description, str, "description", optional=True)
        self.required_resource_keys: frozenset[str] = check_resource_keys(required_resource_keys)
        self.version: str | None = check_type(version, str, "version", optional=True)
        self._context_parameter = find_context_parameter(resource_fn)
        self.plain_value: Any = NO_VALUE

    # ---------------------------------------------------------------------------------------- facts

    @property
    def config_field(self) -> Field:
        """The field that its config must fit."""
        return self._config_field

    @property
    def has_config_field(self) -> bool:
        """Whether it takes config; every resource does."""
        return True

    def get_config_field(self) -> Field:
        """Return the field that its config must fit."""
        return self._config_field

    @property
    def config_schema(self) -> DefinitionConfigSchema:
        """The schema of its config."""
        return DefinitionConfigSchema(self.config_field)

    @property
    def is_plain(self) -> bool:
        """Whether it is a ready value, which costs nothing to open."""
        return self.plain_value is not NO_VALUE

    @property
    def takes_context(self) -> bool:
        """Whether the function gets a context."""
        return self._context_parameter is not None

    def get_required_resource_keys(self, resource_defs: Mapping[str, ResourceDefinition]) -> AbstractSet[str]:
        """Return the keys of the resources that must be open before it, among those of a job."""
        return self.required_resource_keys

    # --------------------------------------------------------------------------------------- making

    def make(self, context: InitResourceContext) -> Any:
        """Call the function: what it returns is the resource, or a generator that yields it."""
        return self.resource_fn(context) if self._context_parameter is not None else self.resource_fn()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Make the resource directly, as a test does.

        Args:
            args: one context from ``build_init_resource_context``, where the function takes one.
            kwargs: the same by the name of the function's parameter.

        Returns:
            The resource; a context manager that gives it where the function yields.

        Raises:
            DagsterInvalidInvocationError: if the arguments do not fit the function.
            DagsterInvalidConfigError: if the config does not fit.
        """
        context = self._check_invocation(args, kwargs)
        made = self.resource_fn() if context is None else self.make(context.bind(self))
        if type(made) is not GeneratorType:
            return made
        from contextlib import contextmanager  # only for resources with a teardown

        return contextmanager(lambda: made)()

    def _check_invocation(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        parameter = self._context_parameter
        if parameter is None:
            if args or kwargs:
                raise DagsterInvalidInvocationError(
                    f"The function of this {self._kind} takes no context, so it is called without arguments. "
                    f"Give the function a parameter for the context, or drop the argument."
                )
            return None
        if len(args) + len(kwargs) > 1:
            raise DagsterInvalidInvocationError(
                f"A {self._kind} is called with one argument, its context; {len(args) + len(kwargs)} were given."
            )
        if not args and not kwargs:
            raise DagsterInvalidInvocationError(
                f"The function of this {self._kind} takes a context ('{parameter}'): pass build_init_resource_context(...)."
            )
        if kwargs and parameter not in kwargs:
            raise DagsterInvalidInvocationError(
                f"The function of this {self._kind} calls its context '{parameter}', not '{next(iter(kwargs))}'."
            )
        context = args[0] if args else kwargs[parameter]
        if context is None:
            return self._build_empty_context(parameter)
        if not isinstance(context, InitResourceContext):
            raise ParameterCheckError(
                f"'{parameter}' must be a context from build_init_resource_context(...), not {type(context).__name__}: "
                f"{context!r:.100}."
            )
        return context

    def _build_empty_context(self, parameter: str) -> InitResourceContext:
        if self.required_resource_keys or self._config_field.is_required:
            what = "resources" if self.required_resource_keys else "config"
            raise DagsterInvalidInvocationError(
                f"This {self._kind} needs {what}: pass build_init_resource_context({what}=...) as '{parameter}', not None."
            )
        schema = Shape({"config": self._config_field})
        from weftwork.config.evaluation import build_config_value  # see above

        config = build_config_value(schema, {}, f"Error in config for {self._kind}").get("config")
        return InitResourceContext(config, resource_def=self)

    _kind = "resource"

    # --------------------------------------------------------------------------------- configuring

    def configured(
        self, config_or_config_fn: Any, config_schema: Any = None, description: str | None = None
    ) -> Self:
        """Return a copy with its config given, or made by a function of simpler config.

        Args:
            config_or_config_fn: the config, or a function of config that returns it.
            config_schema: what the function takes.
            description: text for people; that of this definition if None.

        Example:
            >>> local_database = database.configured({"url": "sqlite://"})
        """
        from weftwork.definitions.run_config.configured import configure  # few definitions are

        copied: Self = configure(self, config_or_config_fn, None, config_schema, description)
        return copied

    def copy_for_configured(self, description: str | None, config_schema: Any) -> Self:
        """Return a copy with another description and schema; ``configured`` builds on it."""
        import copy  # few copy one

        copied = copy.copy(self)
        copied._config_field = to_field(config_schema)
        copied.description = description or self.description
        copied.plain_value = NO_VALUE
        return copied

    def apply_config_mapping(self, config: Any) -> EvaluateValueResult:
        """Return what the function gets for validated ``{"config": ...}``."""
        from weftwork.config.evaluation import process_config  # see above

        return process_config(Shape({"config": self._config_field}), config)

    # ------------------------------------------------------------------------------- ready resources

    @staticmethod
    def hardcoded_resource(value: Any, description: str | None = None) -> ResourceDefinition:
        """Return the definition of a resource that is ``value``."""
        definition = ResourceDefinition(lambda _context: value, description=description)
        definition.plain_value = value
        return definition

    @staticmethod
    def none_resource(description: str | None = None) -> ResourceDefinition:
        """Return the definition of a resource that is None."""
        return ResourceDefinition.hardcoded_resource(None, description)

    @staticmethod
    def string_resource(description: str | None = None) -> ResourceDefinition:
        """Return the definition of a resource that is the text in its config."""
        return ResourceDefinition(lambda context: context.resource_config, str, description)

    @staticmethod
    def mock_resource(description: str | None = None) -> ResourceDefinition:
        """Return the definition of a resource that is a fresh ``MagicMock``."""
        from unittest.mock import MagicMock  # only tests use it

        return ResourceDefinition(lambda _context: MagicMock(), description=description)

    def __repr__(self) -> str:
        name = getattr(self.resource_fn, "__name__", type(self.resource_fn).__name__)
        return f"{type(self).__name__}({name})"


def check_resource_keys(keys: Iterable[str] | None) -> frozenset[str]:
    """Return ``required_resource_keys`` as a set.

    Raises:
        ParameterCheckError: if it is no set of text.
    """
    if not keys:
        return frozenset()
    if isinstance(keys, str) or not all(isinstance(key, str) for key in keys):
        raise ParameterCheckError(
            f"Parameter 'required_resource_keys' must be a set of text, such as {{'db'}}, not {keys!r:.100}."
        )
    return frozenset(keys)


@overload
def resource(config_schema: ResourceFunction) -> ResourceDefinition: ...
@overload
def resource(
    config_schema: Any = None,
    description: str | None = None,
    required_resource_keys: AbstractSet[str] | None = None,
    version: str | None = None,
) -> Callable[[ResourceFunction], ResourceDefinition]: ...
def resource(
    config_schema: Any = None,
    description: str | None = None,
    required_resource_keys: AbstractSet[str] | None = None,
    version: str | None = None,
) -> Any:
    """Turn a function into the definition of a resource; with or without arguments.

    Args:
        config_schema: what config it takes; any config if None.
        description: text for people; the function's docstring if None.
        required_resource_keys: other resources that the function reads from ``context.resources``.
        version: accepted for compatibility.

    Returns:
        The ``ResourceDefinition``.

    Raises:
        DagsterInvalidDefinitionError: if the function needs more than one argument.

    Example:
        >>> @resource(config_schema={"url": str})
        ... def database(context):
        ...     connection = connect(context.resource_config["url"])
        ...     yield connection
        ...     connection.close()
    """
    if is_bare_function(config_schema):
        return resource()(config_schema)

    def decorate(fn: ResourceFunction) -> ResourceDefinition:
        try:
            definition = ResourceDefinition(
                check_callable(fn, "fn"),
                config_schema,
                description or find_description(fn),
                required_resource_keys,
                version,
            )
        except (DagsterError, CheckError) as error:
            add_place(error, "@resource", fn)
            raise
        definition.__doc__ = fn.__doc__
        return definition

    return decorate


def is_bare_function(value: Any) -> bool:
    """Return whether a decorator that takes a config schema first was used without arguments."""
    return callable(value) and not isinstance(value, type) and not hasattr(value, "__weft_config_type__")


def find_description(fn: Any) -> str | None:
    """Return the docstring of a function without its indentation, or None."""
    doc = getattr(fn, "__doc__", None)
    if not doc or isinstance(fn, type):
        return None
    if "\n" not in doc:
        return str(doc).strip()
    import inspect  # only for docstrings of several lines

    return inspect.cleandoc(doc)
