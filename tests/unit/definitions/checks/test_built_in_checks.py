"""Checks that need no function of the user's."""

from datetime import timedelta

import pytest

import weftwork as dg
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError


@dg.asset
def orders():
    return 1


@dg.asset(partitions_def=dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-01-05"))
def daily():
    return 1


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def report(instance, **metadata):
    instance.report_runless_asset_event(dg.AssetMaterialization("orders", metadata=metadata))


def evaluate(instance, checks, assets=(orders,)):
    result = dg.materialize(
        [*assets, *checks],
        instance=instance,
        selection=dg.AssetSelection.checks(*checks),
        raise_on_error=False,
    )
    return result.get_asset_check_evaluations()[0]


class TestMetadataBounds:
    @pytest.mark.parametrize(
        ("bounds", "value", "passed"),
        [
            ({"min_value": 1}, 1, True),
            ({"min_value": 1, "exclusive_min": True}, 1, False),
            ({"max_value": 5}, 5.5, False),
            ({"max_value": 5, "exclusive_max": True}, 5, False),
            ({"min_value": 1, "max_value": 5}, "many", False),
        ],
    )
    def test_a_number_must_be_within_bounds(self, instance, bounds, value, passed):
        checks = dg.build_metadata_bounds_checks(assets=[orders], metadata_key="rows", **bounds)
        report(instance, rows=value)
        evaluation = evaluate(instance, checks)
        assert (evaluation.check_name, evaluation.passed) == ("rows_bounds_check", passed)

    def test_missing_metadata_fails(self, instance):
        checks = dg.build_metadata_bounds_checks(
            assets=["orders"], metadata_key="rows", min_value=1, severity=dg.AssetCheckSeverity.ERROR
        )
        report(instance)
        evaluation = evaluate(instance, checks)
        assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.ERROR)
        assert "no metadata 'rows'" in evaluation.description

    @pytest.mark.parametrize("bounds", [{}, {"min_value": 3, "max_value": 1}])
    def test_impossible_bounds_are_refused(self, bounds):
        with pytest.raises(DagsterInvalidDefinitionError):
            dg.build_metadata_bounds_checks(assets=[orders], metadata_key="rows", **bounds)


class TestColumnSchemaChange:
    @staticmethod
    def schema(**columns):
        return dg.TableSchema(columns=[dg.TableColumn(name, kind) for name, kind in columns.items()])

    def test_two_materializations_are_compared(self, instance):
        checks = dg.build_column_schema_change_checks(assets=[orders])
        assert evaluate(instance, checks).passed
        report(instance, **{"dagster/column_schema": self.schema(id="int", name="str")})
        report(instance, **{"dagster/column_schema": self.schema(id="int", name="str")})
        assert evaluate(instance, checks).passed
        report(instance, **{"dagster/column_schema": self.schema(id="str", age="int")})
        evaluation = evaluate(instance, checks)
        assert not evaluation.passed
        assert "Added columns: age" in evaluation.description
        assert "Removed columns: name" in evaluation.description
        assert "id: int -> str" in evaluation.description

    def test_a_missing_schema_fails(self, instance):
        report(instance)
        report(instance)
        assert not evaluate(instance, dg.build_column_schema_change_checks(assets=[orders])).passed


