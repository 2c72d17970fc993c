"""The configuration of an instance: each value, and where it comes from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from weftwork.api.host import Host
from weftwork.api.instance_info import hide_secrets
from weftwork.api.view import View
from weftwork.config.redaction import redact_value
from weftwork.instance.configuration.settings import CONFIG_FILE

_VARIABLES = ("DAGSTER_HOME", "WEFTWORK_HOME")
Path = tuple[str, ...]


class SettingView(View):
    """A value of the configuration.

    Attributes:
        path: where it is: the keys from the top, joined by ".".
        value: the value, without secrets.
        source: "file", "environment" or "default".
        place: the file and line, "dagster.yaml:12", or the environment variable; empty for a default.
    """

    path: str
    value: Any
    source: str
    place: str


class ConfigurationView(View):
    """The configuration of an instance.

    Attributes:
        file: the file that it is read from.
        has_file: whether there is such a file.
        settings: the values: first those that the file gives, in its order, then the defaults.
    """

    file: str
    has_file: bool
    settings: list[SettingView]


def get_configuration(host: Host) -> ConfigurationView:
    """Return the configuration of an instance: each value, and where it comes from."""
    info = host.instance.info_dict()
    file = os.path.join(info["home"], CONFIG_FILE)
    places = _find_places(file)
    values = dict(_leaves(hide_secrets(redact_value(info["settings"]))))
    given = [_view_given(path, value, places) for path, value in values.items()]
    defaults = [
        SettingView(path=".".join(path), value=value, source="default", place="")
        for path, value in _defaults(host)
        if not any(known[: len(path)] == path for known in values)
    ]
    variables = [
        SettingView(path=name, value=os.environ[name], source="environment", place=name)
        for name in _VARIABLES
        if name in os.environ
    ]
    return ConfigurationView(
        file=file, has_file=os.path.isfile(file), settings=[*variables, *given, *defaults]
    )


def _view_given(path: Path, value: Any, places: Mapping[Path, tuple[int, str | None]]) -> SettingView:
    line, variable = next(
        (places[path[:length]] for length in range(len(path), 0, -1) if path[:length] in places), (0, None)
    )
    if variable is not None:
        return SettingView(path=".".join(path), value=value, source="environment", place=variable)
    return SettingView(
        path=".".join(path),
        value=value,
        source="file",
        place=f"{CONFIG_FILE}:{line}" if line else CONFIG_FILE,
    )


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping) and (value or not path):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    else:
        yield path, value


def _find_places(file: str) -> dict[Path, tuple[int, str | None]]:
    """Return for each key of a file its line, and the environment variable that its value is taken from."""
    try:
        with open(file, encoding="utf-8") as handle:
            text = handle.read()
    except (OSError, UnicodeDecodeError):
        return {}
    import yaml  # heavy, and most homes have no file

    found: dict[Path, tuple[int, str | None]] = {}
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:  # it was right when the instance was opened
        return {}
    _note_places(root, (), found)
    return found


def _note_places(node: Any, path: Path, found: dict[Path, tuple[int, str | None]]) -> None:
    pairs: Sequence[Any] = node.value if node is not None and node.id == "mapping" else ()
    for key, value in pairs:
        inner = (*path, str(key.value))
        found[inner] = (key.start_mark.line + 1, _variable_of(value))
        _note_places(value, inner, found)


def _variable_of(node: Any) -> str | None:
    """Return the variable that a value ``{env: NAME}`` names; None for any other."""
    if node.id != "mapping" or len(node.value) != 1:
        return None
    key, value = node.value[0]
    return str(value.value) if key.value == "env" and value.id == "scalar" else None


def _defaults(host: Host) -> Iterator[tuple[Path, Any]]:
    instance = host.instance
    yield ("concurrency", "pools", "default_limit"), instance.global_op_concurrency_default_limit
    yield ("run_retries", "enabled"), instance.run_retries_enabled
    yield ("run_retries", "max_retries"), instance.run_retries_max_retries
    yield (
        ("run_retries", "retry_on_asset_or_op_failure"),
        instance.run_retries_retry_on_asset_or_op_failure,
    )
    yield ("run_monitoring", "enabled"), instance.run_monitoring_enabled
    yield ("run_monitoring", "start_timeout_seconds"), instance.run_monitoring_start_timeout_seconds
    yield ("run_monitoring", "cancel_timeout_seconds"), instance.run_monitoring_cancel_timeout_seconds
    yield ("run_monitoring", "max_runtime_seconds"), instance.run_monitoring_max_runtime_seconds
    yield ("run_monitoring", "poll_interval_seconds"), instance.run_monitoring_poll_interval_seconds
    yield ("code_servers", "local_startup_timeout"), instance.code_server_process_startup_timeout
    yield ("code_servers", "reload_timeout"), instance.code_server_reload_timeout
    yield ("python_logs", "managed_python_loggers"), instance.managed_python_loggers
    yield ("python_logs", "python_log_level"), instance.python_log_level
