"""Queries about runs beyond lists: groups of repeated runs, tags, what runs printed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from weftwork.api.output.captured import find_output_file, get_output
from weftwork.api.view import read_cursor
from weftwork.base.errors import DagsterError
from weftwork.graphql.entry import Asking, Thing, answer_errors, bounded, thing
from weftwork.graphql.runs import view_run
from weftwork.graphql.workspace import pipeline_not_found, view_job
from weftwork.instance.instance import DagsterInstance

_MAX_BYTES = 1_000_000
_KEY_PARTS = 3
_INTERVAL_S = 0.25
_MAX_TAGS = 10_000


def _get_group(asking: Asking, runId: str) -> Thing:
    instance = asking.host.instance
    run = instance.get_run_by_id(runId)
    if run is None:
        return thing("RunGroupNotFoundError", message=f"There is no run with id {runId}.", runId=runId)
    root, runs = instance.get_run_group(runId)
    records = [instance.get_run_record_by_id(one.run_id) for one in runs]
    return thing(
        "RunGroup", rootRunId=root, runs=[view_run(instance, one) for one in records if one is not None]
    )


def _list_tag_keys(asking: Asking) -> Thing:
    return thing("RunTagKeys", keys=list(asking.host.instance.get_run_tag_keys()))


def _list_tags(
    asking: Asking,
    tagKeys: Sequence[str] | None = None,
    valuePrefix: str | None = None,
    limit: int | None = None,
) -> Thing:
    instance = asking.host.instance
    keys = list(tagKeys) if tagKeys is not None else list(instance.get_run_tag_keys())
    found = instance.get_run_tags(keys, valuePrefix, bounded(limit, _MAX_TAGS))
    return thing("RunTags", tags=[{"key": key, "values": sorted(values)} for key, values in found])


def _read_output(
    _parent: Any, info: Any, logKey: Sequence[str], cursor: str | None = None, limit: int | None = None
) -> Thing:
    """Return what was printed under a key: [run, "compute_logs", name of the file]; the cursor is "stdout:stderr"."""
    instance: DagsterInstance = info.context.host.instance
    offsets = [read_cursor(part) or 0 for part in (cursor or "0:0").split(":")] + [0, 0]
    texts: list[str | None] = []
    following = []
    for stream, offset in zip(("stdout", "stderr"), offsets, strict=False):
        text, end = _read(instance, logKey, stream, offset, max(1, bounded(limit, _MAX_BYTES)))
        texts.append(text)
        following.append(end)
    return {
        "logKey": list(logKey),
        "stdout": texts[0],
        "stderr": texts[1],
        "cursor": ":".join(map(str, following)),
    }


def _read(
    instance: DagsterInstance, key: Sequence[str], stream: str, offset: int, limit: int
) -> tuple[str | None, int]:
    if len(key) != _KEY_PARTS:
        return None, offset
    run_id, _, name = key
    try:
        find_output_file(instance, run_id, name, stream)
        found = get_output(instance, run_id, name, stream, offset=offset, limit=limit)
    except DagsterError:  # nothing of that name was captured
        return None, offset
    return found.text or None, found.next_offset


def _read_of_run(parent: Thing, info: Any, fileKey: str) -> Thing:
    return _read_output(None, info, [parent["runId"], "compute_logs", fileKey])


def _describe_output(_parent: Any, info: Any, logKey: Sequence[str]) -> Thing:
    """Return where that is kept which was printed under a key: the addresses from which it is downloaded."""
    instance: DagsterInstance = info.context.host.instance
    told: Thing = {}
    for stream in ("stdout", "stderr"):
        path: str | None = None
        if len(logKey) == _KEY_PARTS:
            with contextlib.suppress(DagsterError):
                path = find_output_file(instance, logKey[0], logKey[2], stream)
        where = (
            "/".join(quote(part, safe="") for part in (logKey[0], "output", logKey[2], stream))
            if path
            else None
        )
        told[f"{stream}Location"] = path
        told[f"{stream}DownloadUrl"] = f"/api/v1/runs/{where}/download" if where else None
    return told


async def follow_output(
    _root: Any, info: Any, logKey: Sequence[str], cursor: str | None = None
) -> AsyncGenerator[Thing, None]:
    """Yield what is printed under a key, piece by piece, until its run has ended."""
    instance: DagsterInstance = info.context.host.instance
    is_first = True
    while True:
        run = await asyncio.to_thread(instance.get_run_by_id, logKey[0] if logKey else "")
        found = await asyncio.to_thread(_read_output, None, info, logKey, cursor)
        if is_first or found["cursor"] != cursor:
            is_first, cursor = False, found["cursor"]
            yield found
            continue
        if run is None or run.is_finished:
            return
        await asyncio.sleep(_INTERVAL_S)


def _job_of_run(parent: Thing, info: Any) -> Thing:
    """Return the job of a run as it is defined now; only its name where nothing defines it any more."""
    asking: Asking = info.context
    origin, name = parent["repositoryOrigin"], parent["pipelineName"]
    for index in asking.host.workspace.list_indexes():
        if origin is None or index.name == origin["repositoryLocationName"]:
            for repository in index:
                if name in repository.jobs:
                    found = view_job(asking, repository, repository.jobs[name], "PipelineSnapshot")
                    return {**found, "solidSelection": parent["solidSelection"]}
    return thing("UnknownPipeline", name=name, solidSelection=parent["solidSelection"])


def _get_snapshot(
    asking: Asking, snapshotId: str | None = None, activePipelineSelector: Mapping[str, Any] | None = None
) -> Thing:
    """Return a job as it is defined now: by its place, or by the id that it tells."""
    selector = activePipelineSelector
    for index in asking.host.workspace.list_indexes():
        for repository in index:
            place = (repository.location, repository.name)
            if selector is not None and place != (
                selector["repositoryLocationName"],
                selector["repositoryName"],
            ):
                continue
            for job in repository.snapshot.jobs:
                found = view_job(asking, repository, job, "PipelineSnapshot")
                if (
                    job.name == selector["pipelineName"]
                    if selector is not None
                    else (found["pipelineSnapshotId"](None) == snapshotId)
                ):
                    return {**found, "solidSelection": None}
    if selector is not None:
        return pipeline_not_found(selector)
    message = f"No job is defined as it was in snapshot '{snapshotId}': only what is defined now is known."
    return thing("PipelineSnapshotNotFoundError", message=message, snapshotId=snapshotId or "")


RUN_FIELDS: dict[str, Callable[..., Any]] = {"capturedLogs": _read_of_run, "pipeline": _job_of_run}
"""Fields of ``Run`` that are found when they are asked for."""

QUERIES: dict[str, Callable[..., Any]] = {
    "runGroupOrError": answer_errors(_get_group),
    "runTagKeysOrError": answer_errors(_list_tag_keys),
    "runTagsOrError": answer_errors(_list_tags),
    "capturedLogs": _read_output,
    "capturedLogsMetadata": _describe_output,
    "pipelineSnapshotOrError": answer_errors(_get_snapshot),
}
