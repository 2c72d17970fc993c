"""What is recorded and stored, and how much room it takes."""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Sequence

from weftwork.api.host import Host
from weftwork.api.view import View, to_instant

_REMEMBERED_S = 60.0
_MAX_FILES = 200_000


class StorageView(View):
    """What is recorded and stored.

    Attributes:
        database: where the database is.
        schema_version: the number of its schema.
        database_bytes: its size with its journal; None where it is not a file here.
        runs: how many runs are recorded.
        events: how many events and log lines were ever recorded.
        assets: how many assets something was recorded of.
        artifacts: the directory of values and captured output.
        artifact_bytes: how much is in it; None where there are too many files to add up.
        artifact_files: how many files are in it; None where there are too many to count.
        free_bytes: how much room is left on the file system of it.
        measured_at: when the files were added up; this is done once a minute at most.
    """

    database: str
    schema_version: int
    database_bytes: int | None
    runs: int
    events: int
    assets: int
    artifacts: str
    artifact_bytes: int | None
    artifact_files: int | None
    free_bytes: int | None
    measured_at: datetime.datetime


class _Memory:
    """What the files came to when they were added up last."""

    def __init__(self) -> None:
        self.at = float("-inf")
        self.measured: tuple[int | None, int | None] = (None, None)


def get_storage(host: Host) -> StorageView:
    """Return what is recorded and stored."""
    instance, info = host.instance, host.instance.info_dict()
    memory: _Memory = host.memory.setdefault(_Memory, _Memory())
    if host.now() - memory.at > _REMEMBERED_S:
        memory.at, memory.measured = host.now(), _measure(info["artifacts"])
    measured_at = to_instant(memory.at)
    assert measured_at is not None
    size, count = memory.measured
    return StorageView(
        database=info["storage"],
        schema_version=instance.schema_version,
        database_bytes=_size_of_files([info["storage"] + ending for ending in ("", "-wal", "-shm")]),
        runs=instance.get_runs_count(),
        events=instance.automation_facts.get_max_storage_id() or 0,
        assets=len(instance.get_asset_keys()),
        artifacts=info["artifacts"],
        artifact_bytes=size,
        artifact_files=count,
        free_bytes=_free(info["artifacts"]),
        measured_at=measured_at,
    )


def _size_of_files(paths: Sequence[str]) -> int | None:
    found = [os.path.getsize(path) for path in paths if os.path.isfile(path)]
    return sum(found) if found else None


def _measure(directory: str) -> tuple[int | None, int | None]:
    """Return size and number of the files below a directory; None for both where there are too many."""
    size = count = 0
    pending = [directory]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    else:
                        count += 1
                        size += entry.stat(follow_symlinks=False).st_size
        except OSError:  # deleted in between, or not ours to read
            continue
        if count > _MAX_FILES:
            return None, None
    return size, count


def _free(directory: str) -> int | None:
    while directory and not os.path.exists(directory):
        parent = os.path.dirname(directory)
        directory = parent if parent != directory else ""
    return shutil.disk_usage(directory).free if directory else None
