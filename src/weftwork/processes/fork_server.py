"""A process that has loaded what is needed and forks children on demand, for one that must not fork itself."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable
from typing import NamedTuple

from weftwork.processes.child import Child, open_pidfd
from weftwork.processes.exit_status import ExitStatus
from weftwork.processes.forked import fork_onto
from weftwork.processes.messages import MessageReader, MessageWriter
from weftwork.processes.spawned import REQUEST_FD, begin_server, spawn_with_fds

Work = Callable[[MessageWriter], None]

_NUMBER_BYTES = 4


class ServedChild(Child):
    """A child of a fork server: the server tells its process id, and later how it ended.

    Args:
        reader: what the child sends.
        status_fd: where the server tells; it becomes readable when the child ends.
    """

    def __init__(self, reader: MessageReader, status_fd: int) -> None:
        pid = int.from_bytes(_read_exactly(status_fd, _NUMBER_BYTES) or b"", "big")
        os.set_blocking(status_fd, False)
        super().__init__(pid, reader, status_fd)
        if pid == 0:
            self._status = ExitStatus()

    def poll(self) -> ExitStatus | None:
        """Return how it ended, or None while it runs."""
        if self._status is None and self.pidfd is not None:
            try:
                told = os.read(self.pidfd, _NUMBER_BYTES)
            except BlockingIOError:
                return None
            whole = len(told) == _NUMBER_BYTES
            self._status = ExitStatus.from_wait(int.from_bytes(told, "big")) if whole else _lost()
        return self._status

    def wait(self) -> ExitStatus:
        """Wait for its end."""
        while (status := self.poll()) is None:
            assert self.pidfd is not None
            selector = selectors.DefaultSelector()
            selector.register(self.pidfd, selectors.EVENT_READ)
            selector.select()
            selector.close()
        return status

    def signal(self, number: int) -> None:
        """Send a signal to it and to all that it started; nothing happens if they are gone."""
        if self.pid and self._status is None:
            super().signal(number)


def _lost() -> ExitStatus:
    """The server is gone, and its children with it."""
    return ExitStatus(signal=int(signal.SIGKILL))


class ForkServer:
    """A server, seen from the process that started it.

    Args:
        module: the module that serves: it calls ``serve_forks``.
        request: what the server is to load, as its module understands it.

    Attributes:
        answer: what the server said when it was ready.

    Raises:
        ChildProcessError: if it ended before it was ready.
        OSError: if the system has no room for another process.
    """

    def __init__(self, module: str, request: bytes) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.pid = spawn_with_fds(
                [sys.executable, "-m", module, str(os.getpid())], {REQUEST_FD: theirs.fileno()}, None
            )
        finally:
            theirs.close()
        _send(self._socket, request)
        answer = _receive(self._socket)
        if answer is None:
            status = ExitStatus.from_wait(os.waitpid(self.pid, 0)[1])
            self._socket.close()
            raise ChildProcessError(
                f"The process that starts the steps ended while it loaded the job: {status}."
            )
        self.answer = answer

    def fork(self, request: bytes) -> Child:
        """Have a child forked that does what a request says.

        Raises:
            OSError: if the server is gone, or the system has no room for another process.
        """
        answer_read, answer_write = os.pipe()
        status_read, status_write = os.pipe()
        try:
            _send(self._socket, request, [answer_write, status_write])
        except OSError:
            os.close(answer_read)
            os.close(status_read)
            raise
        finally:
            os.close(answer_write)
            os.close(status_write)
        return ServedChild(MessageReader(answer_read), status_read)

    def close(self) -> None:
        """End the server, and what is left of its children."""
        self._socket.close()
        os.waitpid(self.pid, 0)


class _Served(NamedTuple):
    """A child, seen from the server."""

    pid: int
    status_fd: int


def serve_forks(prepare: Callable[[bytes], tuple[bytes, Callable[[bytes], Work]]]) -> None:
    """Serve until the process that started this one is gone.

    Args:
        prepare: loads what its argument asks for; returns what is answered, and what makes the work of a child of
            its request.
    """
    begin_server()
    with socket.socket(fileno=REQUEST_FD) as asked:
        hello = _receive(asked)
        if hello is None:
            return
        answer, work_of = prepare(hello)
        _send(asked, answer)
        _Server(asked, work_of).run()


class _Server:
    def __init__(self, asked: socket.socket, work_of: Callable[[bytes], Work]) -> None:
        self._socket = asked
        self._work_of = work_of
        self._selector = selectors.DefaultSelector()
        self._selector.register(asked, selectors.EVENT_READ, None)
        self._children: dict[int, _Served] = {}

    def run(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is not None:
                    self._bury(key.fd)
                elif not self._fork_next():
                    return self._kill_all()

    def _fork_next(self) -> bool:
        fds: list[int] = []
        request = _receive(self._socket, fds)
        if request is None:
            return False
        answer_fd, status_fd = fds
        close_fds = [self._socket.fileno(), status_fd, *(key.fd for key in self._selector.get_map().values())]
        close_fds += [child.status_fd for child in self._children.values()]
        try:
            pid = fork_onto(self._work_of(request), answer_fd, close_fds=sorted(set(close_fds)))
        except OSError:
            os.close(status_fd)  # its end without a word says so
            return True
        finally:
            os.close(answer_fd)
        os.write(status_fd, pid.to_bytes(_NUMBER_BYTES, "big"))
        pidfd = open_pidfd(pid)
        assert pidfd is not None
        self._children[pidfd] = _Served(pid, status_fd)
        self._selector.register(pidfd, selectors.EVENT_READ, pid)
        return True

    def _bury(self, pidfd: int) -> None:
        child = self._children.pop(pidfd)
        self._selector.unregister(pidfd)
        os.close(pidfd)
        found = os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        if found is not None and (found.si_code != os.CLD_EXITED or found.si_status != 0):
            with contextlib.suppress(OSError):  # what it started ends with it, as with any child
                os.killpg(child.pid, signal.SIGKILL)
        _, status = os.waitpid(child.pid, 0)
        try:
            os.write(child.status_fd, status.to_bytes(_NUMBER_BYTES, "big"))
        except BrokenPipeError:
            pass  # nobody asks any more
        finally:
            os.close(child.status_fd)

    def _kill_all(self) -> None:
        for child in self._children.values():
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except OSError:
                continue


def _send(to: socket.socket, message: bytes, fds: list[int] | None = None) -> None:
    header = len(message).to_bytes(_NUMBER_BYTES, "big")
    if fds:
        socket.send_fds(to, [header], fds)
        to.sendall(message)
    else:
        to.sendall(header + message)


def _receive(source: socket.socket, fds: list[int] | None = None) -> bytes | None:
    """Return the next message; None if the other side is gone. Descriptors that come with it are added to ``fds``."""
    try:
        header, came, _, _ = socket.recv_fds(source, _NUMBER_BYTES, 2)
    except ConnectionError:
        return None
    if fds is not None:
        fds += came
    if len(header) < _NUMBER_BYTES:
        return None
    length = int.from_bytes(header, "big")
    received = bytearray()
    while len(received) < length:
        chunk = source.recv(min(length - len(received), 1 << 20))
        if not chunk:
            return None
        received += chunk
    return bytes(received)


def _read_exactly(fd: int, count: int) -> bytes | None:
    told = b""
    while len(told) < count:
        chunk = os.read(fd, count - len(told))
        if not chunk:
            return None
        told += chunk
    return told
