"""Makes ready what pages ask for first, as soon as a code location is loaded."""

from __future__ import annotations

import logging
import threading

from weftwork.api.access.caller import Caller, Role
from weftwork.api.catalog.catalog import get_catalog
from weftwork.api.home import HomeQuery, get_home
from weftwork.api.host import Host
from weftwork.records.snapshots.state import LocationState, LocationStatus
from weftwork.web.endpoint import Endpoint
from weftwork.web.routes import ROUTES

_LOG = logging.getLogger("weftwork.web")
_NOBODY = Caller(name="weftwork", role=Role.VIEWER)


class Preparation:
    """Makes answers in a thread of its own whenever a code location was loaded.

    Args:
        host: whose code locations.
        endpoint: makes the answers.
    """

    def __init__(self, host: Host, endpoint: Endpoint) -> None:
        self._host = host
        self._endpoint = endpoint
        self._wanted = threading.Event()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="weftwork-preparation", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._wanted.set()
        self._thread.start()
        self._host.workspace.add_listener(self._hear)

    def close(self) -> None:
        """End."""
        self._host.workspace.remove_listener(self._hear)
        self._is_closed = True
        self._wanted.set()
        self._thread.join()

    def _hear(self, state: LocationState) -> None:
        if state.status is LocationStatus.LOADED:
            self._wanted.set()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._is_closed:
                return
            try:
                self._endpoint.prepare(ROUTES, _NOBODY)
                _ = get_catalog(self._host).graph
                get_home(self._host, HomeQuery())  # what it reads is in memory then
            except Exception:  # noqa: BLE001 - who asks will be told
                _LOG.debug("Nothing could be prepared.", exc_info=True)
