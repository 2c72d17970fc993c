"""What all benchmark programs share: arguments, clocks, a yardstick, one line of JSON.

Read `cpu_s`, `cal_units` and `x_yard`, not `seconds`: other work on the machine moves wall time, hardly CPU time.

    cpu_s      CPU seconds of the timed part, children included
    cal_units  cpu_s over the CPU time of a fixed loop, timed in the same process before and after
    x_yard     cpu_s over the CPU time of the equivalent minimum in bare Python (yardstick.py), same process
"""

import argparse
import atexit
import contextlib
import cProfile
import importlib
import json
import os
import pstats
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

# Run configuration that silences the console logger.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def cpu_seconds() -> float:
    """CPU seconds of this process and of its children that have ended."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def peak_memory_mb() -> float | None:
    """The largest resident size so far; from /proc where there is one, since getrusage carries the parent's over exec."""
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM"):
                    return round(int(line.split()[1]) / 1024, 1)
    except OSError:
        pass
    return None


def calibrate(times: int = 5) -> float:
    """CPU seconds of a fixed loop."""
    measured = []
    for _ in range(times):
        started = time.process_time()
        table: dict[int, tuple[int, str]] = {}
        for i in range(60_000):
            table[i & 1023] = (i, str(i))
        measured.append(time.process_time() - started)
    return statistics.median(measured)


class Benchmark:
    """One measurement of one library: what is timed, its yardstick and its phases."""

    def __init__(self, name: str, n: int, modes: Sequence[str] = ("default",)) -> None:
        parser = argparse.ArgumentParser()
        parser.add_argument("--lib", default="weftwork", help="module with the API; default weftwork")
        parser.add_argument("--n", type=int, default=n, help=f"size; default {n}")
        parser.add_argument("--mode", default=modes[0], choices=modes)
        parser.add_argument("--profile", help="write a profile of the timed part to this file")
        self.args = parser.parse_args()
        self.name = f"{name}_{self.args.mode}" if len(modes) > 1 else name
        self.n: int = self.args.n
        self.mode: str = self.args.mode
        self.items = self.n
        self.phases: dict[str, float] = {}
        self.facts: dict[str, Any] = {}
        self._yard_s: list[float] = []
        self._seconds = self._cpu_s = self._calibration_s = 0.0

    def load_library(self) -> Any:
        """Imports the library that is measured."""
        os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
        started = cpu_seconds()
        library = importlib.import_module(self.args.lib)
        self.facts["import_cpu_s"] = round(cpu_seconds() - started, 4)
        return library

    def directory(self) -> str:
        """A directory that is removed at the end."""
        path = tempfile.mkdtemp(prefix="bench-")
        atexit.register(shutil.rmtree, path, ignore_errors=True)
        return path

    def instance(self, library: Any) -> Any:
        """A persistent instance of the library in a fresh directory."""
        directory = self.directory()
        os.environ["DAGSTER_HOME"] = directory
        return library.DagsterInstance.local_temp(directory)

    def yard(self, minimum: Callable[..., object], *arguments: Any) -> None:
        """Times the equivalent minimum, repeated until it takes 30 ms; call it before and after the work."""
        started = cpu_seconds()
        minimum(*arguments)
        repeat = max(1, min(2000, int(0.03 / max(cpu_seconds() - started, 1e-6))))
        measured = []
        for _ in range(3):
            started = cpu_seconds()
            for _ in range(repeat):
                minimum(*arguments)
            measured.append((cpu_seconds() - started) / repeat)
        self._yard_s.append(statistics.median(measured))

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """CPU seconds of a part of the work, under a name."""
        started = cpu_seconds()
        yield
        self.phases[name] = round(cpu_seconds() - started, 6)

    @contextlib.contextmanager
    def timed(self) -> Iterator[None]:
        """The work that the benchmark is about."""
        before = calibrate()
        profile = cProfile.Profile(time.process_time) if self.args.profile else None
        if profile:
            profile.enable()
        wall, started = time.perf_counter(), cpu_seconds()
        yield
        self._cpu_s = cpu_seconds() - started
        self._seconds = time.perf_counter() - wall
        if profile:
            profile.disable()
            with open(self.args.profile, "w") as file:
                for order in ("cumulative", "tottime"):
                    pstats.Stats(profile, stream=file).sort_stats(order).print_stats(60)
        self._calibration_s = (before + calibrate()) / 2

    def report(self) -> None:
        """Prints the line."""
        line: dict[str, Any] = {
            "name": self.name,
            "lib": self.args.lib,
            "n": self.n,
            "seconds": round(self._seconds, 6),
            "cpu_s": round(self._cpu_s, 6),
            "cpu_per_item_us": round(self._cpu_s / max(1, self.items) * 1e6, 2),
            "cal_units": round(self._cpu_s / self._calibration_s, 3),
            "peak_memory_mb": peak_memory_mb(),
            **self.facts,
        }
        if self._yard_s:
            line["x_yard"] = round(self._cpu_s / statistics.mean(self._yard_s), 2)
        if self.phases:
            line["phases_cpu_s"] = self.phases
        sys.stdout.write(json.dumps(line) + "\n")


def layered_assets(dg: Any, n: int, *, load: bool, width: int | None = None) -> list[Any]:
    """`n` assets in layers, each with two upstream assets; `load` says whether it takes their values."""
    width = width or max(5, int(n**0.5))
    assets = []
    for i in range(n):
        layer, place = divmod(i, width)
        above = (layer - 1) * width
        upstream = sorted({above + place, above + (place + 1) % width}) if layer else []
        names = [f"a{u}" for u in upstream]
        if load:
            namespace: dict[str, Any] = {}
            source = f"def a{i}({', '.join(names)}):\n    return {' + '.join([str(i), *names])}"
            exec(source, namespace)  # noqa: S102 - parameters named by their upstream assets
            assets.append(dg.asset(namespace[f"a{i}"]))
        else:
            assets.append(dg.asset(name=f"a{i}", deps=names, group_name="g")(lambda: None))
    return assets
