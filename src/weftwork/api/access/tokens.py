"""Tokens that let a program or a person in; only their hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable

import msgspec

from weftwork.api.access.caller import Caller, Role
from weftwork.api.view import View
from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.base.text import did_you_mean
from weftwork.instance.instance import DagsterInstance
from weftwork.serde.codec import decode, encode
from weftwork.serde.record import Record

PREFIX = "weft_"
_KEY = "weft/access/tokens"
_CACHE_S = 2.0


class _StoredToken(Record):
    """A token as it is kept."""

    id: str
    name: str
    role: Role
    digest: str
    created_at: float
    expires_at: float | None = None
    is_revoked: bool = False


class TokenView(View):
    """A token, without what makes it one.

    Attributes:
        id: names it.
        name: whose it is.
        role: what it lets one do.
        created_at: when it was made, in seconds since the epoch.
        expires_at: until when it is good, in seconds since the epoch; None for ever.
        is_revoked: whether it was taken back.
    """

    id: str
    name: str
    role: Role
    created_at: float
    expires_at: float | None
    is_revoked: bool


class NewToken(View):
    """A token that was just made.

    Attributes:
        token: what to show to be let in; it is never shown again.
        entry: how it is listed.
    """

    token: str
    entry: TokenView


class Tokens:
    """The tokens of an instance.

    Args:
        instance: where they are kept.
        now: tells the time, in seconds since the epoch.
    """

    def __init__(self, instance: DagsterInstance, now: Callable[[], float] = time.time) -> None:
        self._instance = instance
        self._now = now
        self._known: dict[str, _StoredToken] = {}
        self._read_at = float("-inf")

    def create(self, name: str, role: Role, *, ttl_s: float | None = None) -> NewToken:
        """Make a token.

        Args:
            name: whose it is.
            role: what it lets one do.
            ttl_s: how long it is good, in seconds; None for ever.
        """
        token = PREFIX + secrets.token_urlsafe(32)
        now = self._now()
        stored = _StoredToken(
            id=secrets.token_hex(4), name=name, role=role, digest=_digest(token), created_at=now,
            expires_at=None if ttl_s is None else now + ttl_s,
        )  # fmt: skip
        self._save([*self._load(), stored])
        return NewToken(token=token, entry=_view(stored))

    def list_all(self) -> list[TokenView]:
        """Return all tokens, oldest first."""
        return [_view(token) for token in self._load()]

    def revoke(self, token_id: str) -> TokenView:
        """Take a token back.

        Args:
            token_id: its id.

        Raises:
            DagsterInvariantViolationError: if there is none of that id.
        """
        tokens = self._load()
        found = next((token for token in tokens if token.id == token_id), None)
        if found is None:
            hint = did_you_mean(token_id, [token.id for token in tokens])
            raise DagsterInvariantViolationError(
                f"There is no token with id '{token_id}'.{hint} List them with: weft auth token list"
            )
        revoked: _StoredToken = found.replace(is_revoked=True)
        self._save([revoked if token is found else token for token in tokens])
        return _view(revoked)

    def find_caller(self, token: str, *, reads: bool = True) -> Caller | None:
        """Return whom a token lets in; None if it is not, or no more, good.

        Args:
            token: the token.
            reads: whether it is looked for anew where it is not known; otherwise only what is old is read again.
        """
        if not token.startswith(PREFIX):
            return None
        now = self._now()
        digest = _digest(token)
        if (digest not in self._known and reads) or now - self._read_at > _CACHE_S:
            self._load()
        stored = self._known.get(digest)
        if (
            stored is None
            or stored.is_revoked
            or (stored.expires_at is not None and stored.expires_at <= now)
        ):
            return None
        return Caller(name=stored.name, role=stored.role)

    def has_any(self) -> bool:
        """Return whether there is a token that is good."""
        now = self._now()
        return any(
            not token.is_revoked and (token.expires_at is None or token.expires_at > now)
            for token in self._load()
        )

    def _load(self) -> list[_StoredToken]:
        text = self._instance.run_storage.get_cursor_values([_KEY]).get(_KEY)
        tokens: list[_StoredToken] = decode(text, list[_StoredToken]) if text else []
        self._known = {token.digest: token for token in tokens}
        self._read_at = self._now()
        return tokens

    def _save(self, tokens: list[_StoredToken]) -> None:
        self._instance.run_storage.set_cursor_values({_KEY: encode(tokens).decode()})
        self._read_at = float("-inf")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()  # 256 random bits need no slow hash


def _view(token: _StoredToken) -> TokenView:
    return msgspec.convert(token, TokenView, from_attributes=True)
