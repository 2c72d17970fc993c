"""Assets as rows of a table: by selection, page by page, with how they stand."""

from __future__ import annotations

from weftwork.api.assets import AssetView
from weftwork.api.catalog.catalog import DefinedAsset, get_catalog
from weftwork.api.catalog.staleness import StaleReason, list_stale_reasons
from weftwork.api.catalog.status import view_assets
from weftwork.api.host import Host
from weftwork.api.view import View, read_cursor
from weftwork.serde.record import Record

_MAX_LIMIT = 10_000


class AssetQuery(Record):
    """Which assets are asked for; every condition given must hold.

    Attributes:
        selection: a selection such as "key:raw* and tag:team=core".
        group: assets of this group.
        kind: assets of this kind.
        owner: assets of this owner.
        location: assets of this code location.
        q: assets whose key has this text.
        cursor: the cursor of the page before.
        limit: how many at most.
    """

    selection: str = ""
    group: str | None = None
    kind: str | None = None
    owner: str | None = None
    location: str | None = None
    q: str | None = None
    cursor: str | None = None
    limit: int = 200


class AssetRow(View):
    """An asset as a row of a table.

    Attributes:
        asset: how it stands.
        number: its number in the graph.
        location: its code location.
        description: text for people.
        kinds: its kinds.
        owners: who answers for it.
        tags: its tags.
        is_materializable: whether something makes it.
        is_observable: whether something observes it.
        is_automated: whether it has an automation condition.
        check_count: how many checks it has.
        stale: why it is stale; empty if it is up to date, or was never made.
    """

    asset: AssetView
    number: int
    location: str | None
    description: str | None
    kinds: list[str]
    owners: list[str]
    tags: dict[str, str]
    is_materializable: bool
    is_observable: bool
    is_automated: bool
    check_count: int
    stale: list[StaleReason]


class AssetRows(View):
    """A page of assets.

    Attributes:
        rows: the assets.
        total: how many fit.
        cursor: where the next page begins; None if there is none.
    """

    rows: list[AssetRow]
    total: int
    cursor: str | None


def find_assets(host: Host, query: AssetQuery) -> AssetRows:
    """Return a page of assets.

    Raises:
        DagsterInvalidAssetSelectionError: if the selection cannot be read.
        DagsterInvalidSubsetError: if it names an asset that does not exist.
    """
    catalog = get_catalog(host)
    numbers = [number for number in catalog.select(query.selection) if _fits(catalog.defined[number], query)]
    start = read_cursor(query.cursor) or 0
    limit = min(max(1, query.limit), _MAX_LIMIT)
    page = numbers[start : start + limit]
    entries = [catalog.defined[number] for number in page]
    views = view_assets(host, entries)
    stale = list_stale_reasons(host, entries)
    following = start + len(page)
    return AssetRows(
        rows=[
            _view_row(number, entry, view, reasons)
            for number, entry, view, reasons in zip(page, entries, views, stale, strict=True)
        ],
        total=len(numbers),
        cursor=str(following) if following < len(numbers) else None,
    )


def _view_row(number: int, entry: DefinedAsset, view: AssetView, stale: list[StaleReason]) -> AssetRow:
    asset = entry.asset
    return AssetRow(
        asset=view,
        number=number,
        location=entry.location,
        description=asset.description,
        kinds=list(asset.kinds),
        owners=list(asset.owners),
        tags=asset.tags,
        is_materializable=asset.is_materializable,
        is_observable=asset.is_observable,
        is_automated=asset.condition is not None,
        check_count=len(entry.checks),
        stale=stale,
    )


def _fits(entry: DefinedAsset, query: AssetQuery) -> bool:
    asset = entry.asset
    return (
        query.group in (None, asset.group)
        and (query.kind is None or query.kind in asset.kinds)
        and (query.owner is None or query.owner in asset.owners)
        and query.location in (None, entry.location)
        and (not query.q or query.q.casefold() in asset.key.to_user_string().casefold())
    )
