"""The instance that a request is about."""

from __future__ import annotations

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.instance.instance import DagsterInstance


def open_instance(home: str | None) -> DagsterInstance:
    """Return the instance of a home; one in memory for None."""
    return DagsterInstance.from_config(home) if home is not None else DagsterInstance.ephemeral()


def require_instance(home: str | None) -> DagsterInstance:
    """Return the instance of a home.

    Raises:
        DagsterInvariantViolationError: if there is none: what is kept in memory cannot be shared by processes.
    """
    if home is None:
        raise DagsterInvariantViolationError(
            "A run is launched in a process of its own, which cannot see an instance that is kept in memory: use one with "
            "a home (DAGSTER_HOME)."
        )
    return DagsterInstance.from_config(home)
