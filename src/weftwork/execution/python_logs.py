"""What ``python_logs`` of dagster.yaml asks for: captured Python loggers, a level, and handlers."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    import logging  # which a run that configures no logs does not need

_handlers: WeakKeyDictionary[Any, Sequence[logging.Handler]] = WeakKeyDictionary()


def begin_python_logs(instance: Any) -> bool:
    """Have the Python loggers captured that an instance manages; called as a run begins.

    Args:
        instance: the instance.

    Returns:
        Whether handlers of its own want to hear of everything.
    """
    settings = instance.get_settings("python_logs")
    if not settings:
        return False
    managed = settings.get("managed_python_loggers")
    if managed:
        from weftwork.definitions.loggers.capture import capture_python_loggers  # see above

        capture_python_loggers(managed, find_level(instance))
    return bool((settings.get("dagster_handler_config") or {}).get("handlers"))


def find_level(instance: Any) -> str | None:
    """Return the level below which nothing is recorded, or None."""
    level: str | None = instance.python_log_level if instance is not None else None
    return level.upper() if level else None


def list_handlers(instance: Any) -> Sequence[logging.Handler]:
    """Return the handlers that an instance configures, made on first use."""
    if instance is None:
        return ()
    found = _handlers.get(instance)
    if found is None:
        config = instance.get_settings("python_logs").get("dagster_handler_config") or {}
        found = _handlers[instance] = _build_handlers(config) if config.get("handlers") else ()
        weakref.finalize(instance, _close, found)
    return found


def _close(handlers: Sequence[logging.Handler]) -> None:
    for handler in handlers:
        handler.close()


def _build_handlers(config: Mapping[str, Any]) -> Sequence[logging.Handler]:
    from logging.config import DictConfigurator  # only where handlers are configured

    # The configurator's parts, and not dictConfig, which would shut down every other handler of the process.
    parts = DictConfigurator({"version": 1, **_copy(config)})
    for kind, build in (("formatters", parts.configure_formatter), ("filters", parts.configure_filter)):
        for name in parts.config.get(kind, ()):
            parts.config[kind][name] = build(parts.config[kind][name])
    return [parts.configure_handler(parts.config["handlers"][name]) for name in parts.config["handlers"]]


def _copy(value: Any) -> Any:
    return {key: _copy(item) for key, item in value.items()} if isinstance(value, Mapping) else value
