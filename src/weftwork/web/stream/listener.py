"""Somebody who listens to the stream of news, and what is kept for them until they take it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

from weftwork.api.view import View
from weftwork.web.stream.records import ResetNews

_MAX_WAITING = 1000


class Item(NamedTuple):
    """One thing to tell.

    Attributes:
        name: its name in the stream.
        cursor: from where the stream is resumed behind it; None for what is no event of the store.
        view: what it tells.
    """

    name: str
    cursor: int | None
    view: View


class Listener:
    """Somebody who listens; who is too slow is told to ask for everything anew.

    Args:
        client: who it is.
        outputs: the runs of which they want to know how their output grows.

    Attributes:
        outputs: those of these runs that have not been told to the end.
        new_outputs: those of these runs of which nothing was told yet.
        since: the latest event that they know of, so that none is told twice; None until that is known.
    """

    def __init__(self, client: str = "", outputs: Iterable[str] = ()) -> None:
        self._items: asyncio.Queue[Item | None] = asyncio.Queue()
        self.client = client
        self.outputs = set(outputs)
        self.new_outputs = set(outputs)
        self.since: int | None = None

    def put(self, item: Item) -> None:
        """Keep an item for them."""
        if self._items.qsize() >= _MAX_WAITING:
            while not self._items.empty():
                self._items.get_nowait()
            self.new_outputs |= self.outputs
            cursor = item.cursor if item.cursor is not None else self.since or 0
            item = Item("reset", cursor, ResetNews(cursor=cursor))
        self._items.put_nowait(item)

    def close(self) -> None:
        """Have the stream end."""
        self._items.put_nowait(None)

    async def get(self) -> Item | None:
        """Return the next item; None at the end."""
        return await self._items.get()
