"""The time and the store that questions about partitions are answered with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, tzinfo
from time import time
from typing import NamedTuple, Protocol

from weftwork.base.errors import CheckError, ParameterCheckError


class DynamicPartitionsStore(Protocol):
    """Where dynamic partitions are kept; the instance is one."""

    def get_dynamic_partitions(self, partitions_def_name: str) -> Sequence[str]:
        """Return the keys of a dynamic definition in the order in which they were added."""
        ...

    def has_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> bool:
        """Return whether a dynamic definition has this key."""
        ...


class TemporalContext(NamedTuple):
    """The time that counts as now."""

    effective_dt: datetime
    last_event_id: int | None = None


class PartitionLoadingContext(NamedTuple):
    """What partitions are looked at with: a time, and the store of dynamic partitions."""

    temporal_context: TemporalContext
    dynamic_partitions_store: DynamicPartitionsStore | None = None

    @property
    def effective_dt(self) -> datetime:
        """The time that counts as now."""
        return self.temporal_context.effective_dt

    def updated(
        self,
        effective_dt: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionLoadingContext:
        """Return a copy with another time or store."""
        temporal = (
            self.temporal_context if effective_dt is None else TemporalContext(_check_time(effective_dt))
        )
        store = (
            self.dynamic_partitions_store if dynamic_partitions_store is None else dynamic_partitions_store
        )
        return PartitionLoadingContext(temporal, store)


_current: ContextVar[PartitionLoadingContext | None] = ContextVar("partition_loading_context", default=None)


@contextmanager
def partition_loading_context(
    effective_dt: datetime | None = None,
    dynamic_partitions_store: DynamicPartitionsStore | None = None,
    *,
    new_ctx: PartitionLoadingContext | None = None,
) -> Iterator[PartitionLoadingContext]:
    """Say which time and which store count for all questions about partitions inside the block.

    Args:
        effective_dt: the time that counts as now; the surrounding block's, or the clock's, by default.
        dynamic_partitions_store: where dynamic partitions are found, usually the instance.
        new_ctx: a whole context to use instead.

    Example:
        ``with partition_loading_context(datetime(2024, 1, 3), instance): daily.get_partition_keys()``
    """
    context = new_ctx or get_loading_context().updated(effective_dt, dynamic_partitions_store)
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


def get_loading_context() -> PartitionLoadingContext:
    """Return the context that counts here; outside of any block one with the clock's time and no store."""
    return _current.get() or PartitionLoadingContext(TemporalContext(datetime.now(UTC)))


def get_now_s(current_time: datetime | None = None, zone: tzinfo = UTC) -> float:
    """Return the time that counts as now in seconds since the epoch.

    Args:
        current_time: a time that goes before the context's.
        zone: the zone of a time that has none.
    """
    if current_time is None:
        context = _current.get()
        if context is None:
            return time()
        current_time = context.temporal_context.effective_dt
    moment = _check_time(current_time)
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).timestamp()


def find_store(store: DynamicPartitionsStore | None = None) -> DynamicPartitionsStore | None:
    """Return the given store, or the context's, or None."""
    if store is not None:
        return store
    context = _current.get()
    return context.dynamic_partitions_store if context is not None else None


def get_store(store: DynamicPartitionsStore | None, name: str | None) -> DynamicPartitionsStore:
    """Return the given store, or the context's.

    Raises:
        CheckError: if there is none.
    """
    found = find_store(store)
    if found is None:
        raise CheckError(
            f"The dynamic partitions '{name}' live in the instance, and no instance is at hand here. Pass it as "
            f"dynamic_partitions_store=instance, or put the call in "
            f"`with dg.partition_loading_context(dynamic_partitions_store=instance):`."
        )
    return found


def _check_time(moment: datetime) -> datetime:
    if not isinstance(moment, datetime):
        raise ParameterCheckError(
            f"The current time must be a datetime, not {type(moment).__name__}: {moment!r:.100}."
        )
    return moment