class TestLastUpdate:
    def test_it_passes_after_an_update_and_says_until_when(self, instance):
        checks = dg.build_last_update_freshness_checks(assets=[orders], lower_bound_delta=timedelta(hours=1))
        assert not evaluate(instance, checks).passed
        report(instance)
        evaluation = evaluate(instance, checks)
        metadata = {name: value.value for name, value in evaluation.metadata.items()}
        assert evaluation.passed
        assert metadata["dagster/freshness_params"] == {
            "timezone": "UTC",
            "lower_bound_delta_seconds": 3600.0,
        }
        wanted = metadata["dagster/last_updated_timestamp"] + 3600
        assert metadata["dagster/fresh_until_timestamp"] == pytest.approx(wanted)

    def test_an_observation_may_say_when_the_data_changed(self, instance):
        told = {"dagster/last_updated_timestamp": dg.MetadataValue.timestamp(1_700_000_000.0)}
        instance.report_runless_asset_event(dg.AssetObservation("orders", metadata=told))
        checks = dg.build_last_update_freshness_checks(assets=[orders], lower_bound_delta=timedelta(hours=1))
        assert not evaluate(instance, checks).passed

    def test_a_materialization_may_say_so_too(self, instance):
        told = {"dagster/last_updated_timestamp": dg.MetadataValue.timestamp(1_700_000_000.0)}
        instance.report_runless_asset_event(dg.AssetMaterialization("orders", metadata=told))
        checks = dg.build_last_update_freshness_checks(assets=[orders], lower_bound_delta=timedelta(hours=1))
        assert not evaluate(instance, checks).passed

    def test_an_observation_that_says_nothing_counts_for_nothing(self, instance):
        instance.report_runless_asset_event(dg.AssetObservation("orders"))
        checks = dg.build_last_update_freshness_checks(assets=[orders], lower_bound_delta=timedelta(hours=1))
        assert not evaluate(instance, checks).passed

    def test_deadlines_count_instead_of_now(self, instance):
        checks = dg.build_last_update_freshness_checks(
            assets=[orders],
            lower_bound_delta=timedelta(minutes=10),
            deadline_cron="0 0 * * *",
            timezone="Europe/Berlin",
        )
        report(instance)
        evaluation = evaluate(instance, checks)
        assert evaluation.passed
        tick = evaluation.metadata["dagster/latest_cron_tick_timestamp"].value
        assert evaluation.metadata["dagster/freshness_lower_bound_timestamp"].value == tick - 600

    def test_a_blocking_check_fails_the_run(self, instance):
        checks = dg.build_last_update_freshness_checks(
            assets=[orders],
            lower_bound_delta=timedelta(hours=1),
            severity=dg.AssetCheckSeverity.ERROR,
            blocking=True,
        )
        selection = dg.AssetSelection.checks(*checks)
        result = dg.materialize(
            [orders, *checks], instance=instance, selection=selection, raise_on_error=False
        )
        assert not result.success

    def test_bad_arguments_are_refused(self):
        with pytest.raises(CheckError, match="cron"):
            dg.build_last_update_freshness_checks(
                assets=[orders], lower_bound_delta=timedelta(hours=1), deadline_cron="often"
            )
        with pytest.raises(CheckError, match="'orders' is given twice"):
            dg.build_last_update_freshness_checks(
                assets=[orders, "orders"], lower_bound_delta=timedelta(hours=1)
            )
        with pytest.raises(CheckError, match="timedelta"):
            dg.build_last_update_freshness_checks(assets=[orders], lower_bound_delta=3600)


class TestTimePartitions:
    def test_the_partition_that_was_due_must_be_there(self, instance):
        checks = dg.build_time_partition_freshness_checks(assets=[daily], deadline_cron="0 9 * * *")
        evaluation = evaluate(instance, checks, [daily])
        assert not evaluation.passed
        assert "'2024-01-04'" in evaluation.description
        instance.report_runless_asset_event(dg.AssetMaterialization("daily", partition="2024-01-04"))
        assert evaluate(instance, checks, [daily]).passed

    def test_an_asset_without_time_partitions_cannot_be_late(self, instance):
        checks = dg.build_time_partition_freshness_checks(assets=[orders], deadline_cron="0 9 * * *")
        with pytest.raises(CheckError, match="no time partitions"):
            dg.materialize([orders, *checks], instance=instance, selection=dg.AssetSelection.checks(*checks))


class TestSensor:
    def test_it_asks_for_checks_that_are_due(self, instance):
        checks = dg.build_last_update_freshness_checks(assets=[orders], lower_bound_delta=timedelta(hours=1))
        sensor = dg.build_sensor_for_freshness_checks(freshness_checks=checks, minimum_interval_seconds=60)
        defs = dg.Definitions(assets=[orders], asset_checks=checks, sensors=[sensor])

        def look():
            return sensor(dg.build_sensor_context(instance=instance, definitions=defs))

        assert sensor.minimum_interval_seconds == 60
        assert [key.name for key in look().asset_check_keys] == ["freshness_check"]
        report(instance)
        assert evaluate(instance, checks).passed
        assert isinstance(look(), dg.SkipReason)

    def test_other_checks_are_refused(self):
        bounds = dg.build_metadata_bounds_checks(assets=[orders], metadata_key="rows", min_value=1)
        with pytest.raises(CheckError, match="is no freshness check"):
            dg.build_sensor_for_freshness_checks(freshness_checks=bounds)
