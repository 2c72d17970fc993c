"""An exception as data: what it was, where it came from and what caused it."""

from __future__ import annotations

import os
from typing import Any

from weftwork.base.errors import CheckError, DagsterError
from weftwork.serde.record import Record

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_PACKAGE_NAME = f"{__name__.partition('.')[0]}."
_STANDARD_LIBRARY = os.path.dirname(os.__file__) + os.sep
_SITE_PACKAGES = f"{os.sep}site-packages{os.sep}"
_IO_MANAGERS = os.path.join(_PACKAGE, "io_managers") + os.sep


class SerializableErrorInfo(Record, kw_only=False):
    """An exception as it is stored and shown.

    Attributes:
        message: type and text of the exception, as Python prints them.
        stack: the formatted frames, outermost first.
        cls_name: the name of the exception's class.
        cause: the exception it was raised from.
        context: the exception during whose handling it was raised.
    """

    message: str
    stack: list[str] = []
    cls_name: str | None = None
    cause: SerializableErrorInfo | None = None
    context: SerializableErrorInfo | None = None

    def to_string(self) -> str:
        """Return the whole as Python would print it."""
        frames = ("\nStack Trace:\n" + "".join(self.stack)) if self.stack else ""
        cause = ("\nCaused by:\n" + self.cause.to_string()) if self.cause else ""
        return f"{self.message}{frames}{cause}"

    def __str__(self) -> str:
        return self.to_string()


def error_info(exception: BaseException, *, depth: int = 8) -> SerializableErrorInfo:
    """Return an exception as data, without the frames of this package, unless the mistake is in there.

    Args:
        exception: the exception.
        depth: how many causes to follow.
    """
    import traceback  # costs more than the whole happy path: only when something failed

    frames = _shown_frames(exception)
    stack = traceback.format_list(frames)
    message = "".join(traceback.format_exception_only(type(exception), exception))
    if type(exception).__module__.startswith(_PACKAGE_NAME):
        message = message.removeprefix(f"{type(exception).__module__}.")  # ours are documented by their name
    cause = exception.__cause__
    context = exception.__context__ if cause is None and not exception.__suppress_context__ else None
    return SerializableErrorInfo(
        message=_encodable(message),
        stack=[_encodable(text) for text in stack],
        cls_name=type(exception).__name__,
        cause=error_info(cause, depth=depth - 1) if cause is not None and depth else None,
        context=error_info(context, depth=depth - 1) if context is not None and depth else None,
    )


def _encodable(text: str) -> str:
    """Return text as it can be written: parts of names of files that are no text are shown as escapes."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _shown_frames(exception: BaseException) -> list[Any]:
    import traceback  # see error_info

    frames = traceback.extract_tb(exception.__traceback__)
    if _is_defect(exception, [frame.filename for frame in frames]):
        return list(frames)
    return [frame for frame in frames if not frame.filename.startswith((_PACKAGE, "<frozen "))]


def _is_defect(exception: BaseException, files: list[str]) -> bool:
    """Return whether this package raised what it never means to raise; IO managers mean what they raise."""
    if isinstance(exception, (DagsterError, CheckError)) or not isinstance(exception, Exception):
        return False
    last = next((file for file in reversed(files) if not _is_library(file)), "")
    return last.startswith(_PACKAGE) and not last.startswith(_IO_MANAGERS)


def _is_library(file: str) -> bool:
    if file.startswith(_PACKAGE):
        return False
    return file.startswith((_STANDARD_LIBRARY, "<frozen ")) or _SITE_PACKAGES in file
