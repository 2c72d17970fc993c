"""Counts wrong tokens by address: who tries many is told to wait, and costs no look into the database."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

_LOG = logging.getLogger("weftwork.web")
WINDOW_S = 60.0
MAX_WRONG = 20
_MAX_ADDRESSES = 10_000


class Attempts:
    """Remembers who showed wrong tokens.

    A good token is let in all the same: people behind one proxy share an address.

    Args:
        now: tells the time, in seconds from any instant.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._wrong: dict[str, list[float]] = {}

    def note_wrong(self, address: str) -> None:
        """Take note of a wrong token."""
        with self._lock:
            if len(self._wrong) >= _MAX_ADDRESSES and address not in self._wrong:
                self._wrong.pop(next(iter(self._wrong)))
            recent = self._list_recent(address)
            self._wrong[address] = [*recent, self._now()][-MAX_WRONG:]
        if len(recent) == MAX_WRONG - 1:
            _LOG.warning("%d wrong tokens within a minute from %s.", MAX_WRONG, address)

    def find_wait_s(self, address: str) -> float | None:
        """Return for how many seconds an address has to wait; None if it need not."""
        with self._lock:
            recent = self._list_recent(address)
        return None if len(recent) < MAX_WRONG else max(1.0, recent[0] + WINDOW_S - self._now())

    def _list_recent(self, address: str) -> list[float]:
        begin = self._now() - WINDOW_S
        return [at for at in self._wrong.get(address, ()) if at > begin]
