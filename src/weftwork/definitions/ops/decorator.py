"""The decorator that makes a function an op."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, overload

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterError, DagsterInvalidDefinitionError
from weftwork.base.source import add_place
from weftwork.definitions.nodes.inputs import In
from weftwork.definitions.nodes.outputs import Out
from weftwork.definitions.ops.compute import ComputeFunction
from weftwork.definitions.ops.op_definition import OpDefinition
from weftwork.records.retry import RetryPolicy


@overload
def op(compute_fn: Callable[..., Any]) -> OpDefinition: ...


@overload
def op(
    compute_fn: None = None,
    *,
    name: str | None = ...,
    description: str | None = ...,
    ins: Mapping[str, In] | None = ...,
    out: Out | Mapping[str, Out] | None = ...,
    config_schema: Any = ...,
    required_resource_keys: Iterable[str] | None = ...,
    tags: Mapping[str, Any] | None = ...,
    version: str | None = ...,
    retry_policy: RetryPolicy | None = ...,
    code_version: str | None = ...,
    pool: str | None = ...,
    timeout: float | timedelta | None = ...,
    run_when: str = ...,
) -> Callable[[Callable[..., Any]], OpDefinition]: ...


def op(
    compute_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    ins: Mapping[str, In] | None = None,
    out: Out | Mapping[str, Out] | None = None,
    config_schema: Any = None,
    required_resource_keys: Iterable[str] | None = None,
    tags: Mapping[str, Any] | None = None,
    version: str | None = None,
    retry_policy: RetryPolicy | None = None,
    code_version: str | None = None,
    pool: str | None = None,
    timeout: float | timedelta | None = None,
    run_when: str = "all_ok",
) -> OpDefinition | Callable[[Callable[..., Any]], OpDefinition]:
    """Make a function an op.

    The parameters of the function are its inputs, except a first one named ``context``, one named ``config``, and
    those annotated with a resource.  Annotations are the types of inputs and outputs.

    Args:
        compute_fn: the function, where the decorator is used without parentheses.
        name: its name (default: that of the function).
        description: text for people (default: the docstring).
        ins: input name to In, for what the signature does not say.
        out: the output, or output name to Out.
        config_schema: the schema of ``ops.<name>.config``.
        required_resource_keys: the resources that ``context.resources`` gives.
        tags: tags; what is not text is written as JSON.
        version: deprecated, use ``code_version``.
        retry_policy: when and how often it is tried again.
        code_version: the version of the code.
        pool: the pool that limits how many of its kind run at once.
        timeout: seconds, or a timedelta, after which an attempt is stopped and has failed (default: never).
        run_when: when it runs: "all_ok" after success of everything that it waits for, "all_done" after the end of it,
            "any_failed" only if some of it failed, "always" even in a run that is canceled.

    Raises:
        DagsterInvalidDefinitionError: if the name, a parameter or an annotation cannot be used.

    Example:
        >>> @op
        ... def add(a: int, b: int = 1) -> int:
        ...     return a + b
    """

    def decorate(fn: Callable[..., Any]) -> OpDefinition:
        try:
            return OpDefinition(
                ComputeFunction(fn), name or get_function_name(fn, "op"), ins, out, description, config_schema,
                required_resource_keys, tags, version, retry_policy, code_version, pool, timeout, run_when,
            )  # fmt: skip
        except (DagsterError, CheckError) as error:
            add_place(error, "@op", fn)
            raise

    if compute_fn is not None:
        return decorate(compute_fn)
    check_type(name, str, "name", optional=True)
    return decorate


def get_function_name(fn: Any, what: str) -> str:
    """Return the name of a function.

    Raises:
        DagsterInvalidDefinitionError: if it has none.
    """
    name = getattr(fn, "__name__", None)
    if isinstance(name, str) and name != "<lambda>":
        return name
    raise DagsterInvalidDefinitionError(
        f"The {what} made of {_describe_nameless(fn)} needs a name, as its function has none: @{what}(name=…)."
    )


def _describe_nameless(fn: Any) -> str:
    code = getattr(fn, "__code__", None)
    return f"the lambda at {code.co_filename}:{code.co_firstlineno}" if code is not None else f"{fn!r:.100}"
