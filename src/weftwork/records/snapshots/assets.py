"""Assets and checks of a code location as data."""

from __future__ import annotations

from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.metadata import Metadata
from weftwork.serde.record import Record


class DependencySnapshot(Record, kw_only=False):
    """A dependency of an asset or check.

    Attributes:
        key: the asset that it depends on.
        mapping: the number of its partition mapping in the repository's table; None for the usual one.
    """

    key: AssetKey
    mapping: int | None = None


class AssetSnapshot(Record):
    """An asset as a code location defines it.

    Attributes:
        key: the asset.
        deps: what it depends on.
        description: text for people.
        group: its group; None for one that is only known as a dependency.
        kinds: its kinds.
        tags: its tags, those of kinds included.
        owners: who answers for it.
        metadata: name to metadata value.
        code_version: the version of the code that makes it.
        is_materializable: whether something here makes it.
        is_observable: whether something here observes it.
        is_virtual: whether it holds no data of its own.
        is_skippable: whether a run may leave it out.
        is_declared: whether something declares it; otherwise it is only known as a dependency.
        required_with: the assets that are always made together with it; empty if it is made alone.
        partitions: the number of its partitions definition in the repository's table; None if it has none.
        condition: the number of its automation condition in the repository's table; None if it has none.
        freshness: its freshness policy as JSON text.
        backfill: its backfill policy in words.
        node: the op or graph that makes it.
        output: the output of that op or graph.
        ops: the ops that make it, by their paths, for a graph.
        type_name: the name of the type of its value.
        io_manager_key: the resource that stores it.
        resource_keys: the resources that making it takes.
        pools: the pools that limit how many of its kind run at once.
        source: file and line of the function that makes it, "file.py:12".
    """

    key: AssetKey
    deps: tuple[DependencySnapshot, ...] = ()
    description: str | None = None
    group: str | None = None
    kinds: tuple[str, ...] = ()
    tags: dict[str, str] = {}
    owners: tuple[str, ...] = ()
    metadata: Metadata = {}
    code_version: str | None = None
    is_materializable: bool = False
    is_observable: bool = False
    is_virtual: bool = False
    is_skippable: bool = False
    is_declared: bool = True
    required_with: tuple[AssetKey, ...] = ()
    partitions: int | None = None
    condition: int | None = None
    freshness: str | None = None
    backfill: str | None = None
    node: str | None = None
    output: str | None = None
    ops: tuple[str, ...] = ()
    type_name: str | None = None
    io_manager_key: str | None = None
    resource_keys: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    source: str | None = None

    @property
    def is_executable(self) -> bool:
        """Whether something here makes or observes it."""
        return self.is_materializable or self.is_observable


class CheckSnapshot(Record):
    """A check of an asset.

    Attributes:
        asset_key: the asset that is checked.
        name: its name.
        description: text for people.
        is_blocking: whether what is downstream of the asset waits for it.
        metadata: name to metadata value.
        deps: assets that it depends on besides the one it checks.
        partitions: the number of its partitions definition in the repository's table.
        condition: the number of its automation condition in the repository's table.
        node: the op that evaluates it.
        source: file and line of its function.
    """

    asset_key: AssetKey
    name: str
    description: str | None = None
    is_blocking: bool = False
    metadata: Metadata = {}
    deps: tuple[DependencySnapshot, ...] = ()
    partitions: int | None = None
    condition: int | None = None
    node: str | None = None
    source: str | None = None

    @property
    def key(self) -> AssetCheckKey:
        """The key of the check."""
        return AssetCheckKey(self.asset_key, self.name)


class ConditionSnapshot(Record, kw_only=False):
    """An automation condition.

    Attributes:
        description: what it says, in words.
        definition: the condition as JSON text, to evaluate it without user code; None if it is user code.
    """

    description: str
    definition: str | None = None
