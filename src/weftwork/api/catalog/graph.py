"""The graph of all assets as columns: what a page needs to draw, list, filter and search 10,000 of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from weftwork.api.catalog.catalog import Catalog
from weftwork.api.view import View
from weftwork.records.snapshots.assets import AssetSnapshot
from weftwork.records.tags import KIND_PREFIX
from weftwork.records.values.metadata_value import MetadataValue, TableSchemaMetadataValue

COLUMN_SCHEMA = "dagster/column_schema"

MATERIALIZABLE, OBSERVABLE, PARTITIONED, AUTOMATED, DECLARED, HAS_FRESHNESS, RECORDED_ONLY = (
    1, 2, 4, 8, 16, 32, 64,
)  # fmt: skip


class AssetGraphView(View):
    r"""All assets as columns: the n-th entry of a column is of asset n. Texts that many share are in tables.

    Attributes:
        version: changes whenever any of this does; also the ETag.
        keys: the keys, parts joined by "/" (one inside a part is written "\/").
        groups: table of groups.
        group: number of the group of each; -1 for none.
        kinds: table of kinds.
        kind: numbers of the kinds of each.
        owners: table of owners.
        owner: numbers of the owners of each.
        tags: table of tags, "key=value".
        tag: numbers of the tags of each.
        locations: table of code locations.
        location: number of the code location of each; -1 for one that was only ever recorded.
        flags: sum of 1 materializable, 2 observable, 4 partitioned, 8 automated, 16 declared, 32 has a freshness
            policy, 64 only ever recorded.
        parents: numbers of the assets that each depends on.
        checks: how many checks each has.
        columns: table of column names.
        column: numbers of the columns of each.
        descriptions: the first line of the description of each; empty for none.
    """

    version: str
    keys: list[str]
    groups: list[str]
    group: list[int]
    kinds: list[str]
    kind: list[list[int]]
    owners: list[str]
    owner: list[list[int]]
    tags: list[str]
    tag: list[list[int]]
    locations: list[str]
    location: list[int]
    flags: list[int]
    parents: list[list[int]]
    checks: list[int]
    columns: list[str]
    column: list[list[int]]
    descriptions: list[str]


class _Table:
    """Texts, each with the number under which it was first seen."""

    __slots__ = ("_numbers",)

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str | None) -> int:
        if text is None:
            return -1
        return self._numbers.setdefault(text, len(self._numbers))

    def numbers(self, texts: Iterable[str]) -> list[int]:
        return [self.number(text) for text in texts]

    def texts(self) -> list[str]:
        return list(self._numbers)


_MAX_DESCRIPTION = 120


def build_asset_graph(catalog: Catalog) -> AssetGraphView:
    """Return the graph of a catalog."""
    groups, kinds, owners, tags, locations, columns = (_Table() for _ in range(6))
    assets = [entry.asset for entry in catalog.defined]
    return AssetGraphView(
        version=catalog.version,
        keys=[asset.key.to_escaped_user_string() for asset in assets],
        group=[groups.number(asset.group) for asset in assets],
        groups=groups.texts(),
        kind=[kinds.numbers(asset.kinds) for asset in assets],
        kinds=kinds.texts(),
        owner=[owners.numbers(asset.owners) for asset in assets],
        owners=owners.texts(),
        tag=[tags.numbers(_list_tags(asset.tags)) for asset in assets],
        tags=tags.texts(),
        location=[locations.number(entry.location) for entry in catalog.defined],
        locations=locations.texts(),
        flags=[_flags(entry.asset, entry.location) for entry in catalog.defined],
        parents=[_parents(catalog, asset) for asset in assets],
        checks=[len(entry.checks) for entry in catalog.defined],
        column=[columns.numbers(column_names(asset.metadata)) for asset in assets],
        columns=columns.texts(),
        descriptions=[_first_line(asset.description) for asset in assets],
    )


def _list_tags(tags: Mapping[str, str]) -> list[str]:
    return [f"{key}={value}" for key, value in tags.items() if not key.startswith(KIND_PREFIX)]


def _flags(asset: AssetSnapshot, location: str | None) -> int:
    flags = MATERIALIZABLE * asset.is_materializable | OBSERVABLE * asset.is_observable
    flags |= PARTITIONED * (asset.partitions is not None) | AUTOMATED * (asset.condition is not None)
    flags |= DECLARED * asset.is_declared | HAS_FRESHNESS * (asset.freshness is not None)
    return flags | RECORDED_ONLY * (location is None)


def _parents(catalog: Catalog, asset: AssetSnapshot) -> list[int]:
    numbers = (catalog.find_number(dep.key) for dep in asset.deps)
    return [number for number in numbers if number is not None]


def column_names(metadata: Mapping[str, MetadataValue]) -> list[str]:
    """Return the names of the columns that metadata tells."""
    schema = metadata.get(COLUMN_SCHEMA)
    return (
        [column.name for column in schema.schema.columns]
        if isinstance(schema, TableSchemaMetadataValue)
        else []
    )


def _first_line(text: str | None) -> str:
    line = (text or "").strip().partition("\n")[0]
    return line if len(line) <= _MAX_DESCRIPTION else f"{line[: _MAX_DESCRIPTION - 1]}…"
