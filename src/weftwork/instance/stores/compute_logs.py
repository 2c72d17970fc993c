"""What steps print, as ``instance.compute_log_manager``: files that are read, watched by offset, and deleted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import Enum

from weftwork.instance.stores.delegation import InstanceView
from weftwork.records.event_data import ComputeLogsCaptureData
from weftwork.records.event_type import DagsterEventType
from weftwork.serde.record import Record


class ComputeIOType(Enum):
    """A stream that a step writes to; the value is the ending of its file."""

    STDOUT = "out"
    STDERR = "err"


class CapturedLogData(Record, kw_only=False):
    """A part of what a step printed.

    Attributes:
        log_key: the key of the log.
        stdout: what was printed, as bytes; None for nothing.
        stderr: what was printed to the error stream, as bytes; None for nothing.
        cursor: where the next part begins.
    """

    log_key: list[str]
    stdout: bytes | None = None
    stderr: bytes | None = None
    cursor: str | None = None


class ComputeLogs(InstanceView):
    """What the steps of runs print.

    The key of a log is ``[run id, "compute_logs", step key]``.
    """

    def build_log_key_for_run(self, run_id: str, step_key: str) -> Sequence[str]:
        """Return the key of the log of a step of a run."""
        return [run_id, "compute_logs", step_key]

    def get_captured_local_path(
        self, log_key: Sequence[str], extension: str | ComputeIOType, partial: bool = False
    ) -> str:
        """Return the file of one stream of a log, whether it exists or not.

        Args:
            log_key: the key of the log: the run, any text, the step.
            extension: "out" or "err".
            partial: accepted for compatibility.
        """
        ending = extension.value if isinstance(extension, ComputeIOType) else extension
        directory, name = self._directory(log_key[0]), log_key[-1]
        path = os.path.join(directory, f"{name.replace('/', '_')}.{ending}")
        if os.path.exists(path):
            return path
        for entry in self._instance.all_logs(log_key[0], of_type=DagsterEventType.LOGS_CAPTURED):
            data = entry.dagster_event.event_specific_data
            if isinstance(data, ComputeLogsCaptureData) and data.is_of_attempt and data.step_keys == [name]:
                return os.path.join(directory, f"{data.file_key}.{ending}")
        return path

    def get_log_data(
        self, log_key: Sequence[str], cursor: str | None = None, max_bytes: int | None = None
    ) -> CapturedLogData:
        """Return what a step printed, values of the environment that it was given as secrets masked.

        Args:
            log_key: the key of the log.
            cursor: the cursor of the part before.
            max_bytes: how many bytes of each stream at most.
        """
        out_offset, err_offset = _parse_cursor(cursor)
        out, out_end = _read(self.get_captured_local_path(log_key, "out"), out_offset, max_bytes)
        err, err_end = _read(self.get_captured_local_path(log_key, "err"), err_offset, max_bytes)
        redactor = self._instance.build_run_redactor(self._instance.get_run_by_id(log_key[0]))
        return CapturedLogData(
            list(log_key), redactor.redact_bytes(out), redactor.redact_bytes(err), f"{out_end}:{err_end}"
        )

    def is_capture_complete(self, log_key: Sequence[str]) -> bool:
        """Return whether the run of a log has ended, so that nothing more comes."""
        run = self._instance.get_run_by_id(log_key[0])
        return run is None or run.is_finished

    def delete_logs(self, log_key: Sequence[str] | None = None, prefix: Sequence[str] | None = None) -> None:
        """Delete the files of one log, or of all logs of a run.

        Args:
            log_key: the key of the log.
            prefix: what the keys of the logs begin with: the run.
        """
        if log_key is not None:
            for stream in ComputeIOType:
                _remove(self.get_captured_local_path(log_key, stream))
        elif prefix:
            import shutil  # loads the compressors

            shutil.rmtree(self._directory(prefix[0]), ignore_errors=True)

    def _directory(self, run_id: str) -> str:
        directory: str = self._instance.compute_log_directory(run_id)
        return directory


def _parse_cursor(cursor: str | None) -> tuple[int, int]:
    if not cursor:
        return 0, 0
    out, _, err = cursor.partition(":")
    return int(out), int(err or 0)


def _read(path: str, offset: int, max_bytes: int | None) -> tuple[bytes | None, int]:
    try:
        with open(path, "rb") as file:
            file.seek(offset)
            data = file.read(-1 if max_bytes is None else max_bytes)
            end = data.rfind(b"\n") + 1
            if end and file.read(1):  # a secret that is cut in two cannot be masked
                data = data[:end]
    except FileNotFoundError:
        return None, offset
    return data or None, offset + len(data)


def _remove(path: str) -> None:
    if os.path.exists(path):
        os.remove(path)
