"""Messages through a pipe: frames of bytes, whole or not at all."""

from __future__ import annotations

import os

MAX_MESSAGE_BYTES = 256 * 1024 * 1024
"""The longest message that is believed; a longer one means that the stream is broken."""

_LENGTH_BYTES = 4
_CHUNK_BYTES = 64 * 1024
"""What a pipe holds; more would be room that the system gives and takes back each time."""


class MessageWriter:
    """Writes messages to a file descriptor.

    Args:
        fd: the descriptor; closed with the writer.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def send(self, message: bytes) -> None:
        """Write one message, waiting while the pipe is full.

        Raises:
            BrokenPipeError: if nobody reads any more.
            ValueError: if the message is longer than ``MAX_MESSAGE_BYTES``.
        """
        if len(message) > MAX_MESSAGE_BYTES:
            raise ValueError(f"A message of {len(message)} bytes is longer than {MAX_MESSAGE_BYTES}.")
        rest = memoryview(len(message).to_bytes(_LENGTH_BYTES, "big") + message)
        while rest:
            rest = rest[os.write(self._fd, rest) :]

    def close(self) -> None:
        """Close the descriptor: the reader comes to the end."""
        os.close(self._fd)


class MessageReader:
    """Reads messages from a file descriptor that does not block.

    Args:
        fd: the descriptor; closed with the reader.
    """

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self._received = bytearray()
        self.ended = False

    def fileno(self) -> int:
        """The descriptor, for selectors."""
        return self._fd

    def read(self) -> list[bytes]:
        """Return the messages that have come in whole, without waiting; what comes in parts is kept.

        Raises:
            ValueError: if the stream is no stream of messages.
        """
        self._receive()
        messages = []
        start = 0
        received = self._received
        while len(received) - start >= _LENGTH_BYTES:
            length = int.from_bytes(received[start : start + _LENGTH_BYTES], "big")
            if length > MAX_MESSAGE_BYTES:
                raise ValueError(f"The stream is broken: a message of {length} bytes was announced.")
            end = start + _LENGTH_BYTES + length
            if len(received) < end:
                break
            messages.append(bytes(received[start + _LENGTH_BYTES : end]))
            start = end
        if start:
            del received[:start]
        return messages

    def _receive(self) -> None:
        while not self.ended:
            try:
                chunk = os.read(self._fd, _CHUNK_BYTES)
            except BlockingIOError:
                return
            self._received += chunk
            self.ended = not chunk

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self._fd)
