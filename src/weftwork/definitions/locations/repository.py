"""RepositoryDefinition and ``@repository``: the older way to say what a code location offers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.base.names import check_name
from weftwork.base.source import describe_function
from weftwork.base.text import quote_names
from weftwork.definitions.assets.asset_job import IMPLICIT_JOB_NAME
from weftwork.definitions.assets.asset_job_definition import UnresolvedAssetJobDefinition
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog
from weftwork.definitions.assets.source_asset import SourceAsset
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.graphs.graph_definition import GraphDefinition
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.definitions.locations.asset_value_loader import AssetValueLoader
from weftwork.definitions.locations.contents import DeferredJob, LocationContents, check_named_job
from weftwork.definitions.locations.instigators import kind_of_instigator
from weftwork.definitions.locations.repository_data import RepositoryData
from weftwork.records.keys import AssetCheckKey, AssetKey, CoercibleToAssetKey
from weftwork.records.metadata import Metadata, RawMetadata, normalize_metadata

SINGLETON_REPOSITORY_NAME = "__repository__"
_DICT_KEYS = ("jobs", "schedules", "sensors")


class RepositoryDefinition:
    """Jobs, assets, schedules and sensors under one name; made by ``@repository`` and by ``Definitions``.

    Args:
        name: its name.
        repository_data: what it holds.
        description: text for people.
        metadata: name to metadata value.
        repository_load_data: accepted for compatibility.
    """

    def __init__(
        self,
        name: str,
        *,
        repository_data: RepositoryData,
        description: str | None = None,
        metadata: RawMetadata | None = None,
        repository_load_data: Any = None,
    ) -> None:
        self.name = check_name(name, "repository")
        self.repository_data: RepositoryData = check_type(repository_data, RepositoryData, "repository_data")
        self.description: str | None = check_type(description, str, "description", optional=True)
        self.metadata: Metadata = normalize_metadata(metadata)
        self.repository_load_data = repository_load_data

    # ------------------------------------------------------------------------------ jobs

    @property
    def job_names(self) -> Sequence[str]:
        """The names of all jobs."""
        return self.repository_data.get_job_names()

    def get_job(self, name: str) -> JobDefinition:
        """Return the job of that name.

        Raises:
            DagsterInvariantViolationError: if there is none.
        """
        job: JobDefinition = self.repository_data.get_job(name)
        return job

    def has_job(self, name: str) -> bool:
        """Return whether there is a job of that name."""
        return self.repository_data.has_job(name)

    def get_all_jobs(self) -> Sequence[JobDefinition]:
        """Return all jobs."""
        return self.repository_data.get_all_jobs()

    def get_maybe_subset_job_def(
        self,
        job_name: str,
        op_selection: Iterable[str] | None = None,
        asset_selection: Set[AssetKey] | None = None,
        asset_check_selection: Set[AssetCheckKey] | None = None,
    ) -> JobDefinition:
        """Return a job, or the part of it that is selected."""
        return self.get_job(job_name).get_subset(
            op_selection=op_selection,
            asset_selection=asset_selection,
            asset_check_selection=asset_check_selection,
        )

    def has_implicit_global_asset_job_def(self) -> bool:
        """Return whether there is a job over all assets: whether there are assets."""
        return self.has_job(IMPLICIT_JOB_NAME)

    def get_implicit_global_asset_job_def(self) -> JobDefinition:
        """Return the job over all assets.

        Raises:
            DagsterInvariantViolationError: if there are no assets.
        """
        return self.get_job(IMPLICIT_JOB_NAME)

    def get_implicit_asset_job_names(self) -> Sequence[str]:
        """Return the names of the jobs that are there because there are assets."""
        return [IMPLICIT_JOB_NAME] if self.has_job(IMPLICIT_JOB_NAME) else []

    def get_implicit_job_def_for_assets(self, asset_keys: Iterable[AssetKey]) -> JobDefinition | None:
        """Return the job over all assets if it makes all of these, else None."""
        if not self.has_implicit_global_asset_job_def():
            return None
        job = self.get_implicit_global_asset_job_def()
        return job if job.asset_layer.selected_keys.issuperset(asset_keys) else None

    # ------------------------------------------------------------------------------ schedules, sensors

    def list_automated_jobs(self) -> Sequence[Any]:
        """Return the jobs over assets that have an automation condition."""
        return self.repository_data.list_automated_jobs()

    @property
    def schedule_defs(self) -> Sequence[Any]:
        """All schedules."""
        return self.repository_data.get_all_schedules()

    def get_schedule_def(self, name: str) -> Any:
        """Return the schedule of that name.

        Raises:
            DagsterInvariantViolationError: if there is none.
        """
        return self.repository_data.get_schedule(name)

    def has_schedule_def(self, name: str) -> bool:
        """Return whether there is a schedule of that name."""
        return self.repository_data.has_schedule(name)

    @property
    def sensor_defs(self) -> Sequence[Any]:
        """All sensors."""
        return self.repository_data.get_all_sensors()

    def get_sensor_def(self, name: str) -> Any:
        """Return the sensor of that name.

        Raises:
            DagsterInvariantViolationError: if there is none.
        """
        return self.repository_data.get_sensor(name)

    def has_sensor_def(self, name: str) -> bool:
        """Return whether there is a sensor of that name."""
        return self.repository_data.has_sensor(name)

    # ------------------------------------------------------------------------------ assets, resources

    @property
    def catalog(self) -> AssetCatalog:
        """All assets and checks."""
        data = self.repository_data
        if isinstance(data, LocationContents):
            return data.catalog
        own = [*data.get_assets_defs_by_key().values(), *data.get_source_assets_by_key().values()]
        return AssetCatalog(own, data.get_asset_checks_defs_by_key().values())

    @property
    def asset_graph(self) -> Any:
        """The graph of all assets."""
        return self.catalog.graph

    @property
    def assets_defs_by_key(self) -> Mapping[AssetKey, AssetsDefinition]:
        """Asset to its definition."""
        return self.repository_data.get_assets_defs_by_key()

    @property
    def asset_checks_defs_by_key(self) -> Mapping[AssetCheckKey, AssetsDefinition]:
        """Check to the definition that evaluates it."""
        return self.repository_data.get_asset_checks_defs_by_key()

    @property
    def source_assets_by_key(self) -> Mapping[AssetKey, SourceAsset]:
        """Asset to source asset."""
        return self.repository_data.get_source_assets_by_key()

    def get_asset_value_loader(self, instance: Any = None) -> AssetValueLoader:
        """Return what loads the values of its assets; use it in a ``with`` block.

        Args:
            instance: the instance that IO managers see (default: a new one in memory).
        """
        return AssetValueLoader(self.catalog, self.get_top_level_resources(), instance)

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
        """Load the value of an asset; arguments as in ``AssetValueLoader.load_asset_value``."""
        with self.get_asset_value_loader(instance) as loader:
            return loader.load_asset_value(
                asset_key, python_type=python_type, partition_key=partition_key, metadata=metadata,
                resource_config=resource_config,
            )  # fmt: skip

    def get_top_level_resources(self) -> Mapping[str, Any]:
        """Return resource key to resource, for those given to all."""
        return self.repository_data.get_top_level_resources()

    def get_env_vars_by_top_level_resource(self) -> Mapping[str, Set[str]]:
        """Return resource key to the environment variables that the resource reads."""
        return self.repository_data.get_env_vars_by_top_level_resource()

    def load_all_definitions(self) -> None:
        """Build everything that is built on first use, so that errors show."""
        self.repository_data.load_all_definitions()

    def validate_loadable(self) -> None:
        """Raise if something in it cannot be loaded."""
        self.load_all_definitions()

    def __repr__(self) -> str:
        return f"<RepositoryDefinition '{self.name}'>"


def repository(
    definitions_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    metadata: RawMetadata | None = None,
    default_executor_def: Any = None,
    default_logger_defs: Mapping[str, Any] | None = None,
) -> Any:
    """Make what a function returns a repository; ``Definitions`` is the newer way.

    Args:
        definitions_fn: returns a list of jobs, assets, checks, schedules and sensors; a dict with "jobs",
            "schedules" and "sensors"; or a RepositoryData.
        name: its name (default: that of the function).
        description: text for people (default: the docstring).
        metadata: name to metadata value.
        default_executor_def: how steps are run in jobs that do not say.
        default_logger_defs: the loggers of jobs that name none.

    Raises:
        DagsterInvalidDefinitionError: if the function returns something else, or two things of one name.
        DagsterInvalidSubsetError: if a job of the dict selects assets that are not there.
    """

    def decorate(fn: Callable[..., Any]) -> RepositoryDefinition:
        data = _read_returned(fn(), fn, default_executor_def, default_logger_defs)
        if isinstance(data, LocationContents):
            data.check_given()
        return RepositoryDefinition(
            name or fn.__name__,
            repository_data=data,
            description=description or fn.__doc__,
            metadata=metadata,
        )

    return decorate(definitions_fn) if callable(definitions_fn) else decorate


def _read_returned(
    returned: Any, fn: Any, executor: Any, loggers: Mapping[str, Any] | None
) -> RepositoryData:
    if isinstance(returned, RepositoryData):
        return returned
    if isinstance(returned, Mapping):
        return _read_dict(returned, fn, executor, loggers)
    if not isinstance(returned, (list, tuple)):
        raise DagsterInvalidDefinitionError(
            f"{describe_function(fn)} must return a list, a dict or a RepositoryData for @repository, not {returned!r:.100}."
        )
    sorted_out: dict[str, list[Any]] = {"assets": [], "jobs": [], "schedules": [], "sensors": []}
    resources: dict[str, Any] = {}
    for index, item in enumerate(_flatten(returned)):
        kind = kind_of(item)
        if kind == "resources":
            resources.update(item)
        elif kind is None:
            raise DagsterInvalidDefinitionError(
                f"{describe_function(fn)} returned {item!r:.100} at place {index}, which is no job, asset, check, schedule or "
                f"sensor."
            )
        else:
            sorted_out[kind].append(item.coerce_to_job() if isinstance(item, GraphDefinition) else item)
    return LocationContents(**sorted_out, resources=resources, executor=executor, loggers=loggers)


def _flatten(items: Iterable[Any]) -> Iterable[Any]:
    for item in items:
        if isinstance(item, (list, tuple)):
            yield from item
        else:
            yield item


def kind_of(item: Any) -> str | None:
    """Return where an object belongs ("assets", "jobs", "schedules", "sensors"), or None if nowhere."""
    if isinstance(item, (JobDefinition, UnresolvedAssetJobDefinition, GraphDefinition)):
        return "jobs"
    if isinstance(item, (AssetsDefinition, SourceAsset, AssetSpec)):
        return "assets"
    return kind_of_instigator(item)


def _read_dict(
    returned: Mapping[str, Any], fn: Any, executor: Any, loggers: Mapping[str, Any] | None
) -> LocationContents:
    unknown = [key for key in returned if key not in _DICT_KEYS]
    if unknown:
        raise DagsterInvalidDefinitionError(
            f"{describe_function(fn)} returned a dict with {quote_names(map(str, unknown))}; "
            f"@repository knows {quote_names(_DICT_KEYS)}."
        )
    where = describe_function(fn)
    parts: dict[str, Any] = {}
    for key in _DICT_KEYS:
        parts[key] = [_read_named(key, name, item, where) for name, item in (returned.get(key) or {}).items()]
    contents = LocationContents(**parts, executor=executor, loggers=loggers)
    for job in parts["jobs"]:
        if isinstance(job, UnresolvedAssetJobDefinition):
            job.selection.resolve(contents.catalog.graph)  # raises if it names what is not there
    return contents


def _read_named(key: str, name: str, item: Any, where: str) -> Any:
    """Return what a dict gives under a name; jobs that functions make are made when they are needed.

    Raises:
        DagsterInvalidDefinitionError: if it is of another kind, or has another name.
    """
    if key == "jobs":
        if isinstance(item, UnresolvedAssetJobDefinition) and item.name == name:
            return item
        if kind_of(item) is None and callable(item):
            return DeferredJob(name, item, where)
        return check_named_job(item, name, where)
    value = item() if kind_of(item) is None and callable(item) else item
    if kind_of(value) != key:
        raise DagsterInvalidDefinitionError(f"{where} gives {value!r:.100} under the name '{name}' in {key}.")
    if value.name != name:
        raise DagsterInvalidDefinitionError(
            f"{where} gives '{value.name}' under the name '{name}' in {key}. Use one name."
        )
    return value
