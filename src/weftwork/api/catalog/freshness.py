"""Assets that are older than their freshness policies allow."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec

from weftwork.api.catalog.catalog import Catalog, DefinedAsset
from weftwork.api.host import Host
from weftwork.api.view import View, to_instant
from weftwork.partitions.freshness import judge_age, judge_deadline

_MAX_LISTED = 50


class LateAsset(View):
    """An asset that is older than its freshness policy allows.

    Attributes:
        asset: its key.
        judgement: "WARN" or "FAIL".
        materialized_at: when it was last made.
        policy: its freshness policy.
    """

    asset: str
    judgement: str
    materialized_at: datetime.datetime
    policy: dict[str, Any]


def list_late_assets(host: Host, catalog: Catalog, now: float) -> list[LateAsset]:
    """Return the assets that are older than their freshness policy allows, the oldest first."""
    entries = {entry.asset.key: entry for entry in catalog.defined if entry.asset.freshness}
    if not entries:
        return []
    found = []
    for head in host.instance.list_asset_heads(list(entries)):
        judgement = judge_freshness(entries[head.asset_key], head.materialized_at, now)
        at = to_instant(head.materialized_at)
        if judgement in ("WARN", "FAIL") and at is not None:
            asset = entries[head.asset_key].asset
            found.append(
                LateAsset(
                    asset=asset.key.to_escaped_user_string(), judgement=judgement, materialized_at=at,
                    policy=msgspec.json.decode(asset.freshness or b"{}"),
                )
            )  # fmt: skip
    found.sort(key=lambda late: (late.judgement, late.materialized_at))
    return found[:_MAX_LISTED]


def judge_freshness(entry: DefinedAsset, made_s: float | None, now: float) -> str | None:
    """Return "PASS", "WARN", "FAIL" or "UNKNOWN"; None for an asset without a freshness policy."""
    if not entry.asset.freshness:
        return None
    if made_s is None:
        return "UNKNOWN"
    policy = msgspec.json.decode(entry.asset.freshness)
    if "deadline_cron" in policy:
        return judge_deadline(
            made_s, now, cron=policy["deadline_cron"], timezone=policy.get("timezone", "UTC"),
            before=_to_duration(policy["lower_bound_delta"]),
        )  # fmt: skip
    warn = policy.get("warn_window")
    return judge_age(
        made_s, now, fail=_to_duration(policy["fail_window"]), warn=_to_duration(warn) if warn else None
    )


def _to_duration(text: str) -> datetime.timedelta:
    return msgspec.convert(text, datetime.timedelta)
