"""Values that came from the environment, and their removal from what is shown."""

from __future__ import annotations

# Shorter values ("1", "dev", "5432") are no secrets, and masking them would spoil every text.
_SHORTEST = 6
MASK = "[redacted]"


class Redactor:
    """Remembers values that must not be shown, and masks them in texts."""

    def __init__(self) -> None:
        self._values: set[str] = set()

    def add(self, value: str) -> None:
        """Remember ``value`` as one that must not be shown; very short ones are ignored."""
        if len(value) >= _SHORTEST:
            self._values.add(value)

    def redact(self, text: str) -> str:
        """Return ``text`` with every remembered value masked."""
        if not self._values:
            return text
        # The longest first: one secret may be part of another.
        for value in sorted(self._values, key=len, reverse=True):
            if value in text:
                text = text.replace(value, MASK)
        return text


# The environment belongs to the process, and so does what was read from it.
REDACTOR = Redactor()
