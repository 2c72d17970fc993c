"""What the steps of a run printed: captured output, piece by piece."""

from __future__ import annotations

import os
from collections.abc import Iterator

from weftwork.api.runs import resolve_run_id
from weftwork.api.view import View
from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.base.text import did_you_mean
from weftwork.instance.instance import DagsterInstance
from weftwork.records.event_data import RUN_OUTPUT, ComputeLogsCaptureData
from weftwork.records.event_type import DagsterEventType

_ENDINGS = {"stdout": ".out", "stderr": ".err"}
_MAX_CHUNK_BYTES = 1_000_000


class CapturedFile(View):
    """Output that was captured together.

    Attributes:
        name: names it: the key of the step, with the number of the attempt from the second on; "run" for the run's
            own process.
        step_keys: the steps that printed there.
        stdout_bytes: how much there is of standard output.
        stderr_bytes: how much there is of standard error.
    """

    name: str
    step_keys: list[str]
    stdout_bytes: int
    stderr_bytes: int


class CapturedFiles(View):
    """All output that a run captured."""

    files: list[CapturedFile]


class OutputChunk(View):
    """A piece of what was printed.

    Attributes:
        text: the piece; bytes that are no text are shown as replacement characters.
        offset: where it begins, in bytes.
        next_offset: where the next piece begins, in bytes.
        size_bytes: how much there is in all, now.
        is_finished: whether nothing will follow: the run has ended and this is the end.
    """

    text: str
    offset: int
    next_offset: int
    size_bytes: int
    is_finished: bool


def list_captured_files(instance: DagsterInstance, run_id: str) -> CapturedFiles:
    """Return what a run captured.

    Raises:
        DagsterRunNotFoundError: if there is no such run.
    """
    run_id = resolve_run_id(instance, run_id)
    directory = instance.compute_log_directory(run_id)
    return CapturedFiles(
        files=[
            CapturedFile(
                name=name,
                step_keys=steps,
                stdout_bytes=_size(os.path.join(directory, f"{file}.out")),
                stderr_bytes=_size(os.path.join(directory, f"{file}.err")),
            )
            for name, (file, steps) in _list_files(instance, run_id).items()
        ]
    )


def get_output(
    instance: DagsterInstance, run_id: str, name: str, stream: str, *, offset: int = 0, limit: int = 200_000
) -> OutputChunk:
    """Return a piece of what was printed.

    Args:
        instance: where the run is recorded.
        run_id: its id, or the beginning of it.
        name: the step, or another name of ``list_captured_files``.
        stream: "stdout" or "stderr".
        offset: where to begin, in bytes; negative to count from the end.
        limit: how many bytes at most.

    Raises:
        DagsterRunNotFoundError: if there is no such run.
        DagsterInvariantViolationError: if nothing of that name was captured.
    """
    run_id = resolve_run_id(instance, run_id)
    run = instance.get_run_by_id(run_id)  # before the file: what is printed until the end is then in it
    assert run is not None
    path = find_output_file(instance, run_id, name, stream)
    size = _size(path)
    start = max(0, size + offset) if offset < 0 else min(offset, size)
    data = _whole_lines(_read(path, start, min(max(1, limit), _MAX_CHUNK_BYTES)), size - start)
    if offset < 0 < start and b"\n" in data[:-1]:
        skipped = data.index(b"\n") + 1
        start, data = start + skipped, data[skipped:]
    following = start + len(data)
    return OutputChunk(
        text=instance.build_run_redactor(run).redact(data.decode("utf-8", "replace")),
        offset=start,
        next_offset=following,
        size_bytes=size,
        is_finished=bool(run.is_finished) and following >= size,
    )


