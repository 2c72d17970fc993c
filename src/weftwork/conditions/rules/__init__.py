"""What each built-in condition means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from weftwork.conditions.rules.history import HISTORY_RULES
from weftwork.conditions.rules.operators import OPERATOR_RULES
from weftwork.conditions.rules.state import STATE_RULES
from weftwork.conditions.rules.targets import TARGET_RULES

RULES: Mapping[type, Callable[[Any, Any], Any]] = {
    **STATE_RULES, **HISTORY_RULES, **OPERATOR_RULES, **TARGET_RULES,
}  # fmt: skip
