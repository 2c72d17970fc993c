"""What templates see in every file: the environment, a few documented classes, and dates."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Mapping
from typing import Any

from weftwork.base.text import did_you_mean, quote_names
from weftwork.components.errors import ResolutionException
from weftwork.conditions.expression import AutomationCondition
from weftwork.definitions.assets.specs.freshness_policy import FreshnessPolicy
from weftwork.partitions import time_window
from weftwork.partitions.static import StaticPartitionsDefinition

_CLASSES: dict[str, Any] = {
    "AutomationCondition": AutomationCondition,
    "DailyPartitionsDefinition": time_window.DailyPartitionsDefinition,
    "FreshnessPolicy": FreshnessPolicy,
    "HourlyPartitionsDefinition": time_window.HourlyPartitionsDefinition,
    "MonthlyPartitionsDefinition": time_window.MonthlyPartitionsDefinition,
    "StaticPartitionsDefinition": StaticPartitionsDefinition,
    "TimeWindowPartitionsDefinition": time_window.TimeWindowPartitionsDefinition,
    "WeeklyPartitionsDefinition": time_window.WeeklyPartitionsDefinition,
}
_DATES: dict[str, Any] = {
    name: getattr(datetime, name) for name in ("date", "datetime", "time", "timedelta", "timezone")
}
_MISSING = object()


class EnvironmentScope:
    """The environment: ``{{ env.NAME }}``, or ``{{ env('NAME', 'default') }}``."""

    def __call__(self, key: str, default: Any = _MISSING) -> Any:
        """Return a variable.

        Args:
            key: its name.
            default: what it is where it is not set.

        Raises:
            ResolutionException: if it is not set and there is no default.
        """
        value = os.environ.get(key, default)
        if value is _MISSING:
            raise ResolutionException(
                f"The environment variable {key} is not set. Set it, or give a default: env('{key}', 'value')."
            )
        return value

    def __getattr__(self, key: str) -> str | None:
        return os.environ.get(key)

    def __getitem__(self, key: str) -> str:
        raise ResolutionException(
            f"Variables of the environment are written env.{key} or env('{key}'), not with brackets."
        )


class NamesScope:
    """A few names that templates may use, such as the classes under ``dg``.

    Args:
        label: what templates write before the dot.
        names: name to what it stands for.
    """

    def __init__(self, label: str, names: Mapping[str, Any]) -> None:
        self._label = label
        self._names = names

    def __getattr__(self, name: str) -> Any:
        if name in self._names:
            return self._names[name]
        if name.startswith("_"):
            raise AttributeError(name)
        raise ResolutionException(
            f"Templates have no {self._label}.{name}.{did_you_mean(name, self._names)} There are {quote_names(self._names)}."
        )


def build_default_scope() -> dict[str, Any]:
    """Return what templates see in every file."""
    conditions: dict[str, Callable[..., Any]] = {
        "eager": AutomationCondition.eager,
        "on_cron": AutomationCondition.on_cron,
    }
    return {
        "env": EnvironmentScope(),
        "dg": NamesScope("dg", _CLASSES),
        "datetime": NamesScope("datetime", _DATES),
        "automation_condition": NamesScope("automation_condition", conditions),
    }
