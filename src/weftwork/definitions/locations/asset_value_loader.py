"""Loads the values of assets outside of a run, through their IO managers."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, NamedTuple

from weftwork.base.errors import CheckError
from weftwork.base.lifecycle import former, marked
from weftwork.base.text import did_you_mean
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog
from weftwork.definitions.io.asset_partitions import AssetPartitions
from weftwork.definitions.io.default import default_io_manager
from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.io.output_context import OutputContext
from weftwork.definitions.io.plain_step import PlainStep
from weftwork.definitions.jobs.requirements import expand_resource_keys
from weftwork.definitions.loggers.logger_definition import EPHEMERAL_RUN_ID
from weftwork.definitions.nodes.outputs import DEFAULT_IO_MANAGER_KEY
from weftwork.definitions.ports import execution_port
from weftwork.definitions.resources.config import build_resources_config
from weftwork.definitions.resources.context_resources import log_teardown_errors
from weftwork.definitions.resources.session import ResourceSession
from weftwork.partitions.keys import PartitionKeyRange
from weftwork.records.keys import AssetKey, CoercibleToAssetKey
from weftwork.records.metadata import RawMetadata


class AssetValueLoader:
    """Loads the values of assets; IO managers stay open between loads. Use it in a ``with`` block.

    Made by ``Definitions.get_asset_value_loader`` and ``RepositoryDefinition.get_asset_value_loader``.

    Args:
        catalog: the assets.
        resources: resource key to resource definition, for assets that do not bring their own.
        instance: the instance that IO managers see (default: a new one in memory).

    Example:
        >>> with defs.get_asset_value_loader() as loader:
        ...     orders = loader.load_asset_value("orders")
        ...     customers = loader.load_asset_value("customers")
    """

    __slots__ = ("_catalog", "_instance", "_resources", "_sessions")

    def __init__(self, catalog: AssetCatalog, resources: Mapping[str, Any], instance: Any = None) -> None:
        self._catalog = catalog
        self._resources = resources
        self._instance = instance
        self._sessions: list[_Opened] = []

    def __enter__(self) -> AssetValueLoader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the resources that were opened, the last one first."""
        while self._sessions:
            log_teardown_errors(self._sessions.pop().session.close(), None)

    @marked("load_asset_value", metadata=former("Use input_definition_metadata."))
    def load_asset_value(
        self,
        asset_key: CoercibleToAssetKey,
        *,
        python_type: Any = None,
        partition_key: str | None = None,
        partition_key_range: PartitionKeyRange | None = None,
        input_definition_metadata: RawMetadata | None = None,
        resource_config: Mapping[str, Any] | None = None,
        metadata: RawMetadata | None = None,
    ) -> Any:
        """Load the value of an asset, as an input of a step would be loaded.

        Args:
            asset_key: the asset.
            python_type: the type that is wanted; IO managers see it as ``context.dagster_type``.
            partition_key: the partition.
            partition_key_range: several partitions.
            input_definition_metadata: what IO managers see as ``context.definition_metadata``.
            resource_config: resource key to ``{"config": ...}``, for the IO manager and what it requires.
            metadata: the older name of ``input_definition_metadata``.

        Raises:
            CheckError: if there is no such asset.
            DagsterUnknownPartitionError: if it has no such partition.
        """
        key = AssetKey.from_coercible(asset_key)
        definition = self._get_definition(key)
        spec = definition.specs_by_key[key]
        partitions = self._partitions(spec.partitions_def, partition_key, partition_key_range)
        manager_key = definition.get_io_manager_key_for_asset_key(key)
        session, config = self._open(definition, manager_key, resource_config)
        own_config = (config.get(manager_key) or {}).get("config") or {}
        step = PlainStep(EPHEMERAL_RUN_ID, partition_key, partitions, None, self._instance)
        node = definition.binding.node_def if definition.binding is not None else None
        made = definition.is_materializable
        origin = OutputContext(
            step, definition.get_output_name_for_asset_key(key) if made else None, None, key, asset_spec=spec,
            resource_config=own_config, resources=session.resources, definition_metadata=spec.metadata,
            op_def=None if node is None or node.is_graph else node,
        )  # fmt: skip
        context = InputContext(
            step, None, None, origin, key, own_config, session.resources,
            definition_metadata=input_definition_metadata or metadata or {}, instance=self._instance,
            dagster_type=_resolve_type(python_type),
        )  # fmt: skip
        return getattr(session.resources, manager_key).load_input(context)

    def _get_definition(self, key: AssetKey) -> AssetsDefinition:
        found = self._catalog.by_key.get(key)
        if found is None:
            name = key.to_user_string()
            nearest = did_you_mean(name, [known.to_user_string() for known in self._catalog.by_key])
            raise CheckError(f"There is no asset '{name}' to load.{nearest}")
        return found

    def _partitions(
        self, partitions_def: Any, key: str | None, key_range: PartitionKeyRange | None
    ) -> AssetPartitions | None:
        if key is None and key_range is None:
            return None
        if partitions_def is not None:
            for wanted in (key,) if key_range is None else (key_range.start, key_range.end):
                partitions_def.validate_partition_key(wanted, dynamic_partitions_store=self._instance)
        return AssetPartitions(
            partitions_def, key_range or PartitionKeyRange(key or "", key or ""), self._instance
        )

    def _open(
        self, definition: AssetsDefinition, manager_key: str, given: Mapping[str, Any] | None
    ) -> tuple[ResourceSession, Mapping[str, Any]]:
        """Return a session with the IO manager open, and its config; one session for each set of definitions and config."""
        all_definitions = {**self._resources, **definition.resource_defs}
        all_definitions.setdefault(DEFAULT_IO_MANAGER_KEY, default_io_manager())
        keys = expand_resource_keys([manager_key], all_definitions)
        definitions = {key: all_definitions[key] for key in keys if key in all_definitions}
        for opened in self._sessions:
            if opened.definitions == definitions and opened.given == (given or {}):
                return opened.session, opened.config
        instance = self._instance if self._instance is not None else execution_port().ephemeral_instance()
        config = build_resources_config(definitions, given)
        session = ResourceSession(definitions, config, instance=instance)
        session.open([manager_key])
        self._sessions.append(_Opened(definitions, given or {}, config, session))
        return session, config


class _Opened(NamedTuple):
    """An open IO manager: from which definitions and which config it was made."""

    definitions: Mapping[str, Any]
    given: Mapping[str, Any]
    config: Mapping[str, Any]
    session: ResourceSession


def _resolve_type(python_type: Any) -> Any:
    if python_type is None:
        return None
    from weftwork.definitions.types.resolution import resolve_dagster_type  # few callers name a type

    return resolve_dagster_type(python_type)
