"""What most requests need, loaded before the first of them, so that their processes find it."""

from __future__ import annotations

import importlib

_MODULES = (
    "pickle", "weftwork.definitions.loggers.console", "weftwork.definitions.loggers.log_manager",
    "weftwork.execution.contexts.op_context", "weftwork.execution.port", "weftwork.execution.run_loggers",
    "weftwork.executors.multiprocess", "weftwork.instance.instance", "weftwork.io_managers.default",
    "weftwork.storage.drivers.sqlite", "weftwork.code_server.handlers.table",
)  # fmt: skip


def load() -> None:
    """Import all of it."""
    for module in _MODULES:
        importlib.import_module(module)
