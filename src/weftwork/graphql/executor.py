"""Runs documents: within limits, validated, for somebody."""

from __future__ import annotations

import inspect
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSyntaxError,
    MiddlewareManager,
    OperationType,
    execute,
    get_operation_ast,
    parse,
    subscribe,
    validate,
)

from weftwork.base.errors import CheckError, DagsterError
from weftwork.graphql.entry import Asking
from weftwork.graphql.limits import MAX_TOKENS, check_cost
from weftwork.graphql.schema_binding import get_schema

_LOG = logging.getLogger("weftwork.graphql")
_MAX_ERRORS = 20
_MAX_CHARS = 500_000
_LOOK_EVERY = 512
MAX_ANSWER_FIELDS = 2_000_000
MAX_ANSWER_S = 50.0


class BadDocumentError(Exception):
    """A document that is not run; what is wrong is in ``errors``.

    Args:
        errors: what is wrong.
        status: the HTTP status for it.
    """

    def __init__(self, errors: list[GraphQLError], status: int = 400) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors
        self.status = status


def prepare(text: str) -> DocumentNode:
    """Return a document that is within limits and fits the schema.

    Raises:
        BadDocumentError: if it is not.
    """
    if len(text) > _MAX_CHARS:
        raise BadDocumentError([GraphQLError(f"A document has {_MAX_CHARS:,} characters at most.")], 413)
    return _prepare(text)


@lru_cache(maxsize=128)
def _prepare(text: str) -> DocumentNode:
    try:
        document = parse(text, max_tokens=MAX_TOKENS)
        check_cost(document)
        errors = validate(get_schema(), document, max_errors=_MAX_ERRORS)
    except (GraphQLSyntaxError, GraphQLError) as error:
        raise BadDocumentError([error]) from None
    except RecursionError:
        raise BadDocumentError([GraphQLError("The document is nested too deep.")]) from None
    if errors:
        raise BadDocumentError(list(errors))
    return document


def kind_of(document: DocumentNode, operation_name: str | None) -> OperationType:
    """Return whether an operation is a query, a mutation or a subscription.

    Raises:
        BadDocumentError: if there is no such operation, or several and none is named.
    """
    operation = get_operation_ast(document, operation_name)
    if operation is None:
        raise BadDocumentError([GraphQLError("Which operation? Name one of those in the document.")])
    return operation.operation


class _TooMuchError(BaseException):
    """An answer has grown too large, or takes too long; no resolver may go on from there."""


class _Bounds:
    """Gives up where an answer grows beyond bounds: what is nested in what it is nested in multiplies."""

    def __init__(self) -> None:
        self._count = 0
        self._ends_at = time.monotonic() + MAX_ANSWER_S

    def resolve(self, find: Callable[..., Any], parent: Any, info: Any, **arguments: Any) -> Any:
        """Find a field."""
        self._count += 1
        if self._count % _LOOK_EVERY == 1:
            self._look()
        return find(parent, info, **arguments)

    def _look(self) -> None:
        if self._count > MAX_ANSWER_FIELDS:
            raise _TooMuchError(f"The answer would have more than {MAX_ANSWER_FIELDS:,} fields.")
        if time.monotonic() > self._ends_at:
            raise _TooMuchError(f"The answer takes longer than {MAX_ANSWER_S:g} seconds.")


def run(
    asking: Asking, document: DocumentNode, variables: Mapping[str, Any] | None, operation_name: str | None
) -> dict[str, Any]:
    """Return what a query or mutation answers."""
    try:
        found = execute(
            get_schema(), document, context_value=asking, variable_values=dict(variables or {}),
            operation_name=operation_name, middleware=MiddlewareManager(_Bounds()),
        )  # fmt: skip
    except _TooMuchError as error:
        return {"data": None, "errors": [{"message": f"{error} Ask for less, in pages."}]}
    assert isinstance(found, ExecutionResult), "resolvers are not asynchronous"
    return to_answer(found)


async def follow(
    asking: Asking, document: DocumentNode, variables: Mapping[str, Any] | None, operation_name: str | None
) -> AsyncIterator[ExecutionResult] | ExecutionResult:
    """Return the stream of what a subscription tells, or what is wrong with it."""
    found = subscribe(
        get_schema(), document, context_value=asking, variable_values=dict(variables or {}),
        operation_name=operation_name,
    )  # fmt: skip
    return await found if inspect.isawaitable(found) else found


def to_answer(result: ExecutionResult) -> dict[str, Any]:
    """Return a result as the JSON data that is sent."""
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [_format(error) for error in result.errors]
    return answer


def _format(error: GraphQLError) -> dict[str, Any]:
    """Return an error; of a defect of ours only that there is one, its details are in the log."""
    cause = error.original_error
    formatted = dict(error.formatted)
    if cause is not None and not isinstance(cause, (DagsterError, CheckError, GraphQLError)):
        _LOG.error("A GraphQL resolver failed.", exc_info=cause)
        formatted["message"] = "The server has failed; its log tells more."
    return formatted
