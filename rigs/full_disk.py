"""Fills the disk under runs, at the k-th write and on a small tmpfs; space comes back after a while.

Each run must then end within 10 s: with FAILURE and the cause if something of it could not be stored, or if the disk was
full for longer than runs wait; with SUCCESS if only the recording had to wait for less. The next run must succeed, and
the database must be sound.

The k-th write: a library loaded with LD_PRELOAD (injected/full_disk.c, compiled by cc) has every write below the home
fail with ENOSPC in the process of the run and in those of its steps. The tmpfs: needs root; a ballast file leaves no
room until it is removed. What cannot be done here is told as skipped.
"""

from __future__ import annotations

import argparse
import mmap
import os
import random
import shutil
import struct
import subprocess
import tempfile
import time
from collections import Counter
from typing import Any

from ground import HERE, Ground, await_that, build_parser, summarize
from shares import run_shares
from weftwork.storage.patience import patiently

JOBS = ("chain", "wide")
RETURN_S = 10.0
_TOO_LONG_S = 4.0
CAUSES = ("No space left", "is full", "disk I/O")


class Disk:
    """The numbers that the rig shares with the processes; see injected/full_disk.c.

    Args:
        path: the file of the numbers.
    """

    def __init__(self, path: str) -> None:
        with open(path, "wb") as file:
            file.write(b"\0" * 24)
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), 24)
        self.path = path

    def fill_at(self, number: int) -> None:
        """Have the disk full from that write on."""
        self._map[:24] = struct.pack("=QQQ", 0, number, 0)

    def variables(self, ground: Ground, library: str) -> dict[str, str]:
        """Return what the processes of a run are told."""
        return {"LD_PRELOAD": library, "RIG_DISK": self.path, "RIG_DISK_FOLDER": ground.home}

    def free(self) -> None:
        """Have space come back."""
        self._map[8:24] = struct.pack("=QQ", 2**63, 0)

    @property
    def is_full(self) -> bool:
        """Whether that write has come."""
        return bool(struct.unpack("=Q", self._map[16:24])[0])

    @property
    def count(self) -> int:
        """How many writes there were."""
        return int(struct.unpack("=Q", self._map[:8])[0])


