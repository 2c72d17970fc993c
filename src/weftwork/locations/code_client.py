"""Asks a code server."""

from __future__ import annotations

from typing import TypeVar

from weftwork.base.errors import DagsterUserCodeProcessError, DagsterUserCodeUnreachableError
from weftwork.processes.connections.wire import connect, is_path
from weftwork.records.control.tls_files import TlsFiles
from weftwork.records.snapshots.requests import AnyCodeAnswer, AnyCodeRequest, ErrorAnswer
from weftwork.serde import Record, decode, encode

_CONNECT_S = 5.0
_GRACE_S = 3.0
"""How much longer than the deadline is waited: the server answers when it has stopped what took too long."""

Answer = TypeVar("Answer", bound=Record)


class CodeClient:
    """Asks a code server; each question is a connection of its own, so any number may be asked at once.

    Args:
        name: the name of the code location, for messages.
        address: where the server listens.
        key: the key of its connections.
        tls: with what they are encrypted; None for not.
    """

    def __init__(self, name: str, address: str, key: bytes, tls: TlsFiles | None = None) -> None:
        self.name = name
        self.address = address
        self._key = key
        self._tls = tls

    def ask(self, request: AnyCodeRequest, expected: type[Answer]) -> Answer:
        """Ask, and return the answer.

        Args:
            request: what is asked.
            expected: the kind of answer.

        Raises:
            DagsterUserCodeProcessError: if user code raised, or what was asked for is at fault.
            DagsterUserCodeUnreachableError: if there is no answer, or not in time.
        """
        answer = self._exchange(request)
        if isinstance(answer, ErrorAnswer):
            raise _to_error(self.name, answer)
        if not isinstance(answer, expected):
            raise DagsterUserCodeUnreachableError(
                f"The server of code location '{self.name}' answered with {type(answer).__name__} instead of "
                f"{expected.__name__}: it is of another version."
            )
        return answer

    def _exchange(self, request: AnyCodeRequest) -> AnyCodeAnswer:
        try:
            wire = connect(self.address, self._key, _CONNECT_S, self._tls)
        except PermissionError as error:
            raise DagsterUserCodeUnreachableError(
                f"The server of code location '{self.name}' at '{self.address}' has another key. Give both sides the same one."
            ) from error
        except OSError as error:
            has_gone = (
                isinstance(error, ConnectionResetError) and not is_path(self.address) and self._tls is None
            )
            hint = " If it speaks TLS, say `ssl: true` in workspace.yaml." if has_gone else ""
            reason = str(error).removesuffix(".")
            raise DagsterUserCodeUnreachableError(
                f"The server of code location '{self.name}' at '{self.address}' does not answer: {reason}.{hint}",
                timed_out=isinstance(error, TimeoutError),
            ) from error
        try:
            wire.set_timeout(request.deadline_s + _GRACE_S)
            wire.send(encode(request))
            answer: AnyCodeAnswer = decode(wire.receive(), AnyCodeAnswer)
        except TimeoutError as error:
            raise DagsterUserCodeUnreachableError(
                f"The server of code location '{self.name}' has not answered within {request.deadline_s:g} seconds.",
                timed_out=True,
            ) from error
        except (OSError, ValueError) as error:
            raise DagsterUserCodeUnreachableError(
                f"The server of code location '{self.name}' broke off: {error}"
            ) from error
        finally:
            wire.close()
        return answer


def _to_error(name: str, answer: ErrorAnswer) -> Exception:
    message = answer.error.message.strip()
    if answer.is_timeout:
        return DagsterUserCodeProcessError(f"Code location '{name}': {message}", error_info=answer.error)
    return DagsterUserCodeProcessError(message, error_info=answer.error, is_mistake=answer.is_mistake)
