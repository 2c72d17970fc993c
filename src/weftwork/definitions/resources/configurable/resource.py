"""ConfigurableResource: a resource as a class whose fields are its config, and the other resources it uses."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Generator, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, ClassVar, Generic, Self, TypeVar

from pydantic import GetCoreSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import core_schema

from weftwork.base.errors import CheckError, DagsterInvalidInvocationError, DagsterInvariantViolationError
from weftwork.base.lifecycle import former, marked
from weftwork.config.evaluation import build_config_value
from weftwork.config.pythonic.config import Config
from weftwork.config.pythonic.construction import get_construction
from weftwork.config.pythonic.values import to_config_dict
from weftwork.definitions.ports import execution_port
from weftwork.definitions.resources.configurable.definition import (
    ConfigurableResourceDefinition,
    PartialResource,
    build_config_field,
    collect_required_keys,
    find_key,
    select_resources,
)
from weftwork.definitions.resources.init_context import InitResourceContext
from weftwork.definitions.resources.resource_definition import ResourceDefinition
from weftwork.definitions.resources.resource_dependency import is_resource_annotation
from weftwork.definitions.resources.resource_function import yield_wrapped

TResValue = TypeVar("TResValue")
# Kept in the instance beside the fields, where they play no part in comparing and storing.
_DEFINITION = "__weft_definition__"
_CONTEXT = "__weft_context__"


class ConfigurableResourceFactory(Config, Generic[TResValue]):
    """Base of configurable resources whose product is something else: ``create_resource`` makes it.

    Fields are config, as in ``Config``, or other resources (annotated with their class or
    ``ResourceDependency``). In a run, a fresh object is made of the validated config, with its environment
    variables read and the resources inside it open.

    Example:
        >>> class Client(ConfigurableResourceFactory[HttpClient]):
        ...     url: str
        ...     def create_resource(self, context):
        ...         return HttpClient(self.url)
    """

    __weft_configurable_resource__: ClassVar[bool] = True
    __weft_resource_recipe__: ClassVar[bool] = True
    __weft_resource_fields__: ClassVar[list[str] | None] = None

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Let a field of this class take a resource that is configured at launch, too."""
        schema = handler(source)
        if not cls.__pydantic_complete__:
            return schema  # the schema of the class itself is being built
        return core_schema.no_info_wrap_validator_function(_pass_resource, schema)

    def _is_locked(self, name: str) -> bool:
        return False if name.startswith("_") else super()._is_locked(name)

    # ------------------------------------------------------------------------------------- fields

    @classmethod
    def list_resource_fields(cls) -> list[str]:
        """Return the names of the fields that take other resources."""
        found = cls.__dict__.get("__weft_resource_fields__")
        if found is None:
            if not cls.__pydantic_complete__:
                cls.model_rebuild()
            found = [
                n for n, i in cls.model_fields.items() if is_resource_annotation(i.annotation, i.metadata)
            ]
            cls.__weft_resource_fields__ = found
        names: list[str] = found
        return names

    @classmethod
    def list_config_fields(cls) -> list[str]:
        """Return the names of the fields that are config."""
        resource_names = cls.list_resource_fields()
        return [name for name in cls.model_fields if name not in resource_names]

    @property
    def nested_values(self) -> Mapping[str, Any]:
        """What the fields that take resources hold."""
        return {name: getattr(self, name) for name in self.list_resource_fields()}

    @property
    def nested_resources(self) -> Mapping[str, Any]:
        """The resources inside it, by field."""
        return select_resources(self.nested_values)

    # --------------------------------------------------------------------------------- definition

    @classmethod
    def build_definition(cls, configurable: Any) -> ResourceDefinition:
        """Return the definition of an object or a partial of this class."""
        return ConfigurableResourceDefinition(
            configurable, cls.build_config_field(configurable), cls.get_description()
        )

    @classmethod
    def build_config_field(cls, configurable: Any) -> Any:
        """Return the config of an object or a partial: what it has is the default."""
        shape = cls.to_config_schema().as_field().config_type
        given = (
            _to_partial_config(configurable)
            if isinstance(configurable, PartialResource)
            else configurable.to_config_dict()
        )
        return build_config_field(shape, given)  # type: ignore[arg-type]

    @classmethod
    def get_description(cls) -> str | None:
        """Return the docstring of the class itself."""
        doc = cls.__dict__.get("__doc__")
        return inspect.cleandoc(doc) if doc else None

    def get_resource_definition(self) -> ResourceDefinition:
        """Return its definition; the same one each time."""
        found: Any = self.__dict__.get(_DEFINITION)
        if found is None or found.configurable is not self:
            found = self.__dict__[_DEFINITION] = self.build_definition(self)
        definition: ResourceDefinition = found
        return definition

    def __getstate__(self) -> dict[Any, Any]:
        state = super().__getstate__()
        return {
            **state,
            "__dict__": {k: v for k, v in state["__dict__"].items() if k not in (_DEFINITION, _CONTEXT)},
        }

    def __weft_resource_definition__(self) -> ResourceDefinition:
        """Return its definition."""
        return self.get_resource_definition()

    @classmethod
    def configure_at_launch(cls, **kwargs: Any) -> PartialResource:
        """Return a resource of this class whose config, or the rest of it, is given when a run is launched.

        Args:
            kwargs: the values that are known already.
        """
        return PartialResource(cls, kwargs)

    # ---------------------------------------------------------------------------- what users write

    def create_resource(self, context: InitResourceContext) -> TResValue:
        """Return what steps get; subclasses implement it.

        Args:
            context: the config, and the run.
        """
        raise DagsterInvariantViolationError(
            f"{type(self).__name__} must implement create_resource(self, context), or derive from ConfigurableResource."
        )

    def setup_for_execution(self, context: InitResourceContext) -> None:
        """Called once in each process that runs steps, before the steps; for connections and caches.

        Args:
            context: the config, and the run.
        """

    def teardown_after_execution(self, context: InitResourceContext) -> None:
        """Called after the steps, whatever became of them.

        Args:
            context: the config, and the run.
        """

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Generator[TResValue, None, None]:
        """Wrap the steps of a process; what it yields is what they get. Replaces setup and teardown.

        Args:
            context: the config, and the run.
        """
        self.setup_for_execution(context)
        try:
            yield self.create_resource(context)
        finally:
            self.teardown_after_execution(context)

    def get_resource_context(self) -> InitResourceContext:
        """Return the context with which the resource was set up.

        Raises:
            CheckError: if it was not set up yet.
        """
        context: InitResourceContext | None = self.__dict__.get(_CONTEXT)
        if context is None:
            raise CheckError(
                f"{type(self).__name__} has no context before it is set up: read it in a run, or in setup_for_execution."
            )
        return context

    def with_replaced_resource_context(self, resource_context: InitResourceContext) -> Self:
        """Return a copy with another context."""
        replaced = copy.copy(self)
        replaced.__dict__[_CONTEXT] = resource_context
        return replaced

    @marked("ConfigurableResource.with_resource_context", former("Use with_replaced_resource_context."))
    def with_resource_context(self, resource_context: InitResourceContext) -> Self:
        """Return a copy with another context (the older name of ``with_replaced_resource_context``)."""
        return self.with_replaced_resource_context(resource_context)

    # ------------------------------------------------------------------------------------ opening

    @classmethod
    def needs_teardown(cls) -> bool:
        """Return whether objects of this class have something to do after the steps."""
        base = ConfigurableResourceFactory
        return (
            cls.yield_for_execution is not base.yield_for_execution
            or cls.teardown_after_execution is not base.teardown_after_execution
        )

    @classmethod
    def open_in_run(cls, configurable: Any, context: InitResourceContext) -> Any:
        """Return the open resource, or a generator that yields it where something must be torn down.

        Args:
            configurable: the object or partial.
            context: its validated config, and the open resources that those inside it need.
        """
        values = configurable.nested_values
        if not cls.needs_teardown() and not any(_may_need_teardown(value) for value in values.values()):
            with ExitStack() as stack:
                return cls._open(values, context, stack)
        return cls._open_as_generator(values, context)

    @classmethod
    def _open_as_generator(cls, values: Mapping[str, Any], context: InitResourceContext) -> Iterator[Any]:
        with ExitStack() as stack:
            yield cls._open(values, context, stack)

    @classmethod
    def _open(cls, values: Mapping[str, Any], context: InitResourceContext, stack: ExitStack) -> Any:
        opened = {name: _open_nested(value, context, stack) for name, value in values.items()}
        resource = cls._build(context.resource_config or {}, values, opened)
        resource.__dict__[_CONTEXT] = context
        manager: Any = resource.yield_for_execution(context)
        if hasattr(manager, "__aenter__") and not hasattr(manager, "__enter__"):
            manager = execution_port().enter_async(manager, context.event_loop)
        return stack.enter_context(manager)

    @classmethod
    def _build(cls, config: Mapping[str, Any], values: Mapping[str, Any], opened: Mapping[str, Any]) -> Self:
        resource = cls(
            **get_construction(cls).drop_defaults(config),
            **{_get_input_name(name, cls.model_fields[name]): value for name, value in values.items()},
        )
        # What is open need not be of the annotated class: a factory gives something else.
        resource.__dict__.update(opened)
        return resource

    def process_config_and_initialize(self) -> TResValue:
        """Open it outside of a run: read environment variables, open what is inside, set up.

        Raises:
            CheckError: if something must be torn down afterwards; use ``process_config_and_initialize_cm``.
            DagsterInvalidConfigError: if a value does not fit, or an environment variable is not set.
        """
        return self.from_resource_context(InitResourceContext(self._process_config()), self.nested_values)

    @contextmanager
    def process_config_and_initialize_cm(self) -> Iterator[TResValue]:
        """Open it for a ``with`` block, outside of a run.

        Raises:
            DagsterInvalidConfigError: if a value does not fit, or an environment variable is not set.
        """
        with self.from_resource_context_cm(
            InitResourceContext(self._process_config()), self.nested_values
        ) as resource:
            yield resource

    def _process_config(self) -> Any:
        return build_config_value(
            self.build_config_field(self), {}, f"Error in config for {type(self).__name__}"
        )

    @classmethod
    def from_resource_context(
        cls, context: InitResourceContext, nested_resources: Mapping[str, Any] | None = None
    ) -> TResValue:
        """Return the open resource for the config in a context.

        Args:
            context: the config.
            nested_resources: the resources inside it, by field.

        Raises:
            CheckError: if something must be torn down afterwards; use ``from_resource_context_cm``.
        """
        values = nested_resources or {}
        if cls.needs_teardown() or any(_may_need_teardown(value) for value in values.values()):
            raise CheckError(
                f"{cls.__name__}, or a resource inside it, must be torn down afterwards: use it in a `with` block, by the "
                f"method of the same name that ends in _cm."
            )
        with ExitStack() as stack:
            opened: TResValue = cls._open(values, context, stack)
            return opened

    @classmethod
    def from_resource_context_cm(
        cls, context: InitResourceContext, nested_resources: Mapping[str, Any] | None = None
    ) -> AbstractContextManager[TResValue]:
        """Open the resource for the config in a context, for a ``with`` block.

        Args:
            context: the config.
            nested_resources: the resources inside it, by field.
        """
        return contextmanager(cls._open_as_generator)(nested_resources or {}, context)