def compile_library(folder: str) -> str | None:
    """Compile the library; return its path, or None where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    path = os.path.join(folder, "full_disk.so")
    source = HERE / "injected" / "full_disk.c"
    done = subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", path, source, "-ldl"], check=False)
    return path if done.returncode == 0 else None


def read_cause(ground: Ground, run_id: str) -> str:
    """Return what the log of a run says of its failure."""
    with ground.open() as instance:
        events = [entry.dagster_event for entry in instance.all_logs(run_id)]
    errors = [getattr(event.event_specific_data, "error", None) for event in events if event is not None]
    return "\n".join(error.to_string() for error in errors if error is not None)


def check_end(ground: Ground, run_id: str, what: str, seconds: float, status: str) -> str:
    """The run has ended soon, and tells why; return its status."""
    ground.limit(f"{what}: the end of run {run_id}", seconds, RETURN_S)
    if status not in ("SUCCESS", "FAILURE"):
        ground.say(f"{what}: run {run_id} is {status}.")
    if status == "FAILURE" and not any(cause in (told := read_cause(ground, run_id)) for cause in CAUSES):
        ground.say(f"{what}: run {run_id} does not tell that the disk was full: {told[-400:]}")
    ground.await_no_process(run_id)
    return status


Point = tuple[str, int]
"""A job, and the write of its run at which the disk is full."""


def list_points(options: argparse.Namespace, library: str) -> tuple[dict[str, int], list[Point]]:
    """Return how many writes the runs of two jobs do, and all of them in an order of chance."""
    ground = Ground(options.folder, patience=options.patience)
    disk = Disk(os.path.join(ground.folder, "disk"))
    counts = {}
    for job in JOBS:
        disk.fill_at(2**63)
        launcher = ground.launch(job, **disk.variables(ground, library))
        ground.await_end(launcher.run_id, reaps=False)
        await_that(lambda launcher=launcher: not launcher.is_alive, 10)
        counts[job] = disk.count
    ground.clear()
    points = [(job, number) for job, count in counts.items() for number in range(1, count + 1)]
    random.Random(options.seed).shuffle(points)
    return counts, points


def fill_at_writes(
    ground: Ground, options: argparse.Namespace, library: str, points: list[Point], *, waits: bool = True
) -> dict[str, Any]:
    """Fill the disk at these writes, each in a run of its own; return how the runs ended.

    Args:
        ground: where.
        options: of the rig.
        library: what fills it.
        points: the writes.
        waits: whether a run whose recording only waits may succeed; else it stays full for longer than that.
    """
    disk = Disk(os.path.join(ground.folder, "disk"))
    with ground.open() as instance:
        instance.slots.set_limit("narrow", 2)
    ends: Counter[str] = Counter()
    ended_s = []
    began = time.monotonic()
    for job, number in points:
        if time.monotonic() - began > options.for_s:
            break
        disk.fill_at(number)
        launcher = ground.launch(job, **disk.variables(ground, library))
        await_that(lambda launcher=launcher: disk.is_full or has_ended(ground, launcher.run_id), 60)
        was_full = disk.is_full
        time.sleep(options.full_s if waits else _TOO_LONG_S)
        disk.free()
        back = time.monotonic()
        status = ground.await_end(launcher.run_id, reaps=True)
        ended_s.append(time.monotonic() - back)
        what = f"Write {number} of {job}"
        ends[check_end(ground, launcher.run_id, what, ended_s[-1], status)] += 1
        if was_full and status == "SUCCESS" and not waits and ended_s[-1] > 0.5:
            ground.say(f"{what}: run {launcher.run_id} waited longer than it may, and succeeded.")
        await_that(lambda launcher=launcher: not launcher.is_alive, 10)
        launcher.kill()
    ground.check()
    return {"ends": ends, "ended_s": ended_s}


def has_ended(ground: Ground, run_id: str) -> bool:
    """Return whether a run has ended."""
    with ground.open() as instance:
        run = patiently(lambda: instance.get_run_by_id(run_id), 60)
        return run is not None and run.is_finished


def fill_all(options: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    """Fill the disk at many writes for a short time, and at some for longer than a run waits; return faults too."""
    with tempfile.TemporaryDirectory() as folder:
        library = compile_library(folder)
        if library is None:
            return {"skipped": "there is no C compiler"}, []
        counts, points = list_points(options, library)
        chosen, count = points[: options.writes], options.at_once
        figures: dict[str, Any] = {"writes_of_a_run": counts}
        broken = []
        for name, waits, part in (("short", True, chosen), ("too_long", False, chosen[: options.too_long])):
            limit = {} if waits else {"run_monitoring": {"full_disk_timeout_seconds": 1}}
            seen, ground = run_shares(
                count,
                lambda limit=limit: Ground(options.folder, limit, patience=options.patience),
                lambda ground, share, part=part, waits=waits: fill_at_writes(
                    ground, options, library, part[share::count], waits=waits
                ),
            )
            ended = summarize(seen["ended_s"])
            figures[name] = {"tried": sum(seen["ends"].values()), "ends": seen["ends"], "ended": ended}
            broken += ground.broken
            ground.clear()
        return figures, broken


def fill_tmpfs(ground: Ground, options: argparse.Namespace) -> dict[str, Any]:
    """Run on a tmpfs of 12 MB: with an output that is too large, and with a ballast that leaves no room for a while."""
    if os.getuid() != 0 or shutil.which("mount") is None:
        return {"skipped": "needs root"}
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m,mode=0700", "tmpfs", ground.home],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        return {"skipped": mounted.stderr.decode().strip()}
    figures = {}
    try:
        launcher = ground.launch("storing", RIG_VALUE_BYTES="30000000")
        began = time.monotonic()
        status = ground.await_end(launcher.run_id, reaps=True)
        seconds = time.monotonic() - began
        figures["output_too_large"] = check_end(ground, launcher.run_id, "Too large", seconds, status)
        if status != "FAILURE":
            ground.say("An output that is larger than the disk was stored.")
        for job in JOBS:
            figures[f"ballast_{job}"] = fill_with_ballast(ground, job, options.full_s)
        launcher = ground.launch("chain")
        figures["next"] = ground.await_end(launcher.run_id, reaps=True)
        if figures["next"] != "SUCCESS":
            ground.say("The run after the disk had been full did not succeed.")
        await_that(lambda: not launcher.is_alive, 10)
        ground.check()
    finally:
        subprocess.run(["umount", "-l", ground.home], check=False)
    return figures


def fill_with_ballast(ground: Ground, job: str, full_s: float) -> str:
    """Have a run find no room for a while; return how it ended."""
    ballast = os.path.join(ground.home, "ballast")
    launcher = ground.launch(job, RIG_PAUSE_S="0.3")
    await_that(launcher.step_pids, 30)
    with open(ballast, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 65536)
        except OSError:
            pass
    time.sleep(full_s)
    os.unlink(ballast)
    back = time.monotonic()
    status = ground.await_end(launcher.run_id, reaps=True)
    return check_end(ground, launcher.run_id, f"Ballast beside {job}", time.monotonic() - back, status)


def main() -> None:
    """Fill the disk."""
    parser = build_parser(__doc__)
    parser.add_argument("--writes", type=int, default=200, help="how many of the k are tried (default 200)")
    parser.add_argument("--full-s", type=float, default=2.0, help="for how long the disk is full (default 2)")
    parser.add_argument(
        "--for-s", type=float, default=float("inf"), help="stop the first part after so many seconds"
    )
    parser.add_argument(
        "--too-long",
        type=int,
        default=20,
        help="at how many of them it is full for longer than a run waits too (default 20)",
    )
    options = parser.parse_args()
    began = time.monotonic()
    at_write, broken = fill_all(options)
    ground = Ground(options.folder, patience=options.patience)
    tmpfs = fill_tmpfs(ground, options)
    ground.broken += broken
    ground.report(
        "full_disk", seed=options.seed, full_s=options.full_s, at_write=at_write, tmpfs=tmpfs,
        seconds=round(time.monotonic() - began, 1),
    )  # fmt: skip


if __name__ == "__main__":
    main()
