"""What dagster.yaml may say, and what it says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from weftwork.base.errors import DagsterInvalidConfigError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.instance.classes.class_blocks import (
    POSTGRES,
    RUN_QUEUE,
    STORAGE_BLOCKS,
    ClassBlock,
)
from weftwork.serde.record import Record

CONFIG_FILE = "dagster.yaml"
_ANY = None
"""A block whose inside is not looked into here."""

_KEEP = {"purge_after_days": _ANY, "keep_count": int}
_KEEP_SIZE = {**_KEEP, "max_size_bytes": int}
_WORKERS = {"use_threads": bool, "num_workers": int, "num_submit_workers": int}
SCHEMA: Mapping[str, Any] = {
    "local_artifact_storage": ClassBlock("local_artifact_storage"),
    "compute_logs": ClassBlock("compute_logs"),
    "storage": {"postgres": POSTGRES, "mysql": _ANY, "sqlite": {"base_dir": str}, "custom": ClassBlock("storage:custom")},
    "run_storage": ClassBlock("run_storage"),
    "event_log_storage": ClassBlock("event_log_storage"),
    "schedule_storage": ClassBlock("schedule_storage"),
    "run_queue": RUN_QUEUE,
    "scheduler": ClassBlock("scheduler"),
    "run_coordinator": ClassBlock("run_coordinator"),
    "run_launcher": ClassBlock("run_launcher"),
    "instance_class": ClassBlock("instance_class"),
    "telemetry": {"enabled": bool, "experimental_dagster_telemetry_override": _ANY},
    "nux": {"enabled": bool},
    "python_logs": {"managed_python_loggers": list, "python_log_level": str, "dagster_handler_config": {"handlers": _ANY, "formatters": _ANY, "filters": _ANY}},
    "run_monitoring": {
        "enabled": bool, "start_timeout_seconds": int, "cancel_timeout_seconds": int, "max_runtime_seconds": int,
        "max_resume_run_attempts": int, "poll_interval_seconds": int, "cancellation_thread_poll_interval_seconds": int,
        "free_slots_after_run_end_seconds": int, "full_disk_timeout_seconds": int,
    },
    "run_retries": {"enabled": bool, "max_retries": int, "retry_on_asset_or_op_failure": bool},
    "code_servers": {"local_startup_timeout": int, "reload_timeout": int, "wait_for_local_processes_on_shutdown": bool},
    "secrets": {"custom": ClassBlock("secrets:custom")},
    "defs_state_storage": ClassBlock("defs_state_storage"),
    "retention": {
        "schedule": _KEEP, "sensor": _KEEP, "auto_materialize": _KEEP, "run": _KEEP_SIZE, "compute_logs": _KEEP_SIZE,
        "backfill": _KEEP,
    },
    "redaction": {"patterns": list, "environment": list, "fields": list},
    "backfills": _WORKERS,
    "sensors": _WORKERS,
    "schedules": _WORKERS,
    "auto_materialize": {
        "enabled": bool, "minimum_interval_seconds": int, "run_tags": _ANY,
        "respect_materialization_data_versions": bool, "max_tick_retries": int, "use_sensors": bool,
        "use_threads": bool, "num_workers": int,
    },
    "freshness": {"enabled": bool},
    "concurrency": {
        "pools": {"default_limit": int, "granularity": str, "op_granularity_run_buffer": int},
        "runs": {"max_concurrent_runs": int, "tag_concurrency_limits": list},
        "default_op_concurrency_limit": int,
    },
}  # fmt: skip
"""The documented keys; a dict is a block of keys, a type is what a value must be, a ``ClassBlock`` names a class."""

_TYPE_NAMES = {str: "text", int: "a whole number", bool: "true or false", list: "a list"}


class SettingsError(Record, kw_only=False):
    """One thing that is wrong in dagster.yaml.

    Attributes:
        message: what is wrong and what was expected.
        stack: the keys from the top to where it is.
        reason: the kind of error.
    """

    message: str
    stack: list[str]
    reason: str


class InstanceSettings(Record, kw_only=False):
    """What dagster.yaml says, checked, with the values of the environment filled in."""

    values: dict[str, Any] = {}

    def get(self, *path: str, default: Any = None) -> Any:
        """Return the value at a path of keys, or ``default``."""
        value: Any = self.values
        for key in path:
            if not isinstance(value, Mapping) or key not in value:
                return default
            value = value[key]
        return value

    @property
    def sqlite_directory(self) -> str | None:
        """The directory of the database file; None for the default one in the home."""
        directory: str | None = self._of_storage("base_dir")
        return directory

    @property
    def artifact_directory(self) -> str | None:
        """The directory for stored values; None for the default one in the home."""
        base = self.get("local_artifact_storage", "config", "base_dir") or self.get(
            "local_artifact_storage", "base_dir"
        )
        return os.path.join(base, "storage") if base else None

    @property
    def postgres_url(self) -> str | None:
        """The address of the PostgreSQL database; None for SQLite."""
        url: str | None = self._of_storage("postgres_url")
        parts = self._of_storage("postgres_db")
        if url or not parts:
            return url
        from urllib.parse import quote  # only with this block

        user = f"{quote(parts.get('username', ''), safe='')}:{quote(parts.get('password', ''), safe='')}"
        return f"postgresql://{user}@{parts.get('hostname', 'localhost')}:{parts.get('port', 5432)}/{parts.get('db_name', '')}"

    def _of_storage(self, name: str) -> Any:
        """Return what is said of the database in the block ``storage``, or in one that names a class of storage."""
        blocks: list[tuple[str, ...]] = [("storage", kind) for kind in ("postgres", "sqlite")]
        blocks += [(*block.split(":"), "config") for block in STORAGE_BLOCKS]
        found = (self.get(*block, name) for block in blocks)
        return next((value for value in found if value is not None), None)

    @property
    def captures_output(self) -> bool:
        """Whether what steps print is kept in files."""
        return bool(self.get("compute_logs", "class") != "NoOpComputeLogManager")

    @property
    def compute_log_directory(self) -> str | None:
        """The directory for what steps print; None for the default one, beside the values."""
        directory: str | None = self.get("compute_logs", "config", "base_dir")
        return directory

    def database_location(self, root: str) -> str:
        """Return where the database is, for people; without a password."""
        if self.postgres_url is not None:
            return "postgresql://…@" + self.postgres_url.rpartition("@")[2]
        return os.path.join(self.sqlite_directory or os.path.join(root, "storage"), "weftwork.db")


def load_settings(path: str) -> InstanceSettings:
    """Read a dagster.yaml; a missing or empty one says nothing.

    Raises:
        DagsterInvalidConfigError: if it is not YAML, or says something that is not known.
    """
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return InstanceSettings()
    except (OSError, UnicodeDecodeError) as error:
        raise _invalid(
            [SettingsError(f"{path} cannot be read: {error}.", [], "UNREADABLE")], path, None
        ) from error
    if not text.strip():
        return InstanceSettings()
    import yaml  # heavy, and most homes have no file

    from weftwork.config.text.bounded_yaml import load_yaml  # see above

    try:
        raw = load_yaml(text)
    except yaml.YAMLError as error:
        raise _invalid([SettingsError(f"It is not YAML: {error}", [], "NOT_YAML")], path, text) from error
    return InstanceSettings() if raw is None else read_settings(raw, path)


def read_settings(raw: Any, source: str = CONFIG_FILE) -> InstanceSettings:
    """Check what dagster.yaml says and fill in values of the form ``{env: NAME}``.

    Args:
        raw: the content, as plain data.
        source: the file, for messages.

    Raises:
        DagsterInvalidConfigError: with every error at once.
    """
    errors: list[SettingsError] = []
    values = _read_block(raw, SCHEMA, [], errors)
    if "mysql" in (values.get("storage") or {}):
        message = (
            "'storage:mysql' is not supported. Use 'storage:postgres', or 'storage:sqlite' for one machine."
        )
        errors.append(SettingsError(message, ["storage", "mysql"], "NOT_SUPPORTED"))
    if errors:
        raise _invalid(errors, source, raw)
    return InstanceSettings(values)


def _invalid(errors: list[SettingsError], source: str, raw: Any) -> DagsterInvalidConfigError:
    named = source if os.path.basename(source) == CONFIG_FILE else f"{source} (the instance's {CONFIG_FILE})"
    return DagsterInvalidConfigError(f"The instance config {named} is wrong.", errors, raw)


def _where(stack: list[str]) -> str:
    return f" in '{':'.join(stack)}'" if stack else ""


def _read_block(
    raw: Any, schema: Mapping[str, Any], stack: list[str], errors: list[SettingsError]
) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        errors.append(
            SettingsError(
                f"Expected keys and values{_where(stack)}, found {raw!r:.100}.", stack, "NOT_A_BLOCK"
            )
        )
        return {}
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in schema:
            hint = did_you_mean(str(key), schema) or f" Expected one of {quote_names(schema)}."
            errors.append(
                SettingsError(f"Unknown key '{key}'{_where(stack)}.{hint}", [*stack, str(key)], "UNKNOWN_KEY")
            )
            continue
        values[key] = _read_value(value, schema[key], [*stack, key], errors)
    return values


def _read_class_block(
    raw: Any, block: ClassBlock, stack: list[str], errors: list[SettingsError]
) -> dict[str, Any]:
    named = _read_block(raw, {**block.keys, "config": _ANY}, stack, errors)
    try:
        schema = block.find_config_schema(named.get("module"), named.get("class"))
    except ValueError as problem:
        errors.append(SettingsError(str(problem), stack, "NOT_SUPPORTED"))
        return named
    if schema is not None and named.get("config") is not None:
        named["config"] = _read_block(raw["config"], schema, [*stack, "config"], errors)
    return named


def _read_value(raw: Any, schema: Any, stack: list[str], errors: list[SettingsError]) -> Any:
    if isinstance(schema, ClassBlock):
        return _read_class_block(raw if raw is not None else {}, schema, stack, errors)
    if isinstance(schema, Mapping):
        return _read_block(raw if raw is not None else {}, schema, stack, errors)
    value = _fill_environment(raw, stack, errors)
    if schema is None or raw is None or (value is None and raw is not None):
        return value
    if schema is int and isinstance(value, str) and value is not raw:
        value = _parse_number(value)
    if schema is bool and isinstance(value, str) and value is not raw:
        value = {"true": True, "false": False, "1": True, "0": False}.get(value.strip().lower(), value)
    if not isinstance(value, schema) or (schema is int and isinstance(value, bool)):
        message = f"'{':'.join(stack)}' must be {_TYPE_NAMES[schema]}, not {value!r:.100}."
        errors.append(SettingsError(message, stack, "WRONG_TYPE"))
    return value


def _parse_number(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:
        return text


def _fill_environment(raw: Any, stack: list[str], errors: list[SettingsError]) -> Any:
    if isinstance(raw, Mapping) and set(raw) == {"env"} and isinstance(raw["env"], str):
        name = raw["env"]
        value = os.environ.get(name)
        if value is None:
            message = f"The environment variable {name} that '{':'.join(stack)}' names is not set."
            errors.append(SettingsError(message, stack, "MISSING_ENVIRONMENT_VARIABLE"))
        return value
    if isinstance(raw, Mapping):
        return {key: _fill_environment(value, [*stack, str(key)], errors) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_fill_environment(value, stack, errors) for value in raw]
    return raw
