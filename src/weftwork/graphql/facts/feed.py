"""Runs and backfills as one list; nothing here starts backfills yet, so there are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from weftwork.api.access.caller import Permission
from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.graphql.entry import Asking, Thing, answer_errors, bounded, thing
from weftwork.graphql.runs import read_filter, view_run

_MAX_RUNS = 1000
_NO_BACKFILLS = (
    "Backfills are not offered yet: launch runs of partitions instead, one for each (tag dagster/partition) or one for a "
    "range (tags dagster/asset_partition_range_start and dagster/asset_partition_range_end)."
)


def _list_feed(
    asking: Asking, limit: int, view: str, cursor: str | None = None, filter: Mapping[str, Any] | None = None
) -> Thing:
    if view == "BACKFILLS":
        return thing("RunsFeedConnection", results=[], cursor=cursor or "", hasMore=False)
    instance, count = asking.host.instance, bounded(limit, _MAX_RUNS)
    records = instance.get_run_records(read_filter(filter), limit=count + 1, cursor=cursor or None)
    page = records[:count]
    return thing(
        "RunsFeedConnection",
        results=[view_run(instance, record) for record in page],
        cursor=page[-1].dagster_run.run_id if page else cursor or "",
        hasMore=len(records) > count,
    )


def _count_feed(asking: Asking, view: str, filter: Mapping[str, Any] | None = None) -> Thing:
    count = 0 if view == "BACKFILLS" else asking.host.instance.get_runs_count(read_filter(filter))
    return thing("RunsFeedCount", count=count)


def _get_backfill(_asking: Asking, backfillId: str) -> Thing:
    return thing(
        "BackfillNotFoundError", message=f"There is no backfill '{backfillId}'.", backfillId=backfillId
    )


def _refuse(asking: Asking, **asked: Any) -> Thing:
    del asked
    asking.caller.require(Permission.LAUNCH, "launch backfills")
    raise DagsterInvalidInvocationError(_NO_BACKFILLS)


QUERIES: dict[str, Callable[..., Any]] = {
    "runsFeedOrError": answer_errors(_list_feed),
    "runsFeedCountOrError": answer_errors(_count_feed),
    "partitionBackfillsOrError": answer_errors(lambda _asking, **_: thing("PartitionBackfills", results=[])),
    "partitionBackfillOrError": answer_errors(_get_backfill),
}
MUTATIONS: dict[str, Callable[..., Any]] = {
    "launchPartitionBackfill": answer_errors(_refuse),
    "resumePartitionBackfill": answer_errors(_refuse),
    "cancelPartitionBackfill": answer_errors(_refuse),
    "reexecutePartitionBackfill": answer_errors(_refuse),
}
