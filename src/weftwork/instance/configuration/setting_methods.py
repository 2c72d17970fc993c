"""What dagster.yaml says, by the documented names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.instance.configuration.settings import InstanceSettings


class SettingsMethods:
    """What an instance answers about its configuration; each with the default that holds when nothing is said."""

    _settings: InstanceSettings

    def get_settings(self, settings_key: str) -> Any:
        """Return what dagster.yaml says under a key; an empty dict if it says nothing."""
        return self._settings.get(settings_key, default={})

    @property
    def settings(self) -> InstanceSettings:
        """What dagster.yaml says."""
        return self._settings

    @property
    def telemetry_enabled(self) -> bool:
        """What dagster.yaml says of telemetry; nothing is ever sent."""
        return self._flag("telemetry", "enabled", default=False)

    @property
    def nux_enabled(self) -> bool:
        """What dagster.yaml says of the introduction for new users."""
        return self._flag("nux", "enabled", default=True)

    @property
    def freshness_enabled(self) -> bool:
        """Whether freshness policies are watched."""
        return self._flag("freshness", "enabled", default=True)

    @property
    def run_retries_enabled(self) -> bool:
        """Whether failed runs are run again."""
        return self._flag("run_retries", "enabled", default=False)

    @property
    def run_retries_max_retries(self) -> int:
        """How often a failed run is run again at most."""
        return self._number("run_retries", "max_retries", default=0)

    @property
    def run_retries_retry_on_asset_or_op_failure(self) -> bool:
        """Whether a run is run again also when a step failed, not only when its process died."""
        return self._flag("run_retries", "retry_on_asset_or_op_failure", default=True)

    @property
    def run_monitoring_settings(self) -> Mapping[str, Any]:
        """What dagster.yaml says of watching the processes of runs."""
        found: Mapping[str, Any] = self.get_settings("run_monitoring")
        return found

    @property
    def run_monitoring_enabled(self) -> bool:
        """Whether runs whose process died are found; on unless dagster.yaml says otherwise."""
        return self._flag("run_monitoring", "enabled", default=True)

    @property
    def run_monitoring_start_timeout_seconds(self) -> int:
        """How long a run may take to start."""
        return self._number("run_monitoring", "start_timeout_seconds", default=180)

    @property
    def run_monitoring_cancel_timeout_seconds(self) -> int:
        """How long a run may take to end after it was canceled."""
        return self._number("run_monitoring", "cancel_timeout_seconds", default=180)

    @property
    def run_monitoring_max_runtime_seconds(self) -> int:
        """How long a run may take in all; 0 for no limit."""
        return self._number("run_monitoring", "max_runtime_seconds", default=0)

    @property
    def run_monitoring_max_resume_run_attempts(self) -> int:
        """How often a run whose process died is taken up again; runs are re-executed instead, so 0."""
        return self._number("run_monitoring", "max_resume_run_attempts", default=0)

    @property
    def run_monitoring_poll_interval_seconds(self) -> int:
        """How often the processes of runs are looked at."""
        return self._number("run_monitoring", "poll_interval_seconds", default=5)

    @property
    def cancellation_thread_poll_interval_seconds(self) -> int:
        """How often the process of a run looks whether the run was canceled."""
        return self._number("run_monitoring", "cancellation_thread_poll_interval_seconds", default=10)

    @property
    def python_log_level(self) -> str | None:
        """The level from which Python's loggers are recorded; None for all."""
        level: str | None = self._settings.get("python_logs", "python_log_level")
        return level

    @property
    def managed_python_loggers(self) -> list[str]:
        """The names of Python's loggers whose lines are recorded."""
        return list(self._settings.get("python_logs", "managed_python_loggers", default=[]))

    def get_python_log_dagster_handler_config(self) -> dict[str, Any]:
        """Return what dagster.yaml says of handlers of Python's loggers."""
        return dict(self._settings.get("python_logs", "dagster_handler_config", default={}))

    @property
    def code_server_settings(self) -> Mapping[str, Any]:
        """What dagster.yaml says of code servers."""
        found: Mapping[str, Any] = self.get_settings("code_servers")
        return found

    @property
    def code_server_process_startup_timeout(self) -> int:
        """How long a code server may take to load its code, in seconds."""
        return self._number("code_servers", "local_startup_timeout", default=180)

    @property
    def code_server_reload_timeout(self) -> int:
        """How long a code server may take to load its code again, in seconds."""
        return self._number("code_servers", "reload_timeout", default=180)

    @property
    def wait_for_local_code_server_processes_on_shutdown(self) -> bool:
        """Whether the runs of a code server are waited for when it ends."""
        return self._flag("code_servers", "wait_for_local_processes_on_shutdown", default=False)

    @property
    def auto_materialize_enabled(self) -> bool:
        """Whether automation conditions are evaluated."""
        return self._flag("auto_materialize", "enabled", default=True)

    @property
    def auto_materialize_minimum_interval_seconds(self) -> int | None:
        """How much time passes at least between two evaluations of automation conditions; None for no wish."""
        seconds: int | None = self._settings.get("auto_materialize", "minimum_interval_seconds")
        return seconds

    @property
    def auto_materialize_max_tick_retries(self) -> int:
        """How often an evaluation of automation conditions that failed is tried again."""
        return self._number("auto_materialize", "max_tick_retries", default=3)

    @property
    def auto_materialize_respect_materialization_data_versions(self) -> bool:
        """Whether only materializations with a new data version count as updates."""
        return self._flag("auto_materialize", "respect_materialization_data_versions", default=False)

    @property
    def auto_materialize_run_tags(self) -> dict[str, str]:
        """The tags of runs that automation asks for."""
        return dict(self._settings.get("auto_materialize", "run_tags", default={}))

    @property
    def auto_materialize_use_sensors(self) -> bool:
        """Whether automation shows as sensors."""
        return self._flag("auto_materialize", "use_sensors", default=True)

    @property
    def global_op_concurrency_default_limit(self) -> int | None:
        """The limit of pools that have none of their own; None for no limit."""
        limit: int | None = self._settings.get("concurrency", "pools", "default_limit")
        if limit is None:
            limit = self._settings.get("concurrency", "default_op_concurrency_limit")
        return limit

    def get_scheduler_settings(self) -> Any:
        """Return what dagster.yaml says of evaluating schedules."""
        return self.get_settings("schedules")

    def get_sensor_settings(self) -> Any:
        """Return what dagster.yaml says of evaluating sensors."""
        return self.get_settings("sensors")

    def get_backfill_settings(self) -> Any:
        """Return what dagster.yaml says of backfills."""
        return self.get_settings("backfills")

    def get_auto_materialize_settings(self) -> Any:
        """Return what dagster.yaml says of automation."""
        return self.get_settings("auto_materialize")

    def _flag(self, *path: str, default: bool) -> bool:
        return bool(self._settings.get(*path, default=default))

    def _number(self, *path: str, default: int) -> int:
        return int(self._settings.get(*path, default=default))
