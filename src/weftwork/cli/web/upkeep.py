"""What must be done now and then while a server runs: dead runs are found, queued runs are started."""

from __future__ import annotations

import logging
import threading

from weftwork.base.errors import DagsterError
from weftwork.instance.instance import DagsterInstance

_LOG = logging.getLogger("weftwork.upkeep")
_INTERVAL_S = 2.0


class Upkeep:
    """Looks after runs in a thread of its own, inside a ``with`` block.

    Args:
        instance: whose runs.
        interval_s: how often, in seconds.
    """

    def __init__(self, instance: DagsterInstance, interval_s: float = _INTERVAL_S) -> None:
        self._instance = instance
        self._interval_s = interval_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="weftwork-upkeep", daemon=True)

    def __enter__(self) -> Upkeep:
        if self._instance.is_persistent:
            self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(self._interval_s)

    def _run(self) -> None:
        while not self._ended.wait(self._interval_s):
            try:
                self._instance.reap_dead_runs()
                self._instance.start_queued_runs()
            except DagsterError as error:
                _LOG.warning("Looking after runs failed: %s", error)
            except Exception:  # noqa: BLE001 - the top of a loop: the next look may go well
                _LOG.exception("Looking after runs failed.")
