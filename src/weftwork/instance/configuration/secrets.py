"""What must not be shown: values and patterns that dagster.yaml names, and passwords by the look of them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from weftwork.base.errors import DagsterInvalidConfigError
from weftwork.config.redaction import MASK, REDACTOR, Redactor
from weftwork.instance.settings import InstanceSettings, SettingsError

_SECRET_VARIABLES = (
    "*PASSWORD", "*PASSWD", "*SECRET", "*TOKEN", "*CREDENTIALS", "*API_KEY", "*ACCESS_KEY", "*SECRET_KEY", "*PRIVATE_KEY",
)  # fmt: skip
"""Variables of the environment whose values are masked in the output of steps, whoever shows it."""

_ADDRESS_LOGIN = r"://[^\s/@:]*:([^\s/@]+)@"
_SECRET_FIELD = re.compile(
    r"passw(or)?d|secret|credential|(^|_)tokens?$|(api|access|private|auth|signing|encryption)_?key",
    re.IGNORECASE,
)


def register_secrets(settings: InstanceSettings) -> list[str]:
    """Mask what the ``redaction`` block names in everything this process records, and return its patterns.

    Raises:
        DagsterInvalidConfigError: if a pattern is not a regular expression.
    """
    patterns = list(settings.get("redaction", "patterns", default=[]))
    for pattern in patterns:
        try:
            REDACTOR.add_pattern(pattern)
        except (re.error, TypeError) as error:
            message = f"'redaction:patterns' holds {pattern!r}, which is not a regular expression: {error}."
            wrong = SettingsError(message, ["redaction", "patterns"], "NOT_A_PATTERN")
            raise DagsterInvalidConfigError(
                "The instance config says what cannot be.", [wrong], settings.values
            ) from error
    for value in _values_of(settings.get("redaction", "environment", default=[])):
        REDACTOR.add(value)
    return patterns


def build_display_redactor(settings: InstanceSettings) -> Redactor:
    """Return what masks the output of steps when it is shown.

    It masks what the process knows of, what the ``redaction`` block names, the values of variables of the
    environment that are called like secrets, and passwords in addresses.
    """
    names = [*_SECRET_VARIABLES, *settings.get("redaction", "environment", default=[])]
    patterns = [*settings.get("redaction", "patterns", default=[]), _ADDRESS_LOGIN]
    return REDACTOR.with_more(_values_of(names), patterns)


def redact_config(values: Any) -> Any:
    """Return config for people: texts of fields that are called like secrets, and passwords in addresses, masked."""
    if isinstance(values, Mapping):
        return {
            key: MASK if isinstance(value, str) and _SECRET_FIELD.search(str(key)) else redact_config(value)
            for key, value in values.items()
        }
    if isinstance(values, list):
        return [redact_config(value) for value in values]
    if isinstance(values, str):
        text = REDACTOR.redact(values)
        return re.sub(_ADDRESS_LOGIN, lambda match: match.group().replace(match.group(1), MASK), text)
    return values


def _values_of(names: list[str]) -> list[str]:
    return [
        value
        for name, value in os.environ.items()
        if any(fnmatchcase(name.upper(), pattern.upper()) for pattern in names)
    ]
