"""Definitions.with_definition_metadata_update changes the metadata of everything in them."""

import weftwork as dg


@dg.asset(metadata={"source": "erp"})
def orders() -> int:
    return 1


@dg.asset_check(asset=orders, metadata={"source": "erp"})
def orders_are_there() -> bool:
    return True


@dg.op
def work() -> None: ...


@dg.job(metadata={"source": "erp"})
def nightly() -> None:
    work()


def add_team(metadata):
    return {**metadata, "team": "sales"}


def test_assets_specs_and_checks_get_the_metadata():
    defs = dg.Definitions(assets=[orders, dg.AssetSpec("customers")], asset_checks=[orders_are_there])
    changed = defs.with_definition_metadata_update(add_team)
    specs = {spec.key.to_user_string(): spec.metadata for spec in changed.resolve_all_asset_specs()}
    assert specs == {"orders": {"source": "erp", "team": "sales"}, "customers": {"team": "sales"}}
    [check] = changed.asset_checks[0].check_specs
    assert check.metadata == {"source": "erp", "team": "sales"}


def test_jobs_schedules_and_sensors_get_it_and_still_start_one_job():
    schedule = dg.ScheduleDefinition(job=nightly, cron_schedule="@daily")

    @dg.sensor(job=nightly)
    def on_file():
        return None

    changed = dg.Definitions(
        jobs=[nightly], schedules=[schedule], sensors=[on_file]
    ).with_definition_metadata_update(add_team)
    dg.Definitions.validate_loadable(changed)
    job = changed.resolve_job_def("nightly")
    assert set(job.metadata) == {"source", "team"}
    assert changed.resolve_schedule_def("nightly_schedule").metadata["team"].value == "sales"
    assert changed.resolve_sensor_def("on_file").metadata["team"].value == "sales"


def test_assets_that_are_also_the_target_of_a_schedule_stay_one_definition():
    schedule = dg.ScheduleDefinition(name="daily", target=[orders], cron_schedule="@daily")
    changed = dg.Definitions(assets=[orders], schedules=[schedule]).with_definition_metadata_update(add_team)
    dg.Definitions.validate_loadable(changed)
    assert changed.get_assets_def("orders").metadata_by_key[orders.key]["team"] == "sales"


def test_the_given_definitions_stay_as_they_were():
    defs = dg.Definitions(assets=[orders], jobs=[nightly])
    defs.with_definition_metadata_update(add_team)
    assert orders.metadata_by_key[orders.key] == {"source": "erp"}
    assert set(nightly.metadata) == {"source"}
