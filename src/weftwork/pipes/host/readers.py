"""How the messages of a started process are read: from a file, or in chunks from a store."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol, TypedDict

from weftwork.base.errors import DagsterInvariantViolationError

_POLL_S = 0.05
COMPOSITE_WRITERS_KEY = "writers"


class PipesLaunchedData(TypedDict):
    """What is known once the process was started.

    Attributes:
        extras: name to value.
    """

    extras: Mapping[str, Any]


class Handler(Protocol):
    """What takes messages."""

    def handle_message(self, message: Mapping[str, Any]) -> None:
        """Take one message."""
        ...

    def report_pipes_framework_exception(self, origin: str, exc_info: Any) -> None:
        """Log that reading failed."""
        ...


class PipesMessageReader(ABC):
    """Reads the messages of a started process."""

    @abstractmethod
    def read_messages(self, handler: Any) -> Any:
        """Return a context manager that gives the parameters which lead to where messages go, and reads until it ends.

        Args:
            handler: what takes the messages.
        """

    @abstractmethod
    def no_messages_debug_text(self) -> str:
        """Return where messages were expected, for the message that none came."""

    @property
    def expected_writer_count(self) -> int:
        """How many processes write."""
        return 1

    def on_opened(self, opened_payload: Mapping[str, Any]) -> None:
        """Take what the first message says."""
        del opened_payload

    def on_launched(self, launched_payload: PipesLaunchedData) -> None:
        """Take what is known once the process was started."""
        del launched_payload


class PipesFileMessageReader(PipesMessageReader):
    """Reads messages from a file.

    Args:
        path: the file.
        include_stdio_in_messages: whether the process is to report what it prints too.
        cleanup_file: whether the file is taken away afterwards.
    """

    def __init__(self, path: str, include_stdio_in_messages: bool = False, cleanup_file: bool = True) -> None:
        self._path = path
        self._include_stdio = include_stdio_in_messages
        self._cleanup_file = cleanup_file

    @contextmanager
    def read_messages(self, handler: Any) -> Iterator[Mapping[str, Any]]:
        """Yield the path; what is added to the file is read until the block ends.

        Args:
            handler: what takes the messages.
        """
        is_over = threading.Event()
        with open(self._path, "w", encoding="utf-8"):
            pass
        thread = threading.Thread(target=_follow, args=(self._path, handler, is_over), daemon=True)
        thread.start()
        try:
            yield {"path": self._path, "include_stdio_in_messages": self._include_stdio}
        finally:
            is_over.set()
            thread.join()
            if self._cleanup_file and os.path.exists(self._path):
                os.remove(self._path)

    def no_messages_debug_text(self) -> str:
        """Return where messages were expected."""
        return f"Messages were expected in the file {self._path}."


def _follow(path: str, handler: Handler, is_over: threading.Event) -> None:
    """Hand on what is added to a file, line by line, and what is there when it is over."""
    try:
        with open(path, encoding="utf-8") as file:
            rest = ""
            while True:
                is_last = is_over.is_set()
                rest = _hand_on(rest + file.read(), handler)
                if is_last:
                    return
                is_over.wait(_POLL_S)
    except Exception:  # noqa: BLE001 - nobody above this thread would hear of it
        handler.report_pipes_framework_exception(f"the file {path}", sys.exc_info())


def _hand_on(text: str, handler: Handler) -> str:
    """Hand on the whole lines of a text; return what comes after them."""
    *lines, rest = text.split("\n")
    for line in lines:
        if line.strip():
            handle_line(line, handler)
    return rest


def handle_line(line: str, handler: Handler) -> None:
    """Hand on one line; one that is no message is logged, and those after it are read."""
    try:
        handler.handle_message(json.loads(line))
    except Exception:  # noqa: BLE001 - one bad line must not silence the others
        handler.report_pipes_framework_exception(f"the line {line[:200]!r}", sys.exc_info())


class PipesTempFileMessageReader(PipesMessageReader):
    """Reads messages from a temporary file.

    Args:
        include_stdio_in_messages: whether the process is to report what it prints too.
    """

    def __init__(self, include_stdio_in_messages: bool = False) -> None:
        self._include_stdio = include_stdio_in_messages

    @contextmanager
    def read_messages(self, handler: Any) -> Iterator[Mapping[str, Any]]:
        """Yield the path; what is added to the file is read until the block ends.

        Args:
            handler: what takes the messages.
        """
        with tempfile.TemporaryDirectory(prefix="weftwork-pipes-") as folder:
            reader = PipesFileMessageReader(os.path.join(folder, "messages"), self._include_stdio)
            with reader.read_messages(handler) as params:
                yield params

    def no_messages_debug_text(self) -> str:
        """Return where messages were expected."""
        return "Messages were expected in a temporary file."


class PipesCompositeMessageReader(PipesMessageReader):
    """Reads the messages of several processes.

    Args:
        readers: a reader for each.

    Raises:
        DagsterInvariantViolationError: if there are none, or one of them is for several processes itself.
    """

    def __init__(self, readers: Sequence[PipesMessageReader]) -> None:
        if not readers:
            raise DagsterInvariantViolationError("PipesCompositeMessageReader needs at least one reader.")
        if any(reader.expected_writer_count > 1 for reader in readers):
            raise DagsterInvariantViolationError(
                "PipesCompositeMessageReader takes single-writer readers only; put those of the other one into it."
            )
        self._readers = list(readers)

    @contextmanager
    def read_messages(self, handler: Any) -> Iterator[Mapping[str, Any]]:
        """Yield the parameters of each reader.

        Args:
            handler: what takes the messages.
        """
        with ExitStack() as stack:
            params = [stack.enter_context(reader.read_messages(handler)) for reader in self._readers]
            yield params[0] if len(params) == 1 else {COMPOSITE_WRITERS_KEY: params}

    @property
    def expected_writer_count(self) -> int:
        """How many processes write."""
        return len(self._readers)

    def on_opened(self, opened_payload: Mapping[str, Any]) -> None:
        """Take what a first message says."""
        for reader in self._readers:
            reader.on_opened(opened_payload)

    def on_launched(self, launched_payload: PipesLaunchedData) -> None:
        """Take what is known once the processes were started."""
        for reader in self._readers:
            reader.on_launched(launched_payload)

    def no_messages_debug_text(self) -> str:
        """Return where messages were expected."""
        return " ".join(reader.no_messages_debug_text() for reader in self._readers)


class PipesLogReader(ABC):
    """Reads what a process prints, where that is kept apart from its messages."""

    debug_info: str | None = None

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return type(self).__name__

    @abstractmethod
    def target_is_readable(self, params: Mapping[str, Any]) -> bool:
        """Return whether there is something to read."""

    @abstractmethod
    def start(self, params: Mapping[str, Any], is_session_closed: threading.Event) -> None:
        """Begin to read; end soon after the event is set."""

    @abstractmethod
    def stop(self) -> None:
        """Read no more."""

    @abstractmethod
    def is_running(self) -> bool:
        """Return whether it reads."""

    def with_debug_info(self, message: str) -> str:
        """Return a message with where it reads from."""
        return message if self.debug_info is None else f"{message} ({self.debug_info})"


class PipesBlobStoreMessageReader(PipesMessageReader):
    """Reads messages in numbered chunks from a store; derive from it and say where they are.

    Args:
        interval: seconds between two looks.
        log_readers: what reads what the process prints.
    """

    def __init__(self, interval: float = 10, log_readers: Sequence[PipesLogReader] | None = None) -> None:
        self.interval = interval
        self.log_readers = list(log_readers or ())
        self.opened_payload: Mapping[str, Any] | None = None
        self.launched_payload: Mapping[str, Any] | None = None
        self.counter = 1

    @abstractmethod
    def get_params(self) -> Any:
        """Return a context manager that gives the parameters which lead to the store."""

    @abstractmethod
    def download_messages_chunk(self, index: int, params: Mapping[str, Any]) -> str | None:
        """Return a chunk; None if it is not there yet.

        Args:
            index: its number, from 1.
            params: what leads to the store.
        """

    def messages_are_readable(self, params: Mapping[str, Any]) -> bool:
        """Return whether it can be looked for messages yet."""
        del params
        return True

    def add_log_reader(self, log_reader: PipesLogReader) -> None:
        """Have what the process prints read too."""
        self.log_readers.append(log_reader)

    def on_opened(self, opened_payload: Mapping[str, Any]) -> None:
        """Take what the first message says."""
        self.opened_payload = opened_payload

    def on_launched(self, launched_payload: PipesLaunchedData) -> None:
        """Take what is known once the process was started."""
        self.launched_payload = launched_payload["extras"]

    @contextmanager
    def read_messages(self, handler: Any) -> Iterator[Mapping[str, Any]]:
        """Yield the parameters; chunks are read until the block ends.

        Args:
            handler: what takes the messages.
        """
        is_over = threading.Event()
        with self.get_params() as params:
            thread = threading.Thread(target=self._follow, args=(handler, params, is_over), daemon=True)
            thread.start()
            try:
                yield params
            finally:
                is_over.set()
                thread.join()
                for reader in self.log_readers:
                    if reader.is_running():
                        reader.stop()

    def _follow(self, handler: Handler, params: Mapping[str, Any], is_over: threading.Event) -> None:
        try:
            while True:
                is_last = is_over.is_set()
                self._start_log_readers(params, is_over)
                self._read_chunks(handler, params)
                if is_last:
                    return
                is_over.wait(self.interval)
        except Exception:  # noqa: BLE001 - nobody above this thread would hear of it
            handler.report_pipes_framework_exception(type(self).__name__, sys.exc_info())

    def _start_log_readers(self, params: Mapping[str, Any], is_over: threading.Event) -> None:
        known = {**params, **(self.launched_payload or {})}
        for reader in self.log_readers:
            if not is_over.is_set() and not reader.is_running() and reader.target_is_readable(known):
                reader.start(known, is_over)

    def _read_chunks(self, handler: Handler, params: Mapping[str, Any]) -> None:
        while self.messages_are_readable(params):
            chunk = self.download_messages_chunk(self.counter, params)
            if chunk is None:
                return
            self.counter += 1
            for line in chunk.splitlines():
                if line.strip():
                    handle_line(line, handler)
