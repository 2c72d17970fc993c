"""What has changed since somebody looked last: runs, logs and assets, for a stream of news."""

from __future__ import annotations

from weftwork.api.host import Host
from weftwork.api.runs import RunView, view_run
from weftwork.api.view import View
from weftwork.records.keys import AssetKey
from weftwork.records.runs import RunsFilter

MAX_EVENTS = 5000
"""More than so many new events are not told one by one; whoever is that late asks for everything anew."""


class Changes(View):
    """What has changed.

    Attributes:
        cursor: the latest event that is in it.
        is_reset: whether there was too much to tell: ask for everything anew.
        runs: the runs whose state changed, as they stand now.
        logs: run to the latest event of its log, for runs whose log has grown.
        assets: the assets to which something happened.
    """

    cursor: int
    is_reset: bool
    runs: list[RunView]
    logs: dict[str, int]
    assets: list[str]


def latest_cursor(host: Host) -> int:
    """Return the latest event that was recorded."""
    return host.instance.automation_facts.get_max_storage_id() or 0


def list_changes(host: Host, after: int, until: int | None = None) -> Changes:
    """Return what has changed since an event.

    Args:
        host: what is asked.
        after: the latest event that was seen.
        until: the last event that is told; None for all there are.
    """
    headers = host.instance.list_event_headers(after, limit=MAX_EVENTS + 1)
    if until is not None:
        headers = [header for header in headers if header.storage_id <= until]
    if len(headers) > MAX_EVENTS:
        cursor = latest_cursor(host) if until is None else until
        return Changes(cursor=cursor, is_reset=True, runs=[], logs={}, assets=[])
    logs: dict[str, int] = {}
    changed: dict[str, None] = {}
    assets: dict[AssetKey, None] = {}
    for header in headers:
        if header.run_id:
            logs[header.run_id] = header.storage_id
        if header.changes_run:
            changed[header.run_id] = None
        if header.asset_key is not None:
            assets[header.asset_key] = None
    records = host.instance.get_run_records(RunsFilter(run_ids=list(changed))) if changed else ()
    return Changes(
        cursor=until if until is not None else headers[-1].storage_id if headers else after,
        is_reset=False,
        runs=[view_run(record) for record in records],
        logs=logs,
        assets=[key.to_escaped_user_string() for key in assets],
    )
