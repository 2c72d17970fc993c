"""When the resources of sensors and schedules are opened: with the tick, not with the context."""

import pytest

import weftwork as dg


class Broken(dg.ConfigurableResource):
    def setup_for_execution(self, context) -> None:
        raise RuntimeError("no connection")


@dg.sensor(job_name="load", required_resource_keys={"db"})
def watch():
    return dg.SkipReason("nothing new")


@dg.schedule(job_name="load", cron_schedule="@daily", required_resource_keys={"db"})
def nightly():
    return dg.SkipReason("holiday")


@pytest.mark.parametrize(
    ("instigator", "build"), [(watch, dg.build_sensor_context), (nightly, dg.build_schedule_context)]
)
def test_a_required_resource_is_opened_with_the_tick_even_if_it_is_not_read(instigator, build):
    context = build(resources={"db": Broken()})
    with pytest.raises(dg.DagsterResourceFunctionError, match="no connection"):
        instigator(context)
    with context as opened, pytest.raises(dg.DagsterResourceFunctionError):
        instigator(opened)
    with pytest.raises(dg.DagsterResourceFunctionError):
        instigator.evaluate_tick(build(resources={"db": Broken()}))


def test_a_context_that_nobody_uses_opens_nothing():
    with dg.build_sensor_context(resources={"db": Broken()}):
        pass
