"""What the rigs share: a home with a project, launchers that may be killed, waiting, and one line of JSON at the end."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import invariants
from weftwork.base.ids import new_id
from weftwork.instance.instance import DagsterInstance
from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.runs import DagsterRun
from weftwork.storage.patience import patiently

HERE = Path(__file__).resolve().parent
STUCK_S = 15.0
"""How long after a restart a run may be under way whose processes are dead."""
ORPHAN_S = 2.0
"""How long a process of a run may outlive it."""


class Ground:
    """A fresh home, and what is done in it.

    Args:
        folder: where it is made; None for a temporary one.
        settings: what dagster.yaml says.
        patience: by how much the limits are stretched, on a busy machine.
    """

    def __init__(
        self, folder: str | None = None, settings: dict[str, Any] | None = None, patience: float = 1.0
    ) -> None:
        self.folder = tempfile.mkdtemp(prefix="weft-rig-", dir=folder)
        self.home = os.path.join(self.folder, "home")
        os.mkdir(self.home, 0o700)
        if settings:
            self.configure(settings)
        self.acknowledged = os.path.join(self.folder, "acknowledged")
        self.patience = patience
        self.origin = CodeOrigin(python_file=str(HERE / "project.py"))
        self.broken: list[str] = []

    def configure(self, settings: dict[str, Any]) -> None:
        """Write dagster.yaml."""
        Path(self.home, "dagster.yaml").write_text(json.dumps(settings))

    def open(self) -> DagsterInstance:
        """Return the instance, as a process that has just started sees it."""
        return DagsterInstance.from_config(self.home)

    def add_run(self, instance: DagsterInstance, job: str, **attributes: Any) -> str:
        """Add a run of a job of the project; return its id."""
        run = DagsterRun(job_name=job, run_id=new_id(), code_origin=self.origin, **attributes)
        return instance.add_run(run).run_id

    def launch(
        self, job: str, *, run_config: dict[str, Any] | None = None, die: str = "", **environment: str
    ) -> Launcher:
        """Start a process that launches a run and waits for its end."""
        return Launcher(self, job, run_config or {}, die, environment)

    def await_end(self, run_id: str, *, reaps: bool, timeout_s: float = 120.0, is_alone: bool = False) -> str:
        """Wait until a run has ended; return its status, or what it is when the time is over.

        Args:
            run_id: the run.
            reaps: whether to look for dead runs, as every command of the CLI and `weft dev` do.
            timeout_s: how long, in seconds.
            is_alone: whether nobody is left who would launch it, if it was not.
        """
        deadline = time.monotonic() + timeout_s
        with self.open() as instance:
            while True:
                if reaps:
                    patiently(instance.reap_dead_runs, timeout_s)
                run = patiently(lambda: instance.get_run_by_id(run_id), timeout_s)
                if run is None or run.is_finished or time.monotonic() > deadline:
                    return run.status.value if run is not None else "NONE"
                if is_alone and run.status.value == "NOT_STARTED" and not instance.leases.list_all("run:"):
                    return "NOT_STARTED"
                time.sleep(0.02)

    def await_no_process(self, run_id: str, timeout_s: float = 20.0) -> float:
        """Wait until a run has no process any more; return how long it took, in seconds."""
        began = time.monotonic()
        while left := invariants.list_processes(run_id=run_id):
            if time.monotonic() - began > timeout_s:
                self.say(f"Run {run_id} has ended, and {left} are left.")
                kill_all(pid for pid, _ in left)
                break
            time.sleep(0.01)
        return time.monotonic() - began

    def read_acknowledged(self) -> list[int]:
        """Return the ids of the events whose commits were confirmed to some process."""
        try:
            lines = Path(self.acknowledged).read_text().splitlines()
        except FileNotFoundError:
            return []
        return [int(line) for line in lines if line]

    def say(self, fault: str) -> None:
        """Take note of something that does not hold."""
        self.broken.append(fault)

    def limit(self, what: str, seconds: float, limit_s: float) -> None:
        """Take note if something took too long."""
        if seconds > limit_s * self.patience:
            self.say(f"{what} took {seconds:.1f} s, more than {limit_s:g} s.")

    def check(self, **named: Any) -> None:
        """Take note of all that the checker finds; leases and processes get a moment to go."""
        found: list[str] = []
        for _ in range(int(20 * self.patience)):
            found = invariants.find_broken(self.home, acknowledged=self.read_acknowledged(), **named)
            if not found:
                break
            time.sleep(0.1)
        self.broken += found

    def clear(self) -> str | None:
        """Remove its folder, unless something does not hold; return where it is kept then."""
        if self.broken:
            return self.folder
        shutil.rmtree(self.folder, ignore_errors=True)
        return None

    def report(self, rig: str, **figures: Any) -> NoReturn:
        """Print what was found as one line of JSON, and exit with 1 if something does not hold."""
        kept = self.clear()
        report = {"rig": rig, **figures, "broken": self.broken[:50]}
        if kept:
            report["kept"] = kept
        print(json.dumps(report), flush=True)
        sys.exit(bool(self.broken))


class Launcher:
    """A process that adds and launches a run, and then waits for its end; forked, since loading takes its time.

    Args:
        ground: the home.
        job: the job.
        run_config: its config.
        die: where which process is to die; see `injected/sitecustomize.py`.
        environment: further variables for the processes of the run.
    """

    def __init__(
        self, ground: Ground, job: str, run_config: dict[str, Any], die: str, environment: dict[str, str]
    ) -> None:
        read_fd, write_fd = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(read_fd)
            self._live(ground, job, run_config, die, environment, write_fd)
        os.close(write_fd)
        self._status: int | None = None
        with open(read_fd) as told:
            self.run_id = told.readline().strip()

    def _live(
        self,
        ground: Ground,
        job: str,
        run_config: dict[str, Any],
        die: str,
        environment: dict[str, str],
        told: int,
    ) -> NoReturn:
        try:
            os.setsid()
            os.environ.update(environment)
            os.environ.update(RIG_ACKNOWLEDGED=ground.acknowledged, RIG_DIE=die or "::0")
            paths = [str(HERE / "injected"), os.environ.get("PYTHONPATH", "")]
            os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
            inject("launcher")
            instance = ground.open()
            run_id = ground.add_run(instance, job, run_config=run_config)
            os.write(told, f"{run_id}\n".encode())
            os.close(told)
            instance.launch_run(run_id)
            while not patiently(lambda: instance.get_run_by_id(run_id), 600).is_finished:
                time.sleep(0.02)
            os._exit(0)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(1)

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = status if pid else None
        return self._status is None

    def kill(self) -> None:
        """End it by SIGKILL."""
        if self.is_alive:
            os.kill(self.pid, signal.SIGKILL)
            self._status = os.waitpid(self.pid, 0)[1]

    def run_pid(self) -> int | None:
        """Return the process of the run, which leads its session; None if there is none now."""
        found = [pid for pid, _ in invariants.list_processes(run_id=self.run_id)]
        return next((pid for pid in found if _session(pid) == pid), None)

    def step_pids(self) -> list[int]:
        """Return the processes of steps that run now."""
        run_pid = self.run_pid()
        found = [pid for pid, _ in invariants.list_processes(run_id=self.run_id)]
        return [pid for pid in found if pid != run_pid and _parent(pid) == run_pid]


def inject(role: str) -> None:
    """Have this process note and die as the processes do that it starts."""
    spec = importlib.util.spec_from_file_location("rig_injected", HERE / "injected" / "sitecustomize.py")
    assert spec is not None
    assert spec.loader is not None
    before = {name: os.environ.pop(name, None) for name in ("RIG_ACKNOWLEDGED", "RIG_DIE")}
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    os.environ.update({name: value for name, value in before.items() if value is not None})
    module.install(role)


def _stat(pid: int) -> list[str]:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return ["", "0", "0", "0"]


def _parent(pid: int) -> int:
    return int(_stat(pid)[1])


def _session(pid: int) -> int:
    return int(_stat(pid)[3])


def kill_all(pids: Iterable[int]) -> None:
    """End processes by SIGKILL; those that are gone are gone."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def await_that(condition: Callable[[], Any], timeout_s: float, pause_s: float = 0.005) -> Any:
    """Wait until something holds; return what it came to, which is false when the time is over."""
    deadline = time.monotonic() + timeout_s
    while not (found := condition()) and time.monotonic() < deadline:
        time.sleep(pause_s)
    return found


def summarize(seconds: Sequence[float]) -> dict[str, float]:
    """Return the middle, the 99th percentile and the greatest of some times."""
    if not seconds:
        return {}
    ordered = sorted(seconds)
    last = len(ordered) - 1
    return {
        "p50_s": round(ordered[last // 2], 3),
        "p99_s": round(ordered[round(last * 0.99)], 3),
        "max_s": round(ordered[-1], 3),
    }


def build_parser(text: str) -> argparse.ArgumentParser:
    """Return a parser with the options that all rigs have."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--seed", type=int, default=1, help="seed of the dice; a failure repeats with it (default 1)"
    )
    parser.add_argument("--folder", help="where the home is made (default: the folder for temporary files)")
    parser.add_argument(
        "--at-once",
        type=int,
        default=1,
        help="how many rounds go on at once, each in a home of its own (default 1)",
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=1.0,
        help="stretches the limits of time on a busy machine (default 1)",
    )
    return parser
