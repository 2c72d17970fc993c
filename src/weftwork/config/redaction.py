"""Values and patterns that must not be shown, and their removal from what is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# Shorter values ("1", "dev", "5432") are no secrets, and masking them would spoil every text.
_SHORTEST = 6
MASK = "[redacted]"


class Redactor:
    """Remembers values and patterns that must not be shown, and masks them in texts.

    Args:
        values: values to begin with.
        patterns: regular expressions to begin with.

    Attributes:
        is_active: whether there are any.
    """

    __slots__ = ("_longest_first", "_patterns", "_values", "is_active")

    def __init__(self, values: Iterable[str] = (), patterns: Iterable[str] = ()) -> None:
        self._values: set[str] = set()
        self._longest_first: tuple[str, ...] = ()
        self._patterns: dict[str, Any] = {}
        self.is_active = False
        for value in values:
            self.add(value)
        for pattern in patterns:
            self.add_pattern(pattern)

    def add(self, value: str) -> None:
        """Remember ``value`` as one that must not be shown; very short ones are ignored."""
        if len(value) >= _SHORTEST and value not in self._values:
            self._values.add(value)
            # One secret may be part of another.
            self._longest_first = tuple(sorted(self._values, key=len, reverse=True))
            self.is_active = True

    def add_pattern(self, pattern: str) -> None:
        """Mask what a regular expression finds from now on: its groups if it has any, else all of it.

        Raises:
            re.error: if it is not a regular expression.
        """
        if pattern not in self._patterns:
            import re  # most programs have no patterns

            self._patterns = {**self._patterns, pattern: re.compile(pattern)}
            self.is_active = True

    def remove_pattern(self, pattern: str) -> None:
        """Mask what a regular expression finds no more."""
        self._patterns = {text: found for text, found in self._patterns.items() if text != pattern}
        self.is_active = bool(self._values or self._patterns)

    def with_more(self, values: Iterable[str], patterns: Iterable[str]) -> Redactor:
        """Return a redactor that knows more values and patterns."""
        return Redactor([*self._values, *values], [*self._patterns, *patterns])

    def redact(self, text: str) -> str:
        """Return ``text`` with every remembered value, and all that the patterns find, masked."""
        for value in self._longest_first:
            if value in text:
                text = text.replace(value, MASK)
        for pattern in self._patterns.values():
            text = pattern.sub(_mask_groups, text)
        return text

    def redact_bytes(self, data: bytes | None) -> bytes | None:
        """Return what ``redact`` makes of bytes of UTF-8; other bytes stay as they are."""
        if data is None or not self.is_active:
            return data
        return self.redact(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _mask_groups(match: Any) -> str:
    whole: str = match.group()
    if not match.re.groups:
        return MASK
    start = match.start()
    for number in range(match.re.groups, 0, -1):  # from the end, so that earlier places stay where they are
        begin, end = match.span(number)
        if begin >= 0:
            whole = whole[: begin - start] + MASK + whole[end - start :]
    return whole


# The environment belongs to the process, and so does what was read from it.
REDACTOR = Redactor()


def redact_value(value: Any) -> Any:
    """Return a value with all that must not be shown masked in all texts of it and of what it contains."""
    if type(value) is str:
        return REDACTOR.redact(value)
    if type(value) is dict:
        return {key: redact_value(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(redact_value(item) for item in value)
    return value
