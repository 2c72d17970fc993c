"""Making, listing and taking back tokens, as somebody who may."""

from __future__ import annotations

from weftwork.api.access.caller import Caller, Permission, Role
from weftwork.api.access.tokens import NewToken, TokenView
from weftwork.api.host import Host
from weftwork.api.view import View
from weftwork.serde.record import Record


class CreateTokenBody(Record):
    """A token to make.

    Attributes:
        name: whose it is.
        role: what it lets one do.
        ttl_s: how long it is good, in seconds; None for ever.
    """

    name: str
    role: Role
    ttl_s: float | None = None


class RevokeTokenBody(Record):
    """A token to take back.

    Attributes:
        id: its id.
    """

    id: str


class TokenList(View):
    """All tokens, oldest first."""

    tokens: list[TokenView]


def list_tokens(host: Host, caller: Caller) -> TokenList:
    """Return all tokens.

    Raises:
        AccessDeniedError: if the caller may not see them.
    """
    caller.require(Permission.ADMINISTER, "list tokens")
    return TokenList(tokens=host.tokens.list_all())


def create_token(host: Host, caller: Caller, body: CreateTokenBody) -> NewToken:
    """Make a token.

    Raises:
        AccessDeniedError: if the caller may not.
    """
    with host.acting(caller, Permission.ADMINISTER, "create tokens", name=body.name, role=body.role.value):
        return host.tokens.create(body.name, body.role, ttl_s=body.ttl_s)


def revoke_token(host: Host, caller: Caller, body: RevokeTokenBody) -> TokenView:
    """Take a token back.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterInvariantViolationError: if there is none of that id.
    """
    with host.acting(caller, Permission.ADMINISTER, "revoke tokens", id=body.id):
        return host.tokens.revoke(body.id)
