"""Values that came from the environment, and their removal from what is shown."""

from __future__ import annotations

from typing import Any

# Shorter values ("1", "dev", "5432") are no secrets, and masking them would spoil every text.
_SHORTEST = 6
MASK = "[redacted]"


class Redactor:
    """Remembers values that must not be shown, and masks them in texts.

    Attributes:
        is_active: whether there are any.
    """

    __slots__ = ("_longest_first", "_values", "is_active")

    def __init__(self) -> None:
        self._values: set[str] = set()
        self._longest_first: tuple[str, ...] = ()
        self.is_active = False

    def add(self, value: str) -> None:
        """Remember ``value`` as one that must not be shown; very short ones are ignored."""
        if len(value) >= _SHORTEST and value not in self._values:
            self._values.add(value)
            # One secret may be part of another.
            self._longest_first = tuple(sorted(self._values, key=len, reverse=True))
            self.is_active = True

    def redact(self, text: str) -> str:
        """Return ``text`` with every remembered value masked."""
        for value in self._longest_first:
            if value in text:
                text = text.replace(value, MASK)
        return text


# The environment belongs to the process, and so does what was read from it.
REDACTOR = Redactor()


def redact_value(value: Any) -> Any:
    """Return a value with every remembered value masked in all texts of it and of what it contains."""
    if type(value) is str:
        return REDACTOR.redact(value)
    if type(value) is dict:
        return {key: redact_value(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(redact_value(item) for item in value)
    return value
