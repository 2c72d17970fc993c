"""The partitions of jobs as objects of the schema: their keys, run config and runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.api.access.caller import Permission
from weftwork.api.code.job_partitions import JobPartitionConfig, JobPartitionQuery, get_job_partition_config
from weftwork.base.errors import CheckError, DagsterError
from weftwork.graphql.automation import find_repository
from weftwork.graphql.entry import Asking, Thing, answer_errors, bounded, python_error, thing
from weftwork.graphql.metadata import pairs
from weftwork.graphql.runs import read_filter, repository_origin, view_run
from weftwork.locations.definitions_index import RepositoryIndex
from weftwork.partitions.context import partition_loading_context
from weftwork.records.runs import RunRecord, RunsFilter
from weftwork.records.snapshots.jobs import JobSnapshot
from weftwork.records.tags import PARTITION_NAME_TAG, PARTITION_SET_TAG

_MAX_KEYS = 10_000
_MAX_RUNS = 1000
_MAX_LOOKED_AT = 10_000
_ENDING = "_partition_set"


def partition_fields(asking: Asking, repository: RepositoryIndex, job: JobSnapshot) -> Thing:
    """Return the fields of a job that tell of its partitions."""
    found = JobPartitions(asking, repository, job)

    def keys(
        _info: Any,
        cursor: str | None = None,
        limit: int | None = None,
        reverse: bool | None = None,
        selectedAssetKeys: Any = None,
    ) -> Thing:
        del selectedAssetKeys  # all assets of a job have the same
        return {"partitionKeys": found.list_keys(cursor, limit, is_reversed=bool(reverse))}

    def partition(_info: Any, partitionName: str, selectedAssetKeys: Any = None) -> Thing | None:
        del selectedAssetKeys
        return found.view_partition(partitionName) if job.partitions is not None else None

    return {"partitionKeysOrError": keys, "partition": partition}


class JobPartitions:
    """The partitions of a job.

    Args:
        asking: who asks.
        repository: where the job is.
        job: the job.
    """

    def __init__(self, asking: Asking, repository: RepositoryIndex, job: JobSnapshot) -> None:
        self._asking = asking
        self._repository = repository
        self._job = job
        self._name = f"{job.name}{_ENDING}"

    def list_keys(
        self, cursor: str | None = None, limit: int | None = None, *, is_reversed: bool = False
    ) -> list[str]:
        """Return the keys behind a key, or, reversed, those before it; the nearest ones where there are more."""
        definition = self._repository.find_partitions(self._job.partitions)
        if definition is None:
            return []
        with partition_loading_context(dynamic_partitions_store=self._asking.host.instance):
            keys = [str(key) for key in definition.get_partition_keys()]
        count = bounded(limit, _MAX_KEYS)
        place = keys.index(cursor) if cursor in keys else None
        if is_reversed:
            before = keys if place is None else keys[:place]
            return before[max(0, len(before) - count) :]
        return (keys if place is None else keys[place + 1 :])[:count]

    def view_partition(self, key: str) -> Thing:
        """Return a partition; its run config is asked for when somebody looks at it."""
        asking, job = self._asking, self._job
        known: list[JobPartitionConfig] = []

        def config() -> JobPartitionConfig:
            if not known:
                query = JobPartitionQuery(
                    name=job.name,
                    partition=key,
                    location=self._repository.location,
                    repository=self._repository.name,
                )
                known.append(get_job_partition_config(asking.host, query))
            return known[0]

        def run_config(_info: Any) -> Thing:
            try:
                return thing("PartitionRunConfig", yaml=_to_yaml(config().run_config))
            except (DagsterError, CheckError) as error:
                return python_error(error)

        def tags(_info: Any) -> Thing:
            try:
                return thing("PartitionTags", results=pairs({**config().tags, PARTITION_SET_TAG: self._name}))
            except (DagsterError, CheckError) as error:
                return python_error(error)

        def runs(
            _info: Any, filter: Any = None, cursor: str | None = None, limit: int | None = None
        ) -> list[Thing]:
            conditions = read_filter(filter)
            conditions = conditions.replace(
                job_name=job.name, tags={**conditions.tags, PARTITION_NAME_TAG: key}
            )
            records = asking.host.instance.get_run_records(
                conditions, limit=bounded(limit, _MAX_RUNS), cursor=cursor
            )
            return [view_run(asking.host.instance, record) for record in records]

        def status(_info: Any) -> str | None:
            record = self._list_latest_runs().get(key)
            return record.dagster_run.status.value if record is not None else None

        return {
            "name": key,
            "jobName": job.name,
            "partitionSetName": self._name,
            "solidSelection": None,
            "mode": "default",
            "runConfigOrError": run_config,
            "tagsOrError": tags,
            "runs": runs,
            "status": status,
        }

    def _list_latest_runs(self) -> dict[str, RunRecord]:
        """Return the latest run of each partition, among the latest runs of the job."""
        found: dict[str, RunRecord] = {}
        records = self._asking.host.instance.get_run_records(
            RunsFilter(job_name=self._job.name), limit=_MAX_LOOKED_AT
        )
        for record in records:
            key = record.dagster_run.tags.get(PARTITION_NAME_TAG)
            if key is not None:
                found.setdefault(key, record)
        return found

    def view_set(self) -> Thing:
        """Return the set of all partitions of the job."""
        instance, place = self._asking.host.instance, self._repository
        may = Permission.LAUNCH in self._asking.caller.permissions

        def page(
            _info: Any, cursor: str | None = None, limit: int | None = None, reverse: bool | None = None
        ) -> Thing:
            keys = self.list_keys(cursor, limit, is_reversed=bool(reverse))
            return thing("Partitions", results=[self.view_partition(key) for key in keys])

        def statuses(_info: Any) -> Thing:
            latest = self._list_latest_runs()
            return thing(
                "PartitionStatuses", results=[self._status(key, latest.get(key)) for key in self.list_keys()]
            )

        def runs(_info: Any) -> list[Thing]:
            latest = self._list_latest_runs()
            return [
                {
                    "id": f"{self._name}:{key}",
                    "partitionName": key,
                    "run": view_run(instance, latest[key]) if key in latest else None,
                }
                for key in self.list_keys()
            ]

        return thing(
            "PartitionSet",
            id=f"{place.location}:{place.name}:{self._name}",
            name=self._name,
            pipelineName=self._job.name,
            solidSelection=None,
            mode="default",
            partitionsOrError=page,
            partition=lambda _info, partitionName: (
                self.view_partition(partitionName) if partitionName in self.list_keys() else None
            ),
            partitionStatusesOrError=statuses,
            partitionRuns=runs,
            repositoryOrigin=repository_origin(place.location, place.name),
            hasLaunchBackfillPermission=may,
            hasCancelBackfillPermission=may,
            backfills=lambda _info, cursor=None, limit=None: [],
        )

    def _status(self, key: str, record: RunRecord | None) -> Thing:
        start, end = (record.start_time, record.end_time) if record is not None else (None, None)
        return {
            "id": f"{self._name}:{key}",
            "partitionName": key,
            "runId": record.dagster_run.run_id if record is not None else None,
            "runStatus": record.dagster_run.status.value if record is not None else None,
            "runDuration": end - start if start is not None and end is not None else None,
        }


def _to_yaml(config: Mapping[str, Any]) -> str:
    import yaml  # heavy, and seldom asked for

    text: str = yaml.safe_dump(dict(config), sort_keys=False)
    return text


def list_partition_sets(asking: Asking, repository: RepositoryIndex) -> list[Thing]:
    """Return the partitions of all jobs of a repository that have some and a name of their own."""
    jobs = [job for job in repository.snapshot.jobs if job.partitions is not None and not job.is_implicit]
    return [
        JobPartitions(asking, repository, job).view_set() for job in sorted(jobs, key=lambda one: one.name)
    ]


def _list_sets(asking: Asking, repositorySelector: Mapping[str, Any], pipelineName: str) -> Thing:
    repository = find_repository(asking, repositorySelector)
    found = list_partition_sets(asking, repository) if repository is not None else []
    return thing("PartitionSets", results=[one for one in found if one["pipelineName"] == pipelineName])


def _get_set(
    asking: Asking, repositorySelector: Mapping[str, Any], partitionSetName: str | None = None
) -> Thing:
    repository = find_repository(asking, repositorySelector)
    for one in list_partition_sets(asking, repository) if repository is not None else ():
        if one["name"] == partitionSetName:
            return one
    message = (
        f"There is no set of partitions '{partitionSetName}': their names are those of jobs and '{_ENDING}'."
    )
    return thing("PartitionSetNotFoundError", message=message, partitionSetName=partitionSetName or "")


QUERIES = {
    "partitionSetsOrError": answer_errors(_list_sets),
    "partitionSetOrError": answer_errors(_get_set),
}
