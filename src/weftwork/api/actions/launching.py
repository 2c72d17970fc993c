"""Starting runs: of a job, of a selection of assets, and once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from weftwork.api.access.caller import Caller, Permission
from weftwork.api.actions.config_text import read_config_text
from weftwork.api.catalog.catalog import get_catalog, parse_key
from weftwork.api.host import Host
from weftwork.api.runs import resolve_run_id
from weftwork.api.view import View
from weftwork.base.errors import DagsterInvalidInvocationError, DagsterInvalidSubsetError
from weftwork.locations.definitions_index import RepositoryIndex
from weftwork.planning.asset_graph import unknown_assets
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.runs import DagsterRun
from weftwork.records.snapshots.requests import ConfigAnswer, JobAddress, LaunchRequest
from weftwork.records.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)
from weftwork.serde.record import Record

WHO_TAG = "weft/launched_by"
_LOCATION_TAG = "dagster/code_location"
_ASSET_JOB = "__ASSET_JOB"


class LaunchBody(Record):
    """A run of a job.

    Attributes:
        job: the job.
        location: its code location; needed where several have such a job.
        repository: its repository.
        run_config: the config, as data; this or ``run_config_text``.
        run_config_text: the config, as YAML or JSON text.
        tags: tags of the run.
        partition_key: the partition that it is for.
        assets: the assets to make; None for all of the job.
        checks: the checks to evaluate, each as "asset:name"; None for those of the assets.
        ops: selection of ops; None for all.
    """

    job: str
    location: str | None = None
    repository: str | None = None
    run_config: dict[str, Any] | None = None
    run_config_text: str | None = None
    tags: dict[str, str] = {}
    partition_key: str | None = None
    assets: list[str] | None = None
    checks: list[str] | None = None
    ops: list[str] | None = None

    @property
    def address(self) -> JobAddress:
        """The job's place in a workspace."""
        return JobAddress(job=self.job, location=self.location, repository=self.repository)

    def to_request(self) -> LaunchRequest:
        """Return what the code location is asked for.

        Raises:
            DagsterInvalidConfigError: if the text of the config cannot be read.
        """
        return LaunchRequest(
            run_config=read_config(self.run_config, self.run_config_text),
            tags=self.tags,
            partition_key=self.partition_key,
            asset_selection=None if self.assets is None else tuple(map(parse_key, self.assets)),
            asset_check_selection=None if self.checks is None else tuple(map(parse_check, self.checks)),
            op_selection=None if self.ops is None else tuple(self.ops),
        )


class MaterializeBody(Record):
    """Runs that make assets.

    Attributes:
        selection: the assets, as a selection such as "key:raw* and tag:team=core"; this or ``assets``.
        assets: the assets, by their keys.
        partition_key: the partition to make.
        partition_range: the first and last of a range of partitions to make, in one run.
        tags: tags of the runs.
        run_config: the config, as data; this or ``run_config_text``.
        run_config_text: the config, as YAML or JSON text.
    """

    selection: str | None = None
    assets: list[str] | None = None
    partition_key: str | None = None
    partition_range: tuple[str, str] | None = None
    tags: dict[str, str] = {}
    run_config: dict[str, Any] | None = None
    run_config_text: str | None = None


class Strategy(Enum):
    """What of a run is repeated."""

    ALL = "all"
    FROM_FAILURE = "from_failure"
    SELECTED = "selected"
    FROM_SELECTED = "from_selected"


class ReexecuteBody(Record):
    """A run once more.

    Attributes:
        run_id: the run to repeat.
        strategy: "all" steps, "from_failure", the "selected" steps, or "from_selected": these and all behind them.
        steps: the steps, for the last two.
        tags: tags of the new run, over those of the old one.
        run_config: another config; None for that of the old run.
        run_config_text: another config, as YAML or JSON text.
    """

    run_id: str
    strategy: Strategy = Strategy.ALL
    steps: list[str] = []
    tags: dict[str, str] = {}
    run_config: dict[str, Any] | None = None
    run_config_text: str | None = None


