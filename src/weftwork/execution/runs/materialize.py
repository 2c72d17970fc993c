"""materialize: makes assets in this process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import (
    DagsterInvalidInvocationError,
    DagsterInvariantViolationError,
    ParameterCheckError,
)
from weftwork.execution.results.in_process_result import ExecuteInProcessResult
from weftwork.execution.runs.in_process import execute_job_in_process
from weftwork.instance.instance import DagsterInstance
from weftwork.io_managers.in_memory import mem_io_manager


def materialize(
    assets: Sequence[Any],
    run_config: Any = None,
    instance: DagsterInstance | None = None,
    resources: Mapping[str, Any] | None = None,
    partition_key: str | None = None,
    raise_on_error: bool = True,
    tags: Mapping[str, str] | None = None,
    selection: Any = None,
    only_stale: bool = False,
) -> ExecuteInProcessResult:
    """Make assets in this process.

    Args:
        assets: definitions of assets and checks; source assets and specs only satisfy dependencies.
        run_config: config of the run.
        instance: where it is recorded and values are stored; a new one in a temporary place if None.
        resources: resource key to resource.
        partition_key: the partition to make.
        raise_on_error: whether the exception of a step is raised here (default True).
        tags: tags of the run.
        selection: which of the assets to make, or to observe (default: to make all that can be made).
        only_stale: whether assets stay as they are whose code version, config and upstream data are those that they were
            made of; each asset's reason is an event of the run.

    Raises:
        DagsterInvalidInvocationError: if a resource is also bound to an asset.
        DagsterUnknownPartitionError: if there is no such partition.

    Example:
        >>> materialize([orders]).success
        True
    """
    job = _ephemeral_job(assets, resources, selection)
    return execute_job_in_process(
        job,
        run_config=run_config,
        instance=instance,
        partition_key=partition_key,
        raise_on_error=raise_on_error,
        tags=tags,
        only_stale=only_stale,
    )


def materialize_to_memory(
    assets: Sequence[Any],
    run_config: Any = None,
    instance: DagsterInstance | None = None,
    resources: Mapping[str, Any] | None = None,
    partition_key: str | None = None,
    raise_on_error: bool = True,
    tags: Mapping[str, str] | None = None,
    selection: Any = None,
) -> ExecuteInProcessResult:
    """Make assets in this process with their values kept in memory; parameters as in ``materialize``.

    Raises:
        DagsterInvariantViolationError: if an IO manager is given.
    """
    assets = _list_assets(assets)
    keys = {"io_manager"} | {
        output.io_manager_key
        for definition in assets
        for output in getattr(getattr(definition, "node_def", None), "output_defs", ())
    }
    clash = keys & set(resources or {})
    if clash:
        raise DagsterInvariantViolationError(
            f"materialize_to_memory keeps values in memory, so it takes no IO manager: '{min(clash)}'. Use materialize."
        )
    in_memory = dict.fromkeys(keys, mem_io_manager)
    job = _ephemeral_job(assets, {**(resources or {}), **in_memory}, selection)
    return execute_job_in_process(
        job,
        run_config=run_config,
        instance=instance,
        partition_key=partition_key,
        raise_on_error=raise_on_error,
        tags=tags,
    )


def _ephemeral_job(assets: Sequence[Any], resources: Mapping[str, Any] | None, selection: Any) -> Any:
    from weftwork.definitions.assets.asset_job import (
        build_asset_job,  # definitions are loaded by those who use them
    )

    assets = _list_assets(assets)
    check_type(resources, Mapping, "resources", optional=True)
    observes = False
    for definition in assets:
        observes = observes or getattr(definition, "is_observable", False)
        clash = set(getattr(definition, "resource_defs", {})) & set(resources or {}) - {"io_manager"}
        if clash:
            raise DagsterInvalidInvocationError(
                f"Resource '{min(clash)}' is given, and is bound to an asset already. Give it in one place."
            )
    if selection is None and observes:  # what is only observed is not made
        from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog  # see above

        catalog = AssetCatalog(assets)
        made = (
            key for key, maker in catalog.by_key.items() if maker.is_executable and not maker.is_observable
        )
        return build_asset_job(
            "__ephemeral_asset_job__", catalog, resources=resources, selection=frozenset(made),
            check_selection=catalog.check_keys,
        )  # fmt: skip
    return build_asset_job("__ephemeral_asset_job__", assets, resources=resources, selection=selection)


def _list_assets(assets: Any) -> list[Any]:
    if isinstance(assets, (str, Mapping)) or not isinstance(assets, Iterable):
        raise ParameterCheckError(
            f"assets is a list of definitions, not {assets!r:.100}: write materialize([orders])."
        )
    return list(assets)
