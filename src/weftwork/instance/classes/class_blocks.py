"""The blocks of dagster.yaml that name a class: the documented classes, and what stands for them here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from weftwork.base.text import did_you_mean, quote_names

Schema = Mapping[str, Any]

POSTGRES: Schema = {
    "postgres_url": str,
    "postgres_db": {"username": str, "password": str, "hostname": str, "db_name": str, "port": int, "params": None, "scheme": str},
    "should_autocreate_tables": bool,
}  # fmt: skip
RUN_QUEUE: Schema = {
    "max_concurrent_runs": int, "tag_concurrency_limits": list, "dequeue_interval_seconds": int,
    "dequeue_use_threads": bool, "dequeue_num_workers": int, "max_user_code_failure_retries": int,
    "user_code_failure_retry_delay": int, "block_op_concurrency_limited_runs": None,
    "should_block_op_concurrency_limited_runs": bool, "op_concurrency_slot_buffer": int,
}  # fmt: skip
_SQLITE: Schema = {"base_dir": str}
STORAGE_BLOCKS = ("event_log_storage", "run_storage", "schedule_storage", "storage:custom")
"""The blocks that name where everything is recorded; one database has it all."""

_BUILT_IN: Mapping[str, Mapping[str, Schema]] = {
    "run_launcher": {"DefaultRunLauncher": {}},
    "run_coordinator": {"QueuedRunCoordinator": RUN_QUEUE, "DefaultRunCoordinator": {}},
    "scheduler": {"DagsterDaemonScheduler": {"max_catchup_runs": int, "max_tick_retries": int}},
    "compute_logs": {"LocalComputeLogManager": {"base_dir": str, "polling_timeout": None}, "NoOpComputeLogManager": {}},
    "local_artifact_storage": {"LocalArtifactStorage": {"base_dir": str}},
    "run_storage": {"SqliteRunStorage": _SQLITE, "PostgresRunStorage": POSTGRES},
    "event_log_storage": {
        "SqliteEventLogStorage": _SQLITE, "ConsolidatedSqliteEventLogStorage": _SQLITE, "PostgresEventLogStorage": POSTGRES,
    },
    "schedule_storage": {"SqliteScheduleStorage": _SQLITE, "PostgresScheduleStorage": POSTGRES},
    "storage:custom": {"DagsterSqliteStorage": _SQLITE, "DagsterPostgresStorage": POSTGRES},
    "instance_class": {"DagsterInstance": {}},
    "defs_state_storage": {"UPathDefsStateStorage": {"base_path": str}},
    "secrets:custom": {"EnvFileLoader": {"base_dir": str}},
}  # fmt: skip
_OWN = {"run_launcher": "DefaultRunLauncher", "run_coordinator": "QueuedRunCoordinator"}
"""Where a class of the user may stand, and the one that it derives from."""

_OURS = ("dagster", "weftwork")


class ClassBlock(msgspec.Struct, frozen=True):
    """A block that names a class: ``module``, ``class`` and maybe ``config``.

    Attributes:
        name: where it stands in dagster.yaml, with colons.
    """

    name: str

    @property
    def keys(self) -> dict[str, Any]:
        """The keys besides ``config``."""
        short = {"base_dir": str} if self.name == "local_artifact_storage" else {}
        return {"module": str, "class": str, **short}

    def find_config_schema(self, module: str | None, class_name: str | None) -> Schema | None:
        """Return the keys that the config of a class has; None for a class of the user, which says so itself.

        Args:
            module: the module that the block names.
            class_name: the class that it names; None for the one that is there without the block.

        Raises:
            ValueError: with why that class cannot stand here.
        """
        known = _BUILT_IN[self.name]
        if class_name is None:
            return next(iter(known.values()))
        if is_built_in_module(module) and class_name in known:
            return known[class_name]
        if self.name in _OWN and module and not is_built_in_module(module):
            return None
        place = f"{module}.{class_name}" if module else class_name
        own = f", or a class of your own that derives from {_OWN[self.name]}" if self.name in _OWN else ""
        raise ValueError(
            f"'{self.name}' names {place}, which does not exist here.{did_you_mean(class_name, known)} Expected "
            f"{quote_names(known)} (of module 'dagster'){own}; without the block, {next(iter(known))} does the work."
        )


def names_own_class(said: Mapping[str, Any]) -> bool:
    """Return whether a block of dagster.yaml names a class of the user."""
    return "class" in said and not is_built_in_module(said.get("module"))


def is_built_in_module(module: str | None) -> bool:
    """Return whether a module that dagster.yaml names is one whose classes are part of Weftwork."""
    top = (module or "dagster").partition(".")[0]
    return top in _OURS or top.startswith("dagster_")
