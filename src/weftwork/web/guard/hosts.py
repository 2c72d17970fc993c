"""Refuses requests under a name that is not ours: a foreign page cannot reach us by pointing its name here."""

from __future__ import annotations

from weftwork.web.guard.asgi import App, Receive, Scope, Send, find_header, refuse


class HostGuard:
    """Lets requests through whose Host is allowed.

    Args:
        app: what is guarded.
        allowed_hosts: names without port; "*" for any.
    """

    def __init__(self, app: App, allowed_hosts: tuple[str, ...]) -> None:
        self._app = app
        self._allowed = frozenset(host.lower() for host in allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] in ("http", "websocket"):
            host = find_header(scope, b"host")
            if not host:
                await refuse(scope, send, 400, "no_host", "The request has no Host, or several.")
                return
            if "*" not in self._allowed and name_of(host) not in self._allowed:
                await refuse(
                    scope, send, 421, "foreign_host",
                    f"This server does not answer under the name '{name_of(host)}'. Start it with --allow-host to let it.",
                )  # fmt: skip
                return
        await self._app(scope, receive, send)


def name_of(host: str) -> str:
    """Return a Host without its port, in lower case."""
    host = host.strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
