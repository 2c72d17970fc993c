"""What is told as it happens: the log of a run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from weftwork.graphql.entry import Asking, Thing, thing
from weftwork.graphql.runs import get_run_thing, list_events
from weftwork.records.runs import FINISHED_STATUSES

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
