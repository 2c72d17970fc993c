"""Dynamic partitions: which there are, whose they are, their keys."""

from __future__ import annotations

from weftwork.api.catalog.catalog import get_catalog
from weftwork.api.host import Host
from weftwork.api.view import View, read_cursor
from weftwork.base.errors import DagsterInvalidSubsetError
from weftwork.base.text import did_you_mean
from weftwork.partitions.specs import DynamicPartitionsSpec, MultiPartitionsSpec, PartitionsSpec
from weftwork.serde.record import Record

_MAX_PAGE = 5000


class DynamicPartitionsQuery(Record):
    """Which keys of dynamic partitions are asked for.

    Attributes:
        name: the name of the definition.
        cursor: the cursor of the page before.
        limit: how many at most.
        newest_first: whether the key that was added last comes first.
    """

    name: str
    cursor: str | None = None
    limit: int = 500
    newest_first: bool = False


class DynamicPartitionsView(View):
    """A dynamic partitions definition.

    Attributes:
        name: its name.
        count: how many keys it has.
        assets: the assets that have it, alone or as a dimension.
    """

    name: str
    count: int
    assets: list[str]


class DynamicPartitionsList(View):
    """All dynamic partitions definitions of the code locations."""

    definitions: list[DynamicPartitionsView]


class DynamicPartitionKeys(View):
    """A page of keys, in the order in which they were added.

    Attributes:
        name: the name of the definition.
        keys: the keys.
        cursor: where the next page begins; None if there is none.
    """

    name: str
    keys: list[str]
    cursor: str | None


def list_dynamic_partitions(host: Host) -> DynamicPartitionsList:
    """Return all dynamic partitions definitions of the code locations, by name."""
    return DynamicPartitionsList(
        definitions=[
            DynamicPartitionsView(
                name=name, count=len(host.instance.get_dynamic_partitions(name)), assets=assets
            )
            for name, assets in sorted(_names(host).items())
        ]
    )


def list_dynamic_partition_keys(host: Host, query: DynamicPartitionsQuery) -> DynamicPartitionKeys:
    """Return a page of keys.

    Raises:
        DagsterInvalidSubsetError: if no code location has a definition of that name, and it has no keys.
    """
    limit = min(max(1, query.limit), _MAX_PAGE)
    read_cursor(query.cursor)
    page = host.instance.get_paginated_dynamic_partitions(
        query.name, limit, not query.newest_first, query.cursor
    )
    if not page.results and query.cursor is None:
        require_dynamic_partitions(host, query.name)
    return DynamicPartitionKeys(
        name=query.name, keys=list(page.results), cursor=page.cursor if page.has_more else None
    )


def require_dynamic_partitions(host: Host, name: str) -> None:
    """Refuse a name that no code location has.

    Raises:
        DagsterInvalidSubsetError: if no code location has a definition of that name.
    """
    known = _names(host)
    if name not in known:
        raise DagsterInvalidSubsetError(
            f"No code location has dynamic partitions named '{name}'.{did_you_mean(name, known)}"
        )


def _names(host: Host) -> dict[str, list[str]]:
    """Return the names of dynamic partitions and the assets that have them; also those of jobs alone."""
    found: dict[str, list[str]] = {}
    places: dict[tuple[int, int], list[str]] = {}
    for index in host.workspace.list_indexes():
        for repository in index:
            for number in range(len(repository.snapshot.partitions)):
                names = _dynamic_names(repository.find_partitions_spec(number))
                places[(id(repository), number)] = names
                for name in names:
                    found.setdefault(name, [])
    for entry in get_catalog(host).defined:
        if entry.repository is not None and entry.asset.partitions is not None:
            for name in places.get((id(entry.repository), entry.asset.partitions), ()):
                found[name].append(entry.asset.key.to_escaped_user_string())
    return found


def _dynamic_names(spec: PartitionsSpec | None) -> list[str]:
    if isinstance(spec, DynamicPartitionsSpec):
        return [spec.name] if spec.name else []
    if isinstance(spec, MultiPartitionsSpec):
        return [name for part in spec.dimensions for name in _dynamic_names(part.partitions)]
    return []
