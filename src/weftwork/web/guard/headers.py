"""Puts on every answer what keeps a browser from doing more with it than it should."""

from __future__ import annotations

from collections.abc import Sequence

from weftwork.web.guard.asgi import App, Message, Receive, Scope, Send

_FIXED = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]
_NO_STORE = (b"cache-control", b"no-store")


def build_policy(script_hashes: Sequence[str] = ()) -> bytes:
    """Return the content security policy.

    Args:
        script_hashes: the hashes of the scripts inside of our page, "sha256-…".
    """
    scripts = " ".join(["'self'", *(f"'{each}'" for each in script_hashes)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ).encode()


class HeaderGuard:
    """Adds security headers to every answer; what may be kept says so itself.

    Args:
        app: what is guarded.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._policy = (b"content-security-policy", build_policy())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                names = {name.lower() for name, _ in headers}
                added = [*_FIXED, self._policy, _NO_STORE]
                message["headers"] = [*headers, *(each for each in added if each[0] not in names)]
            await send(message)

        await self._app(scope, receive, send_guarded)
