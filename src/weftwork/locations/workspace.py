"""All code locations of a host as one object: what they offer, and what can be asked of their code."""

from __future__ import annotations

import datetime
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from weftwork.base.errors import (
    DagsterCodeLocationLoadError,
    DagsterCodeLocationNotFoundError,
    DagsterInvalidSubsetError,
    DagsterInvariantViolationError,
)
from weftwork.base.text import did_you_mean, quote_names
from weftwork.instance.home import HOME_VARIABLE
from weftwork.instance.instance import DagsterInstance
from weftwork.locations.asset_graph import build_asset_graph, rank_of
from weftwork.locations.code_client import CodeClient
from weftwork.locations.code_location import CodeLocation
from weftwork.locations.definitions_index import FoundAsset, FoundJob, LocationIndex, RepositoryIndex
from weftwork.locations.snapshot_cache import SnapshotCache
from weftwork.locations.watching import FileWatcher
from weftwork.planning.asset_graph import AssetGraph
from weftwork.processes.connections.keys import KEY_FILE
from weftwork.records.keys import AssetKey
from weftwork.records.snapshots.jobs import JobDetail
from weftwork.records.snapshots.location import LocationSnapshot
from weftwork.records.snapshots.origin import LocationOrigin
from weftwork.records.snapshots.requests import (
    ConfigAnswer,
    JobAddress,
    JobDetailAnswer,
    JobDetailRequest,
    LaunchAnswer,
    LaunchRequest,
    LaunchRunRequest,
    LoadValueRequest,
    PartitionConfigAnswer,
    PartitionConfigRequest,
    PartitionKeysAnswer,
    PartitionKeysRequest,
    ScheduleTickRequest,
    SensorTickRequest,
    TickAnswer,
    ValidateConfigRequest,
    ValueAnswer,
)
from weftwork.records.snapshots.state import LocationState

STARTUP_TIMEOUT_S = 180.0
_LAUNCH_S = 60.0
_TICK_S = 60.0

Listener = Callable[[LocationState], None]


