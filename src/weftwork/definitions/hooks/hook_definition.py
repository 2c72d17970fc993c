"""A hook: a function that runs after each step that it is attached to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, overload

from weftwork.base.arguments import check_callable, check_type
from weftwork.base.errors import (
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    ParameterCheckError,
)
from weftwork.base.names import check_name
from weftwork.base.source import describe_function
from weftwork.definitions.hooks.hook_context import HookContext, UnboundHookContext

CONTEXT_NAMES = frozenset({"context", "_context", "_", "__"})
HookFunction = Callable[[HookContext, Sequence[Any]], "HookExecutionResult"]


class HookExecutionResult:
    """What a hook did for one step.

    Args:
        hook_name: the hook.
        is_skipped: whether it had nothing to do.
    """

    __slots__ = ("hook_name", "is_skipped")

    def __init__(self, hook_name: str, is_skipped: bool | None = None) -> None:
        self.hook_name: str = check_type(hook_name, str, "hook_name")
        self.is_skipped: bool = bool(check_type(is_skipped, bool, "is_skipped", optional=True))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, HookExecutionResult):
            return NotImplemented
        return (self.hook_name, self.is_skipped) == (other.hook_name, other.is_skipped)

    def __hash__(self) -> int:
        return hash((self.hook_name, self.is_skipped))

    def __repr__(self) -> str:
        return f"HookExecutionResult(hook_name={self.hook_name!r}, is_skipped={self.is_skipped})"


class HookDefinition:
    """A function that runs after each step that it is attached to; most users write the decorators instead.

    Args:
        name: its name.
        hook_fn: (context, events of the step) -> HookExecutionResult.
        required_resource_keys: the resources that it uses.
        decorated_fn: the user's function, where a decorator made the hook.

    Raises:
        DagsterInvalidDefinitionError: if the name is none.
    """

    __slots__ = ("decorated_fn", "hook_fn", "name", "required_resource_keys")

    def __init__(
        self,
        *,
        name: str,
        hook_fn: HookFunction,
        required_resource_keys: AbstractSet[str] | None = None,
        decorated_fn: Callable[..., Any] | None = None,
    ) -> None:
        self.name = check_name(name, "hook")
        self.hook_fn: HookFunction = check_callable(hook_fn, "hook_fn")
        self.required_resource_keys = _check_keys(required_resource_keys)
        self.decorated_fn = decorated_fn

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function directly, as a test does, or attach the hook to a job or graph, as a decorator.

        Args:
            *args: a context of ``build_hook_context``, or a job or graph.
            **kwargs: the context by the name of the function's parameter.

        Raises:
            DagsterInvalidInvocationError: if the arguments do not fit.
        """
        if args and hasattr(args[0], "with_hooks"):
            return args[0].with_hooks({self})
        function = self.decorated_fn
        if function is None:
            raise DagsterInvalidInvocationError(
                f"The hook '{self.name}' was made by HookDefinition; only hooks made by @success_hook or @failure_hook can be "
                f"called."
            )
        if len(args) + len(kwargs) != 1:
            raise DagsterInvalidInvocationError(
                f"The hook '{self.name}' takes one argument, a context of build_hook_context(); {len(args) + len(kwargs)} given."
            )
        parameter = function.__code__.co_varnames[0]
        if kwargs and parameter not in kwargs:
            raise DagsterInvalidInvocationError(
                f"The hook '{self.name}' takes '{parameter}', not '{next(iter(kwargs))}'."
            )
        context = args[0] if args else kwargs[parameter]
        check_type(context, HookContext, parameter, optional=True)
        if context is None:
            context = UnboundHookContext()
        return function(context.bind(self) if isinstance(context, UnboundHookContext) else context)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, HookDefinition) and self._facts() == other._facts())

    def __hash__(self) -> int:
        return hash((self.name, self.hook_fn))

    def _facts(self) -> tuple[Any, ...]:
        return (self.name, self.hook_fn, self.required_resource_keys, self.decorated_fn)

    def __repr__(self) -> str:
        return f"HookDefinition({self.name!r})"


