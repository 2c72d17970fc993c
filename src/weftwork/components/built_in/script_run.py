"""A script in a process of its own, whose output becomes that of the step."""

from __future__ import annotations

import selectors
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from weftwork.base.errors import DagsterPipesExecutionError

_END_GRACE_S = 5.0


def run_script(command: Sequence[str], folder: Path) -> None:
    """Run a command; what it prints is printed here, line by line.

    Args:
        command: program and arguments.
        folder: where it runs.

    Raises:
        DagsterPipesExecutionError: if it ends with another status than 0, or cannot be started.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - running what the project says is the purpose
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, errors="replace",
        )  # fmt: skip
    except OSError as error:
        raise DagsterPipesExecutionError(f"{command[0]} cannot be started: {error}") from error
    try:
        _forward_output(process)
        status = process.wait()
    finally:
        _end(process)
    if status:
        raise DagsterPipesExecutionError(f"{' '.join(command)} ended with status {status}.")


def _forward_output(process: subprocess.Popen[str]) -> None:
    targets: dict[IO[str], IO[str]] = {}
    with selectors.DefaultSelector() as selector:
        for source, target in ((process.stdout, sys.stdout), (process.stderr, sys.stderr)):
            assert source is not None
            targets[source] = target
            selector.register(source, selectors.EVENT_READ)
        while targets:
            for key, _ in selector.select():
                source = key.fileobj  # type: ignore[assignment]  # what was registered
                assert source is not None
                line = source.readline()
                if line:
                    targets[source].write(line)
                else:
                    selector.unregister(source)
                    del targets[source]


def _end(process: subprocess.Popen[str]) -> None:
    """End the process, if an interrupt came while it was at work."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=_END_GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
