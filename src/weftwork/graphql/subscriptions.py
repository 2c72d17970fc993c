"""What is told as it happens: the log of a run, how code locations stand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Any

from weftwork.graphql.entry import Asking, Thing, thing
from weftwork.graphql.runs import get_run_thing, list_events
from weftwork.records.runs import FINISHED_STATUSES
from weftwork.records.snapshots.state import LocationState

_INTERVAL_S = 0.25
_PAGE = 500
_FINISHED = frozenset(status.value for status in FINISHED_STATUSES)
HEAD = "HEAD"
"""A cursor that stands for the end of the log."""


async def follow_run(
    _root: Any, info: Any, runId: str, cursor: str | None = None
) -> AsyncGenerator[Thing, None]:
    """Yield pages of the log of a run, until it has ended and all is told."""
    asking: Asking = info.context
    instance = asking.host.instance
    after = await asyncio.to_thread(_latest, asking) if cursor == HEAD else cursor or None
    is_first, told = True, ""
    while True:
        run = await asyncio.to_thread(get_run_thing, instance, runId)  # before its log: nothing is missed
        if run["__typename"] != "Run":
            yield thing("PipelineRunLogsSubscriptionFailure", message=run["message"], missingRunId=runId)
            return
        page = await asyncio.to_thread(list_events, instance, runId, after, _PAGE)
        is_news = run["status"] != told  # the page before may have told of events that came after its state
        if page["events"] or is_first or is_news:
            after, is_first, told = page["cursor"] or after, False, run["status"]
            yield thing(
                "PipelineRunLogsSubscriptionSuccess",
                run=run,
                messages=page["events"],
                hasMorePastEvents=page["hasMore"],
                cursor=after or "",
            )
        elif run["status"] in _FINISHED:
            return
        if not page["hasMore"]:
            await asyncio.sleep(_INTERVAL_S)


def _latest(asking: Asking) -> str:
    return str(asking.host.instance.automation_facts.get_max_storage_id() or 0)


async def follow_locations(_root: Any, info: Any) -> AsyncGenerator[Thing, None]:
    """Yield that a code location stands differently, for as long as somebody listens."""
    workspace = info.context.host.workspace
    loop = asyncio.get_running_loop()
    states: asyncio.Queue[LocationState] = asyncio.Queue()

    def note(state: LocationState) -> None:  # called from any thread
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(states.put_nowait, state)

    workspace.add_listener(note)
    try:
        while True:
            yield _view_change(await states.get())
    finally:
        workspace.remove_listener(note)


def _view_change(state: LocationState) -> Thing:
    is_broken = state.error is not None
    return {
        "event": {
            "eventType": "LOCATION_ERROR" if is_broken else "LOCATION_UPDATED",
            "message": state.error.message.strip()
            if state.error is not None
            else f"{state.name}: {state.status.value}",
            "locationName": state.name,
            "serverId": str(state.pid) if state.pid is not None else None,
        }
    }
