"""Errors as answers: a status, and a body that says what is wrong."""

from __future__ import annotations

import logging
import re
from typing import Any

from weftwork.api.actions.dry_run import ConfigProblemView
from weftwork.api.error_view import ErrorView, view_error
from weftwork.api.view import View
from weftwork.base import errors
from weftwork.base.ids import new_id

_LOG = logging.getLogger("weftwork.web")
_STATUS_OF_ERROR: tuple[tuple[type[Exception], int], ...] = (
    (errors.AccessDeniedError, 403),
    (errors.DagsterRunNotFoundError, 404),
    (errors.DagsterCodeLocationNotFoundError, 404),
    (errors.DagsterRunConflict, 409),
    (errors.DagsterRunAlreadyExists, 409),
    (errors.DagsterInvalidInvocationError, 400),
    (errors.DagsterCodeLocationLoadError, 503),
    (errors.DagsterStorageError, 503),
)
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


class ProblemView(View):
    """What is wrong.

    Attributes:
        kind: the kind of error: "run_not_found", "access_denied" and the like.
        message: what is wrong, where, and how to mend it.
        error: what user code raised.
        problems: what is wrong in a config.
    """

    kind: str
    message: str
    error: ErrorView | None = None
    problems: list[ConfigProblemView] = []


class Problem(View):
    """The body of every answer that is an error."""

    error: ProblemView


def to_problem(error: Exception, method: str) -> tuple[int, Problem]:
    """Return the status and the body for an error.

    Args:
        error: the error.
        method: the method of the request: what is not found by GET is 404, what is asked wrongly by POST 422.
    """
    if not isinstance(error, (errors.DagsterError, errors.CheckError)):
        reference = new_id()
        _LOG.error("A request failed (%s).", reference, exc_info=error)
        return 500, build_problem("defect", f"The server has failed; its log tells more under {reference}.")
    return _status_of(error, method), Problem(
        error=ProblemView(
            kind=_kind_of(error),
            message=str(error) or type(error).__name__,
            error=_user_error(error),
            problems=_config_problems(error),
        )
    )


def build_problem(kind: str, message: str) -> Problem:
    """Return the body for something that is wrong with the request itself."""
    return Problem(error=ProblemView(kind=kind, message=message))


def _status_of(error: Exception, method: str) -> int:
    for kind, status in _STATUS_OF_ERROR:
        if isinstance(error, kind):
            return status
    if isinstance(error, errors.DagsterUserCodeUnreachableError):
        return 504 if error.timed_out else 502
    if isinstance(error, errors.DagsterUserCodeProcessError):
        return 422 if error.is_mistake else 502
    is_lookup = isinstance(error, (errors.DagsterInvalidSubsetError, errors.DagsterInvariantViolationError))
    return 404 if method == "GET" and is_lookup else 422


def _kind_of(error: Exception) -> str:
    name = type(error).__name__.removeprefix("Dagster").removesuffix("Error")
    return _WORD.sub("_", name).lower()


def _user_error(error: Exception) -> ErrorView | None:
    info = getattr(error, "error_info", None)
    return view_error(info, with_source=True) if info is not None else None


def _config_problems(error: Exception) -> list[ConfigProblemView]:
    if not isinstance(error, errors.DagsterInvalidConfigError):
        return []
    found: list[Any] = list(getattr(error, "errors", ()) or ())
    return [
        ConfigProblemView(
            message=str(getattr(one, "message", one)),
            path=[str(part) for part in getattr(one, "stack", ()) if isinstance(part, str)],
            reason=str(getattr(one, "reason", "")),
        )
        for one in found
    ]
