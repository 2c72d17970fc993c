"""Check a value against a type outside of a run, as a test of a type does."""

from __future__ import annotations

from typing import Any

from weftwork.definitions.events import TypeCheck
from weftwork.definitions.types.dagster_type import PASSED
from weftwork.definitions.types.resolution import resolve_dagster_type
from weftwork.definitions.types.type_check_context import TypeCheckContext


def check_dagster_type(dagster_type: Any, value: Any) -> TypeCheck:
    """Return whether ``value`` is of a type.

    Args:
        dagster_type: a DagsterType, a class or an annotation.
        value: the value.

    Raises:
        DagsterInvalidDefinitionError: if ``dagster_type`` is no type.
        DagsterInvariantViolationError: if the type's check returned neither bool nor TypeCheck.

    Example:
        >>> check_dagster_type(int, "three").success
        False
    """
    resolved = resolve_dagster_type(dagster_type)
    if resolved.is_any:
        return PASSED
    return resolved.type_check(TypeCheckContext(None, resolved), value)
