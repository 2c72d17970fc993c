"""Tells how what runs print grows, to those who listen to it: one look at the files of a run for all of them."""

from __future__ import annotations

import time
from collections.abc import Collection

from starlette.concurrency import run_in_threadpool

from weftwork.api.host import Host
from weftwork.api.output.captured import CapturedFile
from weftwork.api.output.growth import OutputWatch
from weftwork.web.stream.listener import Item, Listener
from weftwork.web.stream.records import OutputNews

_SHARE = 0.1
"""So much of the time may go into looking at the files of a run: many thousands are looked at less often."""


class OutputNewsroom:
    """Looks at what runs print, as long as somebody listens.

    Args:
        host: where the runs are recorded.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._watches: dict[str, OutputWatch] = {}
        self._due: dict[str, float] = {}

    async def tell(self, listeners: Collection[Listener]) -> None:
        """Look at the runs that are listened to, and tell what has grown."""
        wanted = {run for listener in listeners for run in listener.outputs}
        for gone in self._watches.keys() - wanted:
            del self._watches[gone], self._due[gone]
        for run_id in wanted:
            if time.monotonic() >= self._due.get(run_id, 0.0):
                watch = self._watches.get(run_id) or OutputWatch(self._host.instance, run_id)
                self._watches[run_id] = watch
                self._due[run_id] = float("inf")  # not twice at once
                try:
                    grown = await run_in_threadpool(self._look, run_id, watch)
                except BaseException:
                    self._due[run_id] = 0.0
                    raise
                self._hand_out(run_id, watch, grown, listeners)

    def _look(self, run_id: str, watch: OutputWatch) -> list[CapturedFile]:
        begin = time.monotonic()
        grown = watch.look()
        end = time.monotonic()
        self._due[run_id] = end + (end - begin) / _SHARE
        return grown

    def _hand_out(
        self,
        run_id: str,
        watch: OutputWatch,
        grown: list[CapturedFile],
        listeners: Collection[Listener],
    ) -> None:
        for listener in list(listeners):
            if run_id not in listener.outputs:
                continue
            is_new = run_id in listener.new_outputs
            listener.new_outputs.discard(run_id)
            files = watch.list_all() if is_new else grown
            if files or is_new or watch.is_finished:
                view = OutputNews(run_id=run_id, files=files, is_finished=watch.is_finished)
                listener.put(Item("output", None, view))
            if watch.is_finished:
                listener.outputs.discard(run_id)