class ConfigurableResource(ConfigurableResourceFactory[TResValue]):
    """A resource as a class: its fields are its config, and steps get the object itself.

    Example:
        >>> class Database(ConfigurableResource):
        ...     url: str
        ...     def query(self, sql: str) -> list[tuple]:
        ...         return connect(self.url).execute(sql).fetchall()
        >>> Definitions(assets=[orders], resources={"db": Database(url=EnvVar("DATABASE_URL"))})
    """

    __weft_resource_recipe__: ClassVar[bool] = False

    def create_resource(self, context: InitResourceContext) -> TResValue:
        """Return the object itself."""
        return self  # type: ignore[return-value]


def _get_input_name(name: str, info: FieldInfo) -> str:
    return info.validation_alias if isinstance(info.validation_alias, str) else name


def _pass_resource(value: Any, handler: Any) -> Any:
    return value if isinstance(value, (PartialResource, ResourceDefinition)) else handler(value)


def _to_partial_config(partial: PartialResource) -> dict[str, Any]:
    return to_config_dict(partial.resource_cls.model_construct(**partial.data), set(partial.data))


def _may_need_teardown(value: Any) -> bool:
    if isinstance(value, ConfigurableResourceFactory):
        return type(value).needs_teardown() or any(
            _may_need_teardown(inner) for inner in value.nested_values.values()
        )
    return isinstance(value, ResourceDefinition) and not value.is_plain


