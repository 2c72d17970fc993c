"""The sensor of automation conditions, and the one that is there by itself."""

from __future__ import annotations

import pytest

import weftwork as dg

A = dg.AutomationCondition
Sensor = dg.AutomationConditionSensorDefinition


@dg.asset(automation_condition=A.eager())
def a() -> None: ...


@dg.asset(automation_condition=A.eager(), group_name="sales")
def b() -> None: ...


@dg.asset
def c() -> None: ...


def sensors_of(*sensors: Sensor, assets: tuple = (a, b, c), **more: object) -> dict[str, Sensor]:
    defs = dg.Definitions(list(assets), sensors=list(sensors), **more)  # type: ignore[arg-type]
    return {sensor.name: sensor for sensor in defs.get_repository_def().sensor_defs}


def test_a_sensor_of_a_group() -> None:
    sensor = Sensor(
        "sales", target=dg.AssetSelection.groups("sales"), tags={"a": "b"}, run_tags={"c": "d"},
        metadata={"m": 1}, description="text", default_status=dg.DefaultSensorStatus.RUNNING,
    )  # fmt: skip

    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
    assert (sensor.tags, sensor.run_tags, sensor.description) == ({"a": "b"}, {"c": "d"}, "text")
    assert (sensor.minimum_interval_seconds, sensor.emit_backfills) == (30, True)
    assert sensor.metadata["m"] == dg.MetadataValue.int(1)


def test_the_default_sensor_is_there_and_stopped() -> None:
    found = sensors_of()["default_automation_condition_sensor"]

    assert found.default_status is dg.DefaultSensorStatus.STOPPED
    assert found.asset_selection == dg.AssetSelection.all()


def test_the_default_sensor_leaves_out_what_others_target() -> None:
    found = sensors_of(Sensor("sales", target="group:sales"))

    default = found["default_automation_condition_sensor"].asset_selection
    assert default is not None
    assert default.resolve([a, b, c]) == {a.key, c.key}


@pytest.mark.parametrize("target", ["*", [a, b]])
def test_there_is_no_default_sensor_where_all_are_targeted(target: object) -> None:
    assert list(sensors_of(Sensor("mine", target=target))) == ["mine"]


def test_there_is_no_default_sensor_without_conditions() -> None:
    assert sensors_of(assets=(c,)) == {}


def test_a_job_with_a_condition_has_the_default_sensor() -> None:
    job = dg.define_asset_job("load", [c], automation_condition=A.all_job_root_assets_match(A.missing()))

    found = sensors_of(assets=(c,), jobs=[job])["default_automation_condition_sensor"]

    assert [key.job_name for key in found.asset_job_keys] == ["load"]


def test_two_sensors_must_not_target_one_asset() -> None:
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="'b'.*'one' and 'two'"):
        sensors_of(Sensor("one", target="group:sales"), Sensor("two", target="*"))


def test_a_default_condition_needs_user_code() -> None:
    with pytest.raises(dg.CheckError, match="use_user_code_server"):
        Sensor("mine", target="*", default_condition=A.eager())
    sensor = Sensor("mine", target="*", default_condition=A.eager(), use_user_code_server=True)
    assert sensor.default_condition == A.eager()


def test_it_is_not_evaluated_like_others() -> None:
    with pytest.raises(dg.DagsterInvalidInvocationError, match="evaluate_automation_conditions"):
        Sensor("mine", target="*").evaluate_tick(dg.build_sensor_context())
