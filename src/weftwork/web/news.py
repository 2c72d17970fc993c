"""Looks for news while somebody listens, and hands them to everybody who does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool

from weftwork.api.changes import Changes, latest_cursor, list_changes
from weftwork.api.code.locations import view_location
from weftwork.api.host import Host
from weftwork.api.view import View
from weftwork.base.ids import new_id
from weftwork.records.snapshots.state import LocationState
from weftwork.web.news_records import AssetNews, HelloNews, LocationNews, LogNews, ResetNews, RunNews

_MAX_WAITING = 1000
_MAX_LISTENERS = 500


class Item(NamedTuple):
    """One thing to tell.

    Attributes:
        name: its name in the stream.
        cursor: from where the stream is resumed behind it.
        view: what it tells.
    """

    name: str
    cursor: int
    view: View


class _Listener:
    """Somebody who listens; who is too slow is told to ask for everything anew."""

    def __init__(self) -> None:
        self._items: asyncio.Queue[Item | None] = asyncio.Queue()

    def put(self, item: Item) -> None:
        if self._items.qsize() >= _MAX_WAITING:
            while not self._items.empty():
                self._items.get_nowait()
            item = Item("reset", item.cursor, ResetNews(cursor=item.cursor))
        self._items.put_nowait(item)

    def close(self) -> None:
        self._items.put_nowait(None)

    async def get(self) -> Item | None:
        return await self._items.get()


class NewsHub:
    """Tells news to any number of listeners, from one look at the store for all of them.

    Args:
        host: what is looked at.
        interval_s: how often, in seconds, while somebody listens.
    """

    def __init__(self, host: Host, interval_s: float) -> None:
        self._host = host
        self._interval_s = interval_s
        self._listeners: set[_Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._cursor = 0
        self._server = new_id()
        self._is_closed = False
        host.workspace.add_listener(self._note_location)

    @property
    def is_full(self) -> bool:
        """Whether nobody else may listen."""
        return len(self._listeners) >= _MAX_LISTENERS

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[_Listener]:
        """Listen, inside the block."""
        listener = _Listener()
        if self._is_closed:
            listener.close()
        self._listeners.add(listener)
        self._loop = asyncio.get_running_loop()
        if self._task is None or self._task.done():
            self._cursor = await run_in_threadpool(latest_cursor, self._host)
            self._task = asyncio.create_task(self._look())
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners and self._task is not None:
                self._task.cancel()
                self._task = None

    async def begin(self, after: int | None) -> list[Item]:
        """Return what comes first in a stream: a greeting, and what was missed.

        Args:
            after: the latest event that was seen; None for somebody who is new.
        """
        cursor = await run_in_threadpool(latest_cursor, self._host)
        hello = Item("hello", cursor, HelloNews(cursor=cursor, server=self._server))
        if after is None:
            return [hello]
        if after > cursor:  # another database than before
            return [hello, Item("reset", cursor, ResetNews(cursor=cursor))]
        return [hello, *to_items(await run_in_threadpool(list_changes, self._host, after))]

    def close(self) -> None:
        """End all streams."""
        self._is_closed = True
        self._host.workspace.remove_listener(self._note_location)
        for listener in self._listeners:
            listener.close()
        if self._task is not None:
            self._task.cancel()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(self._interval_s)
            changes = await run_in_threadpool(list_changes, self._host, self._cursor)
            self._cursor = changes.cursor
            for item in to_items(changes):
                self._tell(item)

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
            loop.call_soon_threadsafe(lambda: self._tell(Item("location", self._cursor, view)))


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