def _open_nested(value: Any, context: InitResourceContext, stack: ExitStack) -> Any:
    """Return what a field gets whose value may be a resource."""
    if isinstance(value, PartialResource):
        key = find_key(value, context.all_resource_defs)
        if key is None:
            raise DagsterInvalidInvocationError(
                f"{value!r} gets its config when a run is launched, so it cannot be opened outside of one. Give all values "
                f"to {value.resource_cls.__name__}(...), or use build_resources with resource_config."
            )
        return context.resources.get_original(key)
    if isinstance(value, ConfigurableResourceFactory):
        required = collect_required_keys(value, context.all_resource_defs)
        inner = context.replace_config(value._process_config()).with_resources(
            context.resources.restrict(required)
        )
        return type(value)._open(value.nested_values, inner, stack)
    if isinstance(value, ResourceDefinition):
        return _open_definition(value, context, stack)
    return value


def _open_definition(definition: ResourceDefinition, context: InitResourceContext, stack: ExitStack) -> Any:
    if definition.is_plain:
        return definition.plain_value
    entry = (
        build_config_value(definition.config_field, {}, "Error in config for a resource inside a resource")
        if definition.config_field is not None and not definition.config_field.is_required
        else None
    )
    return stack.enter_context(
        contextmanager(yield_wrapped)(definition, context.replace_config(entry), repr(definition))
    )
