"""The request that a run be made, as ticks and jobs give it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, ParameterCheckError
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
