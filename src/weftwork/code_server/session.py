"""One request: the process that works on it, and what the server sees of that process."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import socket
import time
from typing import IO

from weftwork.base.errors import CheckError, DagsterError
from weftwork.code_server.loaded_code import LoadedCode
from weftwork.code_server.notes import SessionNote
from weftwork.processes.child import Child
from weftwork.processes.connections.wire import GREETING_S, Wire
from weftwork.processes.dumps import read_dump
from weftwork.processes.exit_status import ExitStatus
from weftwork.processes.messages import MessageWriter
from weftwork.records.errors import SerializableErrorInfo, error_info
from weftwork.records.snapshots.requests import (
    AnyCodeAnswer,
    AnyCodeRequest,
    ErrorAnswer,
    LaunchAnswer,
    ShutdownAnswer,
)
from weftwork.serde import decode, encode

MAX_REQUEST_BYTES = 16 * 1024 * 1024
_MAX_DUMP_BYTES = 20_000
_KILL_GRACE_S = 1.0


class Session:
    """What the server sees of a request.

    Args:
        child: the process that works on it.
        connected: the connection; the server answers there if the process ends without an answer. None where nobody asked.
        dump: where the process leaves its stack if it takes too long.
        kill_at: when it is killed, on the monotonic clock.

    Attributes:
        run: the run that the process drives now; None for a mere request.
    """

    def __init__(
        self, child: Child, connected: socket.socket | None, dump: IO[bytes] | None, kill_at: float | None
    ) -> None:
        self.child = child
        self.kill_at = kill_at
        self.run: SessionNote | None = None
        self._connected = connected
        self._dump = dump
        self._is_owed = False
        self._what = "the request"
        self._deadline_s = 0.0

    def descriptors(self) -> list[int]:
        """Return the descriptors that other children have no business with."""
        held = [one for one in (self._connected, self._dump) if one is not None]
        return [fd for one in held if (fd := one.fileno()) >= 0]

    def note(self, note: SessionNote) -> None:
        """Take in how far it is."""
        if note.stage == "working":
            self._is_owed = True
            self._what, self._deadline_s = note.what, note.deadline_s
            self.kill_at = time.monotonic() + note.deadline_s + _KILL_GRACE_S
            return
        self._is_owed = False
        if note.stage == "run":
            self.run, self.kill_at = note, None
            self._let_go()

    def finish(self, ended: ExitStatus) -> None:
        """Let go of everything; answer if the process ended without an answer."""
        if self._is_owed and self._connected is not None and self._dump is not None:
            self._answer_for(ended, self._connected, self._dump)
        self._let_go()
        self.child.close()

    def _let_go(self) -> None:
        connected, self._connected = self._connected, None
        dump, self._dump = self._dump, None
        if connected is not None:
            connected.close()
        if dump is not None:
            dump.close()

    def _answer_for(self, ended: ExitStatus, connected: socket.socket, dumped: IO[bytes]) -> None:
        dumped.seek(0)
        dump = dumped.read(_MAX_DUMP_BYTES).decode(errors="replace")
        late = bool(dump) or (self.kill_at is not None and time.monotonic() >= self.kill_at)
        if late:
            message = f"{self._what} took longer than {self._deadline_s:g} seconds and was stopped."
        else:
            message = f"The process of {self._what} ended with {ended}, without an answer."
        stack = read_dump(dump)
        name = "TimeoutError" if late else "ProcessEnded"
        answer = ErrorAnswer(error=SerializableErrorInfo(message, stack, name), is_timeout=late)
        wire = Wire(connected)
        wire.set_timeout(_KILL_GRACE_S)
        with contextlib.suppress(OSError):
            wire.send(encode(answer))
        wire.close()


def answer_connection(
    connected: socket.socket, key: bytes, code: LoadedCode, writer: MessageWriter, dump: IO[bytes]
) -> None:
    """Live as the process of one request: read it, work on it, answer; a run then goes on here.

    Args:
        connected: the connection.
        key: the key that the other side must have.
        code: the code.
        writer: the pipe to the server.
        dump: where the stack is left if it takes too long.
    """
    _read_nothing()
    wire = Wire(connected)
    wire.set_timeout(GREETING_S)
    try:
        wire.greet(key, begins=True)
        request: AnyCodeRequest = decode(wire.receive(MAX_REQUEST_BYTES), AnyCodeRequest)
    except OSError:  # who has no key, or says nothing, gets no answer
        return
    from weftwork.code_server.handlers.table import describe, handle  # loaded before the fork

    what = describe(request)
    writer.send(encode(SessionNote(stage="working", what=what, deadline_s=request.deadline_s)))
    faulthandler.dump_traceback_later(request.deadline_s, exit=True, file=dump)
    go_on = None
    answer: AnyCodeAnswer
    try:
        answer, go_on = handle(request, code)
    except BaseException as error:  # noqa: BLE001 - user code, which may raise anything
        answer = ErrorAnswer(error=error_info(error), is_mistake=_is_mistake(error))
    faulthandler.cancel_dump_traceback_later()
    if isinstance(answer, LaunchAnswer) and go_on is not None:
        writer.send(encode(SessionNote(stage="run", run_id=answer.run_id, home=request.home)))
        answer = LaunchAnswer(run_id=answer.run_id, pid=os.getpid())
    wire.set_timeout(GREETING_S)
    with contextlib.suppress(OSError):  # who asked may have gone
        wire.send(encode(answer))
    wire.close()
    if go_on is None:
        ends = isinstance(answer, ShutdownAnswer)
        writer.send(encode(SessionNote(stage="shutdown" if ends else "answered")))
        return
    dump.close()
    go_on(writer)


def _is_mistake(error: BaseException) -> bool:
    """Return whether what was asked for is at fault, and not the user's code."""
    if isinstance(error, CheckError):
        return True
    return isinstance(error, DagsterError) and not error.is_user_code_error


def _read_nothing() -> None:
    """Have standard input empty: that of the server is its lifeline."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
