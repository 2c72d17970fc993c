"""Schedules that follow the partitions of a job."""

import datetime

import pytest

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.definitions.assets.asset_job_definition import define_asset_job
from weftwork.definitions.assets.decorators.asset import asset
from weftwork.definitions.jobs.decorator import job
from weftwork.definitions.locations.definitions import Definitions
from weftwork.definitions.ops.decorator import op
from weftwork.definitions.partitioned_config.time_decorators import daily_partitioned_config
from weftwork.definitions.schedules.partitioned_schedule import (
    UnresolvedPartitionedAssetScheduleDefinition,
    build_schedule_from_partitioned_job,
)
from weftwork.definitions.schedules.schedule_context import build_schedule_context
from weftwork.definitions.schedules.schedule_definition import DefaultScheduleStatus
from weftwork.partitions.dynamic import DynamicPartitionsDefinition
from weftwork.partitions.multi.definition import MultiPartitionsDefinition
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.partitions.time_window import (
    DailyPartitionsDefinition,
    HourlyPartitionsDefinition,
    MonthlyPartitionsDefinition,
    WeeklyPartitionsDefinition,
)

DAILY = DailyPartitionsDefinition("2024-01-01")
LETTERS = StaticPartitionsDefinition(["a", "b"])
TIME = datetime.datetime(2024, 3, 5, 6, 7, tzinfo=datetime.UTC)


@op
def work(): ...


def job_of(partitions_def):
    @job(partitions_def=partitions_def, tags={"of": "job"})
    def parted():
        work()

    return parted


def keys_at(made, time=TIME, **context):
    data = made.evaluate_tick(build_schedule_context(scheduled_execution_time=time, **context))
    assert all(request.run_key == request.partition_key for request in data.run_requests)
    return [request.partition_key for request in data.run_requests]


@pytest.mark.parametrize(
    ("partitions_def", "at", "cron", "timezone", "keys"),
    [
        (DAILY, {}, "0 0 * * *", "UTC", ["2024-03-04"]),
        (DAILY, {"hour_of_day": 5, "minute_of_hour": 3}, "3 5 * * *", "UTC", ["2024-03-04"]),
        (DailyPartitionsDefinition("2024-01-01", end_offset=1), {}, "0 0 * * *", "UTC", ["2024-03-05"]),
        (
            DailyPartitionsDefinition("2024-01-01", timezone="US/Pacific"),
            {},
            "0 0 * * *",
            "US/Pacific",
            ["2024-03-03"],
        ),
        (
            WeeklyPartitionsDefinition("2024-01-01", day_offset=1),
            {"day_of_week": 2},
            "0 0 * * 2",
            "UTC",
            ["2024-02-26"],
        ),
        (MonthlyPartitionsDefinition("2024-01-01"), {"day_of_month": 3}, "0 0 3 * *", "UTC", ["2024-02-01"]),
        (
            HourlyPartitionsDefinition("2024-01-01-00:00"),
            {"minute_of_hour": 10},
            "10 * * * *",
            "UTC",
            ["2024-03-05-05:00"],
        ),
        (
            MultiPartitionsDefinition({"day": DAILY, "letter": LETTERS}),
            {},
            "0 0 * * *",
            "UTC",
            ["2024-03-04|a", "2024-03-04|b"],
        ),
        (LETTERS, {"cron_schedule": "@daily"}, "@daily", None, ["a", "b"]),
    ],
)
def test_each_tick_asks_for_the_latest_partition(partitions_def, at, cron, timezone, keys):
    made = build_schedule_from_partitioned_job(job_of(partitions_def), **at)
    assert (made.name, made.cron_schedule, made.execution_timezone) == ("parted_schedule", cron, timezone)
    assert keys_at(made) == keys


def test_requests_carry_tags_and_config_of_the_partition():
    @daily_partitioned_config(start_date="2024-01-01")
    def by_day(start, _end):
        return {"ops": {"work": {"config": str(start.date())}}}

    made = build_schedule_from_partitioned_job(
        job_of_config(by_day), tags={"my": "own"}, name="mine", default_status=DefaultScheduleStatus.RUNNING
    )
    [request] = made.evaluate_tick(build_schedule_context(scheduled_execution_time=TIME)).run_requests
    assert request.run_config == {"ops": {"work": {"config": "2024-03-04"}}}
    assert request.tags == {"dagster/partition": "2024-03-04", "dagster/partition_set": "configured_partition_set",
                            "dagster/schedule_name": "mine", "my": "own"}  # fmt: skip
    assert made.default_status is DefaultScheduleStatus.RUNNING


def job_of_config(config):
    @op(name="work", config_schema=str)
    def configured_work(): ...

    @job(config=config)
    def configured():
        configured_work()

    return configured


def test_before_the_first_partition_has_ended_the_tick_skips():
    made = build_schedule_from_partitioned_job(job_of(DAILY))
    data = made.evaluate_tick(
        build_schedule_context(scheduled_execution_time=datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC))
    )
    assert (data.run_requests, data.skip_message) == ([], "No partition has ended yet.")


@pytest.mark.parametrize(
    ("partitions_def", "at", "error"),
    [
        (DAILY, {"day_of_week": 1}, CheckError), (HourlyPartitionsDefinition("2024-01-01-00:00"), {"hour_of_day": 1}, CheckError),
        (DAILY, {"cron_schedule": "@hourly"}, CheckError), (DAILY, {"execution_timezone": "UTC"}, CheckError),
        (LETTERS, {}, CheckError), (DynamicPartitionsDefinition(name="d"), {"cron_schedule": "@daily"}, DagsterInvalidDefinitionError),
        (MultiPartitionsDefinition({"x": LETTERS, "y": LETTERS}), {}, DagsterInvalidDefinitionError), (None, {}, CheckError),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_refused(partitions_def, at, error):
    with pytest.raises(error):
        build_schedule_from_partitioned_job(job_of(partitions_def), **at)


def test_the_partitions_of_an_asset_job_are_looked_up_later():
    @asset(partitions_def=DAILY)
    def events(): ...

    asset_job = define_asset_job("events_job", [events])
    unresolved = build_schedule_from_partitioned_job(asset_job, hour_of_day=4)
    assert isinstance(unresolved, UnresolvedPartitionedAssetScheduleDefinition)

    repository = Definitions(assets=[events], jobs=[asset_job], schedules=[unresolved]).get_repository_def()
    made = repository.get_schedule_def("events_job_schedule")

    assert (made.cron_schedule, keys_at(made, repository_def=repository)) == ("0 4 * * *", ["2024-03-04"])


def test_an_asset_job_without_partitions_is_refused_when_it_is_looked_up():
    @asset
    def events(): ...

    asset_job = define_asset_job("events_job", [events])
    unresolved = build_schedule_from_partitioned_job(asset_job)

    with pytest.raises(DagsterInvalidDefinitionError, match="whose assets have none"):
        Definitions(
            assets=[events], jobs=[asset_job], schedules=[unresolved]
        ).get_repository_def().load_all_definitions()