def find_output_file(instance: DagsterInstance, run_id: str, name: str, stream: str) -> str:
    """Return the file of what was printed; its name comes from the record of the run, never from who asks.

    It is found by the name that is listed, and by the key that the event of the capture tells.

    Raises:
        DagsterInvariantViolationError: if nothing of that name was captured, or there is no such stream.
    """
    if stream not in _ENDINGS:
        raise DagsterInvariantViolationError(f"There is no stream '{stream}': expected stdout or stderr.")
    files = _list_files(instance, run_id)
    found = files.get(name) or next((one for one in files.values() if one[0] == name), None)
    if found is None:
        hint = did_you_mean(name, files) or " Steps that run in the run's own process print where it prints."
        raise DagsterInvariantViolationError(f"No output of '{name}' was captured in run {run_id}.{hint}")
    return os.path.join(instance.compute_log_directory(run_id), found[0] + _ENDINGS[stream])


def _whole_lines(data: bytes, remaining: int) -> bytes:
    """Leave out the beginning of a line that goes on later: a secret that is cut in two cannot be masked."""
    end = data.rfind(b"\n") + 1
    return data[:end] if end and len(data) < remaining else data


def iterate_output(instance: DagsterInstance, run_id: str, path: str) -> Iterator[bytes]:
    """Yield the whole of a captured file of a run, redacted, line by line."""
    redactor = instance.build_run_redactor(instance.get_run_by_id(run_id))
    try:
        with open(path, "rb") as file:
            for line in file:
                yield redactor.redact(line.decode("utf-8", "replace")).encode()
    except FileNotFoundError:
        return


class CapturedNames:
    """The files of what a run printed, by the names under which they are listed.

    Args:
        instance: where the run is recorded.
        run_id: its id.

    Attributes:
        files: name to the file without its ending, and the steps that print there; in the order of their beginning.
    """

    def __init__(self, instance: DagsterInstance, run_id: str) -> None:
        self._instance = instance
        self._run_id = run_id
        self._cursor: str | None = None
        self.files: dict[str, tuple[str, list[str]]] = {}

    def read(self) -> CapturedNames:
        """Take in what was recorded since the last call."""
        page = self._instance.get_records_for_run(
            self._run_id, cursor=self._cursor, of_type=DagsterEventType.LOGS_CAPTURED
        )
        self._cursor = page.cursor or self._cursor
        for record in page.records:
            data = record.event_log_entry.get_dagster_event().event_specific_data
            if isinstance(data, ComputeLogsCaptureData) and data.is_of_attempt:
                self._add(data)
        return self

    def add_run(self) -> None:
        """Take in what the process of the run itself printed."""
        self.files = {RUN_OUTPUT: (RUN_OUTPUT, []), **self.files}

    def _add(self, data: ComputeLogsCaptureData) -> None:
        name = data.step_keys[0] if len(data.step_keys) == 1 else data.file_key
        attempt = 1
        while (name if attempt == 1 else f"{name}.{attempt}") in self.files:
            attempt += 1
        self.files[name if attempt == 1 else f"{name}.{attempt}"] = (data.file_key, data.step_keys)


def _list_files(instance: DagsterInstance, run_id: str) -> dict[str, tuple[str, list[str]]]:
    names = CapturedNames(instance, run_id)
    if os.path.exists(os.path.join(instance.compute_log_directory(run_id), f"{RUN_OUTPUT}.out")):
        names.add_run()
    return names.read().files


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


def _read(path: str, offset: int, limit: int) -> bytes:
    """Return at most ``limit`` bytes, ending between two characters of UTF-8 where there is more."""
    try:
        with open(path, "rb") as file:
            file.seek(offset)
            data = file.read(limit)
            more = file.read(1)
    except FileNotFoundError:
        return b""
    if more:
        for back in range(1, min(4, len(data)) + 1):
            if data[-back] & 0xC0 != 0x80:
                is_whole = data[-back] < 0x80 or back == _length(data[-back])
                return data if is_whole or len(data) == back else data[:-back]
    return data


def _length(first: int) -> int:
    return 2 if first & 0xE0 == 0xC0 else 3 if first & 0xF0 == 0xE0 else 4
