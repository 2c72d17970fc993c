"""What the user is told when a command fails: one message, with frames of their own code only."""

from __future__ import annotations

import os
import traceback

import click

from weftwork.base.errors import (
    CheckError,
    DagsterError,
    DagsterImportError,
    DagsterUserCodeExecutionError,
)

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_MAX_CAUSES = 5


class CommandFailure(click.ClickException):
    """The command did not do what it was asked; exit status 1.

    Args:
        message: what went wrong.
    """

    exit_code = 1

    def show(self, file: object = None) -> None:
        """Write the message to standard error."""
        click.echo(
            f"{click.style('Error:', fg='red', bold=True)} {self.message}", err=True, color=self.show_color
        )


def to_command_failure(error: BaseException) -> CommandFailure:
    """Return an error as the failure of a command."""
    if isinstance(error, (DagsterError, CheckError)):
        return CommandFailure(_describe(error))
    if isinstance(error, OSError) and not _is_of_user(error):
        where = f": {error.filename}" if error.filename else ""
        return CommandFailure(f"{error.strerror or error}{where}")
    if _is_of_user(error):
        return CommandFailure(f"Your code raised an exception.\n\n{_format(error)}")
    shown = "".join(traceback.format_exception(error))
    return CommandFailure(f"weft has failed; this is a defect of weft, please report it.\n\n{shown}")


def _describe(error: BaseException) -> str:
    """Return the message of an error of ours, with the user's exceptions that led to it."""
    lines = [str(error) or type(error).__name__]
    if isinstance(error, DagsterImportError):  # shows the user's lines itself
        return lines[0]
    is_user_code_error = isinstance(error, DagsterUserCodeExecutionError)
    cause, count = error.__cause__, 0
    while cause is not None and count < _MAX_CAUSES:
        told = str(cause)
        if not isinstance(cause, (DagsterError, CheckError)):
            if is_user_code_error or _is_of_user(cause):  # else the message has said it in other words
                lines += ["", _format(cause)]
        elif told and told not in lines[0]:
            lines += ["", *_place_of(cause), told]
        cause, count = cause.__cause__, count + 1
    if len(lines) == 1:
        lines += _place_of(error)
    return "\n".join(lines)


def _place_of(error: BaseException) -> list[str]:
    """Return where in the user's code an error came from, as at most one line."""
    frames = _user_frames(error)
    return [f"  {frames[-1].filename}:{frames[-1].lineno} in {frames[-1].name}"] if frames else []


def _format(error: BaseException) -> str:
    """Return an exception as Python prints it, with the user's frames only."""
    frames = traceback.format_list(_user_frames(error))
    head = ["Traceback (most recent call last):\n"] if frames else []
    return "".join([*head, *frames, *traceback.format_exception_only(error)]).rstrip()


def _is_of_user(error: BaseException) -> bool:
    """Return whether an exception passed through a file of the user's own, which no library is."""
    import sysconfig  # only on the way to a message

    libraries = tuple({sysconfig.get_path(name) + os.sep for name in ("stdlib", "purelib", "platlib")})
    files = (frame.filename for frame in _user_frames(error))
    return any(os.path.isfile(file) and not file.startswith(libraries) for file in files)


def _user_frames(error: BaseException) -> list[traceback.FrameSummary]:
    """Return the frames of an exception without ours, those of the import system and of the command line."""
    return [frame for frame in traceback.extract_tb(error.__traceback__) if is_user_file(frame.filename)]


def is_user_file(filename: str) -> bool:
    """Return whether a file is neither ours, nor part of the import system, nor of the command line."""
    if filename.startswith((_PACKAGE, "<frozen ")):
        return False
    return f"{os.sep}click{os.sep}" not in filename
