"""What is shown of one condition of an expression."""

from __future__ import annotations

from weftwork.serde import Record


class AutomationConditionNodeSnapshot(Record):
    """What is shown of one condition of an expression."""

    class_name: str
    description: str
    unique_id: str
    label: str | None
    name: str
    operator_type: str
