"""Finds out who asks: by a token in the Authorization header or in a cookie."""

from __future__ import annotations

import getpass
from http.cookies import CookieError, SimpleCookie

from weftwork.api.access.caller import Caller, Role
from weftwork.api.host import Host
from weftwork.web.guard.asgi import Scope, find_header
from weftwork.web.guard.attempts import Attempts
from weftwork.web.settings import WebSettings

COOKIE = "weft_token"


class Authentication:
    """Finds out who asks.

    Args:
        host: knows the tokens.
        settings: whether tokens are needed.
    """

    def __init__(self, host: Host, settings: WebSettings) -> None:
        self._host = host
        self._settings = settings
        self._attempts = Attempts()
        self._local = Caller(name=_local_name(), role=Role.ADMIN, is_read_only=settings.is_read_only)

    def find_caller(self, scope: Scope) -> Caller | None:
        """Return who asks; None if a token is needed and there is no good one."""
        token = find_token(scope)
        if token is None:
            return None if self._settings.needs_login else self._local
        return self.check_token(token, scope)

    def check_token(self, token: str, scope: Scope) -> Caller | None:
        """Return whom a token lets in; None if it lets in nobody."""
        address = _address_of(scope)
        reads = self._attempts.find_wait_s(address) is None
        caller = self._host.tokens.find_caller(token, reads=reads)
        if caller is not None:
            changed: Caller = caller.replace(is_read_only=self._settings.is_read_only)
            return changed
        if not self._settings.needs_login:
            return self._local
        self._attempts.note_wrong(address)
        return None

    def find_wait_s(self, scope: Scope) -> float | None:
        """Return for how many seconds whoever asks has to wait, after too many wrong tokens; None if they need not."""
        return self._attempts.find_wait_s(_address_of(scope))


def _address_of(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def find_token(scope: Scope) -> str | None:
    """Return the token that a request carries, or None."""
    authorization = find_header(scope, b"authorization")
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(find_header(scope, b"cookie") or "")
    except CookieError:
        return None
    found = cookies.get(COOKIE)
    return found.value if found is not None else None


def _local_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without an entry for its user
        return "local"
