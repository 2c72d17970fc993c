"""What must not be shown: values and patterns that dagster.yaml names, and passwords by the look of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from weftwork.base.errors import DagsterInvalidConfigError
from weftwork.config.redaction import MASK, REDACTOR, Redactor
from weftwork.config.secret_fields import SECRET_NAMES, list_secrets, mask_config
from weftwork.instance.configuration.settings import InstanceSettings, SettingsError
from weftwork.records.runs import DagsterRun

_SECRET_VARIABLES = (
    "*PASSWORD", "*PASSWD", "*SECRET", "*TOKEN", "*CREDENTIALS", "*API_KEY", "*ACCESS_KEY", "*SECRET_KEY", "*PRIVATE_KEY",
)  # fmt: skip
"""Variables of the environment whose values are masked in the output of steps, whoever shows it."""

_ADDRESS_LOGIN = r"://[^\s/@:]*:([^\s/@]+)@"


def register_secrets(settings: InstanceSettings) -> None:
    """Mask what the ``redaction`` block names in everything this process records.

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
    SECRET_NAMES.add(settings.get("redaction", "fields", default=[]))


def forget_secrets(settings: InstanceSettings) -> None:
    """Take back the patterns and names of fields that the ``redaction`` block names."""
    for pattern in settings.get("redaction", "patterns", default=[]):
        REDACTOR.remove_pattern(pattern)
    SECRET_NAMES.remove(settings.get("redaction", "fields", default=[]))


def build_display_redactor(settings: InstanceSettings, run: DagsterRun | None = None) -> Redactor:
    """Return what masks the output of steps when it is shown.

    It masks what the process knows of, what the ``redaction`` block names, the values of variables of the
    environment that are called like secrets, passwords in addresses, and the secrets in the config of the run.

    Args:
        settings: what dagster.yaml says.
        run: the run whose output is shown, if it is of one.
    """
    names = [*_SECRET_VARIABLES, *settings.get("redaction", "environment", default=[])]
    patterns = [*settings.get("redaction", "patterns", default=[]), _ADDRESS_LOGIN]
    own = list_secrets(run.run_config, run.secret_fields) if run is not None else []
    return REDACTOR.with_more([*_values_of(names), *own], patterns)


def redact_run_config(run: DagsterRun) -> Any:
    """Return the config of a run for people; see ``redact_config``."""
    return redact_config(run.run_config, run.secret_fields)


def redact_config(values: Any, secret_fields: Iterable[Sequence[str]] = ()) -> Any:
    """Return config for people: fields that hold secrets, and passwords in addresses, masked.

    Args:
        values: the config.
        secret_fields: where fields stand whose type says that they hold secrets; those that are called like secrets
            are found by their names.
    """
    return _redact_texts(mask_config(values, secret_fields))


def _redact_texts(values: Any) -> Any:
    if isinstance(values, Mapping):
        return {key: _redact_texts(value) for key, value in values.items()}
    if isinstance(values, list):
        return [_redact_texts(value) for value in values]
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
