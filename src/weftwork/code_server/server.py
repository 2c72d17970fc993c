"""The parent: accepts connections, forks a child for each, and sees to it that each ends; it runs no code of the user's."""

from __future__ import annotations

import contextlib
import gc
import os
import selectors
import socket
import time
from functools import partial
from typing import IO, Any

from weftwork.code_server.ends_of_runs import note_end_of_run
from weftwork.code_server.loaded_code import LoadedCode
from weftwork.code_server.notes import SessionNote
from weftwork.code_server.session import Session, answer_connection
from weftwork.processes.connections.wire import GREETING_S
from weftwork.processes.exit_status import ExitStatus
from weftwork.processes.forked import fork_child
from weftwork.processes.messages import MessageWriter
from weftwork.processes.parent_death import prepare
from weftwork.serde import decode

MAX_SESSIONS = 64
"""How many requests are worked on at once; others wait to be accepted."""

_NOTE_S = 60.0
_POLL_S = 0.05  # where the system cannot tell of the end of a process


class CodeServer:
    """Serves the code of a location.

    Args:
        code: the code.
        listener: where connections come in.
        key: the key that those who connect must have.
        lifeline: a descriptor that is closed by the other side when the server is to end; None for none.
    """

    def __init__(
        self, code: LoadedCode, listener: socket.socket, key: bytes, *, lifeline: int | None = None
    ) -> None:
        self._code = code
        self._listener = listener
        self._key = key
        self._lifeline = lifeline
        self._sessions: dict[int, Session] = {}
        self._selector = selectors.DefaultSelector()
        self._is_retired = False
        self._accepts = False
        listener.setblocking(False)
        prepare()

    def serve(self) -> None:
        """Serve until the lifeline is closed, or until all is done once the server was asked to end."""
        gc.collect(1)  # of what is new; to look at everything takes long, and what is loaded stays
        gc.freeze()  # stays shared with the children: no collection touches it
        self._set_accepting(True)
        if self._lifeline is not None:
            self._selector.register(self._lifeline, selectors.EVENT_READ, "lifeline")
        try:
            while not (self._is_retired and not self._sessions):
                if not self._turn():
                    return
        finally:
            self._close()

    def _turn(self) -> bool:
        """Wait for something and see to it; return whether to go on."""
        for key, _ in self._selector.select(self._pause_s()):
            if key.data == "lifeline":
                if not os.read(key.fd, 4096):
                    return False
            elif key.data == "listener":
                self._accept()
        self._look_after_sessions()
        self._set_accepting(not self._is_retired and len(self._sessions) < MAX_SESSIONS)
        return True

    def _pause_s(self) -> float | None:
        deadlines = [session.kill_at for session in self._sessions.values() if session.kill_at is not None]
        pause = max(0.0, min(deadlines) - time.monotonic()) if deadlines else None
        if any(session.child.pidfd is None for session in self._sessions.values()):
            return _POLL_S if pause is None else min(pause, _POLL_S)
        return pause

    # ------------------------------------------------------------------------------ sessions

    def _accept(self) -> None:
        try:
            connected, _ = self._listener.accept()
        except OSError:  # the other side has gone again, or there is no descriptor left
            return
        connected.setblocking(True)
        dump = _open_dump()
        try:
            child = fork_child(self._work(connected, dump), close_fds=self._descriptors())
        except OSError:  # no room for another process: who asked sees the connection closed
            connected.close()
            dump.close()
            return
        self._watch(Session(child, connected, dump, time.monotonic() + GREETING_S * 2))

    def _work(self, connected: socket.socket, dump: IO[bytes]) -> Any:
        code, key = self._code, self._key

        def work(writer: MessageWriter) -> None:
            answer_connection(connected, key, code, writer, dump)

        return work

    def _descriptors(self) -> list[int]:
        """Return what a child has no business with: the listener, the lifeline, the connections of others."""
        found = [key.fd for key in self._selector.get_map().values()]
        if not self._accepts:
            found.append(self._listener.fileno())
        for session in self._sessions.values():
            found += session.descriptors()
        found.append(self._selector.fileno())
        return [fd for fd in dict.fromkeys(found) if fd != 0]

    def _look_after_sessions(self) -> None:
        now = time.monotonic()
        for pid, session in list(self._sessions.items()):
            ended = session.child.poll()  # before reading: what it said before its end is in the pipe
            for message in session.child.reader.read():
                note: SessionNote = decode(message, SessionNote)
                session.note(note)
                self._is_retired = self._is_retired or note.stage == "shutdown"
            if ended is not None:
                self._forget(pid)
                session.finish(ended)
                self._note_end_of_run(session, ended)
            elif session.child.reader.ended:
                self._unregister(session.child.reader.fileno())
            if ended is None and session.kill_at is not None and now >= session.kill_at:
                session.child.kill()

    def _note_end_of_run(self, session: Session, ended: ExitStatus) -> None:
        """Have a child record the end of a run whose process has ended without recording it."""
        run = session.run
        if run is None or run.run_id is None or run.home is None or ended.success:
            return
        work = partial(note_end_of_run, run.home, run.run_id, session.child.pid, ended)
        try:
            child = fork_child(work, close_fds=self._descriptors())
        except OSError:  # others who look at runs will see it
            return
        self._watch(Session(child, None, None, time.monotonic() + _NOTE_S))

    def _watch(self, session: Session) -> None:
        self._sessions[session.child.pid] = session
        self._selector.register(session.child.reader, selectors.EVENT_READ, "child")
        if session.child.pidfd is not None:
            self._selector.register(session.child.pidfd, selectors.EVENT_READ, "child")

    def _forget(self, pid: int) -> None:
        session = self._sessions.pop(pid)
        for fd in (session.child.reader.fileno(), session.child.pidfd):
            if fd is not None:
                self._unregister(fd)

    def _unregister(self, fd: int) -> None:
        with contextlib.suppress(KeyError):
            self._selector.unregister(fd)

    # ------------------------------------------------------------------------------ end

    def _set_accepting(self, accepts: bool) -> None:
        if accepts == self._accepts:
            return
        self._accepts = accepts
        if accepts:
            self._selector.register(self._listener, selectors.EVENT_READ, "listener")
        else:
            self._selector.unregister(self._listener)

    def _close(self) -> None:
        """End all requests; runs go on."""
        self._set_accepting(False)
        self._listener.close()
        for session in self._sessions.values():
            if session.run is None:
                session.child.kill()
        self._selector.close()


def _open_dump() -> IO[bytes]:
    """Return a file without a name, where a child that takes too long leaves its stack."""
    import tempfile  # loaded by multiprocessing anyway

    return tempfile.TemporaryFile()