class Workspace:
    """All code locations of a host; any number of threads may use it.

    Code is loaded in processes of their own, beside each other; until that is done, what a location offered the last
    time is known. Use it in a ``with`` block, or call ``close``.

    Args:
        origins: where the locations are.
        instance: the instance; its ``code_servers`` settings say how long a load may take.
        watches: whether a location is loaded again when one of its files changes.

    Raises:
        DagsterInvariantViolationError: if two locations have one name.

    Example:
        >>> with Workspace.load(read_workspace_file("workspace.yaml"), DagsterInstance.get()) as workspace:
        ...     workspace.wait_until_loaded(60)
        ...     run_id = workspace.launch(JobAddress(job="nightly"), LaunchRequest())
    """

    def __init__(
        self, origins: Iterable[LocationOrigin], instance: DagsterInstance, *, watches: bool = False
    ) -> None:
        self._instance = instance
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self._graph: tuple[tuple[str | None, ...], AssetGraph] | None = None
        self._details: dict[tuple[str, str | None, str, str], JobDetail] = {}
        cache = SnapshotCache(instance)
        self._locations: dict[str, CodeLocation] = {}
        for origin in origins:
            if origin.name in self._locations:
                raise DagsterInvariantViolationError(
                    f"Two code locations are named '{origin.name}'. Give one of them another name (location_name)."
                )
            self._locations[origin.name] = self._build(origin, cache)
        self._watcher = FileWatcher(self._locations.values()) if watches else None

    def _build(self, origin: LocationOrigin, cache: SnapshotCache) -> CodeLocation:
        settings = self._instance.settings
        home = self._home
        return CodeLocation(
            origin, cache, self._tell, environment={HOME_VARIABLE: home} if home is not None else {},
            key_file=os.path.join(home, KEY_FILE) if home is not None else None,
            startup_timeout_s=settings.get("code_servers", "local_startup_timeout", default=STARTUP_TIMEOUT_S),
            reload_timeout_s=settings.get("code_servers", "reload_timeout", default=STARTUP_TIMEOUT_S),
        )  # fmt: skip

    @staticmethod
    def load(
        origins: Iterable[LocationOrigin],
        instance: DagsterInstance,
        *,
        watches: bool = False,
        on_change: Listener | None = None,
    ) -> Workspace:
        """Return a workspace whose locations are being loaded; see ``wait_until_loaded``.

        Args:
            origins: where the locations are.
            instance: the instance.
            watches: whether a location is loaded again when one of its files changes.
            on_change: told of every change of the state of a location, from other threads.
        """
        workspace = Workspace(origins, instance, watches=watches)
        if on_change is not None:
            workspace.add_listener(on_change)
        for location in workspace._locations.values():
            location.load()
        if workspace._watcher is not None:
            workspace._watcher.start()
        return workspace

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End all servers that were started here; runs go on."""
        if self._watcher is not None:
            self._watcher.stop()
        for location in self._locations.values():
            location.close()

    # ------------------------------------------------------------------------------ locations

    @property
    def locations(self) -> list[LocationState]:
        """How each location stands."""
        return [location.state for location in self._locations.values()]

    def get_state(self, name: str) -> LocationState:
        """Return how a location stands.

        Raises:
            DagsterCodeLocationNotFoundError: if there is none of that name.
        """
        return self._get(name).state

    def add_listener(self, listener: Listener) -> None:
        """Have a function told of every change of the state of a location, from other threads."""
        with self._lock:
            self._listeners.append(listener)

    def remove_listener(self, listener: Listener) -> None:
        """Have a function told no more."""
        with self._lock:
            self._listeners.remove(listener)

    def wait_until_loaded(self, timeout_s: float | None = None) -> bool:
        """Wait until no location is loading, well or not; return whether that is so.

        Args:
            timeout_s: how long for each, in seconds; None for as long as it takes.
        """
        return all(location.wait(timeout_s) for location in self._locations.values())

    def reload(self, name: str | None = None, *, timeout_s: float | None = None) -> list[LocationState]:
        """Load a location, or all, anew, and wait for it; what is loaded is served until then, and stays on errors.

        Args:
            name: the location; None for all.
            timeout_s: how long to wait for each, in seconds; 0 not to wait.

        Raises:
            DagsterCodeLocationNotFoundError: if there is none of that name.
        """
        chosen = list(self._locations.values()) if name is None else [self._get(name)]
        for location in chosen:
            location.load()
        for location in chosen:
            location.wait(timeout_s)
        return [location.state for location in chosen]

    def shut_down(self, name: str) -> LocationState:
        """End the server of a location; ``reload`` starts it again.

        Raises:
            DagsterCodeLocationNotFoundError: if there is none of that name.
        """
        location = self._get(name)
        location.shut_down()
        return location.state

    # ------------------------------------------------------------------------------ definitions

    @property
    def version(self) -> str:
        """Changes when anything that is offered changes."""
        return "-".join(str(location.state.content_hash) for location in self._locations.values())

    def snapshot(self, name: str) -> LocationSnapshot:
        """Return what a location offers.

        Raises:
            DagsterCodeLocationNotFoundError: if there is none of that name.
            DagsterCodeLocationLoadError: if it was never loaded.
        """
        return self.get_index(name).snapshot

    def get_index(self, name: str) -> LocationIndex:
        """Return what a location offers, found by name; errors as of ``snapshot``."""
        location = self._get(name)
        index = location.find_index()
        if index is None:
            location.get_client()  # says why
            raise DagsterCodeLocationLoadError(f"Code location '{name}' is not loaded.")
        return index

    def list_indexes(self) -> list[LocationIndex]:
        """Return what each location offers that was ever loaded."""
        found = [location.find_index() for location in self._locations.values()]
        return [index for index in found if index is not None]

    def asset_graph(self) -> AssetGraph:
        """Return the graph of the assets of all locations; the same object until something changes."""
        indexes = self.list_indexes()
        key = tuple(index.content_hash for index in indexes)
        with self._lock:
            if self._graph is None or self._graph[0] != key:
                self._graph = (key, build_asset_graph(indexes))
            return self._graph[1]

    def find_asset(self, key: AssetKey) -> FoundAsset | None:
        """Return an asset: of the location that makes it, else of one that declares it; None if none knows it."""
        best: FoundAsset | None = None
        for index in self.list_indexes():
            for repository in index:
                asset = repository.assets.get(key)
                if asset is not None and (best is None or rank_of(asset) > rank_of(best.asset)):
                    best = FoundAsset(repository, asset)
        return best

    def list_jobs(self) -> list[FoundJob]:
        """Return all jobs."""
        repositories = [repository for index in self.list_indexes() for repository in index]
        return [FoundJob(repository, job) for repository in repositories for job in repository.snapshot.jobs]

    def find_job(self, address: JobAddress) -> FoundJob | None:
        """Return a job; None if there is none, or several where the address does not say of which location."""
        found = self._list_matching(address)
        return found[0] if len(found) == 1 else None

    def get_job(self, address: JobAddress) -> FoundJob:
        """Return a job.

        Raises:
            DagsterInvalidSubsetError: if there is none, or several.
        """
        found = self._list_matching(address)
        if len(found) == 1:
            return found[0]
        if found:
            places = quote_names(one.location for one in found)
            raise DagsterInvalidSubsetError(
                f"Several code locations have a job '{address.job}': {places}. Say which one is meant."
            )
        names = [one.job.name for one in self.list_jobs()]
        where = f" in code location '{address.location}'" if address.location is not None else ""
        raise DagsterInvalidSubsetError(
            f"There is no job '{address.job}'{where}.{did_you_mean(address.job, names)}"
        )

    def _list_matching(self, address: JobAddress) -> list[FoundJob]:
        found = []
        for index in self.list_indexes():
            for repository in index:
                job = repository.jobs.get(address.job)
                if (
                    job is not None
                    and address.location in (None, index.name)
                    and address.repository in (None, repository.name)
                ):
                    found.append(FoundJob(repository, job))
        return found

    # ------------------------------------------------------------------------------ asking code

    def job_detail(self, address: JobAddress) -> JobDetail:
        """Return a job in full: structure, ops, config schema; asked once for each content of its location.

        Raises:
            DagsterInvalidSubsetError: if there is no such job.
            DagsterCodeLocationLoadError: if its location has no server.
            DagsterUserCodeProcessError: if user code raised.
            DagsterUserCodeUnreachableError: if there is no answer.
        """
        repository, job = self.get_job(address)
        content_hash = self.get_index(repository.location).content_hash
        key = (repository.location, content_hash, repository.name, job.name)
        known = self._details.get(key)
        if known is None:
            request = JobDetailRequest(repository=repository.name, job=job.name)
            known = self._client(repository).ask(request, JobDetailAnswer).detail
            with self._lock:
                for old in [one for one in self._details if one[0] == key[0] and one[1] != content_hash]:
                    del self._details[old]
                self._details[key] = known
        return known

    def launch(self, address: JobAddress, request: LaunchRequest, *, deadline_s: float = _LAUNCH_S) -> str:
        """Have a run recorded and begun in a process of its own; return its id.

        Args:
            address: the job.
            request: what is asked for.
            deadline_s: how long it may take until the run is recorded.

        Raises:
            DagsterInvalidSubsetError: if there is no such job.
            DagsterUserCodeProcessError: if the run cannot begin; ``is_mistake`` if what is asked for is at fault.
            DagsterCodeLocationLoadError: if its location has no server.
            DagsterUserCodeUnreachableError: if there is no answer.
        """
        repository, job = self.get_job(address)
        asked = LaunchRunRequest(
            deadline_s=deadline_s, home=self._home, repository=repository.name, job=job.name, launch=request
        )
        return self._client(repository).ask(asked, LaunchAnswer).run_id

    def validate_config(self, address: JobAddress, request: LaunchRequest) -> ConfigAnswer:
        """Return what is wrong with the run config of a run, and the steps that the run would have; errors as of ``launch``."""
        repository, job = self.get_job(address)
        asked = ValidateConfigRequest(
            home=self._home, repository=repository.name, job=job.name, launch=request
        )
        return self._client(repository).ask(asked, ConfigAnswer)

    def evaluate_schedule(
        self,
        location: str,
        schedule: str,
        scheduled_time: datetime.datetime,
        *,
        repository: str | None = None,
        deadline_s: float = _TICK_S,
    ) -> TickAnswer:
        """Return what a schedule wants at a time; nothing is recorded.

        Raises:
            DagsterCodeLocationNotFoundError: if there is no such location.
            DagsterUserCodeProcessError: if its function raised or took too long.
            DagsterCodeLocationLoadError: if its location has no server.
            DagsterUserCodeUnreachableError: if there is no answer.
        """
        request = ScheduleTickRequest(
            deadline_s=deadline_s, home=self._home, repository=repository, schedule=schedule,
            scheduled_time=scheduled_time,
        )  # fmt: skip
        return self._get(location).get_client().ask(request, TickAnswer)

    def evaluate_sensor(
        self,
        location: str,
        sensor: str,
        *,
        cursor: str | None = None,
        last_run_key: str | None = None,
        last_tick_completion_time: float | None = None,
        last_sensor_start_time: float | None = None,
        repository: str | None = None,
        deadline_s: float = _TICK_S,
    ) -> TickAnswer:
        """Return what a sensor wants now; nothing is recorded. Errors as of ``evaluate_schedule``."""
        request = SensorTickRequest(
            deadline_s=deadline_s, home=self._home, repository=repository, sensor=sensor, cursor=cursor,
            last_run_key=last_run_key, last_tick_completion_time=last_tick_completion_time,
            last_sensor_start_time=last_sensor_start_time,
        )  # fmt: skip
        return self._get(location).get_client().ask(request, TickAnswer)

    def partition_keys(
        self,
        target: JobAddress | AssetKey,
        *,
        limit: int = 1000,
        cursor: str | None = None,
        ascending: bool = False,
    ) -> PartitionKeysAnswer:
        """Return a page of the partition keys of a job or an asset, the last ones first. Errors as of ``launch``."""
        if isinstance(target, JobAddress):
            repository, job = self.get_job(target)
            about: Mapping[str, Any] = {"job": job.name}
        else:
            repository = self._get_asset(target).repository
            about = {"asset_key": target}
        request = PartitionKeysRequest(
            home=self._home, repository=repository.name, limit=limit, cursor=cursor, ascending=ascending, **about
        )  # fmt: skip
        return self._client(repository).ask(request, PartitionKeysAnswer)

    def partition_config(self, address: JobAddress, partition_key: str) -> PartitionConfigAnswer:
        """Return run config and tags of a partition of a job. Errors as of ``launch``."""
        repository, job = self.get_job(address)
        request = PartitionConfigRequest(
            home=self._home, repository=repository.name, job=job.name, partition_key=partition_key
        )
        return self._client(repository).ask(request, PartitionConfigAnswer)

    def load_value(
        self, key: AssetKey, *, partition_key: str | None = None, max_chars: int = 10_000
    ) -> ValueAnswer:
        """Return what the value of an asset looks like. Errors as of ``launch``."""
        repository = self._get_asset(key).repository
        request = LoadValueRequest(
            home=self._home, repository=repository.name, asset_key=key, partition_key=partition_key,
            max_chars=max_chars,
        )  # fmt: skip
        return self._client(repository).ask(request, ValueAnswer)

    # ------------------------------------------------------------------------------ inside

    @property
    def _home(self) -> str | None:
        return self._instance.root_directory if self._instance.is_persistent else None

    def _get(self, name: str) -> CodeLocation:
        location = self._locations.get(name)
        if location is None:
            raise DagsterCodeLocationNotFoundError(
                f"There is no code location '{name}'.{did_you_mean(name, self._locations)} There is: "
                f"{quote_names(self._locations)}."
            )
        return location

    def _get_asset(self, key: AssetKey) -> FoundAsset:
        found = self.find_asset(key)
        if found is None:
            names: Sequence[str] = [known.to_user_string() for known in self.asset_graph()]
            name = key.to_user_string()
            raise DagsterInvalidSubsetError(f"There is no asset '{name}'.{did_you_mean(name, names)}")
        return found

    def _client(self, repository: RepositoryIndex) -> CodeClient:
        return self._get(repository.location).get_client()

    def _tell(self, state: LocationState) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener(state)
