"""A script in a process of its own, whose output becomes that of the step."""

from __future__ import annotations

import codecs
import os
import selectors
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from weftwork.base.errors import DagsterPipesExecutionError

_END_GRACE_S = 5.0
_CHUNK_BYTES = 65536


def run_script(command: Sequence[str], folder: Path) -> None:
    """Run a command; what it prints is printed here, as it comes.

    Args:
        command: program and arguments.
        folder: where it runs.

    Raises:
        DagsterPipesExecutionError: if it ends with another status than 0, or cannot be started.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - running what the project says is the purpose
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
        )  # fmt: skip
    except OSError as error:
        raise DagsterPipesExecutionError(f"{command[0]} cannot be started: {error}") from error
    with process:
        try:
            _forward_output(process)
            status = process.wait()
        finally:
            _end(process)
    if status:
        raise DagsterPipesExecutionError(f"{' '.join(command)} ended with status {status}.")


def _forward_output(process: subprocess.Popen[bytes]) -> None:
    """Print what the process prints, until it prints no more."""
    new_decoder = codecs.getincrementaldecoder("utf-8")
    with selectors.DefaultSelector() as selector:
        for source, target in ((process.stdout, sys.stdout), (process.stderr, sys.stderr)):
            assert source is not None
            selector.register(source, selectors.EVENT_READ, (new_decoder(errors="replace"), target))
        while selector.get_map():
            for key, _ in selector.select():
                decoder, target = key.data
                chunk = os.read(key.fd, _CHUNK_BYTES)
                target.write(decoder.decode(chunk, final=not chunk))
                if not chunk:
                    selector.unregister(key.fileobj)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process, if an interrupt came while it was at work."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=_END_GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
