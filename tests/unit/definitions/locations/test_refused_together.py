"""What cannot stand together in one location, and what can."""

import pytest

import weftwork as dg


@dg.job
def load(): ...


def test_a_schedule_and_a_sensor_of_one_name_are_refused():
    schedule = dg.ScheduleDefinition(name="watch", job=load, cron_schedule="@daily")
    sensor = dg.SensorDefinition(name="watch", job=load, evaluation_fn=lambda context: None)
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="'watch'"):
        dg.Definitions(schedules=[schedule], sensors=[sensor]).get_repository_def()


def test_a_job_in_a_dict_of_a_repository_must_select_what_is_there():
    with pytest.raises(dg.DagsterInvalidSubsetError, match="'orders'"):

        @dg.repository
        def warehouse():
            return {"jobs": {"nightly": dg.define_asset_job("nightly", selection="orders")}}


def test_partitions_of_what_is_made_elsewhere_are_not_judged():
    zone, other = (
        dg.DailyPartitionsDefinition("2024-01-01", timezone=name) for name in ("UTC", "US/Pacific")
    )

    @dg.asset(partitions_def=other)
    def orders(): ...

    @dg.asset(deps=["orders"], partitions_def=zone)
    def report(): ...

    declared = dg.AssetSpec("orders", partitions_def=other)
    dg.Definitions(assets=[declared, report]).get_repository_def().validate_loadable()
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="'report'"):
        dg.Definitions(assets=[orders, report]).get_repository_def().validate_loadable()
