"""The request that a run be made, as ticks and jobs give it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterUnknownPartitionError, ParameterCheckError
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.tags import PARTITION_NAME_TAG, normalize_tags
from weftwork.serde.record import Record, force_set


class RunRequest(Record, kw_only=False):
    """The request that a run be made.

    Args:
        run_key: at most one run is made for it; None for no limit.
        run_config: the run config: a dict or a RunConfig.
        tags: tags of the run; what is not text is written as JSON.
        job_name: the job; needed where the schedule or sensor has several.
        asset_selection: the assets to make; None for all of the job.
        stale_assets_only: whether only assets that are out of date are made.
        partition_key: the partition that the run is for.
        asset_check_keys: the checks to evaluate; None for those of the assets.

    Raises:
        ParameterCheckError: if an argument is of the wrong kind.
        DagsterInvalidDefinitionError: if a tag does not survive JSON.

    Example:
        >>> RunRequest(run_key="2024-01-01", run_config={"ops": {"load": {"config": {"day": "2024-01-01"}}}})
    """

    run_key: str | None = None
    run_config: dict[str, Any] = {}
    tags: dict[str, str] = {}
    job_name: str | None = None
    asset_selection: list[AssetKey] | None = None
    stale_assets_only: bool = False
    partition_key: str | None = None
    asset_check_keys: list[AssetCheckKey] | None = None

    def __post_init__(self) -> None:
        check_type(self.run_key, str, "run_key", optional=True)
        check_type(self.job_name, str, "job_name", optional=True)
        check_type(self.partition_key, str, "partition_key", optional=True)
        check_type(self.stale_assets_only, bool, "stale_assets_only")
        config: Any = self.run_config
        if not isinstance(config, dict):
            # A RunConfig is known by what it can do: config lies above records.
            to_dict = getattr(config, "to_config_dict", None)
            force_set(
                self,
                "run_config",
                to_dict() if to_dict else dict(check_type(config or {}, Mapping, "run_config")),
            )
        tags: Any = self.tags
        force_set(self, "tags", normalize_tags(tags, "the tags of a RunRequest"))
        force_set(self, "asset_selection", _check_keys(self.asset_selection, AssetKey, "asset_selection"))
        force_set(
            self, "asset_check_keys", _check_keys(self.asset_check_keys, AssetCheckKey, "asset_check_keys")
        )

    @property
    def entity_keys(self) -> list[AssetKey | AssetCheckKey]:
        """The assets and checks that are asked for."""
        return [*(self.asset_selection or ()), *(self.asset_check_keys or ())]

    def has_resolved_partition(self) -> bool:
        """Return whether its tags name its partition."""
        return PARTITION_NAME_TAG in self.tags

    def requires_backfill_daemon(self) -> bool:
        """Return whether it asks for more than one run: never, it names one partition at most."""
        return False

    def with_resolved_tags_and_config(
        self,
        target_definition: Any,
        dynamic_partitions_requests: Sequence[Any],
        dynamic_partitions_store: Any,
    ) -> RunRequest:
        """Return the request with the tags and the run config of its partition.

        Args:
            target_definition: the job.
            dynamic_partitions_requests: the keys that the tick adds to and deletes from dynamic partitions.
            dynamic_partitions_store: where dynamic partitions are kept, usually the instance.

        Raises:
            CheckError: if it names no partition, or the job has none.
            DagsterUnknownPartitionError: if there is no such partition, once the tick's changes are made.
        """
        key, partitions_def = self.partition_key, getattr(target_definition, "partitions_def", None)
        if key is None or partitions_def is None:
            raise CheckError(
                f"The request names the partition {key!r}, and the job '{target_definition.name}' has "
                f"{'partitions' if partitions_def is not None else 'no partitions'}: both are needed."
            )
        _check_partition(key, partitions_def, dynamic_partitions_requests, dynamic_partitions_store)
        config = self.run_config or dict(target_definition.get_run_config_for_partition_key(key))
        tags = {**self.tags, **target_definition.get_tags_for_partition_key(key)}
        return self.with_replaced_attrs(run_config=config, tags=tags)

    def with_replaced_attrs(self, **kwargs: Any) -> RunRequest:
        """Return the request with some attributes replaced."""
        changed: RunRequest = self.replace(**kwargs)
        return changed


def _check_keys(keys: Any, kind: type, name: str) -> Any:
    if keys is None:
        return None
    if not isinstance(keys, (list, tuple, set, frozenset)):
        raise ParameterCheckError(
            f"{name} of a RunRequest must be a list of {kind.__name__}, not {keys!r:.200}."
        )
    for key in keys:
        if not isinstance(key, kind):
            raise CheckError(f"{name} of a RunRequest holds {key!r}; expected {kind.__name__}(…).")
    return list(keys)


def _check_partition(key: str, partitions_def: Any, changes: Sequence[Any], store: Any) -> None:
    name = getattr(partitions_def, "name", None)
    is_added: bool | None = None
    for change in changes if name is not None else ():
        if change.partitions_def_name == name and key in change.partition_keys:
            is_added = type(change).__name__.startswith("Add")
    if is_added is False:
        raise DagsterUnknownPartitionError(
            f"The tick that asks for the partition {key!r} of '{name}' deletes it."
        )
    if is_added is None:
        partitions_def.validate_partition_key(key, dynamic_partitions_store=store)
