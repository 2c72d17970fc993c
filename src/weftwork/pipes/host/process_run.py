"""A process whose output becomes that of the step."""

from __future__ import annotations

import codecs
import os
import selectors
import subprocess
import sys
from collections.abc import Mapping, Sequence

from weftwork.base.errors import DagsterPipesExecutionError

_CHUNK_BYTES = 65536


def run_process(
    command: Sequence[str],
    *,
    cwd: str | None = None,
    env: Mapping[str, str] | None = None,
    prints: bool = True,
    grace_s: float | None = 20.0,
) -> int:
    """Run a command and return its status; what it prints is printed here, as it comes.

    Args:
        command: program and arguments.
        cwd: where it runs.
        env: its whole environment (default: ours).
        prints: whether what it prints is printed; else it goes nowhere.
        grace_s: how long it has to end after an interrupt, in seconds, before it is killed; None to leave it running.

    Raises:
        DagsterPipesExecutionError: if it cannot be started.
    """
    stream = subprocess.PIPE if prints else subprocess.DEVNULL
    try:
        process = subprocess.Popen(  # noqa: S603 - running what the project says is the purpose
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, bufsize=0
        )
    except OSError as error:
        raise DagsterPipesExecutionError(f"{command[0]} cannot be started: {error}") from error
    try:
        if prints:
            _forward_output(process)
        return process.wait()
    finally:
        if grace_s is not None:
            _end(process, grace_s)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


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


def _end(process: subprocess.Popen[bytes], grace_s: float) -> None:
    """End the process, if an interrupt came while it was at work."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=grace_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
