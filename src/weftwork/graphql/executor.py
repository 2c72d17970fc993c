"""Runs documents: within limits, validated, for somebody."""

from __future__ import annotations

import inspect
import logging
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSyntaxError,
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


def run(
    asking: Asking, document: DocumentNode, variables: Mapping[str, Any] | None, operation_name: str | None
) -> dict[str, Any]:
    """Return what a query or mutation answers."""
    found = execute(
        get_schema(), document, context_value=asking, variable_values=dict(variables or {}),
        operation_name=operation_name,
    )  # fmt: skip
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
