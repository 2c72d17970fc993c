"""``define_asset_job``: a job over assets that are looked up when the job is first needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

from weftwork.base.errors import CheckError, DagsterError, DagsterInvalidDefinitionError
from weftwork.base.names import check_name
from weftwork.definitions.assets.asset_job import ResolvedSelection, build_asset_job, resolve_assets
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.keys import AssetKey
from weftwork.records.retry import RetryPolicy


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
            resolved.get_partitions(self.partitions_def, allow_different=False, config=self.config)
            if self.automation_condition is not None:
                from weftwork.conditions.job_condition import (
                    check_job_condition,  # only where there are conditions
                )

                check_job_condition(self.name, self.automation_condition, self.config)
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
            asset_graph: the catalog of the assets, or the assets.
            resource_defs: resources that its assets may need.
            default_executor_def: how steps are run, where the job does not say.
            default_logger_defs: the loggers.

        Raises:
            DagsterInvalidDefinitionError: if it cannot be resolved; says why.
        """
        catalog = asset_graph if isinstance(asset_graph, AssetCatalog) else AssetCatalog(asset_graph)
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
    return UnresolvedAssetJobDefinition(
        name, AssetSelection.all() if selection is None else AssetSelection.from_coercible(selection),
        config=config, description=description, tags=tags, run_tags=run_tags, metadata=metadata,
        partitions_def=partitions_def, executor_def=executor_def, hooks=hooks, op_retry_policy=op_retry_policy,
        owners=owners, automation_condition=automation_condition,
    )  # fmt: skip
