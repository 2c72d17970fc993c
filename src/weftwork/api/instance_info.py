"""The instance itself: where everything is, how it is set up, pools, leases, the audit log."""

from __future__ import annotations

import datetime
import platform
import sys
from importlib.metadata import version
from typing import Any

import msgspec

from weftwork.api.access.caller import Caller, Permission, Role
from weftwork.api.catalog.catalog import get_catalog
from weftwork.api.host import Host
from weftwork.api.view import View, read_cursor, to_instant
from weftwork.config.redaction import redact_value

_MAX_PAGE = 1000
_SECRET_WORDS = ("password", "secret", "token", "url")


class PoolView(View):
    """A pool: how many steps of a kind run at once.

    Attributes:
        name: its name.
        limit: how many slots it has; None for any number.
        is_default: whether that is the limit of all pools that have none of their own.
        held: the steps that hold a slot: run and step.
        waiting: the steps that wait for one: run and step.
    """

    name: str
    limit: int | None
    is_default: bool
    held: list[tuple[str, str]]
    waiting: list[tuple[str, str]]


class PoolList(View):
    """All pools that have a limit, are in use, or are named by an asset."""

    pools: list[PoolView]


class InstanceView(View):
    """The instance.

    Attributes:
        home: its directory.
        storage: where its database is.
        artifacts: where values are stored.
        is_ephemeral: whether everything is forgotten with the process.
        settings: what dagster.yaml says, without secrets.
        version: our version.
        python_version: the Python of this server.
        platform: what it runs on.
        pools: the pools.
    """

    home: str
    storage: str
    artifacts: str
    is_ephemeral: bool
    settings: dict[str, Any]
    version: str
    python_version: str
    platform: str
    pools: list[PoolView]


class MeView(View):
    """Who asks, and what they may do.

    Attributes:
        name: their name.
        role: their role.
        permissions: what they may do: "read", "launch", "edit", "administer".
        is_read_only: whether nothing may be changed here, whatever the role.
        needs_login: whether this server asks for tokens at all.
        version: our version.
    """

    name: str
    role: Role
    permissions: list[Permission]
    is_read_only: bool
    needs_login: bool
    version: str


class AuditView(View):
    """Something that somebody did, or tried to do."""

    id: int
    at: datetime.datetime
    caller: str
    role: str
    action: str
    target: dict[str, Any]
    error: str | None


class AuditPage(View):
    """A page of the audit log, latest first."""

    entries: list[AuditView]
    cursor: str | None


def get_instance_info(host: Host) -> InstanceView:
    """Return how the instance is set up."""
    info = host.instance.info_dict()
    return InstanceView(
        home=info["home"],
        storage=info["storage"],
        artifacts=info["artifacts"],
        is_ephemeral=host.instance.is_ephemeral,
        settings=hide_secrets(redact_value(info["settings"])),
        version=version("weftwork"),
        python_version=sys.version.partition(" ")[0],
        platform=platform.platform(),
        pools=list_pools(host),
    )


def get_me(caller: Caller, *, needs_login: bool) -> MeView:
    """Return who asks, and what they may do."""
    return MeView(
        name=caller.name,
        role=caller.role,
        permissions=list(caller.permissions),
        is_read_only=caller.is_read_only,
        needs_login=needs_login,
        version=version("weftwork"),
    )


def list_pools(host: Host) -> list[PoolView]:
    """Return all pools that have a limit, are in use, or are named by an asset."""
    slots = host.instance.slots
    limits, own = dict(slots.list_limits()), slots.list_own_limits()
    claims = slots.list_claims()
    defined = {pool for entry in get_catalog(host).defined for pool in entry.asset.pools}
    names = sorted({*limits, *defined, *(claim.pool for claim in claims)})
    return [
        PoolView(
            name=name,
            limit=limits.get(name, slots.default_limit),
            is_default=name not in own,
            held=[(c.run_id, c.step_key) for c in claims if c.pool == name and c.claimed_at is not None],
            waiting=[(c.run_id, c.step_key) for c in claims if c.pool == name and c.claimed_at is None],
        )
        for name in names
    ]


def list_audit(host: Host, caller: Caller, *, cursor: str | None = None, limit: int = 100) -> AuditPage:
    """Return a page of what was done, latest first.

    Raises:
        AccessDeniedError: if the caller may not see it.
    """
    caller.require(Permission.ADMINISTER, "read the audit log")
    limit = min(max(1, limit), _MAX_PAGE)
    records = host.instance.audit.list(before_id=read_cursor(cursor), limit=limit + 1)
    page = records[:limit]
    views = []
    for record in page:
        at = to_instant(record.timestamp)
        assert at is not None
        views.append(
            AuditView(
                id=record.id, at=at, caller=record.caller, role=record.role, action=record.action,
                target=_read_target(record.target), error=record.error,
            )
        )  # fmt: skip
    return AuditPage(entries=views, cursor=str(page[-1].id) if len(records) > limit else None)


def _read_target(text: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:  # cut, because it was long
        return {"text": text}
    return found if isinstance(found, dict) else {"value": found}


def hide_secrets(value: Any) -> Any:
    """Return settings with the texts masked whose keys say that they are secrets."""
    if isinstance(value, dict):
        return {
            key: "[redacted]"
            if isinstance(inner, str) and any(word in str(key).lower() for word in _SECRET_WORDS)
            else hide_secrets(inner)
            for key, inner in value.items()
        }
    return [hide_secrets(inner) for inner in value] if isinstance(value, list) else value
