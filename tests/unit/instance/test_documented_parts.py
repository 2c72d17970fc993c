"""The parts of an instance by their documented names."""

import datetime
from pathlib import Path

import pytest

from weftwork.base.errors import DagsterInvalidConfigError
from weftwork.instance.instance import DagsterInstance
from weftwork.records.asset_events import AssetCheckEvaluation
from weftwork.records.control.backfills import Backfill, BackfillStatus
from weftwork.records.control.leases import run_lease_name
from weftwork.records.events import DagsterEvent
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.lookups.assets import AssetCheckExecutionRecordStatus
from weftwork.records.runs import DagsterRun


def evaluation(passed: bool) -> AssetCheckEvaluation:
    return AssetCheckEvaluation(asset_key=AssetKey("a"), check_name="c", passed=passed)


def test_the_event_log_answers_what_the_instance_answers() -> None:
    with DagsterInstance.ephemeral() as instance:
        log = instance.event_log_storage
        instance.add_run(DagsterRun(job_name="j", run_id="r1"))
        instance.report_dagster_event(DagsterEvent(event_type_value="ENGINE_EVENT", job_name="j"), "r1")

        assert [entry.run_id for entry in log.get_logs_for_run("r1")] == ["r1"]
        assert log.get_maximum_record_id() == 1
        assert log.get_stats_for_run("r1").steps_succeeded == 0
        assert log.get_step_stats_for_run("r1") == []
        assert log.all_asset_keys() == []
        assert "fetch_materializations" in dir(log)
        with pytest.raises(AttributeError, match="Did you mean 'store_event'"):
            log.store_evnt  # noqa: B018


def test_the_event_log_knows_the_history_of_checks() -> None:
    key = AssetCheckKey(AssetKey("a"), "c")
    with DagsterInstance.ephemeral() as instance:
        for passed in (True, False):
            instance.report_runless_asset_event(evaluation(passed))
        log = instance.event_log_storage

        history = log.get_asset_check_execution_history(key, limit=10)
        assert [one.status.value for one in history] == ["FAILED", "SUCCEEDED"]
        good = log.get_asset_check_execution_history(
            key, limit=10, status={AssetCheckExecutionRecordStatus.SUCCEEDED}
        )
        assert len(good) == 1
        assert log.get_latest_asset_check_execution_by_key([key])[key].status.value == "FAILED"
        log.wipe_asset(AssetKey("a"))
        assert log.get_latest_asset_check_execution_by_key([key]) == {}


def test_the_event_log_shows_pools() -> None:
    with DagsterInstance.ephemeral(settings={"concurrency": {"pools": {"default_limit": 7}}}) as instance:
        log = instance.event_log_storage
        log.set_concurrency_slots("db", 1)
        lease = instance.leases.acquire(run_lease_name("r1"), "me", 60)
        assert lease is not None
        instance.slots.claim("db", lease, "a")
        instance.slots.claim("db", lease, "b")

        info = log.get_concurrency_info("db")
        assert (info.limit, info.slot_count, info.using_default_limit) == (1, 1, False)
        assert (info.active_slot_count, info.active_run_ids) == (1, {"r1"})
        assert (info.pending_step_count, info.pending_run_ids) == (1, {"r1"})
        assert (info.assigned_step_count, info.assigned_run_ids) == (1, {"r1"})
        assert log.get_concurrency_infos(["web"])["web"].using_default_limit
        assert [(pool.name, pool.limit, pool.from_default) for pool in log.get_pool_limits()] == [
            ("db", 1, False)
        ]
        assert log.get_concurrency_run_ids() == {"r1"}
        log.free_concurrency_slot_for_step("r1", "a")
        assert log.get_concurrency_info("db").active_slot_count == 0
        log.free_concurrency_slots_for_run("r1")
        assert log.get_concurrency_info("db").pending_steps == []
        log.delete_concurrency_limit("db")
        assert log.get_concurrency_keys() == set()
        assert log.supports_global_concurrency_limits


def test_what_one_run_leaves_for_the_next_is_kept_in_the_run_storage() -> None:
    with DagsterInstance.ephemeral() as instance:
        instance.run_storage.set_cursor_values({"seen": "3"})

        assert instance.run_storage.get_cursor_values({"seen", "other"}) == {"seen": "3"}
        instance.run_storage.add_run(DagsterRun(job_name="j", run_id="r1"))
        assert instance.run_storage.has_run("r1")
        assert instance.run_storage.get_run_by_id("r1").job_name == "j"
        assert instance.run_storage.get_backfill("none") is None
        assert not instance.run_storage.is_persistent


def test_the_schedule_storage_is_empty_at_first() -> None:
    with DagsterInstance.ephemeral() as instance:
        assert instance.schedule_storage.all_instigator_state() == []
        assert instance.schedule_storage.get_ticks("loc:repo:s") == []


def test_output_of_steps_is_read_in_parts_and_deleted(tmp_path: Path) -> None:
    with DagsterInstance.local_temp(str(tmp_path)) as instance:
        logs = instance.compute_log_manager
        key = logs.build_log_key_for_run("r1", "a")
        assert logs.get_log_data(key).stdout is None
        out = Path(logs.get_captured_local_path(key, "out"))
        out.parent.mkdir(parents=True)
        out.write_bytes(b"one\ntwo\n\xff")

        first = logs.get_log_data(key, max_bytes=4)
        rest = logs.get_log_data(key, cursor=first.cursor)
        assert (first.stdout, rest.stdout, rest.stderr) == (b"one\n", b"two\n\xff", None)
        assert logs.is_capture_complete(key)
        logs.delete_logs(log_key=key)
        assert not out.exists()
        logs.delete_logs(prefix=["r1"])
        assert not out.parent.exists()


