"""A process that does not need its starter: a session of its own, output in files."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND


def start_detached(
    arguments: Sequence[str], *, stdout: str, stderr: str, environment: Mapping[str, str]
) -> int:
    """Start a program that goes on when this process ends, and return its process id.

    It leads a session of its own, reads nothing, and appends what it says to files. Whoever started it may wait
    for it as for any child.

    Args:
        arguments: the program and its arguments.
        stdout: the file for standard output.
        stderr: the file for standard error.
        environment: its environment.

    Raises:
        OSError: if it cannot be started.
    """
    return os.posix_spawn(
        arguments[0],
        list(arguments),
        dict(environment),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, stdout, _APPEND, 0o600),
            (os.POSIX_SPAWN_OPEN, 2, stderr, _APPEND, 0o600),
        ],
        setsid=True,
        setsigmask=[],
        setsigdef=[signal.SIGTERM, signal.SIGINT, signal.SIGPIPE, signal.SIGHUP],
    )