@overload
def success_hook(hook_fn: Callable[..., Any]) -> HookDefinition: ...


@overload
def success_hook(
    hook_fn: None = None, *, name: str | None = None, required_resource_keys: AbstractSet[str] | None = None
) -> Callable[[Callable[..., Any]], HookDefinition]: ...


def success_hook(
    hook_fn: Any = None, *, name: Any = None, required_resource_keys: AbstractSet[str] | None = None
) -> Any:
    """Make a hook of a function (context): it runs after each step that succeeded.

    Args:
        hook_fn: the function, where the decorator has no arguments.
        name: its name (default: that of the function).
        required_resource_keys: the resources that it uses.

    Raises:
        DagsterInvalidDefinitionError: if the function does not take exactly a context.

    Example:
        >>> @success_hook(required_resource_keys={"slack"})
        ... def tell(context):
        ...     context.resources.slack.send(f"{context.op.name} is done")
    """
    return _decorate(hook_fn, name, required_resource_keys, "is_step_success")


@overload
def failure_hook(hook_fn: Callable[..., Any]) -> HookDefinition: ...


@overload
def failure_hook(
    hook_fn: None = None, *, name: str | None = None, required_resource_keys: AbstractSet[str] | None = None
) -> Callable[[Callable[..., Any]], HookDefinition]: ...


def failure_hook(
    hook_fn: Any = None, *, name: Any = None, required_resource_keys: AbstractSet[str] | None = None
) -> Any:
    """Make a hook of a function (context): it runs after each step that failed.

    Args:
        hook_fn: the function, where the decorator has no arguments.
        name: its name (default: that of the function).
        required_resource_keys: the resources that it uses.

    Raises:
        DagsterInvalidDefinitionError: if the function does not take exactly a context.
    """
    return _decorate(hook_fn, name, required_resource_keys, "is_step_failure")


def _decorate(hook_fn: Any, name: Any, required_resource_keys: AbstractSet[str] | None, trigger: str) -> Any:
    if name is None and isinstance(hook_fn, str):
        name, hook_fn = hook_fn, None
    if hook_fn is not None:
        keys = _check_keys(required_resource_keys)
        return _build_hook(check_callable(hook_fn, "hook_fn"), name, keys, trigger)
    keys = _check_keys(required_resource_keys)
    return lambda function: _build_hook(function, name, keys, trigger)


def _build_hook(
    function: Callable[..., Any], name: str | None, keys: AbstractSet[str] | None, trigger: str
) -> HookDefinition:
    check_callable(function, "fn")
    _check_takes_context(function)
    hook_name = name or function.__name__

    def run_hook(context: HookContext, events: Sequence[Any]) -> HookExecutionResult:
        for event in events:
            if getattr(event, trigger):
                function(context)
                return HookExecutionResult(hook_name, is_skipped=False)
        return HookExecutionResult(hook_name, is_skipped=True)

    return HookDefinition(
        name=hook_name, hook_fn=run_hook, required_resource_keys=keys, decorated_fn=function
    )


def _check_takes_context(function: Any) -> None:
    code = getattr(function, "__code__", None)
    names: tuple[str, ...] = code.co_varnames[: code.co_argcount] if code is not None else ()
    if len(names) != 1 or names[0] not in CONTEXT_NAMES:
        raise DagsterInvalidDefinitionError(
            f"A hook takes one parameter named 'context'; {describe_function(function)} takes ({', '.join(names)})."
        )


def _check_keys(keys: Iterable[str] | None) -> frozenset[str]:
    if keys is None:
        return frozenset()
    if not isinstance(keys, (set, frozenset)):
        raise ParameterCheckError(f"required_resource_keys must be a set of text, not {keys!r:.200}.")
    return frozenset(keys)
