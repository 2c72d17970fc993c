"""Starting runs: of a job, or of a selection of assets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from weftwork.api.access.caller import Caller, Permission
from weftwork.api.actions.config_text import read_config_text, unmask
from weftwork.api.catalog.catalog import get_catalog, parse_key
from weftwork.api.host import Host
from weftwork.api.view import View
from weftwork.base.errors import DagsterInvalidInvocationError, DagsterInvalidSubsetError
from weftwork.base.text import did_you_mean
from weftwork.locations.definitions_index import RepositoryIndex
from weftwork.planning.asset_graph import unknown_assets
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.snapshots.assets import AssetSnapshot
from weftwork.records.snapshots.requests import JobAddress, LaunchRequest
from weftwork.records.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    CODE_LOCATION_TAG,
)
from weftwork.serde.record import Record

WHO_TAG = "weft/launched_by"
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


class ChecksBody(Record):
    """Checks to evaluate, without making the assets.

    Attributes:
        checks: the checks, each as "asset:name".
        assets: assets all of whose checks are evaluated.
        partition_key: the partition to check.
        tags: tags of the runs.
    """

    checks: list[str] = []
    assets: list[str] = []
    partition_key: str | None = None
    tags: dict[str, str] = {}


class Launched(View):
    """Runs that were started."""

    run_ids: list[str]


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
        return Launched(run_ids=[start_run(host, caller, body.address, request)])


def materialize(host: Host, caller: Caller, body: MaterializeBody) -> Launched:
    """Start runs that make assets: one for each code location that is concerned.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterInvalidSubsetError: if nothing is selected, or something that nothing makes.
        DagsterInvalidAssetSelectionError: if the selection cannot be read.
        DagsterInvalidInvocationError: if an asset has partitions, and none of them is asked for.
    """
    is_partition_named = body.partition_key is not None or body.partition_range is not None

    def accepts(asset: AssetSnapshot) -> bool:
        if asset.is_executable and asset.partitions is not None and not is_partition_named:
            raise DagsterInvalidInvocationError(
                f"Say which partitions of '{asset.key.to_user_string()}' to make: "
                "partition_key for one, partition_range for the first and the last of several."
            )
        return asset.is_executable

    return _start_over_assets(host, caller, body, "materialize assets", accepts)


def observe(host: Host, caller: Caller, body: MaterializeBody) -> Launched:
    """Start runs that observe assets: one for each code location that is concerned.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterInvalidSubsetError: if nothing is selected, or something that nothing observes.
        DagsterInvalidAssetSelectionError: if the selection cannot be read.
    """
    return _start_over_assets(host, caller, body, "observe assets", lambda asset: asset.is_observable)


def _start_over_assets(
    host: Host, caller: Caller, body: MaterializeBody, action: str, accepts: Callable[[AssetSnapshot], bool]
) -> Launched:
    chosen = body.selection if body.selection is not None else body.assets
    with host.acting(
        caller, Permission.LAUNCH, action, assets=chosen, partition=body.partition_key,
        range=body.partition_range,
    ):  # fmt: skip
        config = read_config(body.run_config, body.run_config_text)
        tags = dict(body.tags)
        if body.partition_range is not None:
            tags[ASSET_PARTITION_RANGE_START_TAG], tags[ASSET_PARTITION_RANGE_END_TAG] = body.partition_range
        run_ids = []
        for repository, keys in _group_by_repository(host, body, action, accepts).items():
            request = LaunchRequest(
                run_config=config, tags=tags, partition_key=body.partition_key, asset_selection=tuple(keys)
            )
            run_ids.append(start_run(host, caller, _job_over(repository, keys), request))
        return Launched(run_ids=run_ids)


def execute_checks(host: Host, caller: Caller, body: ChecksBody) -> Launched:
    """Start runs that evaluate checks and make nothing: one for each code location that is concerned.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterInvalidSubsetError: if there is no such check, or none at all.
    """
    with host.acting(caller, Permission.LAUNCH, "execute checks", checks=body.checks, assets=body.assets):
        catalog = get_catalog(host)
        wanted = {parse_check(text) for text in body.checks}
        for text in body.assets:
            wanted.update(check.key for check in catalog.get(parse_key(text)).checks)
        if not wanted:
            raise DagsterInvalidSubsetError("No check is named, and the assets that are named have none.")
        groups: dict[RepositoryIndex, list[AssetCheckKey]] = {}
        for key in sorted(wanted, key=lambda one: one.to_user_string()):
            groups.setdefault(_find_checker(host, key), []).append(key)
        return Launched(run_ids=[_start_checks(host, caller, body, *group) for group in groups.items()])


def _start_checks(
    host: Host, caller: Caller, body: ChecksBody, repository: RepositoryIndex, keys: list[AssetCheckKey]
) -> str:
    request = LaunchRequest(
        tags=body.tags,
        partition_key=body.partition_key,
        asset_selection=(),
        asset_check_selection=tuple(keys),
    )
    address = JobAddress(job=_ASSET_JOB, location=repository.location, repository=repository.name)
    return start_run(host, caller, address, request)


def _find_checker(host: Host, key: AssetCheckKey) -> RepositoryIndex:
    repositories = [repository for index in host.workspace.list_indexes() for repository in index]
    found = next((one for one in repositories if key in one.checks), None)
    if found is None:
        known = [other.to_user_string() for one in repositories for other in one.checks]
        name = key.to_user_string()
        raise DagsterInvalidSubsetError(f"There is no check '{name}'.{did_you_mean(name, known)}")
    return found


def read_config(
    data: Mapping[str, Any] | None, text: str | None, before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return a run config that is given as data or as text; empty if neither is.

    Args:
        data: the config as data.
        text: the config as text.
        before: the config that it was made of: what was masked when that was shown is taken from there.

    Raises:
        DagsterInvalidInvocationError: if both are given.
        DagsterInvalidConfigError: if the text cannot be read, or a masked value stands where nothing is known.
    """
    if data is not None and text is not None:
        raise DagsterInvalidInvocationError("Give the run config as data or as text, not both.")
    config: dict[str, Any] = unmask(dict(data) if data is not None else read_config_text(text or ""), before)
    return config


