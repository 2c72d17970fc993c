"""Values of public classes are read back from text, whatever was loaded before, in today's form and in former ones."""

import datetime
import subprocess
import sys

import weftwork as dg


def test_a_condition_is_read_in_a_process_that_never_named_its_class():
    text = dg.serialize_value(dg.AutomationCondition.eager())
    program = (
        "import sys, weftwork as dg; value = dg.deserialize_value(sys.argv[1]); "
        "assert value == dg.AutomationCondition.eager()"
    )
    subprocess.run([sys.executable, "-c", program, text], check=True)


def test_an_evaluation_with_the_former_name_of_its_answer_is_read():
    value = dg.deserialize_value(
        '{"__class__": "AssetCheckEvaluation", "asset_key": {"__class__": "AssetKey", "path": ["a"]},'
        ' "check_name": "fresh", "metadata": {}, "severity": {"__enum__": "AssetCheckSeverity.WARN"},'
        ' "success": true, "target_materialization_data": null}',
        dg.AssetCheckEvaluation,
    )
    assert value.passed
    assert value.severity is dg.AssetCheckSeverity.WARN


def test_metadata_as_a_list_of_entries_is_read():
    value = dg.deserialize_value(
        '{"__class__": "AssetMaterialization", "asset_key": {"__class__": "AssetKey", "path": ["a"]},'
        ' "metadata_entries": [{"__class__": "EventMetadataEntry", "label": "rows", "description": null,'
        ' "entry_data": {"__class__": "IntMetadataEntryData", "value": 3}}], "partition": null}'
    )
    assert value == dg.AssetMaterialization("a", metadata={"rows": 3})


def test_values_inside_json_metadata_stay_plain():
    value = dg.deserialize_value(
        '{"__class__": "JsonMetadataEntryData", "data": {"x": {"__class__": "FloatMetadataEntryData", "value": 1.0}}}',
        dg.JsonMetadataValue,
    )
    assert isinstance(value.data["x"], dict)
    assert dg.deserialize_value(dg.serialize_value(value), dg.JsonMetadataValue) == value


def test_durations_of_former_form_are_read():
    delta = '{"__class__": "SerializableTimeDelta", "days": 1, "seconds": 60, "microseconds": 5}'
    policy = dg.deserialize_value(
        f'{{"__class__": "TimeWindowFreshnessPolicy", "fail_window": {delta}, "warn_window": null}}'
    )
    assert policy.fail_window == datetime.timedelta(days=1, seconds=60, microseconds=5)
    condition = dg.deserialize_value(
        f'{{"__class__": "InLatestTimeWindowCondition", "serializable_lookback_timedelta": {delta}}}'
    )
    assert condition == dg.AutomationCondition.in_latest_time_window(
        datetime.timedelta(days=1, seconds=60, microseconds=5)
    )
