"""Routes of tokens and of the audit log."""

from __future__ import annotations

from weftwork.api.access.caller import Permission
from weftwork.api.access.tokens import NewToken, TokenView
from weftwork.api.actions.tokens import (
    CreateTokenBody,
    RevokeTokenBody,
    TokenList,
    create_token,
    list_tokens,
    revoke_token,
)
from weftwork.api.instance_info import AuditPage, list_audit
from weftwork.serde.record import Record
from weftwork.web.route import get, post


class PageQuery(Record):
    """Which page is asked for.

    Attributes:
        cursor: the cursor of the page before.
        limit: how many at most.
    """

    cursor: str | None = None
    limit: int = 100


ROUTES = (
    get("/audit", "What was done, by whom, latest first.", AuditPage,
        lambda call: list_audit(call.host, call.caller, cursor=call.query.cursor, limit=call.query.limit),
        query=PageQuery, permission=Permission.ADMINISTER),
    get("/tokens", "All tokens, without what makes them ones.", TokenList,
        lambda call: list_tokens(call.host, call.caller), permission=Permission.ADMINISTER),
    post("/tokens/create", "Make a token; it is shown once.", NewToken,
         lambda call: create_token(call.host, call.caller, call.body), body=CreateTokenBody,
         permission=Permission.ADMINISTER),
    post("/tokens/revoke", "Take a token back.", TokenView,
         lambda call: revoke_token(call.host, call.caller, call.body), body=RevokeTokenBody,
         permission=Permission.ADMINISTER),
)  # fmt: skip
