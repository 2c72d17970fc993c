"""Text for messages: the nearest valid name, lists in prose."""

from __future__ import annotations

from collections.abc import Iterable


def find_nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the name of ``names`` that ``name`` was most likely meant to be, or None."""
    import difflib  # only on the way to an error message

    matches = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return matches[0] if matches else None


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the nearest of ``names``, or an empty text."""
    nearest = find_nearest(name, names)
    return f" Did you mean '{nearest}'?" if nearest else ""


def quote_names(names: Iterable[str], limit: int = 20) -> str:
    """Return names as a quoted, sorted list for a message, cut after ``limit``."""
    ordered = sorted(names)
    shown = ", ".join(f"'{name}'" for name in ordered[:limit])
    rest = len(ordered) - limit
    if not ordered:
        return "none"
    return f"{shown} and {rest} more" if rest > 0 else shown
