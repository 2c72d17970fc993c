"""A run as a file: the run, its steps and its log, to look at elsewhere or to attach to a report."""

from __future__ import annotations

from collections.abc import Iterator

from weftwork.api.run_log import LogQuery, find_log_entries
from weftwork.api.run_query import get_run_report
from weftwork.api.run_timeline import get_run_timeline
from weftwork.instance.instance import DagsterInstance
from weftwork.serde.codec import encode

_PAGE = 1000


def iterate_export(instance: DagsterInstance, run_id: str, *, now: float) -> Iterator[bytes]:
    """Yield a run as one JSON object, piece by piece: "run", "timeline" and "log".

    Args:
        instance: where it is recorded.
        run_id: its id.
        now: the time, in seconds since the epoch.

    Raises:
        DagsterRunNotFoundError: if there is no such run.
    """
    yield b'{"run":' + encode(get_run_report(instance, run_id))
    yield b',"timeline":' + encode(get_run_timeline(instance, run_id, now=now)) + b',"log":['
    cursor: str | None = None
    is_first = has_more = True
    while has_more:
        page = find_log_entries(instance, run_id, LogQuery(cursor=cursor, limit=_PAGE))
        for entry in page.entries:
            yield (b"" if is_first else b",\n") + encode(entry)
            is_first = False
        cursor, has_more = page.cursor, page.has_more
    yield b"]}\n"
