"""The tags by which runs of schedules, sensors, backfills and ticks are found."""

from __future__ import annotations

from types import SimpleNamespace

import weftwork as dg


def test_tags_say_who_asked_for_a_run() -> None:
    asked = SimpleNamespace(name="nightly")
    assert dg.DagsterRun.tags_for_schedule(asked) == {"dagster/schedule_name": "nightly"}
    assert dg.DagsterRun.tags_for_sensor(asked) == {"dagster/sensor_name": "nightly"}
    assert dg.DagsterRun.tags_for_backfill_id("b") == {"dagster/backfill": "b"}
    assert dg.DagsterRun.tags_for_tick_id("t") == {"dagster/tick": "t"}


def test_tags_of_a_run_are_what_it_is_found_by() -> None:
    run = dg.DagsterRun(job_name="nightly", run_id="x", tags={"team": "data"})
    assert run.tags_for_storage() == {"team": "data"}
