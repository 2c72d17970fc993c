"""The shapes of ASGI, and answers that are sent without a framework."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from weftwork.serde.codec import encode
from weftwork.web.problem import build_problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def find_header(scope: Scope, name: bytes) -> str | None:
    """Return the only value of a header of a request; None if there is none, or more than one."""
    found = [value for key, value in scope["headers"] if key == name]
    return found[0].decode("latin-1") if len(found) == 1 else None


async def refuse(scope: Scope, send: Send, status: int, kind: str, message: str) -> None:
    """Answer that a request is not let through; a websocket is closed before it is open."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4000 + status})
        return
    body = encode(build_problem(kind, message))
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
