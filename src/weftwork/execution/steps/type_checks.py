"""Checks a value against its declared type."""

from __future__ import annotations

from typing import Any

from weftwork.base.errors import DagsterError, DagsterTypeCheckError
from weftwork.definitions.types.type_check_context import TypeCheckContext
from weftwork.records.event_data import TypeCheckData


def check_value(step: Any, dagster_type: Any, label: str, value: Any) -> TypeCheckData:
    """Return what the check of a type says of a value.

    Args:
        step: the running step, for the context of the check.
        dagster_type: the type.
        label: the input or output.
        value: the value.

    Raises:
        DagsterTypeCheckError: if the check raises.
    """
    try:
        verdict = dagster_type.type_check(TypeCheckContext(step, dagster_type), value)
    except DagsterError:
        raise
    except Exception as error:  # user code
        raise DagsterTypeCheckError(
            f"The check of type {dagster_type.display_name} failed for '{label}': {type(error).__name__}: {error}",
            user_exception=error,
        ) from error
    return TypeCheckData(verdict.success, label, verdict.description, verdict.metadata)
