"""``define_asset_job``: a job over assets that are looked up when the job is first needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from copy import copy
from datetime import datetime
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterError, DagsterInvalidDefinitionError
from weftwork.base.lifecycle import former, marked
from weftwork.base.names import check_name
from weftwork.base.warnings import warn_user
from weftwork.definitions.assets.asset_job import ResolvedSelection, build_asset_job, resolve_assets
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog
from weftwork.definitions.hooks.hook_definition import HookDefinition
from weftwork.definitions.jobs.job_arguments import (
    check_executor,
    check_owners,
    check_partitions,
    read_config,
)
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.definitions.partitioned_config.partitioned_config import PartitionedConfig
from weftwork.partitions.context import partition_loading_context
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.keys import AssetKey
from weftwork.records.retry import RetryPolicy
from weftwork.records.run_request import RunRequest


class UnresolvedAssetJobDefinition:
    """A job over assets, before these are looked up; made by ``define_asset_job``."""

    __slots__ = (
        "__weakref__", "automation_condition", "config", "description", "executor_def", "hooks", "metadata", "name",
        "op_retry_policy", "owners", "partitions_def", "run_tags", "selection", "tags",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        selection: AssetSelection,
        *,
        config: Any = None,
        description: str | None = None,
        tags: Mapping[str, Any] | None = None,
        run_tags: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        partitions_def: Any = None,
        executor_def: Any = None,
        hooks: Set[Any] | None = None,
        op_retry_policy: RetryPolicy | None = None,
        owners: Sequence[str] | None = None,
        automation_condition: Any = None,
    ) -> None:
        self.name = name
        self.selection = selection
        self.config = config
        self.description = description
        self.tags = tags
        self.run_tags = run_tags
        self.metadata = metadata
        self.partitions_def = partitions_def
        self.executor_def = executor_def
        self.hooks = hooks
        self.op_retry_policy = op_retry_policy
        self.owners = owners
        self.automation_condition = automation_condition

    def check(self, catalog: AssetCatalog) -> ResolvedSelection:
        """Return what the job selects, without building the job.

        Raises:
            DagsterInvalidDefinitionError: if its name cannot be used, its selection names what does not exist or splits
                what is whole, or its assets have different partitions.
        """
        try:
            check_name(self.name, "job")
            resolved = resolve_assets(catalog, self.selection)
            partitions = resolved.get_partitions(
                self.partitions_def, allow_different=False, config=self.config
            )
            if self.automation_condition is not None:
                from weftwork.conditions.job_condition import (
                    check_job_condition,  # only where there are conditions
                )

                check_job_condition(self.name, self.automation_condition, self.config, partitions is not None)
        except (DagsterError, CheckError) as error:
            raise DagsterInvalidDefinitionError(
                f"Asset job '{self.name}' cannot be resolved: {error}"
            ) from error
        return resolved

    def resolve(
        self,
        asset_graph: AssetCatalog | Any,
        *,
        resource_defs: Mapping[str, Any] | None = None,
        default_executor_def: Any = None,
        default_logger_defs: Mapping[str, Any] | None = None,
    ) -> JobDefinition:
        """Return the job.

        Args:
            asset_graph: the assets: their graph, their catalog, or a list of them.
            resource_defs: resources that its assets may need.
            default_executor_def: how steps are run, where the job does not say.
            default_logger_defs: the loggers.

        Raises:
            DagsterInvalidDefinitionError: if it cannot be resolved; says why.
        """
        catalog = (
            asset_graph
            if isinstance(asset_graph, AssetCatalog)
            else AssetCatalog(getattr(asset_graph, "assets_defs", asset_graph))
        )
        self.check(catalog)
        try:
            return build_asset_job(
                self.name, catalog, selection=self.selection, resources=resource_defs,
                executor_def=self.executor_def or default_executor_def, logger_defs=default_logger_defs,
                partitions_def=self.partitions_def, description=self.description, tags=self.tags,
                run_tags=self.run_tags, metadata=self.metadata, config=self.config, hooks=self.hooks,
                op_retry_policy=self.op_retry_policy, owners=self.owners,
                automation_condition=self.automation_condition, allow_different_partitions_defs=False,
            )  # fmt: skip
        except DagsterInvalidDefinitionError as error:
            raise DagsterInvalidDefinitionError(
                f"Asset job '{self.name}' cannot be resolved: {error}"
            ) from error

    def with_metadata(self, metadata: Mapping[str, Any] | None) -> UnresolvedAssetJobDefinition:
        """Return the job with other metadata."""
        made = copy(self)
        made.metadata = metadata
        return made

    @marked("JobDefinition.run_request_for_partition", former("Write RunRequest(partition_key=…)."))
    def run_request_for_partition(
        self,
        partition_key: str,
        run_key: str | None = None,
        tags: Mapping[str, str] | None = None,
        asset_selection: Sequence[AssetKey] | None = None,
        run_config: Mapping[str, Any] | None = None,
        current_time: datetime | None = None,
        dynamic_partitions_store: Any = None,
    ) -> RunRequest:
        """Return the request of a run for a partition; deprecated: ``RunRequest(partition_key=...)`` says the same.

        Args:
            partition_key: the partition.
            run_key: at most one run is made for it.
            tags: tags of the run.
            asset_selection: the assets to make (default: those of the job).
            run_config: the run config (default: as the job says for the partition).
            current_time: the time that counts as now.
            dynamic_partitions_store: where dynamic partitions are found, usually the instance.

        Raises:
            CheckError: if the job was not given a partitions_def, as its assets are not known here.
            DagsterUnknownPartitionError: if there is no such partition.
        """
        warn_user(
            "run_request_for_partition of an asset job is deprecated. Return RunRequest(partition_key=...).",
            DeprecationWarning,
        )
        given = self.config
        config = given if isinstance(given, PartitionedConfig) else None
        partitions_def = config.partitions_def if config is not None else self.partitions_def
        if partitions_def is None:
            raise CheckError(
                f"Asset job '{self.name}' has no partitions_def of its own, and its assets are not known before it is in "
                f"Definitions. Return RunRequest(partition_key={partition_key!r}, job_name={self.name!r})."
            )
        if config is None:
            config = PartitionedConfig.from_flexible_config(given or {}, partitions_def)
        with partition_loading_context(current_time, dynamic_partitions_store):
            partitions_def.validate_partition_key(partition_key)
        if run_config is None:
            run_config = config.get_run_config_for_partition_key(partition_key)
        partition_tags = config.get_tags_for_partition_key(partition_key, job_name=self.name)
        return RunRequest(
            run_key=run_key, run_config=dict(run_config), tags={**(tags or {}), **partition_tags}, job_name=self.name,
            asset_selection=list(asset_selection) if asset_selection is not None else None, partition_key=partition_key,
        )  # fmt: skip

    def selected_keys(self, catalog: AssetCatalog) -> frozenset[AssetKey]:
        """Return the assets that it selects."""
        return self.check(catalog).keys

    def __repr__(self) -> str:
        return f"<UnresolvedAssetJobDefinition '{self.name}' {self.selection}>"


def define_asset_job(
    name: str,
    selection: Any = None,
    config: Any = None,
    description: str | None = None,
    tags: Mapping[str, object] | None = None,
    run_tags: Mapping[str, object] | None = None,
    metadata: Mapping[str, Any] | None = None,
    partitions_def: Any = None,
    executor_def: Any = None,
    hooks: Set[Any] | None = None,
    op_retry_policy: RetryPolicy | None = None,
    owners: Sequence[str] | None = None,
    automation_condition: Any = None,
) -> UnresolvedAssetJobDefinition:
    """Return a job that makes some assets; which ones exist is looked up in the ``Definitions`` that it is given to.

    Args:
        name: its name.
        selection: which assets: text (``"*"``, ``"group:sales"``, ``"orders*"``), a list of texts, keys or
            definitions, or an ``AssetSelection`` (default: all that can be made).
        config: the default run config, a ConfigMapping, a PartitionedConfig or a RunConfig.
        description: text for people.
        tags: tags of the job, and of its runs unless ``run_tags`` is given.
        run_tags: tags of its runs.
        metadata: name to metadata value.
        partitions_def: the partitions of its runs; known from the assets anyway.
        executor_def: how steps are run.
        hooks: hooks of every op.
        op_retry_policy: for ops that have none of their own.
        owners: who answers for it.
        automation_condition: when it runs by itself.

    Raises:
        DagsterError: if ``selection`` is no selection.

    Example:
        >>> sales_job = define_asset_job("sales_job", selection="group:sales")
    """
    if partitions_def is not None:
        warn_user(
            "partitions_def of define_asset_job is deprecated. The partitions are known from the assets: leave it out.",
            DeprecationWarning,
        )
    _check_arguments(
        config, description, tags, run_tags, metadata, partitions_def, executor_def, hooks, op_retry_policy, owners,
        automation_condition,
    )  # fmt: skip
    return UnresolvedAssetJobDefinition(
        name, AssetSelection.all() if selection is None else AssetSelection.from_coercible(selection),
        config=config, description=description, tags=tags, run_tags=run_tags, metadata=metadata,
        partitions_def=partitions_def, executor_def=executor_def, hooks=hooks, op_retry_policy=op_retry_policy,
        owners=owners, automation_condition=automation_condition,
    )  # fmt: skip


def _check_arguments(
    config: Any, description: Any, tags: Any, run_tags: Any, metadata: Any, partitions_def: Any, executor_def: Any,
    hooks: Any, op_retry_policy: Any, owners: Any, automation_condition: Any,
) -> None:  # fmt: skip
    """Refuse what cannot be an argument of a job, whose error would come only when the job is resolved."""
    for name, value, kind in (
        ("description", description, str), ("tags", tags, Mapping), ("run_tags", run_tags, Mapping),
        ("metadata", metadata, Mapping), ("op_retry_policy", op_retry_policy, RetryPolicy),
    ):  # fmt: skip
        if value is not None:
            check_type(value, kind, name)
    if config is not None:
        read_config(config, None, "of these assets")
    if partitions_def is not None:
        check_partitions(partitions_def)
    if executor_def is not None:
        check_executor(executor_def)
    if hooks is not None:
        for hook in check_type(hooks, Iterable, "hooks"):
            check_type(hook, HookDefinition, "an entry of 'hooks'")
    if owners is not None:
        check_owners(check_type(owners, Sequence, "owners"), "the job")
    if automation_condition is not None:
        from weftwork.conditions.expression import AutomationCondition  # most jobs have none

        check_type(automation_condition, AutomationCondition, "automation_condition")
