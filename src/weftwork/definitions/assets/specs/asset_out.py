"""One of the assets that a function of several assets makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.definitions.assets.specs.asset_dep import AssetDep
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.backfill_policy import BackfillPolicy
from weftwork.definitions.nodes.outputs import Out
from weftwork.definitions.nodes.written_type import NO_VALUE
from weftwork.records.keys import AssetKey, CoercibleToAssetKey, CoercibleToAssetKeyPrefix, key_prefix_parts

if TYPE_CHECKING:
    from weftwork.definitions.assets.specs.freshness_policy import FreshnessPolicy

_PLACEHOLDER = AssetKey(["this", "asset"])


class AssetOut:
    """One of the assets that a ``@multi_asset`` or ``@graph_multi_asset`` makes.

    Args:
        key_prefix: parts before the name of the output, which together are the key.
        key: the key of the asset; not together with ``key_prefix``.
        dagster_type: the type that the value is checked against.
        description: text for people.
        is_required: whether the function must give it.
        io_manager_key: the resource that stores it (default "io_manager").
        metadata: name to value.
        group_name: the group it is shown in.
        code_version: version of the code that makes it.
        automation_condition: when it should be made.
        backfill_policy: how many partitions one run of a backfill makes.
        owners: e-mail addresses and teams.
        tags: text to text.
        kinds: the technologies it is made of.
        freshness_policy: how old it may become.
        is_virtual: whether it holds no data of its own.

    Raises:
        CheckError: if ``key`` and ``key_prefix`` are given.
        DagsterInvalidDefinitionError: if an owner, a tag or the group is not of the documented form.
    """

    __slots__ = (
        "_spec",
        "backfill_policy",
        "dagster_type",
        "has_key",
        "io_manager_key",
        "is_required",
        "key_prefix",
    )

    def __init__(
        self,
        key_prefix: CoercibleToAssetKeyPrefix | None = None,
        key: CoercibleToAssetKey | None = None,
        dagster_type: Any = NO_VALUE,
        description: str | None = None,
        is_required: bool = True,
        io_manager_key: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        group_name: str | None = None,
        code_version: str | None = None,
        automation_condition: Any = None,
        backfill_policy: BackfillPolicy | None = None,
        owners: Sequence[str] | None = None,
        tags: Mapping[str, str] | None = None,
        kinds: Set[str] | None = None,
        freshness_policy: FreshnessPolicy | None = None,
        is_virtual: bool = False,
        **hidden: Any,
    ) -> None:
        if key is not None and key_prefix is not None:
            raise CheckError(
                "An AssetOut takes a key or a key_prefix, not both: the prefix is put before the output's name."
            )
        self.key_prefix = key_prefix_parts(key_prefix) if key_prefix is not None else None
        self.has_key = key is not None
        self.dagster_type = dagster_type
        self.is_required = is_required
        self.io_manager_key = check_type(io_manager_key, str, "io_manager_key", optional=True)
        self.backfill_policy = check_type(backfill_policy, BackfillPolicy, "backfill_policy", optional=True)
        self._spec = AssetSpec(
            _PLACEHOLDER if key is None else key,
            description=description, metadata=metadata, group_name=group_name, code_version=code_version,
            automation_condition=automation_condition, owners=owners, tags=tags, kinds=kinds,
            freshness_policy=freshness_policy, is_virtual=is_virtual, skippable=not is_required, **hidden,
        )  # fmt: skip

    @staticmethod
    def from_spec(
        spec: AssetSpec,
        dagster_type: Any = NO_VALUE,
        is_required: bool = True,
        io_manager_key: str | None = None,
        backfill_policy: BackfillPolicy | None = None,
    ) -> AssetOut:
        """Return the output that is the asset of a spec.

        Args:
            spec: the asset; it may name no dependencies, as outputs take them from the function's inputs.
            dagster_type: the type that the value is checked against.
            is_required: whether the function must give it.
            io_manager_key: the resource that stores it.
            backfill_policy: how many partitions one run of a backfill makes.

        Raises:
            DagsterInvalidDefinitionError: if the spec names dependencies.
        """
        if spec.deps:
            raise DagsterInvalidDefinitionError(
                f"The spec of '{spec.key.to_user_string()}' names dependencies, which an AssetOut cannot carry: give them "
                f"as 'deps' or 'internal_asset_deps' of the decorator."
            )
        out = AssetOut(
            key=spec.key, dagster_type=dagster_type, is_required=is_required, io_manager_key=io_manager_key,
            backfill_policy=backfill_policy,
        )  # fmt: skip
        out._spec = spec.changed(skippable=not is_required)
        return out

    key = property(lambda self: self._spec.key if self.has_key else None, doc="The key, where it was given.")
    description = property(lambda self: self._spec.description, doc="Text for people.")
    metadata = property(lambda self: self._spec.metadata, doc="Name to value.")
    group_name = property(lambda self: self._spec.group_name, doc="The group it is shown in.")
    code_version = property(lambda self: self._spec.code_version, doc="Version of the code that makes it.")
    automation_condition = property(
        lambda self: self._spec.automation_condition, doc="When it should be made."
    )
    owners = property(lambda self: self._spec.owners, doc="E-mail addresses and teams.")
    tags = property(lambda self: self._spec.tags, doc="Text to text.")
    kinds = property(lambda self: self._spec.kinds, doc="The technologies it is made of.")
    freshness_policy = property(lambda self: self._spec.freshness_policy, doc="How old it may become.")
    legacy_freshness_policy = property(
        lambda self: self._spec.legacy_freshness_policy, doc="The older form of it."
    )
    is_virtual = property(lambda self: self._spec.is_virtual, doc="Whether it holds no data of its own.")

    def resolve_key(self, output_name: str, key_prefix: Sequence[str] = ()) -> AssetKey:
        """Return the key of the asset that the output of this name is."""
        return self._spec.key if self.has_key else AssetKey([*(self.key_prefix or key_prefix), output_name])

    def to_out(self) -> Out:
        """Return the output of the op."""
        return Out(
            dagster_type=self.dagster_type, description=self.description, metadata=self.metadata,
            is_required=self.is_required, io_manager_key=self.io_manager_key, code_version=self.code_version,
        )  # fmt: skip

    def to_spec(
        self,
        key: AssetKey,
        deps: Iterable[AssetDep],
        additional_tags: Mapping[str, str] | None = None,
        partitions_def: Any = ...,
    ) -> AssetSpec:
        """Return the spec of the asset with its key and dependencies."""
        return self._spec.changed(
            key=key,
            deps=list(deps),
            tags={**(additional_tags or {}), **self._spec.tags},
            partitions_def=self._spec.partitions_def if partitions_def is ... else partitions_def,
        )
