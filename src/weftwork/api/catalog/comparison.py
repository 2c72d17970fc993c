"""Two events of an asset side by side."""

from __future__ import annotations

from weftwork.api.catalog.catalog import parse_key
from weftwork.api.catalog.history import AssetEventView, view_asset_event
from weftwork.api.past.differences import ChangeOfValue, list_changes, list_metadata_changes
from weftwork.api.view import EventNumber, View
from weftwork.base.errors import DagsterInvalidSubsetError
from weftwork.instance.instance import DagsterInstance
from weftwork.records.event_type import DagsterEventType
from weftwork.records.keys import AssetKey
from weftwork.records.lookups.filters import EventRecordsFilter
from weftwork.serde.record import Record

_KINDS = (DagsterEventType.ASSET_MATERIALIZATION, DagsterEventType.ASSET_OBSERVATION)


class CompareQuery(Record):
    """Which events are side by side.

    Attributes:
        key: the asset.
        a: the number of the first.
        b: the number of the second.
    """

    key: str
    a: EventNumber
    b: EventNumber


class AssetEventDiff(View):
    """Two events of an asset side by side.

    Attributes:
        a: the first.
        b: the second.
        metadata: what they tell, where it differs.
        versions: their tags, among them the versions of code and data, where they differ.
    """

    a: AssetEventView
    b: AssetEventView
    metadata: list[ChangeOfValue]
    versions: list[ChangeOfValue]


def compare_asset_events(instance: DagsterInstance, query: CompareQuery) -> AssetEventDiff:
    """Return two events of an asset side by side.

    Raises:
        DagsterInvalidSubsetError: if the asset has no such event.
    """
    key = parse_key(query.key)
    a, b = _find(instance, key, query.a), _find(instance, key, query.b)
    return AssetEventDiff(
        a=a,
        b=b,
        metadata=list_metadata_changes(a.metadata, b.metadata),
        versions=list_changes(a.tags, b.tags),
    )


def _find(instance: DagsterInstance, key: AssetKey, number: int) -> AssetEventView:
    for kind in _KINDS:
        found = instance.get_event_records(EventRecordsFilter(kind, key, storage_ids=[number]), limit=1)
        if found:
            return view_asset_event(found[0])
    raise DagsterInvalidSubsetError(
        f"The asset '{key.to_user_string()}' has no materialization or observation with the number {number}; its "
        f"events tell their numbers as 'id'."
    )
