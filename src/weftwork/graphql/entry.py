"""What every resolver is given: the host and who asks; and objects as resolvers return them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from weftwork.api.access.caller import Caller
from weftwork.api.host import Host
from weftwork.base import errors
from weftwork.records.errors import SerializableErrorInfo, error_info

Thing = dict[str, Any]
"""An object of the schema: "__typename", and a field or a function ``(info, **arguments)`` for each field."""


class Asking(NamedTuple):
    """Who asks, and what.

    Attributes:
        host: what is asked.
        caller: who asks.
    """

    host: Host
    caller: Caller


def bounded(limit: int | None, most: int) -> int:
    """Return how many are answered where so many are asked for: never more than ``most``, never fewer than none."""
    return most if limit is None else min(max(0, limit), most)


def thing(typename: str, **fields: Any) -> Thing:
    """Return an object of the schema."""
    return {"__typename": typename, **fields}


def python_error(error: BaseException | SerializableErrorInfo) -> Thing:
    """Return an error as ``PythonError``."""
    info = error if isinstance(error, SerializableErrorInfo) else _info_of(error)
    causes = []
    cause = info.cause
    while cause is not None:
        causes.append(cause)
        cause = cause.cause
    return thing(
        "PythonError",
        message=info.message.rstrip("\n"),
        className=info.cls_name,
        stack=list(info.stack),
        cause=lambda _info: python_error(info.cause) if info.cause is not None else None,
        causes=lambda _info: [python_error(each) for each in causes],
        errorChain=lambda _info: _chain(info),
    )


def _chain(info: SerializableErrorInfo) -> list[Thing]:
    """Return what led to an error, the nearest first, and whether user code said so by ``raise … from``."""
    found: list[Thing] = []
    inner = info.cause or info.context
    while inner is not None:
        found.append(
            thing(
                "ErrorChainLink",
                message=inner.message,
                error=python_error(inner),
                isExplicitLink=info.cause is not None,
            )
        )
        info, inner = inner, inner.cause or inner.context
    return found


def _info_of(error: BaseException) -> SerializableErrorInfo:
    told = getattr(error, "error_info", None)
    if isinstance(told, SerializableErrorInfo):
        return told
    return error_info(error).replace(stack=[])  # type: ignore[no-any-return]


def answer_errors(
    resolver: Callable[..., Any], *, converted: Mapping[type[Exception], Any] | None = None
) -> Any:
    """Return a resolver whose errors are answers.

    Args:
        resolver: a function ``(asking, **arguments)``.
        converted: class of error to a function that makes an object of it; others become ``PythonError``.
    """

    def resolve(_parent: Any, info: Any, **arguments: Any) -> Any:
        asking: Asking = info.context
        try:
            return resolver(asking, **arguments)
        except errors.AccessDeniedError as error:
            return thing("UnauthorizedError", message=str(error))
        except (errors.DagsterError, errors.CheckError) as error:
            for kind, convert in (converted or {}).items():
                if isinstance(error, kind):
                    return convert(error)
            return python_error(error)

    return resolve
