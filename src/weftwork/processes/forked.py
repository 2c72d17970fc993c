"""A child process by fork: it has all that its parent has loaded, and its end harms nobody."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # without the enums that signal.signal makes: pages to copy
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TextIO

from weftwork.processes.child import Child, open_pidfd
from weftwork.processes.messages import MessageReader, MessageWriter
from weftwork.processes.parent_death import die_with_parent

CRASH_EXIT_CODE = 70
"""The exit code of a child whose work raised an exception: the work is meant to report its errors itself."""


def fork_child(work: Callable[[MessageWriter], None], *, close_fds: Sequence[int] = ()) -> Child:
    """Start a child that does some work and ends.

    The child leads a process group of its own, dies with its parent (on Linux), ignores Ctrl-C (its parent
    decides) and has SIGTERM at its default. It never returns from here.

    Args:
        work: what it does; given the pipe to its parent. An exception ends it with ``CRASH_EXIT_CODE``.
        close_fds: descriptors of the parent that it closes, such as the pipes of other children.

    Raises:
        OSError: if the system has no room for another process.
    """
    read_fd, write_fd = os.pipe()
    try:
        pid = fork_onto(work, write_fd, close_fds=(read_fd, *close_fds))
    except OSError:
        os.close(read_fd)
        raise
    finally:
        os.close(write_fd)
    return Child(pid, MessageReader(read_fd), open_pidfd(pid))


def fork_onto(work: Callable[[MessageWriter], None], write_fd: int, *, close_fds: Sequence[int] = ()) -> int:
    """Start a child as ``fork_child`` does, on a pipe that is there already; return its process id.

    Args:
        work: what it does.
        write_fd: the end of the pipe that it writes to; the caller closes its own copy.
        close_fds: descriptors of the parent that it closes.

    Raises:
        OSError: if the system has no room for another process.
    """
    _flush_output()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _live(work, parent, MessageWriter(write_fd), close_fds)
    with contextlib.suppress(PermissionError, ProcessLookupError):
        os.setpgid(pid, pid)  # the child does it too: whoever comes first
    return pid


def _live(
    work: Callable[[MessageWriter], None],
    parent: int,
    writer: MessageWriter,
    close_fds: Sequence[int],
) -> NoReturn:
    """The life of a child, from its first breath to its exit."""
    code = CRASH_EXIT_CODE
    try:
        os.setpgid(0, 0)
        _signal.signal(_signal.SIGINT, _signal.SIG_IGN)
        _signal.signal(_signal.SIGTERM, _signal.SIG_DFL)
        _signal.set_wakeup_fd(-1)
        die_with_parent(parent)
        for fd in close_fds:
            os.close(fd)
        _reseed()
        work(writer)
        code = 0
    except SystemExit as request:
        code = request.code if isinstance(request.code, int) else int(request.code is not None)
    except BaseException:  # noqa: BLE001 - the last frame of a process
        sys.excepthook(*sys.exc_info())
    finally:
        _leave(code)


def send_output_to(stdout: str, stderr: str) -> TextIO:
    """Have all output of this process appended to files, what is written past Python too.

    Args:
        stdout: the file for standard output.
        stderr: the file for standard error.

    Returns:
        What standard error was before, for those who must still be seen.
    """
    _flush_output()
    shown = open(os.dup(2), "w", encoding="utf-8", errors="backslashreplace", buffering=1)  # noqa: SIM115 - kept
    _redirect("stdout", 1, stdout)
    _redirect("stderr", 2, stderr)
    return shown


def _streams() -> list[TextIO]:
    """Return the streams that can be flushed: user code may have put others in their place, or nothing."""
    found: list[Any] = [sys.stdout, sys.stderr]
    return [one for one in found if hasattr(one, "flush") and not getattr(one, "closed", False)]


def _flush_output() -> None:
    for stream in _streams():
        with contextlib.suppress(Exception):  # it may be anything
            stream.flush()


def _redirect(stream: str, fd: int, path: str) -> None:
    target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(target, fd)
    os.close(target)
    # By lines, so that a kill loses little; the stream may have been another than that of the descriptor.
    text = open(fd, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115 - kept
    setattr(sys, stream, text)


def _reseed() -> None:
    """Give the child random numbers of its own; the standard library sees to its own generator."""
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def _leave(code: int) -> NoReturn:
    """End without running what the parent registered for its own exit."""
    import threading  # a child without threads has nothing to wait for

    try:
        threading._shutdown()  # type: ignore[attr-defined]  # waits for the threads that user code started
        for stream in _streams():
            stream.flush()
    except BaseException:  # noqa: BLE001 - nothing may keep it from its end
        code = code or CRASH_EXIT_CODE
    finally:
        os._exit(code)
