"""Refuses what another site's page could send in a visitor's name: changes and websockets are same-origin only."""

from __future__ import annotations

from urllib.parse import urlsplit

from weftwork.web.guard.asgi import App, Receive, Scope, Send, find_header, refuse

_READS = ("GET", "HEAD")


class OriginGuard:
    """Lets everything through that only reads, and JSON that comes from our own pages or from no page at all.

    Args:
        app: what is guarded.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "websocket" or (scope["type"] == "http" and scope["method"] not in _READS):
            if not is_same_origin(scope):
                await refuse(scope, send, 403, "foreign_origin", "A page of another site may not do this.")
                return
            if scope["type"] == "http":
                if scope["method"] != "POST":
                    await refuse(scope, send, 405, "method", "Only GET, HEAD and POST are answered.")
                    return
                if not _is_json(scope):
                    await refuse(
                        scope, send, 415, "content_type", "The content type must be application/json."
                    )
                    return
        await self._app(scope, receive, send)


def is_same_origin(scope: Scope) -> bool:
    """Return whether a request comes from our own pages, or from a program that is no browser."""
    site = find_header(scope, b"sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origins = [value for key, value in scope["headers"] if key == b"origin"]
    if not origins:
        return True
    if len(origins) > 1:
        return False
    try:
        origin = urlsplit(origins[0].decode("latin-1").lower())
    except ValueError:  # such as brackets that hold no address
        return False
    host = (find_header(scope, b"host") or "").lower()
    return origin.scheme in ("http", "https") and bool(host) and origin.netloc == host


def _is_json(scope: Scope) -> bool:
    content_type = find_header(scope, b"content-type") or ""
    return content_type.partition(";")[0].strip().lower() == "application/json"
