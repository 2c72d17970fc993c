"""The runs, as ``instance.run_storage``; also small values by key that outlive a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from weftwork.instance.stores.delegation import InstanceView
from weftwork.records.control.backfills import Backfill


class RunView(InstanceView):
    """Runs, backfills, and small values by key."""

    delegated = frozenset({
        "add_run", "add_run_tags", "delete_run", "get_run_group", "get_run_ids", "get_run_records", "get_run_tag_keys",
        "get_run_tags", "get_runs", "get_runs_count", "has_run", "handle_run_event",
    })  # fmt: skip

    def get_cursor_values(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the values of those keys that have one."""
        values: dict[str, str] = self._instance.daemon_cursor_storage.get_cursor_values(keys)
        return values

    def set_cursor_values(self, pairs: Mapping[str, str]) -> None:
        """Set values, replacing those of the same key."""
        self._instance.daemon_cursor_storage.set_cursor_values(pairs)

    def get_backfill(self, backfill_id: str) -> Backfill | None:
        """Return the backfill of that id, or None."""
        found: Backfill | None = self._instance.backfills.find(backfill_id)
        return found

    def get_run_by_id(self, run_id: str) -> Any:
        """Return the run of that id, or None."""
        return self._instance.get_run_by_id(run_id)
