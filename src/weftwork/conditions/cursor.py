"""What one evaluation remembers for the next, as records."""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeAlias

from weftwork.partitions.definition import KeySetRecord
from weftwork.partitions.multi.subset import ProductsRecord
from weftwork.partitions.time_window.subset import TimeWindowsRecord
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.values.asset_job_key import AssetJobKey
from weftwork.serde import Record

StoredSubset: TypeAlias = bool | KeySetRecord | TimeWindowsRecord | ProductsRecord


class NodeCursor(Record):
    """What one condition of an expression remembers.

    Attributes:
        true_subset: where it held.
        candidate_subset: for what it was asked.
        text: what a condition of the user's own keeps.
        metadata: when it became true and was reset, and the like.
    """

    true_subset: StoredSubset | None = None
    candidate_subset: StoredSubset | None = None
    text: str | None = None
    metadata: dict[str, Any] = {}


class EntityCursor(Record):
    """What the evaluation of one target remembers.

    Attributes:
        key: the target.
        requested: what was requested.
        time_s: when it was evaluated, in seconds since the epoch.
        max_storage_id: the latest event that was seen.
        nodes: id of a condition to what it remembers.
        shape: a digest of the condition and of what it asks about.
        is_quiet: whether evaluating again finds the same, as long as nothing happens that the condition asks about.
    """

    key: AssetKey | AssetCheckKey | AssetJobKey
    requested: StoredSubset
    time_s: float
    max_storage_id: int | None = None
    nodes: dict[str, NodeCursor] = {}
    shape: str = ""
    is_quiet: bool = False


class AutomationCursor(Record, dict=True, gc=True):
    """What an evaluation remembers for the next.

    Attributes:
        evaluation_id: how many evaluations there were.
        entities: what is remembered of each target.
        time_s: when the evaluation was, in seconds since the epoch.
        max_storage_id: the latest event that it saw.
        backfilled: the assets that backfills in progress meant to make.
    """

    evaluation_id: int = 0
    entities: tuple[EntityCursor, ...] = ()
    time_s: float = 0.0
    max_storage_id: int | None = None
    backfilled: tuple[AssetKey, ...] = ()

    @cached_property
    def by_key(self) -> dict[Any, EntityCursor]:
        """Target to what is remembered of it."""
        return {entity.key: entity for entity in self.entities}
