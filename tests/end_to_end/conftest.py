"""A folder of a user, in which `weft` is run as a user runs it: real files, real processes."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-c", "from weftwork.cli import main; main()"]


class Folder:
    """Runs `weft` in a folder, its output not on a terminal.

    Attributes:
        path: the folder.
    """

    def __init__(self, path: Path):
        self.path = path

    def file(self, name: str, text: str) -> str:
        (self.path / name).write_text(textwrap.dedent(text))
        return name

    @property
    def environment(self) -> dict[str, str]:
        return {key: value for key, value in os.environ.items() if key != "DAGSTER_HOME"} | {"TZ": "UTC"}

    def weft(self, *arguments: str, prepare=None, **variables: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [*PROGRAM, *arguments], cwd=self.path, env=self.environment | variables, capture_output=True,
            text=True, check=False, timeout=50, preexec_fn=prepare,
        )  # fmt: skip

    def json(self, *arguments: str):
        return json.loads(self.weft(*arguments, "--json").stdout)

    def materialize(self, *arguments: str, **options) -> subprocess.CompletedProcess:
        return self.weft("materialize", *arguments, **options)

    def start(self, *arguments: str) -> subprocess.Popen:
        """Start `weft` and return at once; Ctrl-C reaches it, also where our own shell ignores it."""
        return subprocess.Popen(
            [*PROGRAM, *arguments], cwd=self.path, env=self.environment, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )  # fmt: skip

    def wait_for(self, name: str, process: subprocess.Popen) -> None:
        """Wait until a file is there that a process makes."""
        while not (self.path / name).exists():
            try:
                out, err = process.communicate(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"ended with {process.returncode} before {name} was there: {out}{err}")

    def statuses(self) -> list[str]:
        return [run["status"] for run in self.json("run", "list")["runs"]]


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)
