"""Definitions: everything that a code location offers, in one object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterInvariantViolationError, ParameterCheckError
from weftwork.base.lifecycle import PREVIEW, marked
from weftwork.base.text import did_you_mean
from weftwork.definitions.assets.asset_job_definition import UnresolvedAssetJobDefinition
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog, to_definition
from weftwork.definitions.assets.source_asset import SourceAsset
from weftwork.definitions.assets.spec_change import map_asset_specs
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.graphs.graph_definition import GraphDefinition
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.definitions.locations.asset_value_loader import AssetValueLoader
from weftwork.definitions.locations.contents import LocationContents
from weftwork.definitions.locations.instigators import kind_of_instigator
from weftwork.definitions.locations.metadata_update import MetadataChange, MetadataUpdate
from weftwork.definitions.locations.repository import SINGLETON_REPOSITORY_NAME, RepositoryDefinition
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.keys import AssetCheckKey, AssetKey, CoercibleToAssetKey
from weftwork.records.metadata import Metadata, RawMetadata, normalize_metadata

_LISTS = ("assets", "asset_checks", "jobs", "schedules", "sensors")
_PARTS = (*_LISTS, "resources", "loggers", "executor", "metadata", "component_tree")


class Definitions:
    """Everything that a code location offers: assets, checks, jobs, schedules, sensors, and their resources.

    Nothing is looked up or checked across its parts before it is needed; ``Definitions.validate_loadable`` checks all.

    Args:
        assets: definitions, specs and source assets.
        schedules: schedules.
        sensors: sensors.
        jobs: jobs; those of ``define_asset_job`` are resolved over these assets.
        resources: resource key to resource, for everything that needs the key and does not have it.
        executor: how steps are run in jobs that do not say.
        loggers: logger name to logger, for jobs that name none.
        asset_checks: checks.
        metadata: name to metadata value.
        component_tree: the components that it was made of, for those who ask.

    Raises:
        CheckError: if something is given that does not belong there.

    Example:
        >>> defs = Definitions(assets=[orders, customers], resources={"warehouse": Warehouse(url="...")})
    """

    def __init__(
        self,
        assets: Iterable[Any] | None = None,
        schedules: Iterable[Any] | None = None,
        sensors: Iterable[Any] | None = None,
        jobs: Iterable[Any] | None = None,
        resources: Mapping[str, Any] | None = None,
        executor: Any = None,
        loggers: Mapping[str, Any] | None = None,
        asset_checks: Iterable[Any] | None = None,
        metadata: RawMetadata | None = None,
        component_tree: Any = None,
    ) -> None:
        self.assets = _check_each(assets, (AssetsDefinition, AssetSpec, SourceAsset), "assets")
        self.schedules = _check_instigators(schedules, "schedules")
        self.sensors = _check_instigators(sensors, "sensors")
        self.jobs = _check_each(jobs, (JobDefinition, UnresolvedAssetJobDefinition, GraphDefinition), "jobs")
        self.resources: Mapping[str, Any] | None = check_type(resources, Mapping, "resources", optional=True)
        self.executor = _check_executor(executor)
        self.loggers = _check_loggers(loggers)
        self.asset_checks = _check_each(asset_checks, (AssetsDefinition,), "asset_checks")
        self.metadata: Metadata = normalize_metadata(metadata)
        self.component_tree = component_tree
        self._repository: RepositoryDefinition | None = None
        self._catalog: AssetCatalog | None = None

    # ------------------------------------------------------------------------------ resolution

    def get_repository_def(self) -> RepositoryDefinition:
        """Return what it holds as a repository; jobs over assets are still built when they are asked for.

        Raises:
            DagsterInvalidDefinitionError: if two things have one name or key, or a resource is missing.
        """
        if self._repository is None:
            contents = self._build_contents()
            contents.check_parts()
            self._repository = RepositoryDefinition(
                SINGLETON_REPOSITORY_NAME, repository_data=contents, metadata=self.metadata
            )
        return self._repository

    def _build_contents(self) -> LocationContents:
        jobs = [job.coerce_to_job() if isinstance(job, GraphDefinition) else job for job in self.jobs or ()]
        return LocationContents(
            self.assets or (), self.asset_checks or (), jobs, self.schedules or (), self.sensors or (),
            self.resources, self.executor, self.loggers,
        )  # fmt: skip

    def _find_catalog(self) -> AssetCatalog:
        """Return all assets and checks; whether they find their resources is not looked at for it."""
        if self._repository is not None:
            return self._repository.catalog
        if self._catalog is None:
            self._catalog = self._build_contents().catalog
        return self._catalog

    def has_resolved_repository_def(self) -> bool:
        """Return whether ``get_repository_def`` was called."""
        return self._repository is not None

    @staticmethod
    def validate_loadable(defs: Definitions) -> None:
        """Check everything that can be wrong before something runs.

        Args:
            defs: what is checked.

        Raises:
            DagsterInvalidDefinitionError: if something is defined twice, a resource is missing, a job or schedule
                cannot be resolved, or assets depend on each other in a circle.
        """
        check_type(defs, Definitions, "defs").get_repository_def().validate_loadable()

    # ------------------------------------------------------------------------------ jobs, schedules, sensors

    def resolve_job_def(self, name: str) -> JobDefinition:
        """Return the job of that name.

        Raises:
            DagsterInvariantViolationError: if there is none.
            DagsterInvalidDefinitionError: if it cannot be resolved.
        """
        return self.get_repository_def().get_job(check_type(name, str, "name"))

    def get_job_def(self, name: str) -> JobDefinition:
        """Return the job of that name; as ``resolve_job_def``."""
        return self.resolve_job_def(name)

    def resolve_all_job_defs(self) -> Sequence[JobDefinition]:
        """Return all jobs, the one over all assets first."""
        return self.get_repository_def().get_all_jobs()

    def get_all_job_defs(self) -> Sequence[JobDefinition]:
        """Return all jobs; as ``resolve_all_job_defs``."""
        return self.resolve_all_job_defs()

    def has_implicit_global_asset_job_def(self) -> bool:
        """Return whether there is a job over all assets: whether there are assets."""
        return self.get_repository_def().has_implicit_global_asset_job_def()

    def resolve_implicit_global_asset_job_def(self) -> JobDefinition:
        """Return the job over all assets.

        Raises:
            DagsterInvariantViolationError: if there are no assets.
        """
        return self.get_repository_def().get_implicit_global_asset_job_def()

    def get_implicit_global_asset_job_def(self) -> JobDefinition:
        """Return the job over all assets; as ``resolve_implicit_global_asset_job_def``."""
        return self.resolve_implicit_global_asset_job_def()

    def resolve_implicit_job_def_def_for_assets(self, asset_keys: Iterable[AssetKey]) -> JobDefinition | None:
        """Return the job over all assets if it makes all of these, else None."""
        return self.get_repository_def().get_implicit_job_def_for_assets(asset_keys)

    def resolve_schedule_def(self, name: str) -> Any:
        """Return the schedule of that name.

        Raises:
            DagsterInvariantViolationError: if there is none.
        """
        return self.get_repository_def().get_schedule_def(name)

    get_schedule_def = resolve_schedule_def

    def resolve_sensor_def(self, name: str) -> Any:
        """Return the sensor of that name.

        Raises:
            DagsterInvariantViolationError: if there is none.
        """
        return self.get_repository_def().get_sensor_def(name)

    get_sensor_def = resolve_sensor_def

    def get_unresolved_schedule_def(self, name: str) -> Any:
        """Return the schedule of that name as it was given.

        Raises:
            ValueError: if there is none.
        """
        return _find_named(self.schedules or (), name, "schedule")

    def get_unresolved_sensor_def(self, name: str) -> Any:
        """Return the sensor of that name as it was given.

        Raises:
            ValueError: if there is none.
        """
        return _find_named(self.sensors or (), name, "sensor")

    # ------------------------------------------------------------------------------ assets, checks

    def resolve_asset_graph(self) -> Any:
        """Return the graph of all assets.

        Raises:
            DagsterInvalidDefinitionError: if assets depend on each other in a circle.
        """
        graph = self.get_repository_def().asset_graph
        _ = graph.order  # it has one, unless there is a circle
        return graph

    def resolve_all_asset_specs(self) -> Sequence[AssetSpec]:
        """Return the specs of all assets, those that are only known as dependencies included."""
        return list(self.get_repository_def().catalog.specs())

    def resolve_all_asset_keys(self) -> Sequence[AssetKey]:
        """Return the keys of all assets, those that are only known as dependencies included."""
        return list(self.resolve_asset_graph())

    def resolve_assets_def(self, key: CoercibleToAssetKey) -> AssetsDefinition:
        """Return the definition that makes or declares an asset.

        Raises:
            DagsterInvariantViolationError: if there is no such asset.
        """
        wanted = AssetKey.from_coercible(key)
        catalog = self._find_catalog()
        found = catalog.by_key.get(wanted)
        if found is None and wanted in catalog.graph:
            return to_definition(catalog.get_spec(wanted))
        if found is None:
            name = wanted.to_user_string()
            nearest = did_you_mean(name, [known.to_user_string() for known in catalog.by_key])
            raise DagsterInvariantViolationError(f"There is no asset '{name}'.{nearest}")
        return found

    def get_assets_def(self, key: CoercibleToAssetKey) -> AssetsDefinition:
        """Return the definition that makes or declares an asset; as ``resolve_assets_def``."""
        return self.resolve_assets_def(key)

    def get_asset_checks_def(self, key: AssetCheckKey) -> AssetsDefinition:
        """Return the definition that evaluates a check.

        Raises:
            DagsterInvariantViolationError: if there is no such check.
        """
        found = self._find_catalog().by_check
        if key not in found:
            name = key.to_user_string()
            nearest = did_you_mean(name, [known.to_user_string() for known in found])
            raise DagsterInvariantViolationError(f"There is no check '{name}'.{nearest}")
        return found[key]

    def get_asset_value_loader(self, instance: Any = None) -> AssetValueLoader:
        """Return what loads the values of its assets; use it in a ``with`` block.

        Args:
            instance: the instance that IO managers see (default: a new one in memory).
        """
        return self.get_repository_def().get_asset_value_loader(instance)

    def load_asset_value(
        self,
        asset_key: CoercibleToAssetKey,
        *,
        python_type: Any = None,
        instance: Any = None,
        partition_key: str | None = None,
        metadata: RawMetadata | None = None,
        resource_config: Mapping[str, Any] | None = None,
    ) -> Any:
        """Load the value of an asset through its IO manager.

        Args:
            asset_key: the asset.
            python_type: the type that is wanted; IO managers see it as ``context.dagster_type``.
            instance: the instance that IO managers see (default: a new one in memory).
            partition_key: the partition.
            metadata: what IO managers see as ``context.definition_metadata``.
            resource_config: resource key to ``{"config": ...}``, for the IO manager and what it requires.

        Raises:
            CheckError: if there is no such asset.
            DagsterUnknownPartitionError: if it has no such partition.
        """
        return self.get_repository_def().load_asset_value(
            asset_key, python_type=python_type, instance=instance, partition_key=partition_key, metadata=metadata,
            resource_config=resource_config,
        )  # fmt: skip

    # ------------------------------------------------------------------------------ changed copies

    @marked("Definitions.map_asset_specs", PREVIEW)
    def map_asset_specs(
        self, *, func: Callable[[AssetSpec], AssetSpec], selection: Any = None
    ) -> Definitions:
        """Return a copy with each asset's spec replaced by what ``func`` makes of it.

        Args:
            func: gets a spec and returns the spec that takes its place.
            selection: not taken here; see ``map_resolved_asset_specs``.

        Raises:
            CheckError: if a selection is given.
            DagsterInvariantViolationError: if there are source assets, which have no spec.
        """
        if selection is not None:
            raise CheckError("map_asset_specs takes no selection: use map_resolved_asset_specs.")
        return self.map_resolved_asset_specs(func=func)

    @marked("Definitions.map_resolved_asset_specs", PREVIEW)
    def map_resolved_asset_specs(
        self, *, func: Callable[[AssetSpec], AssetSpec], selection: Any = None
    ) -> Definitions:
        """Return a copy with the specs of selected assets replaced by what ``func`` makes of them.

        Args:
            func: gets a spec and returns the spec that takes its place.
            selection: which assets (default: all).

        Raises:
            DagsterInvariantViolationError: if there are source assets, which have no spec.
        """
        sources = [asset for asset in self.assets or () if isinstance(asset, SourceAsset)]
        if sources:
            raise DagsterInvariantViolationError(
                f"'{sources[0].key.to_user_string()}' is a SourceAsset, whose attributes cannot be mapped. Declare it as an AssetSpec."
            )
        mapped = func
        if selection is not None:
            chosen = AssetSelection.from_coercible(selection).resolve(self.resolve_asset_graph())

            def mapped(spec: AssetSpec) -> AssetSpec:
                return func(spec) if spec.key in chosen else spec

        return self.copy(assets=list(map_asset_specs(mapped, self.assets or ())))

    def with_definition_metadata_update(self, update: MetadataUpdate) -> Definitions:
        """Return a copy with the metadata of all assets, checks, jobs, schedules and sensors changed.

        Args:
            update: gets the metadata of one definition and returns the metadata that takes its place.

        Example:
            >>> defs.with_definition_metadata_update(lambda metadata: {**metadata, "team": "sales"})
        """
        parts = ("assets", "asset_checks", "jobs", "schedules", "sensors")
        change = MetadataChange(update)
        return self.copy(**{part: change.apply_to_all(getattr(self, part)) for part in parts})

    def with_resources(self, resources: Mapping[str, Any] | None) -> Definitions:
        """Return a copy with these resources added."""
        return self.copy(resources={**(self.resources or {}), **resources}) if resources else self

    def copy(self, **changes: Any) -> Definitions:
        """Return a copy with some arguments changed."""
        given: dict[str, Any] = {
            "assets": self.assets, "schedules": self.schedules, "sensors": self.sensors, "jobs": self.jobs,
            "resources": self.resources, "executor": self.executor, "loggers": self.loggers,
            "asset_checks": self.asset_checks, "metadata": self.metadata, "component_tree": self.component_tree,
        }  # fmt: skip
        return Definitions(**{**given, **changes})

    @staticmethod
    def merge(*def_sets: Definitions) -> Definitions:
        """Return one object with everything that several hold.

        Raises:
            DagsterInvariantViolationError: if two have different resources or loggers under one key, or an executor each.
        """
        merged: dict[str, Any] = {}
        for defs in def_sets:
            check_type(defs, Definitions, "def_sets")
            for part in _LISTS:
                if getattr(defs, part) is not None:
                    merged[part] = [*merged.get(part, ()), *getattr(defs, part)]
            for part in ("resources", "loggers"):
                if getattr(defs, part) is not None:
                    merged[part] = _merge_keys(merged.get(part, {}), getattr(defs, part), part[:-1])
            if (
                defs.executor is not None
                and merged.setdefault("executor", defs.executor) is not defs.executor
            ):
                raise DagsterInvariantViolationError(
                    "Two of the Definitions that are merged have an executor. Keep one."
                )
            merged["metadata"] = {**merged.get("metadata", {}), **defs.metadata}
            merged["component_tree"] = merged.get("component_tree") or defs.component_tree
        return Definitions(**merged)

    merge_unbound_defs = merge

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Definitions):
            return NotImplemented
        return all((getattr(self, part) or None) == (getattr(other, part) or None) for part in _PARTS)

    def __hash__(self) -> int:
        return hash(tuple(len(getattr(self, part) or ()) for part in _LISTS))

    def __repr__(self) -> str:
        parts = ("assets", "asset_checks", "jobs", "schedules", "sensors", "resources")
        counts = (f"{len(getattr(self, part))} {part}" for part in parts if getattr(self, part))
        return f"<Definitions: {', '.join(counts) or 'empty'}>"


def _merge_keys(known: Mapping[str, Any], more: Mapping[str, Any], what: str) -> dict[str, Any]:
    for key, value in more.items():
        if key in known and known[key] is not value and known[key] != value:
            raise DagsterInvariantViolationError(
                f"Two of the Definitions that are merged have different {what}s under the key '{key}'. Keep one, or rename."
            )
    return {**known, **more}


def _check_each(items: Iterable[Any] | None, kinds: tuple[type, ...], name: str) -> list[Any] | None:
    if items is None:
        return None
    if isinstance(items, (str, Mapping)) or not isinstance(items, Iterable):
        raise ParameterCheckError(
            f"Parameter '{name}' must be a list, not {type(items).__name__}: {items!r:.200}."
        )
    found = list(items)
    for item in found:
        if not isinstance(item, kinds):
            expected = " or ".join(kind.__name__ for kind in kinds)
            hint = " Unpack the list: [*these, *those]." if isinstance(item, (list, tuple)) else ""
            raise CheckError(
                f"'{name}' holds {item!r:.200} ({type(item).__name__}), which is no {expected}.{hint}"
            )
    return found


def _check_instigators(items: Iterable[Any] | None, name: str) -> list[Any] | None:
    found = _check_each(items, (object,), name)
    for item in found or ():
        if kind_of_instigator(item) != name:
            raise CheckError(
                f"'{name}' holds {item!r:.200} ({type(item).__name__}), which is no {name[:-1]}."
            )
    return found


def _check_executor(executor: Any) -> Any:
    if executor is None:
        return None
    from weftwork.definitions.executors.executor_definition import (  # most locations name none
        Executor,
        ExecutorDefinition,
    )

    check_type(executor, (Executor, ExecutorDefinition), "executor")
    return ExecutorDefinition.hardcoded_executor(executor) if isinstance(executor, Executor) else executor


def _check_loggers(loggers: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    check_type(loggers, Mapping, "loggers", optional=True)
    if loggers:
        from weftwork.definitions.loggers.logger_definition import (
            LoggerDefinition,  # most locations name none
        )

        for name, logger in loggers.items():
            if not isinstance(logger, LoggerDefinition):
                raise CheckError(f"loggers['{name}'] must be a LoggerDefinition, not {logger!r:.200}.")
    return loggers


def _find_named(items: Iterable[Any], name: str, what: str) -> Any:
    for item in items:
        if item.name == name:
            return item
    names = [item.name for item in items]
    raise ValueError(f"There is no {what} '{name}'.{did_you_mean(name, names)}")


def create_repository_using_definitions_args(
    name: str,
    assets: Iterable[Any] | None = None,
    schedules: Iterable[Any] | None = None,
    sensors: Iterable[Any] | None = None,
    jobs: Iterable[Any] | None = None,
    resources: Mapping[str, Any] | None = None,
    executor: Any = None,
    loggers: Mapping[str, Any] | None = None,
    asset_checks: Iterable[Any] | None = None,
) -> RepositoryDefinition:
    """Return a repository of that name that holds what ``Definitions`` would hold; arguments as there."""
    defs = Definitions(assets, schedules, sensors, jobs, resources, executor, loggers, asset_checks)
    return RepositoryDefinition(name, repository_data=defs.get_repository_def().repository_data)
