"""Runs the benchmarks on one or two libraries and prints a Markdown table of CPU time and ratios.

    python bench/compare.py                                       ours alone
    python bench/compare.py --other dagster --python PATH         and another library, by the interpreter that has it
    python bench/compare.py --only fan_out --scale full           some of them, with the large sizes

Each case runs in a process of its own, three times; the median by CPU time counts.
"""

import argparse
import json
import pathlib
import platform
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
# (program and arguments, whether it is part of the small scale)
PLAN = [
    ("import_time.py --n 5", True),
    ("define.py --n 1000", True),
    ("define.py --n 10000", False),
    ("materialize.py --mode memory --n 100", True),
    ("materialize.py --mode memory --n 1000", True),
    ("materialize.py --mode files --n 100", True),
    ("materialize.py --mode files --n 1000", False),
    ("op_job.py --mode chain --n 1000", True),
    ("op_job.py --mode fan --n 1000", True),
    ("fan_out.py --n 1000", True),
    ("fan_out.py --n 100000", False),
    ("processes.py --n 20", True),
    ("processes.py --n 200", False),
    ("event_log.py --mode reported --n 1000", True),
    ("event_log.py --mode in_run --n 1000", True),
    ("event_log.py --mode in_run --n 20000", False),
    ("partitions.py --n 10000", True),
    ("config.py --n 200", True),
    ("overview.py --n 10000", True),
    ("ephemeral.py --n 1000", True),
    ("run_page.py --n 5000", False),
    ("writers.py --n 10000", False),
    ("processes.py --n 1000", False),
    ("async_sleeps.py --n 500", True),
]


def measure(python: str, library: str, case: str, repeats: int, timeout_s: int) -> dict[str, object] | None:
    """The median of some runs of one case, or None when it fails or takes too long."""
    lines = []
    for _ in range(repeats):
        try:
            done = subprocess.run(
                [python, *f"{HERE}/{case} --lib {library}".split()],
                capture_output=True,
                text=True,
                timeout=timeout_s,
                check=True,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
            why = "took too long" if isinstance(failure, subprocess.TimeoutExpired) else failure.stderr[-300:]
            print(f"{case} on {library}: {why}", file=sys.stderr)
            return None
        lines.append(json.loads(done.stdout.splitlines()[-1]))
    middle = statistics.median_low(line["cpu_s"] for line in lines)
    return next(line for line in lines if line["cpu_s"] == middle)


def row(case: str, ours: dict[str, object] | None, other: dict[str, object] | None) -> str:
    """One row of the table."""

    def cell(line: dict[str, object] | None, key: str, unit: str) -> str:
        return "—" if line is None or line.get(key) is None else f"{line[key]:,}{unit}"

    ratio = f"{other['cpu_s'] / ours['cpu_s']:,.0f} x" if ours and other else "—"
    cells = [cell(ours, "cpu_s", " s"), cell(other, "cpu_s", " s"), ratio]
    cells += [
        cell(ours, "cpu_per_item_us", " µs"),
        cell(ours, "x_yard", " x"),
        cell(ours, "peak_memory_mb", " MB"),
    ]
    cells += [cell(other, "peak_memory_mb", " MB")]
    return f"| `{case}` | " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--lib", default="weftwork")
    parser.add_argument("--other", help="a second library with the same API")
    parser.add_argument(
        "--python", default=sys.executable, help="the interpreter that has the second library"
    )
    parser.add_argument("--only", default="", help="run cases that contain this text")
    parser.add_argument("--scale", choices=["small", "full"], default="small")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--timeout-s", type=int, default=600)
    args = parser.parse_args()
    print(f"{platform.platform()}, Python {platform.python_version()}\n")
    print(
        "| program | ours: CPU | other: CPU | ratio | ours per item | ours / yardstick | ours: memory | other |"
    )
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for case, small in PLAN:
        if args.only in case and (small or args.scale == "full"):
            ours = measure(sys.executable, args.lib, case, args.repeats, args.timeout_s)
            other = measure(args.python, args.other, case, 1, args.timeout_s) if args.other else None
            print(row(case, ours, other), flush=True)


main()