def parse_check(text: str) -> AssetCheckKey:
    """Return the check that "asset:name" names."""
    key, _, name = text.rpartition(":")
    return AssetCheckKey(parse_key(key), name)


def start_run(host: Host, caller: Caller, address: JobAddress, request: LaunchRequest) -> str:
    """Start a run, on record as started by somebody; return its id."""
    found = host.workspace.get_job(address)
    tags = {CODE_LOCATION_TAG: found.location, **request.tags, WHO_TAG: caller.name}
    return host.workspace.launch(address, request.replace(tags=tags))


def _group_by_repository(
    host: Host, body: MaterializeBody, action: str, accepts: Callable[[AssetSnapshot], bool]
) -> dict[RepositoryIndex, list[AssetKey]]:
    catalog = get_catalog(host)
    if body.selection is not None:
        entries = [catalog.defined[number] for number in catalog.select(body.selection)]
        entries = [entry for entry in entries if accepts(entry.asset)]
    else:
        keys = [parse_key(text) for text in body.assets or ()]
        unknown = [key for key in keys if catalog.find(key) is None]
        if unknown:
            raise unknown_assets(unknown, catalog.keys)
        entries = [catalog.get(key) for key in keys]
    if not entries:
        raise DagsterInvalidSubsetError(
            f"Nothing is selected: there is nothing to {action.partition(' ')[0]}."
        )
    groups: dict[RepositoryIndex, list[AssetKey]] = {}
    for entry in entries:
        name = entry.asset.key.to_user_string()
        if entry.repository is None or not accepts(entry.asset):
            does = action.partition(" ")[0]
            raise DagsterInvalidSubsetError(f"Nothing here can {does} the asset '{name}'.")
        groups.setdefault(entry.repository, []).append(entry.asset.key)
    return groups


def _job_over(repository: RepositoryIndex, keys: Sequence[AssetKey]) -> JobAddress:
    """Return a job that makes all these assets: the first that does, else the one over all."""
    wanted = set(keys)
    name = _ASSET_JOB
    for job in repository.snapshot.jobs:
        if job.makes_assets and wanted <= set(repository.list_job_assets(job)):
            name = job.name
            break
    return JobAddress(job=name, location=repository.location, repository=repository.name)
