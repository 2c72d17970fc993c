"""One code location on the host: loaded, reloaded, asked; the definitions of before stay until new ones are there."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from weftwork.base.errors import (
    DagsterCodeLocationLoadError,
    DagsterError,
    DagsterUserCodeProcessError,
    DagsterUserCodeUnreachableError,
)
from weftwork.locations.code_client import CodeClient
from weftwork.locations.definitions_index import LocationIndex
from weftwork.locations.diff import compare_snapshots
from weftwork.locations.server_process import ServerProcess
from weftwork.locations.snapshot_cache import SnapshotCache
from weftwork.processes.connections.keys import read_key
from weftwork.processes.connections.wire import is_local
from weftwork.processes.dumps import read_dump
from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.snapshots.location import LocationSnapshot
from weftwork.records.snapshots.origin import LocationOrigin
from weftwork.records.snapshots.requests import (
    ShutdownAnswer,
    ShutdownRequest,
    SnapshotAnswer,
    SnapshotRequest,
)
from weftwork.records.snapshots.server import ServerFailed, ServerLoaded
from weftwork.records.snapshots.state import LocationState, LocationStatus
from weftwork.serde import decode

Listener = Callable[[LocationState], None]
_SNAPSHOT_S = 30.0
_SETTLED_S = 2.0
"""A server that lived so long is started again when it ends by itself."""


class _Loaded(NamedTuple):
    """What a load gave: who to ask, and what it offers."""

    client: CodeClient
    process: ServerProcess | None
    loaded: ServerLoaded
    output: str


class _LoadFailure(Exception):
    """A load failed."""

    def __init__(self, error: SerializableErrorInfo, output: str, files: tuple[str, ...] = ()) -> None:
        super().__init__(error.message)
        self.error = error
        self.output = output
        self.files = files


class CodeLocation:
    """One code location.

    Args:
        origin: where it is.
        cache: where snapshots are kept.
        listener: told of every change of its state.
        environment: variables of its process, over those of the host.
        key_file: the file with the key of servers that somebody else has started, where its origin names none.
        startup_timeout_s: how long the first load may take.
        reload_timeout_s: how long a later one may take.
    """

    def __init__(
        self,
        origin: LocationOrigin,
        cache: SnapshotCache,
        listener: Listener,
        *,
        environment: Mapping[str, str],
        key_file: str | None,
        startup_timeout_s: float,
        reload_timeout_s: float,
    ) -> None:
        self.origin = origin
        self.name = origin.name
        self._cache = cache
        self._listener = listener
        self._environment = {**environment, **origin.env}
        self._default_key_file = key_file
        self._startup_timeout_s = startup_timeout_s
        self._reload_timeout_s = reload_timeout_s
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._closed = threading.Event()
        self._server: ServerProcess | None = None
        self._client: CodeClient | None = None
        self._thread: threading.Thread | None = None
        self._wanted = 0
        self._retiring: list[ServerProcess] = []
        self._content: tuple[str, bytes] | None = cache.find(origin)
        self._index: LocationIndex | None = None
        self.files: tuple[str, ...] = ()
        self._state = LocationState(name=self.name, origin=origin, version=1, changed_at_s=time.time())
        if self._content is not None:  # what it offered the last time, until it has loaded
            self._state = self._state.replace(content_hash=self._content[0])

    # ------------------------------------------------------------------------------ what is known

    @property
    def state(self) -> LocationState:
        """How it stands."""
        return self._state

    def find_index(self) -> LocationIndex | None:
        """Return what it offers; None if nothing was ever loaded."""
        with self._lock:
            content = self._content
            if content is None:
                return None
            if self._index is None or self._index.content_hash != content[0]:
                try:
                    snapshot: LocationSnapshot = decode(content[1], LocationSnapshot)
                except ValueError:  # another version of ours kept it: the code tells it anew
                    self._content = None
                    self._state = self._state.replace(content_hash=None)
                    return None
                self._index = LocationIndex(self.name, content[0], snapshot)
            return self._index

    def get_client(self) -> CodeClient:
        """Return who to ask.

        Raises:
            DagsterCodeLocationLoadError: if it has no server: it is still loading, failed to load, or is shut down.
        """
        client, state = self._client, self._state
        if client is not None:
            return client
        if state.status is LocationStatus.LOADING:
            raise DagsterCodeLocationLoadError(f"Code location '{self.name}' is still loading.")
        why = f" {state.error.message.strip()}" if state.error is not None else ""
        raise DagsterCodeLocationLoadError(f"Code location '{self.name}' is not loaded.{why}")

    def wait(self, timeout_s: float | None) -> bool:
        """Wait until no load is going on; return whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: self._thread is None, timeout_s)

    # ------------------------------------------------------------------------------ loading

    def load(self) -> None:
        """Begin to load it, beside what is loaded; a load that is going on is followed by another."""
        with self._lock:
            if self._closed.is_set():
                return
            self._wanted += 1
            if self._thread is not None:
                return
            self._thread = threading.Thread(
                target=self._load_until_done, name=f"weftwork-load-{self.name}", daemon=True
            )
            self._thread.start()

    def _load_until_done(self) -> None:
        while True:
            with self._lock:
                wanted = self._wanted
            try:
                self._load_once()
            finally:
                with self._changed:
                    is_done = wanted == self._wanted or self._closed.is_set()
                    if is_done:
                        self._thread = None
                    self._changed.notify_all()
            if is_done:
                return

    def _load_once(self) -> None:
        began_s = time.monotonic()
        self._change(status=LocationStatus.LOADING)
        try:
            found = self._load_remote() if self.origin.code is None else self._load_local()
        except _LoadFailure as failure:
            self.files = failure.files or self.files
            if not self._closed.is_set():
                self._change(
                    status=LocationStatus.FAILED, error=failure.error, output=failure.output,
                    load_duration_s=time.monotonic() - began_s,
                )  # fmt: skip
            return
        self._swap(found, time.monotonic() - began_s)

    def _load_local(self) -> _Loaded:
        code = self.origin.code
        assert code is not None
        timeout_s = self._startup_timeout_s if self._client is None else self._reload_timeout_s
        known = self._content[0] if self._content is not None else None
        try:
            server = ServerProcess(self.name, code, self._environment, known)
        except DagsterError as error:
            raise _LoadFailure(_describe(error), "") from error
        greeting = server.wait_until_loaded(timeout_s, self._closed)
        if isinstance(greeting, ServerLoaded):
            return _Loaded(server.client, server, greeting, server.output)
        if isinstance(greeting, ServerFailed):
            server.stop()
            raise _LoadFailure(greeting.error, server.output, greeting.files)
        message, stack = ("", "") if self._closed.is_set() else server.explain_silence(timeout_s)
        server.stop()
        info = SerializableErrorInfo(
            f"Code location '{self.name}' ({self.origin.target}): {message}",
            read_dump(stack),
            DagsterCodeLocationLoadError.__name__,
        )
        raise _LoadFailure(info, server.output)

    def _load_remote(self) -> _Loaded:
        origin = self.origin
        try:
            key = read_key(origin.key_file or self._default_key_file)
            client = CodeClient(self.name, str(origin.address), key, origin.tls)
            known = self._content[0] if self._content is not None else None
            request = SnapshotRequest(deadline_s=_SNAPSHOT_S, known_hash=known)
            answer = client.ask(request, SnapshotAnswer)
        except OSError as error:
            info = _describe(DagsterCodeLocationLoadError(f"The key of code location '{self.name}': {error}"))
            raise _LoadFailure(info, "") from error
        except DagsterError as error:
            raise _LoadFailure(_describe(error), "") from error
        loaded = ServerLoaded(
            content_hash=answer.content_hash, content=answer.content,
            warnings=(*answer.warnings, *_warn_of_address(origin)),
        )  # fmt: skip
        return _Loaded(client, None, loaded, "")

    def _swap(self, found: _Loaded, duration_s: float) -> None:
        """Serve what was loaded, and let the server of before end what it works on."""
        loaded = found.loaded
        before = self._state
        old_index = self.find_index() if before.content_hash is not None else None
        content = self._content
        if loaded.content is None and (content is None or content[0] != loaded.content_hash):
            answer = found.client.ask(SnapshotRequest(deadline_s=_SNAPSHOT_S), SnapshotAnswer)
            loaded = loaded.replace(content=answer.content)
        if loaded.content is not None:
            content = (loaded.content_hash, loaded.content.encode())
            self._cache.save(self.origin, *content)
        old_server: ServerProcess | None = None
        old_client: CodeClient | None = None
        with self._lock:
            is_late = self._closed.is_set()
            if not is_late:
                old_server, self._server = self._server, found.process
                old_client, self._client = self._client, found.client
                self._content = content
        if is_late:
            if found.process is not None:
                found.process.stop()
            return
        self.files = loaded.files
        self._change(
            status=LocationStatus.LOADED, content_hash=loaded.content_hash, error=None, output=found.output,
            warnings=loaded.warnings, pid=found.process.pid if found.process is not None else None,
            loaded_at_s=time.time(), load_duration_s=duration_s,
            diff=self._compare(old_index, loaded.content_hash),
        )  # fmt: skip
        if found.process is not None:
            threading.Thread(target=self._watch, args=(found.process,), daemon=True).start()
        if old_server is not None and old_client is not None:
            self._retiring.append(old_server)
            threading.Thread(target=self._retire, args=(old_server, old_client), daemon=True).start()

    def _retire(self, server: ServerProcess, client: CodeClient) -> None:
        """Have a server end once all that it works on, runs too, is done."""
        if _ask_to_end(client):
            server.wait()
        server.stop()
        self._retiring.remove(server)

    def _compare(self, before: LocationIndex | None, content_hash: str) -> Any:
        if before is None or before.content_hash == content_hash:
            return None
        after = self.find_index()
        return compare_snapshots(before.snapshot, after.snapshot) if after is not None else None

    def _watch(self, server: ServerProcess) -> None:
        """Load again when the server ends by itself, as when the system kills it; not if it had just begun."""
        began_s = time.monotonic()
        ended = server.wait()
        with self._lock:
            is_current = self._server is server and not self._closed.is_set()
            if is_current:
                self._server = self._client = None
        if not is_current:
            return
        server.stop()
        message = f"The process of code location '{self.name}' ended with {ended}."
        info = SerializableErrorInfo(message, [], DagsterUserCodeUnreachableError.__name__)
        self._change(status=LocationStatus.FAILED, error=info, output=server.output, pid=None)
        if time.monotonic() - began_s > _SETTLED_S:
            self.load()

    def _change(self, **fields: Any) -> None:
        with self._changed:
            state = self._state
            self._state = state.replace(version=state.version + 1, changed_at_s=time.time(), **fields)
            changed = self._state
            self._changed.notify_all()
        self._listener(changed)

    # ------------------------------------------------------------------------------ end

    def shut_down(self) -> None:
        """End its server; what it offered stays known, and ``load`` starts it again."""
        with self._lock:
            server, self._server = self._server, None
            client, self._client = self._client, None
        if server is not None:
            server.stop()
        elif client is not None:
            _ask_to_end(client)
        self._change(status=LocationStatus.CLOSED, pid=None)

    def close(self) -> None:
        """End its server for good; runs that it launched go on, and a server that somebody else started too."""
        self._closed.set()
        with self._lock:
            server, self._server = self._server, None
            self._client = None
            thread = self._thread
        for one in (server, *self._retiring):
            if one is not None:
                one.stop()
        if thread is not None and thread is not threading.current_thread():
            thread.join()


def _ask_to_end(client: CodeClient) -> bool:
    try:
        client.ask(ShutdownRequest(deadline_s=5.0), ShutdownAnswer)
    except (DagsterUserCodeUnreachableError, DagsterUserCodeProcessError):
        return False
    return True


def _warn_of_address(origin: LocationOrigin) -> tuple[str, ...]:
    if origin.tls is not None or is_local(str(origin.address)):
        return ()
    warning = (
        f"The connection to {origin.address} is not encrypted: who can listen on the way reads run config, tags and "
        "definitions. Start that server with --tls-cert and --tls-key, and say `ssl: true` in workspace.yaml."
    )
    return (warning,)


def _describe(error: Exception) -> SerializableErrorInfo:
    return SerializableErrorInfo(f"{error}{os.linesep}", [], type(error).__name__)
