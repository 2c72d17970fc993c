"""Starts the process of a run: detached, with what it prints in files."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from weftwork.instance.home import HOME_VARIABLE, make_directory
from weftwork.instance.launch.holder import RUN_VARIABLE
from weftwork.processes.detached import start_detached
from weftwork.records.control.leases import Lease
from weftwork.records.runs import DagsterRun
from weftwork.serde.codec import encode

EPOCH_VARIABLE = "WEFTWORK_LEASE_EPOCH"
SETTINGS_VARIABLE = "WEFTWORK_INSTANCE_SETTINGS"
"""What dagster.yaml would say, for an instance whose settings come from elsewhere."""

_TAIL_BYTES = 16 * 1024


def run_output_path(directory: str, stream: str) -> str:
    """Return the file of what the process of a run prints, besides what its steps print.

    Args:
        directory: where what the run prints is kept.
        stream: "out" or "err".
    """
    return os.path.join(directory, f"run.{stream}")


def start_run_process(
    run: DagsterRun, lease: Lease, *, home: str, output_directory: str, settings: Mapping[str, Any] | None
) -> int:
    """Start the process of a run and return its process id.

    Args:
        run: the run.
        lease: the lease that is held for it; the process takes it over.
        home: the home of the instance.
        output_directory: where what the run prints is kept.
        settings: what dagster.yaml would say, where the file does not say it.

    Raises:
        OSError: if it cannot be started.
    """
    make_directory(output_directory)
    environment = {
        **os.environ,
        HOME_VARIABLE: home,
        RUN_VARIABLE: run.run_id,
        EPOCH_VARIABLE: str(lease.epoch),
    }
    environment.pop(SETTINGS_VARIABLE, None)
    if settings is not None:
        environment[SETTINGS_VARIABLE] = encode(settings).decode()
    python = (
        run.code_origin.python if run.code_origin is not None and run.code_origin.python else sys.executable
    )
    return start_detached(
        [python, "-m", "weftwork.cli.run_process", run.run_id],
        stdout=run_output_path(output_directory, "out"),
        stderr=run_output_path(output_directory, "err"),
        environment=environment,
    )


def read_last_lines(path: str, count: int = 20) -> list[str]:
    """Return the last lines of a file; none if it is not there."""
    try:
        with Path(path).open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return []
    return text.splitlines()[-count:]
