"""A code server that this host has started: its process, what it prints, how its load went."""

from __future__ import annotations

import contextlib
import os
import secrets
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Mapping
from typing import IO

from weftwork.base.errors import DagsterCodeLocationLoadError
from weftwork.locations.code_client import CodeClient
from weftwork.processes.exit_status import ExitStatus
from weftwork.processes.messages import MessageReader
from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.snapshots.server import ServerGreeting, ServerStart
from weftwork.serde import decode, encode

_GREETING_FD_VARIABLE = "WEFTWORK_GREETING_FD"
_MODULE = "weftwork.code_server"
_OUTPUT_BYTES = 32 * 1024
_LINE_CHARS = 300
_DUMP_S = 2.0
_DUMP_SIGN = "(most recent call first):"
_LOOK_S = 0.05
_END_S = 2.0


class OutputTail:
    """Reads what a process prints, so that it never waits, and keeps the end of it.

    Args:
        stream: the end of the pipe that is read.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._chunks: deque[bytes] = deque()
        self._size_bytes = 0
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._drain, name="weftwork-code-output", daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        with self._stream as stream:
            fd = stream.fileno()
            while True:
                try:
                    chunk = os.read(fd, 65536)
                except OSError:
                    return
                if not chunk:
                    return
                with self._lock:
                    self._chunks.append(chunk)
                    self._size_bytes += len(chunk)
                    while self._size_bytes - len(self._chunks[0]) > _OUTPUT_BYTES:
                        self._size_bytes -= len(self._chunks.popleft())

    def text(self) -> str:
        """Return the end of what was printed."""
        with self._lock:
            joined = b"".join(self._chunks)
        return joined[-_OUTPUT_BYTES:].decode(errors="replace")

    def wait(self, timeout_s: float) -> None:
        """Wait until the process has closed its output."""
        self._thread.join(timeout_s)


class ServerProcess:
    """A code server, from its start to its end.

    Args:
        name: the name of the code location.
        code: where its code is.
        environment: variables over those of the host.
        known_hash: the hash of the definitions that the host has.
    """

    def __init__(
        self, name: str, code: CodeOrigin, environment: Mapping[str, str], known_hash: str | None
    ) -> None:
        self._directory = tempfile.mkdtemp(prefix="weft-")  # for this user only
        address = os.path.join(self._directory, "code")
        key = secrets.token_bytes(32)
        self.client = CodeClient(name, address, key)
        read_fd, write_fd = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the Python that the user names
                # -P: a file of the user's may be called like a module of Python's.
                [code.python or sys.executable, "-P", "-m", _MODULE],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, pass_fds=(write_fd,),
                env={**os.environ, "PYTHONUNBUFFERED": "1", **environment, _GREETING_FD_VARIABLE: str(write_fd)},
                cwd=code.working_directory, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            os.close(read_fd)
            shutil.rmtree(self._directory, ignore_errors=True)
            raise DagsterCodeLocationLoadError(
                f"The process of code location '{name}' cannot be started: {error}"
            ) from error
        finally:
            os.close(write_fd)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stopping = threading.Lock()
        self._is_stopped = False
        self._reader = MessageReader(read_fd)
        self._output = OutputTail(self._process.stdout)
        start = ServerStart(code=code, address=address, key=key.hex(), known_hash=known_hash)
        with contextlib.suppress(
            OSError
        ):  # it may have ended already: that is seen when its greeting is missing
            self._process.stdin.write(encode(start) + b"\n")
            self._process.stdin.flush()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def output(self) -> str:
        """The end of what it printed."""
        return self._output.text()

    def wait_until_loaded(self, timeout_s: float, abandoned: threading.Event) -> ServerGreeting | None:
        """Wait until it has loaded its code.

        Args:
            timeout_s: how long, in seconds.
            abandoned: set by those who do not want it any more.

        Returns:
            How the load went; None if there is no word of it: see ``explain_silence``.
        """
        deadline = time.monotonic() + timeout_s
        with selectors.DefaultSelector() as selector:
            selector.register(self._reader, selectors.EVENT_READ)
            while not abandoned.is_set() and (left := deadline - time.monotonic()) > 0:
                selector.select(min(left, 0.25))
                messages = self._reader.read()
                if messages:
                    greeting: ServerGreeting = decode(messages[0], ServerGreeting)
                    return greeting
                if self._reader.ended:
                    return None
        return None

    def explain_silence(self, timeout_s: float) -> tuple[str, str]:
        """Return why there is no word of the load, as message and stack; a process that hangs says where."""
        try:
            status = self._process.wait(_END_S if self._reader.ended else 0)
        except subprocess.TimeoutExpired:
            if self._reader.ended:
                told = "It has closed the descriptors by which it is spoken to, and was stopped."
            else:
                told = f"It was not loaded within {timeout_s:g} seconds, and was stopped."
            return told, self._ask_where()
        self._output.wait(_END_S)
        ended = ExitStatus(signal=-status) if status < 0 else ExitStatus(code=status)
        last = next((line for line in reversed(self.output.splitlines()) if line.strip()), "")
        told = f" The last that it printed: {last.strip()[:_LINE_CHARS]}" if last and status > 0 else ""
        return f"The process that loads it ended with {ended}.{told}", ""

    def _ask_where(self) -> str:
        """Have the process print where it is, and return that."""
        self._signal(signal.SIGUSR1)
        deadline = time.monotonic() + _DUMP_S
        while _DUMP_SIGN not in self.output and time.monotonic() < deadline:
            time.sleep(_LOOK_S)
        time.sleep(_LOOK_S)
        return self.output

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def wait(self) -> ExitStatus:
        """Wait for its end."""
        status = self._process.wait()
        return ExitStatus(signal=-status) if status < 0 else ExitStatus(code=status)

    def stop(self) -> None:
        """End it at once; runs that it launched go on. Any number of threads may ask for it."""
        with self._stopping:
            if not self._is_stopped:
                self._is_stopped = True
                self._stop()

    def _stop(self) -> None:
        stdin = self._process.stdin
        if stdin is not None and not stdin.closed:
            with contextlib.suppress(OSError):
                stdin.close()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()
        self._reader.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _signal(self, number: int) -> None:
        if self._process.poll() is None:
            self._process.send_signal(number)
