"""Numbers that somebody wrote as text."""

from __future__ import annotations

import math


def parse_seconds(text: str | None) -> float | None:
    """Return a number of seconds above 0; None for anything else."""
    try:
        seconds = float(text) if text else 0.0
    except ValueError:
        return None
    return seconds if seconds > 0 and math.isfinite(seconds) else None


def parse_count(text: str | None) -> int | None:
    """Return a whole number from 0 on; None for anything else."""
    try:
        count = int(text) if text else -1
    except ValueError:
        return None
    return count if count >= 0 else None
