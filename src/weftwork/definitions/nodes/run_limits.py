"""How long a step may take and when it runs, as users write it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.records.specs import RUN_CONDITIONS


def read_timeout(timeout: Any, where: str) -> float | None:
    """Return a timeout in seconds.

    Args:
        timeout: seconds or a timedelta; None for none.
        where: what it is of, for messages.

    Raises:
        ParameterCheckError: if it is neither.
        DagsterInvalidDefinitionError: if it is not positive.
    """
    if timeout is None:
        return None
    if isinstance(timeout, timedelta):
        seconds = timeout.total_seconds()
    elif isinstance(timeout, (int, float)) and not isinstance(timeout, bool):
        seconds = float(timeout)
    else:
        raise ParameterCheckError(
            f"The timeout of {where} must be a number of seconds or a timedelta, not {timeout!r:.100}."
        )
    if not 0 < seconds < float("inf"):
        raise DagsterInvalidDefinitionError(
            f"The timeout of {where} must be more than 0 seconds, not {timeout!r}. Leave it out for no limit."
        )
    return seconds


def read_run_when(run_when: Any, where: str) -> str:
    """Return a run condition.

    Raises:
        DagsterInvalidDefinitionError: if there is no such condition.
    """
    if run_when in RUN_CONDITIONS:
        return run_when  # type: ignore[no-any-return]
    raise DagsterInvalidDefinitionError(
        f"run_when of {where} is {run_when!r:.100}; expected one of {quote_names(RUN_CONDITIONS)}."
        f"{did_you_mean(str(run_when), RUN_CONDITIONS)}"
    )
