"""A selection of assets, planned and run."""

from __future__ import annotations

import functools
import operator
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.base.errors import DagsterInvalidInvocationError, DagsterInvalidSubsetError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.cli.materialize.asset_units import list_units
from weftwork.cli.materialize.background import InBackground, launch_command, launch_run
from weftwork.cli.materialize.planned_runs import PartitionChoice, plan_runs
from weftwork.cli.runner.interrupts import Interrupts
from weftwork.cli.runner.planned_run import PlannedRun
from weftwork.cli.runner.progress_choice import open_progress
from weftwork.cli.runner.session import Session
from weftwork.cli.runner.summary import Summary, final_keys
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.definitions.locations.repository import RepositoryDefinition
from weftwork.definitions.run_config.resolution import resolve_run_config
from weftwork.instance.instance import DagsterInstance
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.keys import AssetCheckKey, AssetKey


class Materialization:
    """What `weft materialize` is asked to make, and the runs that make it.

    Args:
        repository: what is defined.
        selection: which assets, as text.
        choice: which partitions.
        instance: where runs are recorded, and where dynamic partitions are found.
        origin: where the code is found by the processes of steps.

    Raises:
        DagsterInvalidSubsetError: if the selection matches nothing that can be made.
        DagsterUnknownPartitionError: if a partition does not exist.
    """

    def __init__(
        self,
        repository: RepositoryDefinition,
        selection: str,
        choice: PartitionChoice,
        instance: DagsterInstance,
        origin: CodeOrigin,
    ) -> None:
        self._instance = instance
        self._origin = origin
        catalog = repository.catalog
        self.keys = select_assets(catalog, selection)
        self._job = repository.get_implicit_global_asset_job_def()
        self._units = list_units(catalog, self.keys)
        self.planned = plan_runs(self._units, choice, instance)

    def check_config(self, run_config: Mapping[str, Any]) -> None:
        """Check that all resources are there, and the run config against everything that is selected.

        Raises:
            DagsterInvalidDefinitionError: if resources are missing; tells of all at once.
            DagsterInvalidConfigError: if the config does not fit; tells all errors at once.
        """
        job: Any = self._job_for(self.keys)
        job.validate_resource_requirements_satisfied()
        resolve_run_config(job, run_config)

    def run(
        self,
        interrupts: Interrupts,
        *,
        run_config: Mapping[str, Any],
        tags: Mapping[str, str],
        is_verbose: bool,
        to_stderr: bool,
        run_id: str | None = None,
    ) -> Summary:
        """Make what is selected, telling how it goes.

        Args:
            interrupts: the signals that come.
            run_config: the config of the runs.
            tags: tags of the runs.
            is_verbose: whether log lines of level INFO are told.
            to_stderr: whether progress goes to standard error.
            run_id: the id of the run; a new one if None.

        Raises:
            DagsterInvalidInvocationError: if an id is given and it takes several runs.
        """
        self._check_run_id(run_id)
        started = time.monotonic()
        session = Session(
            self._instance,
            open_progress(to_stderr=to_stderr),
            interrupts,
            run_config=run_config,
            tags=tags,
            is_verbose=is_verbose,
            origin=self._origin,
            run_id=run_id,
        )
        outcomes = session.run_all(self.planned, self._job_of)
        return Summary(
            outcomes,
            finals=final_keys(self.keys, (unit.parents for unit in self._units)),
            duration_s=time.monotonic() - started,
            home=self._instance.root_directory,
            storage=self._instance.storage_directory(),
        )

    def launch(
        self,
        arguments: Sequence[str],
        *,
        run_config: Mapping[str, Any],
        tags: Mapping[str, str],
        run_id: str | None = None,
    ) -> InBackground:
        """Have what is selected made in the background.

        Args:
            arguments: what `weft` is started with where it takes several runs.
            run_config: the config of the runs.
            tags: tags of the runs.
            run_id: the id of the run; a new one if None.

        Raises:
            DagsterInvalidInvocationError: if an id is given and it takes several runs.
        """
        self._check_run_id(run_id)
        if len(self.planned) != 1:
            return launch_command(self._instance, arguments, len(self.planned))
        return launch_run(
            self._instance, self.planned[0], self._job_of(self.planned[0]), run_config=run_config, tags=tags,
            origin=self._origin, run_id=run_id,
        )  # fmt: skip

    def _check_run_id(self, run_id: str | None) -> None:
        if run_id is not None and len(self.planned) != 1:
            raise DagsterInvalidInvocationError(
                f"--run-id names one run, and this takes {len(self.planned)}. Leave it out, or select less."
            )

    def _job_of(self, run: PlannedRun) -> JobDefinition:
        return self._job_for(run.keys)

    def _job_for(self, keys: frozenset[AssetKey]) -> JobDefinition:
        return self._job.get_subset(asset_selection=keys)


