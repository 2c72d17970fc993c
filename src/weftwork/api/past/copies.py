"""A run in a file, whole, to take it to another instance: the run, its log, and what it printed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from weftwork.api.output.captured import find_output_file, iterate_output, list_captured_files
from weftwork.api.runs import resolve_run_id
from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.instance.configuration.secrets import redact_run_config
from weftwork.instance.home import make_directory
from weftwork.instance.instance import DagsterInstance
from weftwork.records.event_data import RUN_OUTPUT, ComputeLogsCaptureData
from weftwork.records.events import EventLogEntry
from weftwork.records.runs import DagsterRunStatus, RunRecord
from weftwork.serde.codec import decode, encode
from weftwork.serde.record import Record

_FORMAT = "weftwork-run"
_VERSION = 1
_PAGE = 1000
_MAX_OUTPUT_CHARS = 5_000_000
_STREAMS = ("stdout", "stderr")
IMPORTED_TAG = "weft/imported"
IMPORTED_STATUS_TAG = "weft/imported_status"


class CopyHeader(Record):
    """The first line of such a file."""

    format: str = ""
    version: int = 0


class CopiedOutput(Record):
    """A part of what a step of a copied run printed.

    Attributes:
        name: the step, or "run" for the run's own process.
        stream: "stdout" or "stderr".
        text: the part.
    """

    name: str
    stream: str
    text: str


def export_run(instance: DagsterInstance, run_id: str) -> Iterator[bytes]:
    """Yield a run as lines of JSON, its secrets masked.

    Args:
        instance: where it is recorded.
        run_id: its id, or the beginning of it.

    Raises:
        DagsterRunNotFoundError: if there is no such run.
    """
    run_id = resolve_run_id(instance, run_id)
    record = instance.get_run_record_by_id(run_id)
    assert record is not None
    run = record.dagster_run
    yield encode(CopyHeader(format=_FORMAT, version=_VERSION)) + b"\n"
    shown = run.replace(run_config=redact_run_config(run), secret_fields=[])
    yield encode(record.replace(dagster_run=shown)) + b"\n"
    page = instance.get_records_for_run(run_id, limit=_PAGE)
    while page.records:
        for found in page.records:
            yield encode(found.event_log_entry) + b"\n"
        page = instance.get_records_for_run(run_id, cursor=page.cursor, limit=_PAGE)
    for file in list_captured_files(instance, run_id).files:
        for stream in _STREAMS:
            yield from _output_lines(instance, run_id, file.name, stream)


def _output_lines(instance: DagsterInstance, run_id: str, name: str, stream: str) -> Iterator[bytes]:
    left = _MAX_OUTPUT_CHARS
    for piece in iterate_output(instance, run_id, find_output_file(instance, run_id, name, stream)):
        if left <= 0:
            return
        text = piece.decode("utf-8", "replace")[:left]
        left -= len(text)
        yield encode(CopiedOutput(name=name, stream=stream, text=text)) + b"\n"


def import_run(instance: DagsterInstance, lines: Iterable[bytes]) -> str:
    """Add a run that ``export_run`` gave, and return its id.

    What is known of assets stays as it is. A run that had not ended there is CANCELED here, since nothing drives it.

    Args:
        instance: where it is added.
        lines: the lines of the file.

    Raises:
        DagsterInvalidInvocationError: if the file is of another kind.
        DagsterRunAlreadyExists: if the run is there already.
    """
    if instance.is_ephemeral:
        raise DagsterInvalidInvocationError(
            "An instance in memory takes no runs from files: nothing would be kept."
        )
    source = iter(lines)
    header = _read(next(source, b""), CopyHeader)
    if header.format != _FORMAT or header.version > _VERSION:
        raise DagsterInvalidInvocationError(
            "The file is no export of a run, or one of a newer version. Make one with: weft debug export RUN_ID FILE"
        )
    record = _as_import(_read(next(source, b""), RunRecord))
    entries: list[EventLogEntry] = []
    outputs: list[CopiedOutput] = []
    for line in source:
        item: Any = _read(line, EventLogEntry | CopiedOutput)
        if isinstance(item, CopiedOutput):
            outputs.append(item)
        else:
            _check_file_names(item)
            entries.append(item)
    run_id: str = record.dagster_run.run_id
    instance.add_run_copy(record, entries)
    _write_outputs(instance, run_id, outputs)
    return run_id


def _read(line: bytes, kind: Any) -> Any:
    try:
        return decode(line, kind)
    except ValueError as error:
        raise DagsterInvalidInvocationError(
            f"The file is no export of a run, or it is damaged: {error}. Make one with: weft debug export RUN_ID FILE"
        ) from error


def _as_import(record: RunRecord) -> RunRecord:
    run = record.dagster_run
    if not _is_name(run.run_id):
        raise DagsterInvalidInvocationError(f"The file names a run '{run.run_id}', which is no id of a run.")
    tags = {**run.tags, IMPORTED_TAG: "true"}
    if not run.is_finished:
        tags[IMPORTED_STATUS_TAG] = run.status.value
        run = run.with_status(DagsterRunStatus.CANCELED)
    imported: RunRecord = record.replace(dagster_run=run.replace(tags=tags, code_origin=None))
    return imported


def _check_file_names(entry: EventLogEntry) -> None:
    """Refuse names of files that lead out of the directory of the run."""
    data = entry.dagster_event.event_specific_data if entry.dagster_event is not None else None
    if isinstance(data, ComputeLogsCaptureData) and not _is_name(data.file_key):
        raise DagsterInvalidInvocationError(
            f"The file names output '{data.file_key}', which is not in the directory of the run. Nothing was added."
        )


def _is_name(text: str) -> bool:
    """Return whether a text names a file or folder of one directory, and nothing outside of it."""
    return text not in ("", ".", "..") and os.path.basename(text) == text and "\0" not in text


def _write_outputs(instance: DagsterInstance, run_id: str, outputs: list[CopiedOutput]) -> None:
    if not outputs:
        return
    make_directory(instance.compute_log_directory(run_id))
    known = {file.name for file in list_captured_files(instance, run_id).files}
    for output in outputs:
        if output.stream not in _STREAMS or (output.name != RUN_OUTPUT and output.name not in known):
            continue
        if output.name == RUN_OUTPUT:
            path = instance.run_output_path(run_id, "out" if output.stream == "stdout" else "err")
        else:
            path = find_output_file(instance, run_id, output.name, output.stream)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            file.write(output.text.encode("utf-8", "replace"))
