"""The partitions of a job: their keys, and the run config of one."""

from __future__ import annotations

from typing import Any

import msgspec

from weftwork.api.host import Host
from weftwork.api.view import View
from weftwork.instance.configuration.secrets import redact_config
from weftwork.records.snapshots.requests import JobAddress
from weftwork.serde.record import Record

_MAX_KEYS = 5000


class JobPartitionsQuery(Record):
    """Which partition keys of a job are asked for.

    Attributes:
        name: the job.
        location: its code location; needed where several have such a job.
        repository: its repository.
        cursor: the cursor of the page before.
        limit: how many at most.
        oldest_first: whether the first key comes first.
    """

    name: str
    location: str | None = None
    repository: str | None = None
    cursor: str | None = None
    limit: int = 200
    oldest_first: bool = False


class JobPartitionQuery(Record):
    """Names a partition of a job.

    Attributes:
        name: the job.
        partition: the partition.
        location: its code location; needed where several have such a job.
        repository: its repository.
    """

    name: str
    partition: str
    location: str | None = None
    repository: str | None = None


class JobPartitionKeys(View):
    """A page of partition keys.

    Attributes:
        keys: the keys.
        cursor: where the next page begins; None if there is none.
        total: how many there are in all.
    """

    keys: list[str]
    cursor: str | None
    total: int | None


class JobPartitionConfig(View):
    """Run config and tags of a partition."""

    run_config: dict[str, Any]
    tags: dict[str, str]


def list_job_partition_keys(host: Host, query: JobPartitionsQuery) -> JobPartitionKeys:
    """Return a page of the partition keys of a job, the last ones first.

    Raises:
        DagsterInvalidSubsetError: if there is no such job, or several.
        DagsterUserCodeProcessError: if it has no partitions, or user code raised.
    """
    address = JobAddress(job=query.name, location=query.location, repository=query.repository)
    answer = host.workspace.partition_keys(
        address, limit=min(max(1, query.limit), _MAX_KEYS), cursor=query.cursor, ascending=query.oldest_first
    )
    return JobPartitionKeys(
        keys=list(answer.keys), cursor=answer.cursor if answer.has_more else None, total=answer.count
    )


def get_job_partition_config(host: Host, query: JobPartitionQuery) -> JobPartitionConfig:
    """Return run config and tags of a partition of a job.

    Raises:
        DagsterInvalidSubsetError: if there is no such job, or several.
        DagsterUserCodeProcessError: if there is no such partition, or user code raised.
    """
    address = JobAddress(job=query.name, location=query.location, repository=query.repository)
    answer = host.workspace.partition_config(address, query.partition)
    return JobPartitionConfig(
        run_config=redact_config(msgspec.json.decode(answer.run_config)), tags=dict(answer.tags)
    )