class Launched(View):
    """Runs that were started."""

    run_ids: list[str]


class ConfigProblemView(View):
    """One thing that is wrong in a run config.

    Attributes:
        message: what is wrong and what was expected.
        path: the keys from the top to where it is.
        reason: the kind of error.
    """

    message: str
    path: list[str]
    reason: str


class LaunchCheck(View):
    """What a run would be.

    Attributes:
        problems: what is wrong in its config; empty if it fits.
        run_config: the config with all defaults, as data; None if it does not fit.
        steps: the steps that it would have.
    """

    problems: list[ConfigProblemView]
    run_config: dict[str, Any] | None
    steps: list[str]


def launch(host: Host, caller: Caller, body: LaunchBody) -> Launched:
    """Start a run of a job.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterInvalidSubsetError: if there is no such job, or several.
        DagsterInvalidConfigError: if the text of the config cannot be read.
        DagsterUserCodeProcessError: if the run cannot begin.
    """
    with host.acting(
        caller, Permission.LAUNCH, "launch runs", job=body.job, tags=body.tags, assets=body.assets
    ):
        request = body.to_request()
        return Launched(run_ids=[_start(host, caller, body.address, request)])


def check_launch(host: Host, body: LaunchBody) -> LaunchCheck:
    """Return what is wrong in the config of a run, and the steps that it would have; nothing is started.

    Raises:
        DagsterInvalidSubsetError: if there is no such job, or several.
        DagsterInvalidConfigError: if the text of the config cannot be read.
    """
    return view_check_of_launch(host.workspace.validate_config(body.address, body.to_request()))


def view_check_of_launch(answer: ConfigAnswer) -> LaunchCheck:
    """Return what a code location says of a config as it is answered."""
    return LaunchCheck(
        problems=[
            ConfigProblemView(message=problem.message, path=list(problem.path), reason=problem.reason)
            for problem in answer.problems
        ],
        run_config=read_config(None, answer.config) if answer.config is not None else None,
        steps=list(answer.steps),
    )


def materialize(host: Host, caller: Caller, body: MaterializeBody) -> Launched:
    """Start runs that make assets: one for each code location that is concerned.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterInvalidSubsetError: if nothing is selected, or something that nothing makes.
        DagsterInvalidAssetSelectionError: if the selection cannot be read.
    """
    chosen = body.selection if body.selection is not None else body.assets
    with host.acting(
        caller, Permission.LAUNCH, "materialize assets", assets=chosen, partition=body.partition_key,
        range=body.partition_range,
    ):  # fmt: skip
        config = read_config(body.run_config, body.run_config_text)
        tags = dict(body.tags)
        if body.partition_range is not None:
            tags[ASSET_PARTITION_RANGE_START_TAG], tags[ASSET_PARTITION_RANGE_END_TAG] = body.partition_range
        run_ids = []
        for repository, keys in _group_by_repository(host, body).items():
            request = LaunchRequest(
                run_config=config, tags=tags, partition_key=body.partition_key, asset_selection=tuple(keys)
            )
            address = JobAddress(
                job=_job_over(repository, keys), location=repository.location, repository=repository.name
            )
            run_ids.append(_start(host, caller, address, request))
        return Launched(run_ids=run_ids)


