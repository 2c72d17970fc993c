"""The function of a schedule or sensor: its context, its resources, and how it is called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from weftwork.base.arguments import check_callable
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, DagsterInvalidInvocationError
from weftwork.base.source import describe_function
from weftwork.base.text import quote_names
from weftwork.definitions.nodes.written_type import NO_VALUE
from weftwork.definitions.ops.compute import is_resource_annotation
from weftwork.definitions.ops.parameters import read_signature
from weftwork.definitions.resources.context_resources import ContextResources


class TickFunction:
    """A user's function that a tick calls.

    Args:
        function: takes a context (under any name) and resources as parameters, or fewer of these.
        kind: "schedule" or "sensor", for messages.
        others: how many more arguments it may take after the context, such as the event of an asset sensor.

    Raises:
        ParameterCheckError: if it cannot be called.
        DagsterInvalidDefinitionError: if it takes more than that.

    Attributes:
        context_param: the name of the parameter that takes the context, or None.
        other_params: the names of further parameters.
        resource_params: the names of the parameters that take resources.
    """

    __slots__ = ("_is_context_first", "context_param", "function", "kind", "other_params", "resource_params")

    def __init__(self, function: Callable[..., Any], kind: str, others: int = 0) -> None:
        self.function = check_callable(function, "evaluation_fn")
        self.kind = kind
        self.resource_params: list[str] = []
        plain: list[str] = []
        names = [parameter.name for parameter in read_signature(function).parameters]
        for parameter in read_signature(function).parameters:
            if parameter.annotation is not NO_VALUE and is_resource_annotation(parameter.annotation):
                self.resource_params.append(parameter.name)
            elif parameter.default is NO_VALUE:
                plain.append(parameter.name)
        if len(plain) > 1 + others:
            raise DagsterInvalidDefinitionError(
                f"The function of a {kind} takes a context and resources; {describe_function(function)} takes {quote_names(plain)} "
                f"too. Annotate what is a resource with its class or ResourceParam."
            )
        self.context_param = plain[0] if plain else None
        self.other_params = plain[1:]
        self._is_context_first = names[: len(plain)] == plain

    @property
    def name(self) -> str:
        """The name of the function."""
        return getattr(self.function, "__name__", type(self.function).__name__)

    def open_resources(self, context: Any, required: Iterable[str]) -> None:
        """Open the resources that the context has for a tick, even where the function does not read them.

        Args:
            context: the context of the tick.
            required: the resources that are required.
        """
        if any(map(context.has_resource, required)):
            context.resources  # noqa: B018 - asking opens them

    def call(self, context: Any, *others: Any) -> Any:
        """Call the function for a tick.

        Args:
            context: the context of the tick.
            *others: further arguments, of which the function gets as many as it takes.
        """
        resources = {name: getattr(context.resources, name) for name in self.resource_params}
        return self._call(context, others[: len(self.other_params)], resources)

    def _call(self, context: Any, others: Iterable[Any], resources: Mapping[str, Any]) -> Any:
        if self.context_param is None:
            return self.function(**resources)
        if self._is_context_first:
            return self.function(context, *others, **resources)
        named = zip((self.context_param, *self.other_params), (context, *others), strict=False)
        return self.function(**dict(named), **resources)

    def invoke(
        self,
        name: str,
        context_class: type,
        required: Iterable[str],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        """Call the function directly, as a test does, and return just what it returns.

        Args:
            name: the name of the schedule or sensor, for messages.
            context_class: of which class the context must be.
            required: the resources that are required.
            args: the context and further arguments by position.
            kwargs: the context by name; resources by name.

        Raises:
            DagsterInvalidInvocationError: if the arguments do not fit the function.
            DagsterInvalidDefinitionError: if a resource is missing.
            CheckError: if the context is none.
        """
        required = list(required)
        resources = {key: kwargs.pop(key) for key in self.resource_params if key in kwargs}
        context, rest = self._find_context(name, context_class, args, kwargs)
        missing = [
            key
            for key in required
            if key not in resources and not (context is not None and context.has_resource(key))
        ]
        if missing:
            raise DagsterInvalidDefinitionError(
                f"The {self.kind} '{name}' requires the resource {quote_names(missing)}, which was not given. Give it to "
                f"build_{self.kind}_context(resources=...), or as an argument."
            )
        opened = ContextResources(resources, f"build_{self.kind}_context").get() if resources else None
        for key in self.resource_params:  # given as an argument, or found in the context
            resources[key] = getattr(opened if key in resources else context.resources, key)
        if context is not None:
            self.open_resources(context, (key for key in required if key not in resources))
        return self._call(context, rest, resources)

    def _find_context(
        self, name: str, context_class: type, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Any, tuple[Any, ...]]:
        parameter = self.context_param
        rest = list(args[1:])
        if args:
            context = args[0]
        elif parameter in kwargs:
            context = kwargs.pop(parameter)
        elif parameter is None and len(kwargs) <= 1:
            # A function without context may be given one all the same, for its resources.
            context = kwargs.pop("context", None)
        else:
            raise self._wrong_arguments(name, context_class, args, kwargs)
        rest.extend(kwargs.pop(other) for other in self.other_params[len(rest) :] if other in kwargs)
        if kwargs or len(rest) > len(self.other_params):
            raise self._wrong_arguments(name, context_class, args, kwargs)
        if context is not None and not isinstance(context, context_class):
            if args and self.resource_params and is_resource_annotation(type(context)):
                raise DagsterInvalidInvocationError(
                    f"The {self.kind} '{name}' takes resources by name: {self.resource_params[0]}=…, not by position."
                )
            raise CheckError(
                f"The context of {self.kind} '{name}' must be a {context_class.__name__}, not {context!r:.200}."
            )
        return context, tuple(rest)

    def _wrong_arguments(
        self, name: str, context_class: type, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> DagsterInvalidInvocationError:
        wanted = ", ".join([p for p in (self.context_param, *self.other_params, *self.resource_params) if p])
        given = ", ".join([*("…" for _ in args), *kwargs]) or "nothing"
        return DagsterInvalidInvocationError(
            f"The {self.kind} '{name}' takes ({wanted}); given: {given}. The context is a {context_class.__name__}, as "
            f"build_{self.kind}_context() makes it."
        )
