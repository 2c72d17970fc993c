"""The home of an instance on disk: where it is, and how it is made."""

from __future__ import annotations

import os

from weftwork.base.errors import DagsterHomeNotSetError, DagsterInvariantViolationError

HOME_VARIABLE = "DAGSTER_HOME"
DATABASE_FILE = "weftwork.db"


def get_home() -> str:
    """Return the home that the environment names.

    Raises:
        DagsterHomeNotSetError: if it names none.
        DagsterInvariantViolationError: if it is not an absolute path of a directory that exists and can be written.
    """
    home = os.environ.get(HOME_VARIABLE, "")
    if not home:
        raise DagsterHomeNotSetError(
            f"{HOME_VARIABLE} is not set. Set it to the absolute path of a directory that exists: runs, events and "
            f"dagster.yaml are kept there. For a throw-away instance use DagsterInstance.ephemeral()."
        )
    home = os.path.expanduser(home)
    if not os.path.isabs(home):
        raise DagsterInvariantViolationError(f"{HOME_VARIABLE} must be an absolute path, not '{home}'.")
    if not os.path.isdir(home):
        is_file = os.path.exists(home)
        what = "is a file, not a directory" if is_file else "does not exist"
        mend = "Name a directory." if is_file else f"Create the directory: mkdir -p '{home}'"
        raise DagsterInvariantViolationError(f"{HOME_VARIABLE} '{home}' {what}. {mend}")
    if not os.access(home, os.W_OK | os.X_OK):
        raise DagsterInvariantViolationError(
            f"{HOME_VARIABLE} '{home}' cannot be written by this user: runs and values are kept there. Change its "
            f"permissions, or set {HOME_VARIABLE} to a directory of your own."
        )
    return home


def make_directory(path: str) -> str:
    """Make a directory for this user only, unless it is there, and return its path.

    Raises:
        DagsterInvariantViolationError: if it cannot be made.
    """
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
    except OSError as error:
        raise DagsterInvariantViolationError(
            f"The directory '{path}' cannot be made ({error.strerror}): check the permissions of its parent."
        ) from error
    return path


class TemporaryHome:
    """A directory that goes with its owner, and in any case with its process."""

    __slots__ = ("__weakref__", "_finalizer", "path")

    def __init__(self) -> None:
        import tempfile  # imports random and shutil: only who needs a directory pays
        import weakref

        self.path = tempfile.mkdtemp(prefix="weftwork-")
        self._finalizer = weakref.finalize(self, _remove, self.path, os.getpid())

    def remove(self) -> None:
        """Remove the directory and all that is in it."""
        self._finalizer()


def _remove(path: str, owner_pid: int) -> None:
    if os.getpid() == owner_pid:  # a forked child ends, the directory stays
        import shutil  # see TemporaryHome

        shutil.rmtree(path, ignore_errors=True)
