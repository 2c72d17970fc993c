"""The stream of news: what changed in runs, logs, assets and code locations, as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from weftwork.api.host import Host
from weftwork.api.runs import resolve_run_id
from weftwork.base.errors import DagsterError
from weftwork.serde.codec import encode
from weftwork.web.endpoint import problem_response
from weftwork.web.guard.authentication import Authentication
from weftwork.web.problem import build_problem, to_problem
from weftwork.web.stream.hub import NewsHub
from weftwork.web.stream.listener import Item
from weftwork.web.stream.records import LogNews

_BEAT_S = 15.0
_MAX_OUTPUTS = 8


class EventStream:
    """Answers the route of the stream.

    Args:
        hub: knows the news.
        host: where runs are recorded.
        authentication: finds out who asks.
    """

    def __init__(self, hub: NewsHub, host: Host, authentication: Authentication) -> None:
        self._hub = hub
        self._host = host
        self._authentication = authentication

    async def answer(self, request: Request) -> Response:
        """Return the stream."""
        caller = await run_in_threadpool(self._authentication.find_caller, request.scope)
        if caller is None:
            return problem_response(401, build_problem("login_needed", "A token is needed."))
        client = f"{caller.name} {request.client.host if request.client else ''}"
        if not self._hub.has_room_for(client):
            message = "Too many pages listen to this server: close some."
            return problem_response(503, build_problem("too_many", message), {"Retry-After": "10"})
        asked = request.query_params.getlist("output")
        if len(set(asked)) > _MAX_OUTPUTS:
            message = (
                f"A stream tells of the output of {_MAX_OUTPUTS} runs at most, not of {len(set(asked))}."
            )
            return problem_response(400, build_problem("invalid_invocation", message))
        try:
            outputs = await run_in_threadpool(
                lambda: {resolve_run_id(self._host.instance, run) for run in asked}
            )
        except DagsterError as error:
            return problem_response(*to_problem(error, "GET"))
        return StreamingResponse(
            self._stream(request, client, frozenset(outputs)), media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )  # fmt: skip

    async def _stream(self, request: Request, client: str, outputs: frozenset[str]) -> AsyncIterator[bytes]:
        told = request.headers.get("last-event-id") or request.query_params.get("after") or ""
        runs = frozenset(request.query_params.getlist("run"))
        after = int(told) if told.isascii() and told.isdigit() and len(told) < 19 else None
        async with self._hub.listening(client, outputs) as listener:
            yield b"retry: 1000\n\n"
            for item in await self._hub.begin(listener, after):
                yield _format(item, runs)
            while True:
                try:
                    item_or_end = await asyncio.wait_for(listener.get(), _BEAT_S)
                except TimeoutError:
                    if await run_in_threadpool(self._authentication.find_caller, request.scope) is None:
                        return
                    yield b": still here\n\n"
                    continue
                if item_or_end is None:
                    return
                yield _format(item_or_end, runs)


def _format(item: Item, runs: frozenset[str]) -> bytes:
    """Return an item as a server-sent event; empty for one that nobody asked for."""
    view = item.view
    if runs and isinstance(view, LogNews):
        view = LogNews(runs={run: cursor for run, cursor in view.runs.items() if run in runs})
        if not view.runs:
            return b""
    number = b"id: %d\n" % item.cursor if item.cursor is not None else b""
    return b"%sevent: %s\ndata: %s\n\n" % (number, item.name.encode(), encode(view))
