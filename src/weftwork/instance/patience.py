"""Asking a store that is locked, full or away until it answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from weftwork.base.errors import DagsterStorageError

Answer = TypeVar("Answer")

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 1.0


def patiently(ask: Callable[[], Answer], limit_s: float) -> Answer:
    """Ask until the store answers.

    Args:
        ask: asks; it may be called several times.
        limit_s: for how long, in seconds.

    Raises:
        DagsterStorageError: if the store is still away then, or is damaged.
    """
    began, pause_s = time.monotonic(), _FIRST_PAUSE_S
    while True:
        try:
            return ask()
        except DagsterStorageError as error:
            if not error.is_transient or time.monotonic() - began > limit_s:
                raise
        time.sleep(pause_s)
        pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
