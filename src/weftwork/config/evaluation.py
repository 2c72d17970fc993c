"""Checking a config value against a schema: validation, then post-processing, with all errors collected."""

from __future__ import annotations

from typing import Any

from weftwork.base.errors import DagsterInvalidConfigError
from weftwork.config.errors import EvaluationError
from weftwork.config.schema import to_field


class EvaluateValueResult:
    """What a check gave.

    Attributes:
        success: whether nothing is wrong.
        value: the value with defaults filled (and, after processing, what the program gets); None on failure.
        errors: what is wrong.
    """

    __slots__ = ("errors", "success", "value")

    def __init__(self, value: Any, errors: list[EvaluationError]) -> None:
        self.success = not errors
        self.value: Any = None if errors else value
        self.errors = errors


def validate_config(schema: Any, value: Any) -> EvaluateValueResult:
    """Check ``value`` against ``schema`` and fill defaults, without reading the environment.

    Args:
        schema: a field, a config type, or the shorthand for one.
        value: what the user wrote.
    """
    errors: list[EvaluationError] = []
    checked = to_field(schema).validate(value, None, errors)
    return EvaluateValueResult(checked, errors)


def process_config(schema: Any, value: Any) -> EvaluateValueResult:
    """Check ``value`` against ``schema``, fill defaults, read the environment and convert enums.

    Args:
        schema: a field, a config type, or the shorthand for one.
        value: what the user wrote.
    """
    field = to_field(schema)
    errors: list[EvaluationError] = []
    checked = field.validate(value, None, errors)
    if not errors and field.config_type.processes:
        checked = field.config_type.process(checked, None, errors)
    return EvaluateValueResult(checked, errors)


def build_config_value(schema: Any, value: Any, preamble: str) -> Any:
    """Return what the program gets for ``value``.

    Args:
        schema: a field, a config type, or the shorthand for one.
        value: what the user wrote.
        preamble: the first line of the error, such as "Error in config for job a".

    Raises:
        DagsterInvalidConfigError: if anything is wrong with it; carries every error.
    """
    result = process_config(schema, value)
    if not result.success:
        raise DagsterInvalidConfigError(preamble, result.errors, value)
    return result.value