def reexecute(host: Host, caller: Caller, body: ReexecuteBody) -> Launched:
    """Start a run once more.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterRunNotFoundError: if there is no such run.
        DagsterInvalidInvocationError: if steps are missing.
        DagsterInvalidSubsetError: if there is no such job any more.
    """
    with host.acting(
        caller,
        Permission.LAUNCH,
        "repeat runs",
        run=body.run_id,
        strategy=body.strategy.value,
        steps=body.steps,
    ):
        run_id = resolve_run_id(host.instance, body.run_id)
        run = host.instance.get_run_by_id(run_id)
        assert run is not None
        steps = _select_steps(body)
        has_config = body.run_config is not None or body.run_config_text is not None
        request = LaunchRequest(
            run_config=read_config(body.run_config, body.run_config_text) if has_config else run.run_config,
            tags=body.tags,
            partition_key=run.tags.get(PARTITION_NAME_TAG),
            asset_selection=tuple(sorted(run.asset_selection)) if run.asset_selection is not None else None,
            asset_check_selection=tuple(run.asset_check_selection)
            if run.asset_check_selection is not None
            else None,
            op_selection=tuple(run.op_selection) if run.op_selection is not None else None,
            parent_run_id=run_id,
            step_selection=steps,
            from_failure=body.strategy is Strategy.FROM_FAILURE,
        )
        return Launched(run_ids=[_start(host, caller, find_job_of_run(host, run), request)])


def find_job_of_run(host: Host, run: DagsterRun) -> JobAddress:
    """Return where the job of a run is now."""
    location = run.tags.get(_LOCATION_TAG)
    address = JobAddress(job=run.job_name, location=location)
    if host.workspace.find_job(address) is not None or location is None:
        return address
    return JobAddress(job=run.job_name)


def read_config(data: Mapping[str, Any] | None, text: str | None) -> dict[str, Any]:
    """Return a run config that is given as data or as text; empty if neither is.

    Raises:
        DagsterInvalidInvocationError: if both are given.
        DagsterInvalidConfigError: if the text cannot be read.
    """
    if data is not None and text is not None:
        raise DagsterInvalidInvocationError("Give the run config as data or as text, not both.")
    return dict(data) if data is not None else read_config_text(text or "")


def parse_check(text: str) -> AssetCheckKey:
    """Return the check that "asset:name" names."""
    key, _, name = text.rpartition(":")
    return AssetCheckKey(parse_key(key), name)


def _select_steps(body: ReexecuteBody) -> tuple[str, ...] | None:
    if body.strategy not in (Strategy.SELECTED, Strategy.FROM_SELECTED):
        return None
    if not body.steps:
        raise DagsterInvalidInvocationError(
            f"Which steps? The strategy '{body.strategy.value}' takes the keys of one or more steps."
        )
    behind = "*" if body.strategy is Strategy.FROM_SELECTED else ""
    return tuple(f"{step}{behind}" for step in body.steps)


def _start(host: Host, caller: Caller, address: JobAddress, request: LaunchRequest) -> str:
    tags = {**request.tags, WHO_TAG: caller.name}
    return host.workspace.launch(address, request.replace(tags=tags))


def _group_by_repository(host: Host, body: MaterializeBody) -> dict[RepositoryIndex, list[AssetKey]]:
    catalog = get_catalog(host)
    if body.selection is not None:
        entries = [catalog.defined[number] for number in catalog.select(body.selection)]
        entries = [entry for entry in entries if entry.asset.is_executable]
    else:
        keys = [parse_key(text) for text in body.assets or ()]
        unknown = [key for key in keys if catalog.find(key) is None]
        if unknown:
            raise unknown_assets(unknown, catalog.keys)
        entries = [catalog.get(key) for key in keys]
    if not entries:
        raise DagsterInvalidSubsetError("Nothing is selected that something could make.")
    groups: dict[RepositoryIndex, list[AssetKey]] = {}
    for entry in entries:
        name = entry.asset.key.to_user_string()
        if entry.repository is None or not entry.asset.is_executable:
            raise DagsterInvalidSubsetError(f"Nothing here makes the asset '{name}': it is external.")
        groups.setdefault(entry.repository, []).append(entry.asset.key)
    return groups


def _job_over(repository: RepositoryIndex, keys: Sequence[AssetKey]) -> str:
    """Return a job that makes all these assets: the one over all, else any."""
    wanted = set(keys)
    for job in repository.snapshot.jobs:
        if job.makes_assets and wanted <= set(repository.list_job_assets(job)):
            return job.name
    return _ASSET_JOB
