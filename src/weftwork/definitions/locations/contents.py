"""The contents of a code location: everything given to Definitions, resolved when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.assets.asset_job import (
    IMPLICIT_JOB_NAME,
    build_asset_job,
    refuse_conflicting_resources,
)
from weftwork.definitions.assets.asset_job_definition import UnresolvedAssetJobDefinition
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog
from weftwork.definitions.assets.layer.graph_node import AssetJobNode
from weftwork.definitions.assets.layer.partition_validity import check_partitions
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.definitions.locations.instigators import (
    is_unresolved,
    iterate_target_assets,
    iterate_target_jobs,
    iterate_target_names,
)
from weftwork.definitions.locations.repository_data import RepositoryData, not_found
from weftwork.definitions.nodes.outputs import DEFAULT_IO_MANAGER_KEY
from weftwork.definitions.resources.wrapping import wrap_resources
from weftwork.records.keys import AssetCheckKey, AssetKey


class DeferredJob:
    """A job that a function makes when it is first needed, as a dict of ``@repository`` may name it.

    Args:
        name: the name under which it is given.
        build: returns the job.
        where: who gives it, for messages.
    """

    __slots__ = ("_build", "_where", "name")

    def __init__(self, name: str, build: Callable[[], Any], where: str) -> None:
        self.name = name
        self._build = build
        self._where = where

    def make(self) -> JobDefinition:
        """Return the job.

        Raises:
            DagsterInvalidDefinitionError: if the function returns no job.
            CheckError: if the job has another name.
        """
        made = self._build()
        return check_named_job(made, self.name, self._where)


def check_named_job(made: Any, name: str, where: str) -> JobDefinition:
    """Return a job that was given under a name; a graph counts as the job of it.

    Raises:
        DagsterInvalidDefinitionError: if it is none.
        CheckError: if it has another name.
    """
    job = made.coerce_to_job() if hasattr(made, "coerce_to_job") else made
    if not isinstance(job, JobDefinition):
        raise DagsterInvalidDefinitionError(
            f"{where} gives {made!r:.100} under the name '{name}' in jobs. Expected a job, a graph, or a function that returns "
            f"one."
        )
    if job.name != name:
        raise CheckError(f"{where} gives the job '{job.name}' under the name '{name}' in jobs. Use one name.")
    return job


class LocationContents(RepositoryData):
    """Assets, checks, jobs, schedules, sensors and resources that are loaded together.

    Args:
        assets: definitions, specs and source assets.
        asset_checks: definitions of checks.
        jobs: jobs, resolved or not.
        schedules: schedules.
        sensors: sensors.
        resources: resource key to resource, for everything that does not have it.
        executor: how steps are run in jobs that do not say.
        loggers: the loggers of jobs that name none.
    """

    __slots__ = ()

    def __init__(
        self,
        assets: Iterable[Any] = (),
        asset_checks: Iterable[Any] = (),
        jobs: Iterable[Any] = (),
        schedules: Iterable[Any] = (),
        sensors: Iterable[Any] = (),
        resources: Mapping[str, Any] | None = None,
        executor: Any = None,
        loggers: Mapping[str, Any] | None = None,
    ) -> None:
        self._assets = list(assets)
        self._checks = list(asset_checks)
        self._given_jobs = list(jobs)
        self._given_schedules = list(schedules)
        self._given_sensors = list(sensors)
        self.resources: Mapping[str, Any] = wrap_resources(resources) if resources else {}
        self.executor = executor
        self.loggers = loggers
        self._jobs: dict[str, JobDefinition] = {}
        self._assets_checked = False

    # ------------------------------------------------------------------------------ assets

    @cached_property
    def catalog(self) -> AssetCatalog:
        """All assets and checks."""
        instigators = (*self._given_schedules, *self._given_sensors)
        here = {_code_of(asset) for asset in self._assets}
        started = [
            asset
            for instigator in instigators
            for asset in iterate_target_assets(instigator)
            if _code_of(asset)
            not in here  # else a copy with other attributes is here: one loaded from a module
        ]
        catalog = AssetCatalog([*self._assets, *started], self._checks)
        catalog.list_automated_jobs = self.list_automated_jobs
        return catalog

    def get_assets_defs_by_key(self) -> Mapping[AssetKey, AssetsDefinition]:
        """Return asset to its definition, for the assets that are made or declared here."""
        return {k: d for k, d in self.catalog.by_key.items() if k not in self.catalog.source_assets}

    def get_asset_checks_defs_by_key(self) -> Mapping[AssetCheckKey, AssetsDefinition]:
        """Return check to the definition that evaluates it."""
        return self.catalog.by_check

    def get_source_assets_by_key(self) -> Mapping[AssetKey, Any]:
        """Return asset to source asset."""
        return self.catalog.source_assets

    def get_top_level_resources(self) -> Mapping[str, Any]:
        """Return resource key to resource."""
        return self.resources

    # ------------------------------------------------------------------------------ jobs

    @cached_property
    def _jobs_by_name(self) -> Mapping[str, Any]:
        """Name to job as it was given; the implicit one first."""
        found: dict[str, Any] = {}
        if not self.catalog.is_empty:
            found[IMPLICIT_JOB_NAME] = None
        for job in [*self._given_jobs, *self._target_jobs()]:
            other = found.get(job.name)
            if job.name == IMPLICIT_JOB_NAME:
                raise DagsterInvalidDefinitionError(
                    f"A job cannot be named '{IMPLICIT_JOB_NAME}': that is the job over all assets, which is always there."
                )
            if other is not None and other is not job and not _same_graph(other, job):
                raise DagsterInvalidDefinitionError(
                    f"Two jobs are named '{job.name}': {_describe_job(other)} and {_describe_job(job)}. Rename one of them."
                )
            found.setdefault(job.name, job)
        return found

    def _target_jobs(self) -> Iterator[Any]:
        """Yield the jobs that schedules and sensors launch, as far as they name the job itself."""
        for instigator in (*self._given_schedules, *self._given_sensors):
            yield from iterate_target_jobs(instigator)

    def get_job_names(self) -> Sequence[str]:
        """Return the names of all jobs."""
        return list(self._jobs_by_name)

    def has_job(self, job_name: str) -> bool:
        """Return whether there is a job of that name."""
        return job_name in self._jobs_by_name

    def find_unresolved_job(self, job_name: str) -> UnresolvedAssetJobDefinition | None:
        """Return a job over assets as it was given, before it is built; None if it is of ops or the implicit one."""
        job = self._jobs_by_name[job_name]
        return job if isinstance(job, UnresolvedAssetJobDefinition) else None

    def get_job(self, job_name: str) -> JobDefinition:
        """Return the job of that name, with the resources, executor and loggers that it lacks.

        Raises:
            DagsterInvariantViolationError: if there is none.
            DagsterInvalidDefinitionError: if it cannot be resolved.
        """
        found = self._jobs.get(job_name)
        if found is None:
            if job_name not in self._jobs_by_name:
                raise not_found(job_name, self._jobs_by_name, "job")
            found = self._jobs[job_name] = self._resolve_job(job_name, self._jobs_by_name[job_name])
        return found

    def _resolve_job(self, name: str, job: Any) -> JobDefinition:
        if job is None:
            return build_asset_job(
                name,
                self.catalog,
                resources=self.resources,
                executor_def=self.executor,
                logger_defs=self.loggers,
            )
        if isinstance(job, UnresolvedAssetJobDefinition):
            return job.resolve(
                self.catalog, resource_defs=self.resources, default_executor_def=self.executor,
                default_logger_defs=self.loggers,
            )  # fmt: skip
        resolved: JobDefinition = job.make() if isinstance(job, DeferredJob) else job
        if self.resources:
            resolved = resolved.with_top_level_resources(self.resources)
        if self.executor is not None and not resolved.has_specified_executor:
            resolved = resolved.with_executor_def(self.executor)
        if self.loggers is not None and not resolved.has_specified_loggers:
            resolved = resolved.with_logger_defs(self.loggers)
        return resolved

    def get_all_jobs(self) -> Sequence[JobDefinition]:
        """Return all jobs, the one over all assets first.

        Raises:
            DagsterInvalidDefinitionError: if a job cannot be resolved, or an asset lacks a resource.
        """
        self._check_assets()
        jobs = [self.get_job(name) for name in self._jobs_by_name]
        _check_node_names(jobs)
        return jobs

    def list_automated_jobs(self) -> Sequence[UnresolvedAssetJobDefinition]:
        """Return the jobs over assets that have an automation condition."""
        jobs = self._jobs_by_name.values()
        return [
            job
            for job in jobs
            if isinstance(job, UnresolvedAssetJobDefinition) and job.automation_condition is not None
        ]

    def get_asset_job_nodes(self) -> Sequence[AssetJobNode]:
        """Return those jobs as nodes of the graph of assets."""
        return self.catalog.graph.asset_job_nodes

    def get_implicit_job(self) -> JobDefinition:
        """Return the job over all assets.

        Raises:
            DagsterInvariantViolationError: if there are no assets.
        """
        return self.get_job(IMPLICIT_JOB_NAME)

    # ------------------------------------------------------------------------------ schedules, sensors

    @cached_property
    def _schedules(self) -> Mapping[str, Any]:
        return self._resolve_instigators(self._given_schedules, "schedule")

    @cached_property
    def _sensors(self) -> Mapping[str, Any]:
        return self._resolve_instigators([*self._given_sensors, *self._automation_sensors()], "sensor")

    def _automation_sensors(self) -> list[Any]:
        """Return the sensor for the automation conditions that no given sensor evaluates, if there are any."""
        jobs = self.list_automated_jobs()
        is_claimed = any(hasattr(sensor, "default_condition") for sensor in self._given_sensors)
        if not jobs and not is_claimed and not self._has_conditions():
            return []
        from weftwork.definitions.automation.claims import (
            build_default_sensor,  # only where there are conditions
        )

        sensor = build_default_sensor(self.catalog, self._given_sensors, jobs)
        return [sensor] if sensor is not None else []

    def _has_conditions(self) -> bool:
        catalog = self.catalog
        return any(
            spec.automation_condition is not None
            for definition in catalog.definitions
            for spec in definition.specs_by_key.values()
        ) or any(catalog.get_check_spec(key).automation_condition is not None for key in catalog.by_check)

    def _resolve_instigators(self, given: Iterable[Any], what: str) -> dict[str, Any]:
        found = refuse_repeated_names(given, what)
        resolved = {}
        for name, instigator in found.items():
            unresolved = is_unresolved(instigator)
            resolved[name] = (
                instigator.resolve(self.get_job(instigator.job.name)) if unresolved else instigator
            )
        return resolved

    def get_all_schedules(self) -> Sequence[Any]:
        """Return all schedules."""
        return list(self._schedules.values())

    def get_all_sensors(self) -> Sequence[Any]:
        """Return all sensors."""
        return list(self._sensors.values())

    # ------------------------------------------------------------------------------ validity

    def validate(self) -> None:
        """Check everything that can be wrong before something runs.

        Raises:
            DagsterInvalidDefinitionError: if something is defined twice, missing, or cannot be resolved.
        """
        catalog = self.catalog
        if not catalog.is_empty:
            self._check_assets()
            self.get_implicit_job().validate_resource_requirements_satisfied()
        for name, job in self._jobs_by_name.items():
            if isinstance(job, UnresolvedAssetJobDefinition):
                job.check(catalog)
            elif job is not None:
                self.get_job(name).validate_resource_requirements_satisfied()
        for instigator in (*self.get_all_schedules(), *self.get_all_sensors()):
            self._check_instigator(instigator)

    def _check_targets(self, instigator: Any) -> None:
        for name in iterate_target_names(instigator):
            if not self.has_job(name):
                raise DagsterInvalidDefinitionError(
                    f"'{instigator.name}' starts the job '{name}', which is not here: {quote_names(self._jobs_by_name)}."
                    f"{did_you_mean(name, self._jobs_by_name)} Add it to jobs."
                )

    def _check_instigator(self, instigator: Any) -> None:
        self._check_targets(instigator)
        for key in getattr(instigator, "required_resource_keys", None) or ():
            if key not in self.resources and key != DEFAULT_IO_MANAGER_KEY:
                raise DagsterInvalidDefinitionError(
                    f"'{instigator.name}' requires the resource '{key}', which is not given. Resources given: "
                    f"{quote_names(self.resources)}.{did_you_mean(key, self.resources)} Add it to resources."
                )

    def check_names(self) -> None:
        """Check that no two things have one name or key, and no two sensors one condition; nothing is built for it.

        Raises:
            DagsterInvalidDefinitionError: if two have.
        """
        _ = self.catalog, self._jobs_by_name
        schedules = refuse_repeated_names(self._given_schedules, "schedule")
        sensors = refuse_repeated_names(self._given_sensors, "sensor")
        for name in schedules:
            if name in sensors:
                raise DagsterInvalidDefinitionError(
                    f"A schedule and a sensor are both named '{name}'. Rename one of them."
                )
        if any(hasattr(sensor, "default_condition") for sensor in self._given_sensors):
            self._automation_sensors()

    def check_parts(self) -> None:
        """Check names, and the resources of assets and jobs; jobs over assets are looked at when they are asked for.

        Raises:
            DagsterInvalidDefinitionError: if something is missing or defined twice.
        """
        self.check_names()
        self._check_resources()
        for job in self._given_jobs:
            if isinstance(job, JobDefinition):
                self.get_job(job.name).validate_resource_requirements_satisfied()

    def check_given(self) -> None:
        """Check what needs no assets: names, the resources of jobs, and the jobs that schedules and sensors start.

        Raises:
            DagsterInvalidDefinitionError: if something is missing or defined twice.
        """
        self.check_names()
        for job in self._given_jobs:
            if isinstance(job, JobDefinition):
                self.get_job(job.name).validate_resource_requirements_satisfied()
        for instigator in (*self._given_schedules, *self._given_sensors):
            if not is_unresolved(instigator):
                self._check_targets(instigator)

    def _check_assets(self) -> None:
        if not self._assets_checked:
            self._check_resources()
            check_partitions(self.catalog)
            self._assets_checked = True

    def _check_resources(self) -> None:
        """Check that each definition finds the resources that it needs.

        Raises:
            DagsterInvalidDefinitionError: if some are missing; names all, who needs them, and the nearest.
        """
        known = {DEFAULT_IO_MANAGER_KEY, *self.resources}
        missing: list[tuple[str, str]] = []
        refuse_conflicting_resources(self.catalog.definitions)
        for definition in self.catalog.definitions:
            own = definition.resource_defs
            missing += [
                (definition.describe(), key)
                for key in sorted(definition.required_resource_keys)
                if key not in known and key not in own
            ]
            missing += [
                (f"Resource '{key}' of {definition.describe()}", needed)
                for key, resource in own.items()
                for needed in resource.get_required_resource_keys({**self.resources, **own})
                if needed not in known and needed not in own
            ]
        missing += [
            (f"Resource '{key}'", needed)
            for key, resource in self.resources.items()
            for needed in resource.get_required_resource_keys(self.resources)
            if needed not in known
        ]
        if missing:
            raise DagsterInvalidDefinitionError(
                "\n".join(_describe_missing(who, key, known) for who, key in missing)
            )

    def load_all_definitions(self) -> None:
        """Check everything; unlike ``get_all_jobs`` it builds no more than is needed for it."""
        self.validate()


def refuse_repeated_names(given: Iterable[Any], what: str) -> dict[str, Any]:
    """Return name to schedule or sensor; the same object twice counts once.

    Raises:
        DagsterInvalidDefinitionError: if two have one name.
    """
    found: dict[str, Any] = {}
    for instigator in given:
        if found.setdefault(instigator.name, instigator) is not instigator:
            raise DagsterInvalidDefinitionError(
                f"Two {what}s are named '{instigator.name}'. Rename one of them."
            )
    return found


def _code_of(asset: Any) -> Any:
    """Return what two copies of a definition have in common: what makes it, and its keys."""
    binding = getattr(asset, "binding", None)
    return asset if binding is None else (id(binding.node_def), frozenset(asset.specs_by_key))


def _same_graph(first: Any, second: Any) -> bool:
    """Return whether both jobs were only made of one graph because the graph was given where a job is needed."""
    return all(getattr(job, "coerced_from", None) is not None for job in (first, second)) and (
        first.coerced_from is second.coerced_from
    )


def _describe_missing(who: str, key: str, known: Iterable[str]) -> str:
    return (
        f"{who} requires the resource '{key}', which is not given. Resources given: {quote_names(known)}."
        f"{did_you_mean(key, known)} Add it to resources."
    )


def _describe_job(job: Any) -> str:
    return "an asset job" if isinstance(job, UnresolvedAssetJobDefinition) else "a job of ops"


def _check_node_names(jobs: Iterable[JobDefinition]) -> None:
    """Check that a name stands for one op or graph in all jobs, as it is shown and configured by its name.

    Raises:
        DagsterInvalidDefinitionError: if two share one.
    """
    found: dict[str, tuple[Any, str]] = {}
    for job in jobs:
        if job.asset_layer is not None or job.is_subset:
            continue  # their ops belong to assets, and parts of graphs are made anew
        for node_def in job.graph.iterate_node_defs():
            known, other = found.setdefault(node_def.name, (node_def, job.name))
            if known is not node_def:
                raise DagsterInvalidDefinitionError(
                    f"The jobs '{other}' and '{job.name}' use two different definitions named '{node_def.name}': "
                    f"{known.describe_node()} and {node_def.describe_node()}. Use one object in both, or give one another name."
                )
