"""Looks for news while somebody listens, and hands them to everybody who does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterable

from starlette.concurrency import run_in_threadpool

from weftwork.api.changes import Changes, latest_cursor, list_changes
from weftwork.api.code.locations import view_location
from weftwork.api.host import Host
from weftwork.base.errors import DagsterError
from weftwork.base.ids import new_id
from weftwork.records.snapshots.state import LocationState
from weftwork.web.stream.listener import Item, Listener
from weftwork.web.stream.output import OutputNewsroom
from weftwork.web.stream.records import AssetNews, HelloNews, LocationNews, LogNews, ResetNews, RunNews

_LOG = logging.getLogger("weftwork.web")

_MAX_LISTENERS = 500
_MAX_OF_ONE = 100


class NewsHub:
    """Tells news to any number of listeners, from one look at the store for all of them.

    Args:
        host: what is looked at.
        interval_s: how often, in seconds, while somebody listens.
    """

    def __init__(self, host: Host, interval_s: float) -> None:
        self._host = host
        self._interval_s = interval_s
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._cursor = 0
        self._server = new_id()
        self._is_closed = False
        self._outputs = OutputNewsroom(host)
        host.workspace.add_listener(self._note_location)

    def has_room_for(self, client: str) -> bool:
        """Return whether one more may listen; nobody takes the place of all others."""
        of_one = sum(listener.client == client for listener in self._listeners)
        return len(self._listeners) < _MAX_LISTENERS and of_one < _MAX_OF_ONE

    @contextlib.asynccontextmanager
    async def listening(self, client: str = "", outputs: Iterable[str] = ()) -> AsyncIterator[Listener]:
        """Listen, inside the block; where there is no room, the stream ends at once.

        Args:
            client: who listens.
            outputs: the runs of which they want to know how their output grows.
        """
        listener = Listener(client, outputs)
        if self._is_closed or not self.has_room_for(client):
            listener.close()
        self._listeners.add(listener)
        self._loop = asyncio.get_running_loop()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners and self._task is not None:
                self._task.cancel()
                self._task = None

    async def begin(self, listener: Listener, after: int | None) -> list[Item]:
        """Return what comes first in a stream: a greeting, and what was missed; from there on all is told once.

        Args:
            listener: who begins to listen.
            after: the latest event that was seen; None for somebody who is new.
        """
        latest = await run_in_threadpool(latest_cursor, self._host)
        items = [Item("hello", latest, HelloNews(cursor=latest, server=self._server))]
        if after is not None and after > latest:  # another database than before
            items.append(Item("reset", latest, ResetNews(cursor=latest)))
        elif after is not None and after < latest:
            items += to_items(await run_in_threadpool(list_changes, self._host, after, latest))
        listener.since = latest
        return items

    def close(self) -> None:
        """End all streams, for good."""
        if self._is_closed:
            return
        self._is_closed = True
        self._host.workspace.remove_listener(self._note_location)
        for listener in self._listeners:
            listener.close()
        if self._task is not None:
            self._task.cancel()

    async def _look(self) -> None:
        is_blind, has_begun = False, False
        while True:
            await asyncio.sleep(self._interval_s)
            try:
                if not has_begun:
                    self._cursor, has_begun = await run_in_threadpool(latest_cursor, self._host), True
                before = self._cursor
                changes = await run_in_threadpool(list_changes, self._host, before)
                self._cursor = changes.cursor
                await self._tell_changes(changes, before)
                await self._outputs.tell(self._listeners)
                is_blind = False
            except (DagsterError, OSError) as error:  # the store is away: it is told when it is back
                if not is_blind:
                    _LOG.warning("There are no news for now: %s", error)
                is_blind = True

    async def _tell_changes(self, changes: Changes, before: int) -> None:
        """Tell everybody what has changed since the latest event that they know of."""
        items = to_items(changes)
        for listener in list(self._listeners):
            since = listener.since
            if since is None or since >= changes.cursor:
                continue
            known = items
            if since != before:  # they know more or less than this server did
                known = to_items(await run_in_threadpool(list_changes, self._host, since, changes.cursor))
            listener.since = changes.cursor
            for item in known:
                listener.put(item)

    def _tell(self, item: Item) -> None:
        for listener in list(self._listeners):
            listener.put(item)

    def _note_location(self, state: LocationState) -> None:
        """Tell that a location stands differently; called from any thread."""
        loop = self._loop
        if loop is None or not self._listeners:
            return
        index = next((one for one in self._host.workspace.list_indexes() if one.name == state.name), None)
        view = LocationNews(location=view_location(state, index))
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(lambda: self._tell(Item("location", None, view)))


def to_items(changes: Changes) -> list[Item]:
    """Return changes as items of the stream."""
    cursor = changes.cursor
    if changes.is_reset:
        return [Item("reset", cursor, ResetNews(cursor=cursor))]
    items = [Item("run", cursor, RunNews(run=run)) for run in changes.runs]
    if changes.logs:
        items.append(Item("log", cursor, LogNews(runs=changes.logs)))
    if changes.assets:
        items.append(Item("asset", cursor, AssetNews(keys=changes.assets)))
    return items