def test_shown_output_has_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE_PASSWORD", "hunter2-hunter2")
    monkeypatch.setenv("TEAM_NAME", "data-platform")
    settings = {"redaction": {"patterns": [r"card=(\d+)", "sk_[a-z]+"], "environment": ["TEAM_*"]}}
    with DagsterInstance.local_temp(str(tmp_path), overrides=settings) as instance:
        path = Path(instance.compute_log_manager.get_captured_local_path(["r1", "compute_logs", "a"], "out"))
        path.parent.mkdir(parents=True)
        path.write_text("hunter2-hunter2 card=4111 sk_live data-platform https://me:pw1@host/x plain\n")

        shown = instance.compute_log_manager.get_log_data(["r1", "compute_logs", "a"]).stdout

    assert shown.decode().split() == [
        "[redacted]", "card=[redacted]", "[redacted]", "[redacted]", "https://me:[redacted]@host/x", "plain",
    ]  # fmt: skip


def test_states_of_definitions_are_kept_by_version(tmp_path: Path) -> None:
    with DagsterInstance.local_temp(str(tmp_path / "home")) as instance:
        states = instance.defs_state_storage
        source, target = tmp_path / "source", tmp_path / "target"
        for version in ("v1", "v2"):
            source.write_text(version)
            states.upload_state_from_path("../tables[a/b]", version, source)
        states.upload_state_from_path("other", "v9", source)

        assert states.get_latest_version("../tables[a/b]") == "v2"
        assert states.get_latest_version("nothing") is None
        assert states.list_state_keys_with_prefix("../") == ["../tables[a/b]"]
        states.download_state_to_path("../tables[a/b]", "v1", target)
        assert target.read_text() == "v1"
        states.set_latest_version("other", None)
        assert states.get_latest_defs_state_info().get_version("other") is None
        assert {path.name for path in (tmp_path / "home").iterdir()} == {"defs_state", "storage"}
        with pytest.raises(Exception, match="no version 'v7'"):
            states.download_state_to_path("other", "v7", target)


def test_events_move_runs_and_backfills_are_listed() -> None:
    with DagsterInstance.ephemeral() as instance:
        instance.add_run(DagsterRun(job_name="j", run_id="r1"))
        event = DagsterEvent(event_type_value="PIPELINE_START", job_name="j")
        instance.handle_run_event("r1", event, datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC))
        assert instance.get_run_record_by_id("r1").start_time == 1704067200
        instance.backfills.add(Backfill(backfill_id="b1"), [])
        assert instance.get_backfill("b1") == instance.get_backfills(limit=1)[0]
        assert instance.get_backfills(status=BackfillStatus.CANCELED) == []
        assert instance.get_backfills_count() == 1


def test_the_id_of_dynamic_partitions_changes_with_their_keys() -> None:
    with DagsterInstance.ephemeral() as instance:
        before = instance.get_dynamic_partitions_definition_id("d")
        instance.add_dynamic_partitions("d", ["a"])
        changed = instance.get_dynamic_partitions_definition_id("d")
        instance.delete_dynamic_partition("d", "a")

        assert before == instance.get_dynamic_partitions_definition_id("d") != changed


def test_settings_have_documented_names_and_defaults() -> None:
    said = {
        "nux": {"enabled": False},
        "run_retries": {"enabled": True, "max_retries": 2, "retry_on_asset_or_op_failure": False},
        "run_monitoring": {"enabled": False, "start_timeout_seconds": 5, "max_runtime_seconds": 9},
        "code_servers": {"local_startup_timeout": 7, "reload_timeout": 8},
        "auto_materialize": {"enabled": False, "run_tags": {"a": "b"}, "minimum_interval_seconds": 3},
        "python_logs": {"python_log_level": "INFO", "managed_python_loggers": ["x"]},
        "sensors": {"num_workers": 3},
        "concurrency": {"default_op_concurrency_limit": 4},
    }
    with DagsterInstance.ephemeral(settings=said) as one, DagsterInstance.ephemeral() as plain:
        assert (one.nux_enabled, plain.nux_enabled) == (False, True)
        assert (one.run_retries_enabled, one.run_retries_max_retries) == (True, 2)
        assert (one.run_retries_retry_on_asset_or_op_failure, plain.run_retries_retry_on_asset_or_op_failure) == (
            False, True,
        )  # fmt: skip
        assert (one.run_monitoring_enabled, plain.run_monitoring_enabled) == (False, True)
        assert (one.run_monitoring_start_timeout_seconds, plain.run_monitoring_start_timeout_seconds) == (
            5,
            180,
        )
        assert (one.run_monitoring_max_runtime_seconds, plain.run_monitoring_cancel_timeout_seconds) == (
            9,
            180,
        )
        assert (one.code_server_process_startup_timeout, one.code_server_reload_timeout) == (7, 8)
        assert plain.code_server_settings == {}
        assert (one.auto_materialize_enabled, one.auto_materialize_run_tags) == (False, {"a": "b"})
        assert (one.auto_materialize_minimum_interval_seconds, plain.auto_materialize_max_tick_retries) == (
            3,
            3,
        )
        assert (one.python_log_level, one.managed_python_loggers) == ("INFO", ["x"])
        assert (one.get_sensor_settings(), plain.get_scheduler_settings()) == ({"num_workers": 3}, {})
        assert (one.global_op_concurrency_default_limit, one.slots.find_limit("any")) == (4, 4)
        assert one.get_settings("nux") == {"enabled": False}


def test_mysql_is_refused_and_says_what_to_use() -> None:
    with pytest.raises(DagsterInvalidConfigError, match="Use 'storage:postgres'"):
        DagsterInstance.ephemeral(settings={"storage": {"mysql": {"mysql_url": "mysql://x"}}})
