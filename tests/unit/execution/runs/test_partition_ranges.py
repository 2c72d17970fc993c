"""A run of a range of partitions: which there are is known before it begins."""

from __future__ import annotations

from typing import Any

import pytest

import weftwork as dg

DAYS = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-01-10")


@dg.asset(partitions_def=DAYS, backfill_policy=dg.BackfillPolicy.single_run())
def visits() -> None: ...


def materialize(start: str | None, end: str | None) -> list[Any]:
    ends = {"start": start, "end": end}
    tags = {f"dagster/asset_partition_range_{side}": key for side, key in ends.items() if key is not None}
    return [
        event.partition for event in dg.materialize([visits], tags=tags).get_asset_materialization_events()
    ]


def test_every_partition_of_the_range_is_made() -> None:
    assert materialize("2024-01-02", "2024-01-04") == ["2024-01-02", "2024-01-03", "2024-01-04"]


@pytest.mark.parametrize(
    ("start", "end", "error", "message"),
    [
        ("2024-01-05", "2024-01-01", dg.DagsterInvalidInvocationError, "its start comes after its end"),
        ("2024-01-05", None, dg.DagsterInvariantViolationError, "'2024-01-05' alone"),
        (None, "2024-01-05", dg.DagsterInvariantViolationError, "'2024-01-05' alone"),
        ("2024-01-05", "2024-02-01", dg.DagsterUnknownPartitionError, "'2024-02-01'"),
        ("nothing", "2024-01-05", dg.DagsterUnknownPartitionError, "'nothing'"),
    ],
)
def test_a_range_that_is_none_is_refused(start: Any, end: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        materialize(start, end)
