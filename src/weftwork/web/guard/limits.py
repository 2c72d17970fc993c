"""Refuses bodies that are too large or too slow, and answers that take too long."""

from __future__ import annotations

import asyncio

from weftwork.web.guard.asgi import App, Message, Receive, Scope, Send, find_header, refuse


class BodyGuard:
    """Reads the body of a request within bounds, before anything else sees it.

    Args:
        app: what is guarded.
        max_bytes: how large it may be.
        timeout_s: how long it may take to arrive, in seconds.
    """

    def __init__(self, app: App, *, max_bytes: int, timeout_s: float) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        told = find_header(scope, b"content-length")
        if told is not None and (not told.isdigit() or int(told) > self._max_bytes):
            await self._refuse_size(scope, send)
            return
        try:
            async with asyncio.timeout(self._timeout_s):
                body = await self._read(receive)
        except TimeoutError:
            await refuse(scope, send, 408, "slow_body", "The body of the request took too long to arrive.")
            return
        if body is None:
            await self._refuse_size(scope, send)
            return
        await self._app(scope, _Replay(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        """Return the body; None if it is too large."""
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return b"".join(parts)
            part = message.get("body", b"")
            size += len(part)
            if size > self._max_bytes:
                return None
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts)

    async def _refuse_size(self, scope: Scope, send: Send) -> None:
        message = f"The body of a request may have {self._max_bytes:,} bytes at most."
        await refuse(scope, send, 413, "large_body", message)


class _Replay:
    """Hands on a body that was read, and then what comes after it."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        body, self._body = self._body, None
        if body is not None:
            return {"type": "http.request", "body": body, "more_body": False}
        return await self._receive()