def select_assets(catalog: AssetCatalog, selection: str) -> frozenset[AssetKey]:
    """Return the assets that a selection means and that can be made.

    Raises:
        DagsterInvalidSubsetError: if it matches nothing, or nothing that can be made.
    """
    graph = catalog.graph
    matched = _parse(selection).resolve(graph)
    keys = frozenset(matched & catalog.executable_keys)
    made = frozenset(key for key in keys if not catalog.by_key[key].is_observable)
    if keys:
        return made or keys  # what is only observed is not made, unless nothing else is asked for
    if matched:
        names = ", ".join(sorted(key.to_user_string() for key in matched)[:5])
        raise DagsterInvalidSubsetError(
            f"--select '{selection}' matches only assets that nothing here makes: {names}."
        )
    known = [key.to_user_string() for key in graph]
    if not known:
        raise DagsterInvalidSubsetError("There are no assets in these definitions.")
    hint = did_you_mean(selection, [*known, *graph.groups])
    raise DagsterInvalidSubsetError(
        f"--select '{selection}' matches none of the {len(known):,} assets.{hint} See them with: weft asset list -f FILE"
    )


def select_observable(catalog: AssetCatalog, selection: str) -> frozenset[AssetKey]:
    """Return the assets that a selection means and that something observes.

    Raises:
        DagsterInvalidSubsetError: if there are none.
    """
    known = {key for key, definition in catalog.by_key.items() if definition.is_observable}
    keys = frozenset(_parse(selection, include_sources=True).resolve(catalog.graph) & known)
    if not keys:
        there = f" These are: {quote_names([key.to_user_string() for key in known])}." if known else ""
        raise DagsterInvalidSubsetError(
            f"--select '{selection}' matches no asset that something observes.{there}"
        )
    return keys


def select_checks(catalog: AssetCatalog, selection: str, names: Sequence[str] = ()) -> list[AssetCheckKey]:
    """Return the checks of selected assets that can be evaluated by themselves.

    Args:
        catalog: all assets.
        selection: which assets, as text.
        names: only checks of these names; empty for all.

    Raises:
        DagsterInvalidSubsetError: if there are none.
    """
    assets = _parse(selection, include_sources=True).resolve(catalog.graph)
    there = [key for key, maker in catalog.by_check.items() if key.asset_key in assets and not maker.keys]
    keys = [key for key in there if not names or key.name in names]
    if not keys:
        listed = quote_names([key.to_user_string() for key in there])
        which = (
            f" Checks there are: {listed}."
            if there
            else " Those that come with their asset are evaluated when it is made."
        )
        raise DagsterInvalidSubsetError(f"There is no such check to evaluate by itself.{which}")
    return keys


def _parse(selection: str, *, include_sources: bool = False) -> AssetSelection:
    """Return what a selection means; parts between commas, outside of quotes, are taken together: ``a, b+``."""
    parts = [part.strip() for part in re.findall(r'(?:[^,"]|"[^"]*"?)+', selection)]
    parsed = [AssetSelection.from_string(part, include_sources=include_sources) for part in parts if part]
    if len(parsed) < 2:
        return AssetSelection.from_string(selection.strip(", "), include_sources=include_sources)
    return functools.reduce(operator.or_, parsed)
