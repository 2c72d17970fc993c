"""An error as it is answered: its frames taken apart, the user's own told from those of libraries."""

from __future__ import annotations

import re
import sysconfig

from weftwork.api.view import View
from weftwork.records.errors import SerializableErrorInfo

_FRAME = re.compile(r'^\s*File "(?P<file>.*)", line (?P<line>\d+)(?:, in (?P<name>.*))?$')
_MARKS = re.compile(r"^[\s~^]+$")
_CONTEXT_LINES = 5
_MAX_SOURCE_BYTES = 2_000_000
_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})


class SourceLine(View):
    """A line of source code."""

    number: int
    text: str


class FrameView(View):
    """A frame of a stack.

    Attributes:
        file: the file.
        line: the line in it.
        name: the function.
        code: the line's text.
        is_user: whether it is the user's own code rather than that of a library.
        source: the lines around it, where they could be read.
    """

    file: str
    line: int
    name: str
    code: str
    is_user: bool
    source: list[SourceLine]


class ErrorView(View):
    """An exception.

    Attributes:
        class_name: the class of the exception.
        message: type and text of the exception, as Python prints them.
        frames: where it was raised, outermost first.
        cause: the exception that led to it.
        text: all of it, as Python would print it.
    """

    class_name: str
    message: str
    frames: list[FrameView]
    cause: ErrorView | None
    text: str


def view_error(error: SerializableErrorInfo, *, with_source: bool = False) -> ErrorView:
    """Return an error as it is answered.

    Args:
        error: the error.
        with_source: whether lines of source are read around frames of the user's code.
    """
    inner = error.cause or error.context
    return ErrorView(
        class_name=error.cls_name or error.message.partition(":")[0].strip(),
        message=error.message.rstrip("\n"),
        frames=[_view_frame(entry, with_source=with_source) for entry in error.stack],
        cause=view_error(inner, with_source=with_source) if inner is not None else None,
        text=error.to_string(),
    )


def _view_frame(entry: str, *, with_source: bool) -> FrameView:
    head, _, rest = entry.partition("\n")
    found = _FRAME.match(head)
    code = "\n".join(line.strip() for line in rest.splitlines() if not _MARKS.match(line))
    if found is None:
        return FrameView(file="", line=0, name="", code=entry.strip(), is_user=False, source=[])
    file, line = found["file"], int(found["line"])
    is_user = not file.startswith((*_LIBRARIES, "<"))
    source = _read_source(file, line) if with_source and is_user else []
    return FrameView(
        file=file, line=line, name=found["name"] or "", code=code, is_user=is_user, source=source
    )


def _read_source(file: str, line: int) -> list[SourceLine]:
    """Return the lines around one; nothing where the file is not Python source that can be read here."""
    if not file.endswith(".py"):
        return []
    try:
        with open(file, encoding="utf-8", errors="replace") as handle:
            lines = handle.read(_MAX_SOURCE_BYTES).splitlines()
    except OSError:
        return []
    first = max(1, line - _CONTEXT_LINES)
    return [
        SourceLine(number=number, text=lines[number - 1])
        for number in range(first, min(len(lines), line + _CONTEXT_LINES) + 1)
    ]
