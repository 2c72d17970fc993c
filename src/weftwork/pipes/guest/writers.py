"""Where the started process writes its messages: a file, a stream, chunks in a store."""

from __future__ import annotations

import json
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import IO, Any

from weftwork.pipes.protocol import DagsterPipesError

Message = Mapping[str, Any]


class PipesMessageWriterChannel(ABC):
    """Takes messages."""

    @abstractmethod
    def write_message(self, message: Message) -> None:
        """Write a message."""


class PipesMessageWriter(ABC):
    """Opens what takes messages."""

    @abstractmethod
    def open(self, params: Mapping[str, Any]) -> Any:
        """Return a context manager that gives the channel.

        Args:
            params: what leads to where messages go.
        """

    def get_opened_payload(self) -> Mapping[str, Any]:
        """Return what the first message says."""
        return {"extras": self.get_opened_extras()}

    def get_opened_extras(self) -> Mapping[str, Any]:
        """Return what the first message says beside what it always does."""
        return {}


class PipesStreamMessageWriterChannel(PipesMessageWriterChannel):
    """Writes messages to a stream, one a line.

    Args:
        stream: the stream.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write_message(self, message: Message) -> None:
        """Write a message."""
        self._stream.write(json.dumps(message) + "\n")
        self._stream.flush()


class PipesFileMessageWriterChannel(PipesMessageWriterChannel):
    """Adds messages to a file, one a line.

    Args:
        path: the file.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def write_message(self, message: Message) -> None:
        """Write a message."""
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(json.dumps(message) + "\n")


class PipesDefaultMessageWriter(PipesMessageWriter):
    """Writes messages to the file, or the standard stream, that the parameters name."""

    @contextmanager
    def open(self, params: Mapping[str, Any]) -> Iterator[PipesMessageWriterChannel]:
        """Yield the channel.

        Args:
            params: ``path``, or ``stdio`` with "stdout" or "stderr".

        Raises:
            DagsterPipesError: if there is neither.
        """
        if "path" in params:
            yield PipesFileMessageWriterChannel(params["path"])
        elif params.get("stdio") in ("stdout", "stderr"):
            yield PipesStreamMessageWriterChannel(getattr(sys, params["stdio"]))
        else:
            raise DagsterPipesError(
                f"The parameters of messages have neither 'path' nor 'stdio': {dict(params)!r:.200}."
            )


class PipesBlobStoreMessageWriterChannel(PipesMessageWriterChannel):
    """Collects messages, and uploads them now and then as numbered chunks.

    Args:
        interval: seconds between two uploads.
    """

    def __init__(self, *, interval: float = 10) -> None:
        self._interval_s = interval
        self._lock = threading.Lock()
        self._waiting: list[Message] = []
        self._count = 1
        self._is_over = threading.Event()

    def write_message(self, message: Message) -> None:
        """Keep a message for the next upload."""
        with self._lock:
            self._waiting.append(message)

    def flush_messages(self) -> Sequence[Message]:
        """Return the messages that wait, and forget them."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        return waiting

    @abstractmethod
    def upload_messages_chunk(self, payload: StringIO, index: int) -> None:
        """Upload messages.

        Args:
            payload: them, one a line.
            index: the number of the chunk, from 1.
        """

    @contextmanager
    def buffered_upload_loop(self) -> Iterator[None]:
        """Upload now and then, and once more at the end."""
        thread = threading.Thread(target=self._upload_until_over, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            thread.join()
            self._upload()

    def _upload_until_over(self) -> None:
        while not self._is_over.wait(self._interval_s):
            self._upload()

    def _upload(self) -> None:
        messages = self.flush_messages()
        if messages:
            self.upload_messages_chunk(StringIO("\n".join(map(json.dumps, messages))), self._count)
            self._count += 1


class PipesBlobStoreMessageWriter(PipesMessageWriter):
    """Opens a channel that uploads chunks.

    Args:
        interval: seconds between two uploads.
    """

    def __init__(self, *, interval: float = 10) -> None:
        self.interval = interval

    @abstractmethod
    def make_channel(self, params: Mapping[str, Any]) -> PipesBlobStoreMessageWriterChannel:
        """Return the channel.

        Args:
            params: what leads to where messages go.
        """

    @contextmanager
    def open(self, params: Mapping[str, Any]) -> Iterator[PipesBlobStoreMessageWriterChannel]:
        """Yield the channel, which uploads until the block ends.

        Args:
            params: what leads to where messages go.
        """
        channel = self.make_channel(params)
        with channel.buffered_upload_loop():
            yield channel
