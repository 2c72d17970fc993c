"""Sensors of assets and of runs."""

import pytest

from weftwork.base.errors import (
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    ParameterCheckError,
)
from weftwork.definitions.instigators.skip_reason import SkipReason
from weftwork.definitions.jobs.decorator import job
from weftwork.definitions.ops.decorator import op
from weftwork.definitions.sensors.asset_sensor import asset_sensor
from weftwork.definitions.sensors.run_status_context import (
    RunFailureSensorContext,
    build_run_status_sensor_context,
)
from weftwork.definitions.sensors.run_status_sensor import run_failure_sensor, run_status_sensor
from weftwork.definitions.sensors.selectors import CodeLocationSelector, JobSelector, RepositorySelector
from weftwork.definitions.sensors.sensor_context import build_sensor_context
from weftwork.definitions.sensors.sensor_definition import SensorType
from weftwork.instance.instance import DagsterInstance
from weftwork.records.asset_events import AssetMaterialization
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent
from weftwork.records.keys import AssetKey
from weftwork.records.run_request import RunRequest
from weftwork.records.runs import DagsterRun, DagsterRunStatus


@op
def work(): ...


@job
def load():
    work()


@job
def report():
    work()


@pytest.fixture
def instance():
    with DagsterInstance.ephemeral() as made:
        yield made


def run_that(instance, *kinds, job_name="load", number=1):
    run = DagsterRun(job_name=job_name, run_id=f"00000000-0000-4000-8000-{number:012d}")
    instance.add_run(run)
    for kind in kinds:
        step = {"step_key": "work", "node_path": ("work",)} if kind is DagsterEventType.STEP_FAILURE else {}
        instance.report_dagster_event(
            DagsterEvent(event_type_value=kind.value, job_name=job_name, **step), run.run_id
        )
    return run


class TestAssetSensor:
    @pytest.fixture
    def on_orders(self):
        @asset_sensor(asset_key=AssetKey("orders"), job=load)
        def on_orders(context, asset_event):
            return RunRequest(run_key=asset_event.asset_materialization.partition)

        return on_orders

    def test_the_latest_event_is_looked_at_once(self, instance, on_orders):
        assert "was not materialized" in on_orders.evaluate_tick(build_sensor_context(instance)).skip_message
        for partition in ("1", "2"):
            instance.report_runless_asset_event(AssetMaterialization("orders", partition=partition))
        instance.report_runless_asset_event(AssetMaterialization("other", partition="3"))

        data = on_orders.evaluate_tick(build_sensor_context(instance))

        assert [request.run_key for request in data.run_requests] == ["2"]
        assert on_orders.evaluate_tick(build_sensor_context(instance, cursor=data.cursor)).run_requests == []

    def test_it_is_called_with_an_event(self, on_orders):
        class Event:
            asset_materialization = AssetMaterialization("orders", partition="p")

        assert on_orders(build_sensor_context(), Event()).run_key == "p"
        assert on_orders(build_sensor_context(), asset_event=Event()).run_key == "p"

    def test_the_facts(self, on_orders):
        assert (on_orders.asset_key, on_orders.sensor_type, on_orders.name) == (
            AssetKey("orders"),
            SensorType.ASSET,
            "on_orders",
        )

    def test_the_function_may_take_no_event(self, instance):
        @asset_sensor(asset_key=AssetKey("orders"), job=load)
        def on_orders(context):
            yield RunRequest("x")

        instance.report_runless_asset_event(AssetMaterialization("orders"))
        assert [r.run_key for r in on_orders.evaluate_tick(build_sensor_context(instance)).run_requests] == [
            "x"
        ]

    def test_the_key_is_an_asset_key(self):
        with pytest.raises(ParameterCheckError):
            asset_sensor(asset_key="orders", job=load)


class TestRunStatusSensor:
    def test_runs_are_looked_at_from_the_first_tick_on(self, instance):
        @run_status_sensor(run_status=DagsterRunStatus.SUCCESS, request_job=report)
        def after(context):
            return RunRequest(run_key=context.dagster_run.run_id)

        run_that(instance, DagsterEventType.RUN_SUCCESS, number=1)
        first = after.evaluate_tick(build_sensor_context(instance))
        assert (first.run_requests, first.skip_message) == (
            [],
            "The sensor 'after' has begun: it looks at runs from now on.",
        )

        two = run_that(instance, DagsterEventType.RUN_START, DagsterEventType.RUN_SUCCESS, number=2)
        run_that(instance, DagsterEventType.RUN_FAILURE, number=3)
        second = after.evaluate_tick(build_sensor_context(instance, cursor=first.cursor))
        assert [request.run_key for request in second.run_requests] == [two.run_id]

        third = after.evaluate_tick(build_sensor_context(instance, cursor=second.cursor))
        assert (third.run_requests, third.cursor) == ([], second.cursor)

    def test_only_runs_of_monitored_jobs_are_looked_at(self, instance):
        seen = []

        @run_status_sensor(
            DagsterRunStatus.SUCCESS, monitored_jobs=[report, JobSelector(location_name="x", job_name="far")]
        )
        def after(context):
            seen.append(context.dagster_run.job_name)

        cursor = after.evaluate_tick(build_sensor_context(instance)).cursor
        for number, name in enumerate(["load", "report", "far"]):
            run_that(instance, DagsterEventType.RUN_SUCCESS, job_name=name, number=number)
        data = after.evaluate_tick(build_sensor_context(instance, cursor=cursor))
        assert seen == ["report", "far"]
        assert [reaction.dagster_run.job_name for reaction in data.dagster_run_reactions] == seen

    def test_an_error_for_one_run_does_not_stop_the_others(self, instance):
        @run_status_sensor(DagsterRunStatus.SUCCESS, request_job=report)
        def after(context):
            if context.dagster_run.job_name == "load":
                raise KeyError("x")
            return RunRequest("ok")

        cursor = after.evaluate_tick(build_sensor_context(instance)).cursor
        run_that(instance, DagsterEventType.RUN_SUCCESS, job_name="load", number=1)
        run_that(instance, DagsterEventType.RUN_SUCCESS, job_name="report", number=2)
        data = after.evaluate_tick(build_sensor_context(instance, cursor=cursor))
        assert [request.run_key for request in data.run_requests] == ["ok"]
        [reaction] = data.dagster_run_reactions
        assert isinstance(reaction.error.__cause__, KeyError)

    def test_a_failure_sensor_gets_the_failure(self, instance):
        @run_failure_sensor
        def alarm(context):
            assert isinstance(context, RunFailureSensorContext)
            return SkipReason(
                f"{context.failure_event.job_name}: {[e.step_key for e in context.get_step_failure_events()]}"
            )

        cursor = alarm.evaluate_tick(build_sensor_context(instance)).cursor
        run_that(instance, DagsterEventType.STEP_FAILURE, DagsterEventType.RUN_FAILURE)
        assert (
            alarm.evaluate_tick(build_sensor_context(instance, cursor=cursor)).skip_message
            == "load: ['work']"
        )
        assert (alarm.name, alarm.sensor_type) == ("alarm", SensorType.RUN_STATUS)

    def test_it_is_called_with_a_context_of_a_test(self, instance):
        @run_failure_sensor(name="named", request_job=report)
        def alarm(context):
            context.log.info("looked")
            return context.failure_event.job_name, context.sensor_name, context.partition_key

        run = run_that(instance)
        failure = DagsterEvent(event_type_value=DagsterEventType.RUN_FAILURE.value, job_name="load")
        context = build_run_status_sensor_context("named", failure, instance, run, partition_key="p")
        assert alarm(context) == alarm(context=context.for_run_failure()) == ("load", "named", "p")
        with pytest.raises(DagsterInvalidInvocationError):
            alarm()

    def test_bad_sensors_are_refused(self):
        def look(context): ...

        with pytest.raises(ParameterCheckError):
            run_status_sensor(run_status=3)(look)
        with pytest.raises(DagsterInvalidDefinitionError, match="NOT_STARTED"):
            run_status_sensor(DagsterRunStatus.NOT_STARTED)(look)
        with pytest.raises(DagsterInvalidDefinitionError, match="not both"):
            run_status_sensor(
                DagsterRunStatus.SUCCESS, monitored_jobs=[load], monitor_all_code_locations=True
            )(look)
        with pytest.raises(DagsterInvalidDefinitionError, match="no job"):
            run_status_sensor(DagsterRunStatus.SUCCESS, monitored_jobs=[3])(look)


def test_selectors():
    assert CodeLocationSelector("l").to_repository_selector() == RepositorySelector("l", "__repository__")
    assert JobSelector(location_name="l", job_name="j").repository_selector == RepositorySelector(
        "l", "__repository__"
    )
